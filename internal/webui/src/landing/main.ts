import { loadModel, countNodes } from '../explore/model';
import { typeTitle } from '../explore/words';

for (const element of document.querySelectorAll('[data-origin]')) element.textContent = location.origin;

/** Fills the list of node types with their numbers. The section stays hidden when the graph cannot be asked. */
async function showCounts(section: HTMLElement) {
  const model = await loadModel();
  const counts = await countNodes(model);
  const items = model.types
    .filter(type => (counts.get(type.name) ?? 0) > 0)
    .sort((a, b) => counts.get(b.name)! - counts.get(a.name)!)
    .map(type => {
      const count = document.createElement('b');
      const number = counts.get(type.name)!;
      count.textContent = number.toLocaleString('en');
      const link = document.createElement('a');
      link.href = `/explore#/${type.name}`;
      link.title = type.description;
      link.append(count, typeTitle(number === 1 ? type.name : type.rootField ?? type.name));
      const item = document.createElement('li');
      item.append(link);
      return item;
    });
  section.querySelector('ul')!.replaceChildren(...items);
  section.hidden = items.length === 0;
}

showCounts(document.getElementById('counts')!).catch((err: unknown) => console.info('no counts:', err));
