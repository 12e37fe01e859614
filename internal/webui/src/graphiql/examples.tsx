import { useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from '@graphiql/react';

/** An example query, as the server lists them. */
export interface Example {
  name: string;
  title: string;
  description: string;
  query: string;
}

/** Asks the server for its example queries; a server without them gives none. */
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
  return typeof example?.query === 'string' && typeof example.title === 'string';
}

/** A pane that lists the examples, for people whose own tabs are open already. */
export function examplesPlugin(examples: Example[]): GraphiQLPlugin {
  return { title: 'Examples', icon: ExamplesIcon, content: () => <ExamplesPane examples={examples} /> };
}

function ExamplesPane({ examples }: { examples: Example[] }) {
  const { addTab, changeTab } = useGraphiQLActions();
  const tabs = useGraphiQL(state => state.tabs);
  const queryEditor = useGraphiQL(state => state.queryEditor);
  const open = (query: string) => {
    const index = tabs.findIndex(tab => tab.query === query);
    if (index >= 0) return changeTab(index);
    addTab();
    queryEditor?.setValue(query);
  };
  return (
    <section className="examples" aria-label="Examples">
      <div className="graphiql-doc-explorer-title">Examples</div>
      <ul>
        {examples.map(example => (
          <li key={example.name}>
            <button type="button" onClick={() => open(example.query)}>{example.title}</button>
            {example.description && <p>{example.description}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function ExamplesIcon() {
  return (
    <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M3 5h2M3 10h2M3 15h2M8 5h9M8 10h9M8 15h6" strokeLinecap="round" />
    </svg>
  );
}
