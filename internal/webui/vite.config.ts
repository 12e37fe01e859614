import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv, type Plugin } from 'vite';

// The server fills these placeholders when it starts; under `npm run dev` no server does.
const fillPlaceholders: Plugin = {
  name: 'fill-placeholders',
  apply: 'serve',
  transformIndexHtml: html => html.replaceAll('__GRAPHQL_PATH__', '/graphql').replaceAll('__VERSION__', 'dev'),
};

// `npm run dev` serves the pages at /, /graphiql.html and /explore.html and hands the rest to this server.
const server = loadEnv('', '.', 'ECPGRAPH_')['ECPGRAPH_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), fillPlaceholders],
  build: {
    // No data: scripts or styles, which the content security policy would refuse.
    assetsInlineLimit: 0,
    // Monaco is one large chunk by nature; a warning about it would be read past.
    chunkSizeWarningLimit: 5000,
    license: { fileName: 'assets/licenses.txt' },
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['index.html', 'graphiql.html', 'explore.html'],
      // GraphiQL's files carry a directive for the React compiler, which means nothing in a bundle.
      onLog: (level, log, next) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && next(level, log),
    },
    target: 'es2022',
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/graphql': { target: server, ws: true },
      '/examples.json': server,
      '/schema.graphql': server,
    },
  },
});
