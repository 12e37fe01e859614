// Apollo Client: queries, pages in its cache, persisted queries, @defer.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { Defer20220824Handler } from '@apollo/client/incremental';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { query, url, wsURL } from './server.mjs';

const newClient = (link = new HttpLink({ uri: url }), cache = new InMemoryCache()) =>
  new ApolloClient({ link, cache, incrementalHandler: new Defer20220824Handler() });

/** An HttpLink that notes each request and answer. */
function noted(options = {}) {
  const log = [];
  const link = new HttpLink({
    uri: url,
    fetch: async (target, init) => {
      const response = await fetch(target, init);
      log.push({ method: init.method, url: String(target), body: init.body, type: response.headers.get('content-type'), status: response.status });
      return response;
    },
    ...options,
  });
  return { log, link };
}

test('query with variables, twice, from the network and from the cache', async () => {
  const { log, link } = noted();
  const client = newClient(link);
  const document = gql`query Q($id: ID!) { node(id: $id) { id name } }`;
  const variables = { id: 'action:ecp-3/16' };
  const { data } = await client.query({ query: document, variables });
  assert.equal(data.node.id, 'action:ecp-3/16');
  assert.deepEqual((await client.query({ query: document, variables })).data, data);
  assert.equal(log.length, 1);
  assert.match(log[0].type, /^application\/graphql-response\+json/);
});

test('errors', async () => {
  await assert.rejects(newClient().query({ query: gql`{ nothing }` }), /nothing/);
  const { data, error } = await newClient().query({ query: gql`{ revision { number } tool(id: "action:ecp-3/16") { id } }`, errorPolicy: 'all' });
  assert.ok(data.revision.number && data.tool === null);
  assert.equal(error.errors[0].extensions.code, 'BAD_USER_INPUT');
});

test('relay-style pages', async () => {
  const cache = new InMemoryCache({ typePolicies: { Query: { fields: { tools: relayStylePagination() } } } });
  const client = newClient(undefined, cache);
  const document = gql`query Tools($after: String) { tools(first: 5, after: $after) { totalCount edges { cursor node { id } } pageInfo { endCursor hasNextPage startCursor hasPreviousPage } } }`;
  const watched = client.watchQuery({ query: document });
  const subscription = watched.subscribe(() => {});
  let { data } = await watched.result?.() ?? await client.query({ query: document });
  while (data.tools.pageInfo.hasNextPage) {
    await watched.fetchMore({ variables: { after: data.tools.pageInfo.endCursor } });
    data = client.readQuery({ query: document });
  }
  subscription.unsubscribe();
  const ids = data.tools.edges.map(edge => edge.node.id);
  assert.equal(ids.length, data.tools.totalCount);
  assert.equal(new Set(ids).size, ids.length);
  const all = await query('{ tools(first: 500) { nodes { id } } }');
  assert.deepEqual(ids, all.tools.nodes.map(node => node.id));
});

for (const useGETForHashedQueries of [false, true]) {
  test(`persisted queries${useGETForHashedQueries ? ' by GET' : ''}`, async () => {
    const { log, link } = noted();
    const sha256 = text => createHash('sha256').update(text).digest('hex');
    const client = newClient(ApolloLink.from([new PersistedQueryLink({ sha256, useGETForHashedQueries }), link]));
    const document = gql(`query Persisted${useGETForHashedQueries} { revision { number t${process.pid}: digest } }`);
    for (let i = 0; i < 2; i++) {
      const { data } = await client.query({ query: document, fetchPolicy: 'network-only' });
      assert.ok(data.revision.number);
    }
    assert.equal(log.length, 3, 'hash, document with hash, hash');
    assert.deepEqual(log.map(entry => entry.status), [200, 200, 200]);
    const hashed = useGETForHashedQueries ? 'GET' : 'POST';
    assert.deepEqual(log.map(entry => entry.method), [hashed, useGETForHashedQueries ? log[1].method : 'POST', hashed]);
    assert.ok(!/"query"/.test(log[2].body ?? '') && !/[?&]query=/.test(log[2].url), 'the last has the hash alone');
  });
}

test('@defer', async () => {
  const { log, link } = noted();
  const client = newClient(link);
  const document = gql`query D { tools(first: 3) { nodes { id ...More @defer } } revision { number ... @defer { digest } } } fragment More on Tool { name citations { locator } }`;
  const states = [];
  await new Promise((resolve, reject) => {
    client.watchQuery({ query: document, fetchPolicy: 'network-only' }).subscribe({
      next: result => {
        states.push(result);
        if (!result.loading && result.networkStatus === 7) resolve();
      },
      error: reject,
    });
  });
  assert.match(log[0].type, /^multipart\/mixed/);
  const first = states.find(state => state.data?.tools);
  const last = states.at(-1).data;
  assert.ok(first.data.tools.nodes[0].id && !('name' in first.data.tools.nodes[0]), 'the first state has no deferred fields');
  const plain = await query('{ tools(first: 3) { nodes { id name citations { locator } } } revision { number digest } }');
  const bare = value => JSON.parse(JSON.stringify(value, (key, v) => (key === '__typename' ? undefined : v)));
  assert.deepEqual(bare(last), plain);
});

test('subscription over WebSocket', async () => {
  const socket = createClient({ url: wsURL, webSocketImpl: WebSocket });
  const client = newClient(new GraphQLWsLink(socket));
  const event = await new Promise((resolve, reject) => {
    const subscription = client.subscribe({ query: gql`subscription { revision { number } }` }).subscribe({
      next: result => {
        resolve(result);
        setImmediate(() => subscription.unsubscribe());
      },
      error: reject,
    });
  });
  assert.ok(event.data.revision.number >= 1);
  await socket.dispose();
});
