// Must be imported before GraphiQL: Monaco asks for its workers while it is being loaded. graphiql/setup-workers/vite
// is not used because its worker imports break Vite's dependency bundling.
import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker.js?worker';
import JsonWorker from 'monaco-editor/esm/vs/language/json/json.worker.js?worker';
import type { Environment } from 'monaco-editor';
import GraphQLWorker from 'monaco-graphql/esm/graphql.worker.js?worker';

const environment: Environment = {
  getWorker(_id, label) {
    if (label === 'json') return new JsonWorker();
    if (label === 'graphql') return new GraphQLWorker();
    return new EditorWorker();
  },
};

(globalThis as { MonacoEnvironment?: Environment }).MonacoEnvironment = environment;
