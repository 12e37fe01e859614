// urql: queries, graphcache with pages, persisted queries, @defer, subscriptions by fetch and by WebSocket.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, fetchExchange, gql, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { persistedExchange } from '@urql/exchange-persisted';
import { getIntrospectionQuery } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { query, url, wsURL } from './server.mjs';

const schema = await query(getIntrospectionQuery());

const cache = () => cacheExchange({ schema, resolvers: { Query: { tools: relayPagination() } }, keys: { Revision: () => null, PageInfo: () => null } });

/** A client that notes each request and answer. */
function newClient(exchanges, options) {
  const log = [];
  const client = new Client({
    url,
    exchanges: exchanges ?? [cache(), fetchExchange],
    preferGetMethod: false,
    fetch: async (target, init) => {
      const response = await fetch(target, init);
      log.push({ method: init.method, url: String(target), body: init.body, accept: new Headers(init.headers).get('accept'), type: response.headers.get('content-type') });
      return response;
    },
    ...options,
  });
  return { client, log };
}

test('an ordinary query is answered as JSON, then from the cache', async () => {
  const { client, log } = newClient();
  const document = gql`query Q($id: ID!) { node(id: $id) { id name } }`;
  for (let i = 0; i < 2; i++) {
    const { data, error } = await client.query(document, { id: 'action:ecp-3/16' });
    assert.equal(error, undefined);
    assert.equal(data.node.id, 'action:ecp-3/16');
  }
  assert.equal(log.length, 1);
  assert.match(log[0].accept, /text\/event-stream, multipart\/mixed/, 'urql still lists streams in every request');
  assert.match(log[0].type, /^application\/(graphql-response\+)?json/);
});

test('errors', async () => {
  const { client } = newClient([fetchExchange]);
  const { error } = await client.query(gql`{ nothing }`, {});
  assert.equal(error.graphQLErrors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
});

test('relay-style pages in graphcache', async () => {
  const { client } = newClient();
  const document = gql`query Tools($after: String) { tools(first: 5, after: $after) { totalCount edges { cursor node { id name } } pageInfo { endCursor hasNextPage startCursor hasPreviousPage } } }`;
  let after = null;
  let tools;
  do {
    const { data, error } = await client.query(document, { after });
    assert.equal(error, undefined);
    tools = data.tools;
    after = tools.pageInfo.endCursor;
  } while (tools.pageInfo.hasNextPage);
  const ids = tools.edges.map(edge => edge.node.id);
  assert.equal(ids.length, tools.totalCount);
  const all = await query('{ tools(first: 500) { nodes { id } } }');
  assert.deepEqual(ids, all.tools.nodes.map(node => node.id));
});

for (const preferGetForPersistedQueries of [false, 'force']) {
  test(`persisted queries${preferGetForPersistedQueries ? ' by GET' : ''}`, async () => {
    const { client, log } = newClient([persistedExchange({ preferGetForPersistedQueries }), fetchExchange]);
    const document = gql(`query UrqlPersisted${String(preferGetForPersistedQueries)} { revision { number u${process.pid}: digest } }`);
    for (let i = 0; i < 2; i++) {
      const { data, error } = await client.query(document, {}, { requestPolicy: 'network-only' });
      assert.equal(error, undefined);
      assert.ok(data.revision.number);
    }
    assert.equal(log.length, 3, 'hash, document with hash, hash');
    assert.equal(log[0].method, preferGetForPersistedQueries ? 'GET' : 'POST');
  });
}

test('@defer', async () => {
  const { client, log } = newClient([fetchExchange]);
  const document = gql`query D { tools(first: 3) { nodes { id ...More @defer } } } fragment More on Tool { name citations { locator } }`;
  const states = [];
  await new Promise((resolve, reject) => {
    client.query(document, {}).subscribe(result => {
      states.push(result);
      if (result.error) reject(result.error);
      else if (!result.hasNext) resolve();
    });
  });
  assert.match(log[0].type, /^multipart\/mixed/);
  assert.ok(states.length >= 2 && !('name' in states[0].data.tools.nodes[0]), 'the first state has no deferred fields');
  const plain = await query('{ tools(first: 3) { nodes { id name citations { locator } } } }');
  const bare = value => JSON.parse(JSON.stringify(value, (key, v) => (key === '__typename' ? undefined : v)));
  assert.deepEqual(bare(states.at(-1).data), plain);
});

/** The first event of a subscription. */
const firstEvent = client => new Promise((resolve, reject) => {
  const { unsubscribe } = client.subscription(gql`subscription { revision { number } }`, {}).subscribe(result => {
    setImmediate(() => unsubscribe());
    result.error ? reject(result.error) : resolve(result.data);
  });
});

test('subscription by fetch', async () => {
  const { client, log } = newClient([fetchExchange], { fetchSubscriptions: true });
  assert.ok((await firstEvent(client)).revision.number >= 1);
  assert.match(log[0].type, /^text\/event-stream/);
});

test('subscription by WebSocket', async () => {
  const socket = createClient({ url: wsURL, webSocketImpl: WebSocket });
  const forward = request => ({
    subscribe: sink => ({ unsubscribe: socket.subscribe({ query: request.query ?? '', variables: request.variables }, sink) }),
  });
  const { client } = newClient([subscriptionExchange({ forwardSubscription: forward })]);
  assert.ok((await firstEvent(client)).revision.number >= 1);
  await socket.dispose();
});
