// GraphQL over WebSocket: the client of graphql-ws, and the close codes that it never provokes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { wsURL } from './server.mjs';

/** What one operation gives, each event an element; stops after so many. */
async function collect(client, payload, most = Infinity) {
  const events = [];
  for await (const event of client.iterate(payload)) {
    if (events.push(event) >= most) break;
  }
  return events;
}

const newClient = options => createClient({ url: wsURL, webSocketImpl: WebSocket, retryAttempts: 0, ...options });

test('query, subscription and error with graphql-ws', async () => {
  const client = newClient();
  const query = { query: 'query Q($id: ID!) { node(id: $id) { id } }', variables: { id: 'action:ecp-3/16' } };
  const answer = async () => (await collect(client, query)).map(event => event.data);
  assert.deepEqual(await answer(), [{ node: { id: 'action:ecp-3/16' } }]);
  const [first] = await collect(client, { query: 'subscription { revision { number } }' }, 1);
  assert.ok(first.data.revision.number >= 1);
  await assert.rejects(collect(client, { query: '{ nothing }' }), errors => errors[0].extensions.code === 'GRAPHQL_VALIDATION_FAILED');
  assert.deepEqual(await answer(), [{ node: { id: 'action:ecp-3/16' } }], 'the socket lives on');
  await client.dispose();
});

test('a hundred operations on one socket', async () => {
  const client = newClient({ lazy: true });
  const streams = Array.from({ length: 100 }, () => client.iterate({ query: 'subscription { revision { number } }' }));
  for (const first of await Promise.all(streams.map(stream => stream.next()))) assert.ok(first.value.data.revision);
  await assert.rejects(collect(client, { query: '{ __typename }' }), errors => errors[0].extensions.code === 'LIMIT_EXCEEDED');
  await Promise.all(streams.map(stream => stream.return()));
  assert.equal((await collect(client, { query: '{ __typename }' }))[0].data.__typename, 'Query');
  await client.dispose();
});

test('pings of the client are answered', async () => {
  let pongs = 0;
  const client = newClient({ keepAlive: 50, on: { pong: received => received && pongs++ } });
  const stream = client.iterate({ query: 'subscription { revision { number } }' });
  await stream.next();
  await new Promise(resolve => setTimeout(resolve, 500));
  await stream.return();
  await client.dispose();
  assert.ok(pongs >= 2, `${pongs} pongs`);
});

test('deferral is left out', async () => {
  const client = newClient();
  const [event] = await collect(client, { query: '{ revision { number ... @defer { digest } } }' });
  assert.ok(event.data.revision.digest && !('hasNext' in event));
  await client.dispose();
});

/** The code and reason that a socket is closed with when these messages are sent. */
const closing = (messages, protocol = 'graphql-transport-ws', options = {}) => new Promise((resolve, reject) => {
  const socket = new WebSocket(wsURL, protocol, options);
  socket.on('open', () => messages.forEach(message => socket.send(typeof message === 'string' ? message : JSON.stringify(message))));
  socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
  socket.on('error', reject);
});

const init = { type: 'connection_init' };
const subscribe = { type: 'subscribe', id: '1', payload: { query: 'subscription { revision { number } }' } };

for (const [name, code, messages] of [
  ['no JSON', 4400, [init, '{']],
  ['unknown type', 4400, [init, { type: 'start', id: '1', payload: {} }]],
  ['subscribe before init', 4401, [subscribe]],
  ['no connection_init', 4408, []],
  ['an id in use', 4409, [init, subscribe, subscribe]],
  ['two inits', 4429, [init, init]],
]) {
  test(`${code}: ${name}`, async () => assert.equal((await closing(messages)).code, code));
}

test('4406: another subprotocol', async () => {
  // The ws client breaks off by itself when its subprotocol is not chosen, so it offers none.
  assert.equal((await closing([], [])).code, 4406);
});

test('the newer subprotocol is chosen', async () => {
  const socket = new WebSocket(wsURL, ['graphql-ws', 'graphql-transport-ws']);
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  assert.equal(socket.protocol, 'graphql-transport-ws');
  socket.close();
});

test('silence after error, and pings in silence', async () => {
  const socket = new WebSocket(wsURL, 'graphql-transport-ws');
  const messages = [];
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  const pinged = new Promise(resolve => socket.on('message', text => {
    messages.push(JSON.parse(text));
    if (messages.at(-1).type === 'ping') resolve();
  }));
  socket.send(JSON.stringify(init));
  socket.send(JSON.stringify({ ...subscribe, payload: { query: '{ nothing }' } }));
  await pinged;
  socket.close();
  assert.deepEqual(messages.map(m => m.type), ['connection_ack', 'error', 'ping']);
});
