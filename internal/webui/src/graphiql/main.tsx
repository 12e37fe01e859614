import './workers';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import '@graphiql/plugin-explorer/style.css';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';
import { loadExamples } from '../examples';
import { graphqlPath } from '../graphql';
import { isShared, readShared } from '../share';
import { examplesPlugin } from './examples';
import { createFetcher } from './fetcher';
import './graphiql.css';
import { ShareButtons } from './share-buttons';

const WELCOME = `# Welcome. Ctrl-Enter runs the query, Ctrl-Space completes it,
# and the book on the left opens the documentation of every field.
query Welcome {
  __schema {
    queryType {
      fields {
        name
        description
      }
    }
  }
}
`;

/** How many examples have a tab at the first visit: as many as are seen at once. The pane opens all the others. */
const EXAMPLE_TABS = 4;

/** Where the browser keeps which pane is open, empty for none; GraphiQL forgets it. The first visit opens the examples. */
const PANE = 'ecpgraph:pane';

async function start(container: HTMLElement) {
  const [examples, shared] = await Promise.all([loadExamples(), readShared(location.hash)]);
  if (isShared(location.hash)) {
    // The link has done its work; left in place it would bring its query back on every reload.
    history.replaceState(null, '', location.pathname);
  }
  // A link opened in a tab that shows this page already changes the fragment only.
  addEventListener('hashchange', () => isShared(location.hash) && location.reload());

  const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];
  if (examples.length > 0) plugins.unshift(examplesPlugin(examples));
  const tabs = examples.slice(0, EXAMPLE_TABS).map(({ query }) => ({ query })).filter(({ query }) => query !== shared?.query);
  if (shared) tabs.unshift(shared);
  if (tabs.length === 0) tabs.push({ query: WELCOME });

  createRoot(container).render(
    <GraphiQL
      fetcher={createFetcher(graphqlPath())}
      plugins={plugins}
      visiblePlugin={localStorage.getItem(PANE) ?? (examples.length > 0 ? plugins[0]!.title : '')}
      onTogglePluginVisibility={pane => localStorage.setItem(PANE, pane?.title ?? '')}
      defaultTabs={tabs}
      inputValueDeprecation
      {...(shared && { initialQuery: shared.query, initialVariables: shared.variables ?? '' })}
    >
      <GraphiQL.Logo><a className="home" href="/">ecpgraph</a></GraphiQL.Logo>
      <GraphiQL.Toolbar>
        {({ prettify, copy, merge }) => <>{prettify}{merge}{copy}<ShareButtons /></>}
      </GraphiQL.Toolbar>
    </GraphiQL>,
  );
}

void start(document.getElementById('app')!);
