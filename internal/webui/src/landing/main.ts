import { byGroup, loadExamples, partsOf } from '../examples';
import { loadModel, countNodes } from '../explore/model';
import { typeTitle } from '../explore/words';
import { shareLink } from '../share';

for (const element of document.querySelectorAll('[data-origin]')) element.textContent = location.origin;

/** An element with its children. */
function element<K extends keyof HTMLElementTagNameMap>(tag: K, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.append(...children);
  return made;
}

/** Fills the list of node types with their numbers. The section stays hidden when the graph cannot be asked. */
async function showCounts(section: HTMLElement) {
  const model = await loadModel();
  const counts = await countNodes(model);
  const items = model.types
    .filter(type => (counts.get(type.name) ?? 0) > 0)
    .sort((a, b) => counts.get(b.name)! - counts.get(a.name)!)
    .map(type => {
      const number = counts.get(type.name)!;
      const link = element('a', element('b', number.toLocaleString('en')), typeTitle(number === 1 ? type.name : type.rootField ?? type.name));
      link.href = `/explore#/${type.name}`;
      link.title = type.description;
      return element('li', link);
    });
  section.querySelector('ul')!.replaceChildren(...items);
  section.hidden = items.length === 0;
}

/** Fills the list of example queries by group, each a link to GraphiQL, and the row of links to the groups. The section stays hidden when there are none. */
async function showExamples(section: HTMLElement) {
  const groups = byGroup(await loadExamples());
  const made = await Promise.all(groups.map(async ([group, examples], i) => {
    const questions = examples.map(async ({ title, description, query }) => {
      const link = element('a', title);
      link.href = await shareLink({ query });
      const item = element('li', link);
      if (description) item.append(element('p', ...partsOf(description).map((part, i) => i % 2 ? element('code', part) : part)));
      return item;
    });
    const part = element('section', element('h3', group), element('ul', ...await Promise.all(questions)));
    part.id = `questions-${i + 1}`;
    return part;
  }));
  section.querySelector('.chips')!.replaceChildren(...groups.map(([group, examples], i) => {
    const link = element('a', element('b', String(examples.length)), group);
    link.href = `#${made[i]!.id}`;
    return link;
  }));
  section.querySelector('.examples')!.replaceChildren(...made);
  section.hidden = made.length === 0;
}

showExamples(document.getElementById('examples')!).catch((err: unknown) => console.info('no examples:', err));
showCounts(document.getElementById('counts')!).catch((err: unknown) => console.info('no counts:', err));
