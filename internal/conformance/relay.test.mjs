// Relay: its compiler over the served schema, and its runtime with what was compiled.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import compiler from 'relay-compiler';
import { base, query, url } from './server.mjs';

const require = createRequire(import.meta.url);
const { Environment, Network, RecordSource, Store, fetchQuery } = require('relay-runtime');

const source = `
const { graphql } = require('relay-runtime');

graphql\`
  query toolsQuery($count: Int!, $cursor: String) {
    revision { number }
    node(id: "action:ecp-3/16") { id name ... on Action { number } }
    ...tools_list @arguments(count: $count, cursor: $cursor)
  }
\`;

graphql\`
  fragment tools_list on Query @argumentDefinitions(count: { type: "Int", defaultValue: 5 }, cursor: { type: "String" })
    @refetchable(queryName: "toolsPageQuery") {
    tools(first: $count, after: $cursor) @connection(key: "tools_tools") {
      totalCount
      edges { cursor node { id ...tools_row } }
    }
  }
\`;

graphql\`
  fragment tools_row on Tool @refetchable(queryName: "toolsRowQuery") {
    name
    citations { locator document { name } }
  }
\`;

graphql\`
  subscription toolsSubscription { revision { number } }
\`;
`;

const folder = await mkdtemp(path.join(tmpdir(), 'relay-'));
after(() => rm(folder, { recursive: true }));

async function compile() {
  await mkdir(path.join(folder, 'src', '__generated__'), { recursive: true });
  await writeFile(path.join(folder, 'schema.graphql'), await (await fetch(`${base}/schema.graphql`)).text());
  await writeFile(path.join(folder, 'src', 'tools.js'), source);
  await writeFile(path.join(folder, 'package.json'), '{"type":"commonjs"}');
  await writeFile(path.join(folder, 'relay.config.json'), JSON.stringify({ src: './src', schema: './schema.graphql', language: 'javascript', eagerEsModules: false, artifactDirectory: './src/__generated__' }));
  return promisify(execFile)(compiler, ['--repersist', 'relay.config.json'], { cwd: folder });
}

test('relay-compiler takes the schema, connections and refetchable nodes', async () => {
  await compile();
  const artifact = name => readFile(path.join(folder, 'src', '__generated__', `${name}.graphql.js`), 'utf8');
  for (const name of ['toolsQuery', 'tools_list', 'tools_row', 'toolsPageQuery', 'toolsRowQuery', 'toolsSubscription']) await artifact(name);
  assert.match(await artifact('tools_list'), /"connection"/);
});

test('relay-runtime asks the server with it', async () => {
  const artifact = require(path.join(folder, 'src', '__generated__', 'toolsQuery.graphql.js'));
  const network = Network.create(async (request, variables) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json;q=0.9' },
      body: JSON.stringify({ query: request.text, variables }),
    });
    return response.json();
  });
  const environment = new Environment({ network, store: new Store(new RecordSource()) });
  const data = await fetchQuery(environment, artifact, { count: 3 }).toPromise();
  assert.equal(data.node.id, 'action:ecp-3/16');
  const plain = await query('{ tools(first: 3) { edges { node { id } } } }');
  const records = environment.getStore().getSource().toJSON();
  for (const { node } of plain.tools.edges) assert.equal(records[node.id].__typename, 'Tool');
});
