import { useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from '@graphiql/react';
import { useEffect } from 'react';
import { byGroup, partsOf, type Example } from '../examples';

/** A pane that lists all examples by group. Each opens in a tab, the one it has already or else a new one. */
export function examplesPlugin(examples: Example[]): GraphiQLPlugin {
  return { title: 'Examples', icon: ExamplesIcon, content: () => <ExamplesPane examples={examples} /> };
}

function ExamplesPane({ examples }: { examples: Example[] }) {
  const { addTab, changeTab } = useGraphiQLActions();
  const tabs = useGraphiQL(state => state.tabs);
  const active = useGraphiQL(state => state.activeTabIndex);
  const queryEditor = useGraphiQL(state => state.queryEditor);
  // GraphiQL leaves the row of tabs where it is, so the tab of an example may be out of sight. Its title comes late.
  useEffect(() => {
    document.querySelector('.graphiql-tab-active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active, tabs.length, tabs[active]?.title]);
  const open = (query: string) => {
    const index = tabs.findIndex(tab => tab.query === query);
    if (index >= 0) return changeTab(index);
    addTab();
    queryEditor?.setValue(query);
  };
  return (
    <section className="examples" aria-label="Examples">
      <div className="graphiql-doc-explorer-title">What can be asked</div>
      {byGroup(examples).map(([group, members]) => (
        <section key={group} aria-label={group}>
          <h3>{group}</h3>
          <ul>
            {members.map(({ name, title, description, query }) => (
              <li key={name}>
                <button type="button" aria-current={tabs[active]?.query === query} onClick={() => open(query)}>{title}</button>
                {description && <p>{partsOf(description).map((part, i) => i % 2 ? <code key={i}>{part}</code> : part)}</p>}
              </li>
            ))}
          </ul>
        </section>
      ))}
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
