/** An example query, as the server lists them. */
export interface Example {
  name: string;
  group: string;
  title: string;
  /** May be empty. */
  description: string;
  query: string;
}

/** Asks the server for its example queries, those of a group side by side; a server without them gives none. */
export async function loadExamples(): Promise<Example[]> {
  try {
    const response = await fetch('/examples.json');
    if (!response.ok) return [];
    const list: unknown = await response.json();
    return Array.isArray(list) ? list.filter(isExample) : [];
  } catch {
    return [];
  }
}

function isExample(value: unknown): value is Example {
  const example = value as Partial<Record<keyof Example, unknown>> | null;
  return (['name', 'group', 'title', 'description', 'query'] as const).every(key => typeof example?.[key] === 'string');
}

/** The examples by group; groups and examples stay in their order. */
export function byGroup(examples: Example[]): [group: string, examples: Example[]][] {
  const groups = new Map<string, Example[]>();
  for (const example of examples) {
    const group = groups.get(example.group);
    if (group) group.push(example);
    else groups.set(example.group, [example]);
  }
  return [...groups];
}

/** A description in parts: what stands between backquotes is code, and every second part. */
export const partsOf = (description: string) => description.split('`');
