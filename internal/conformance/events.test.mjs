// Server-sent events: the client of graphql-sse, and what a browser's EventSource needs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-sse';
import { url } from './server.mjs';

const client = createClient({ url, retryAttempts: 0 });

/** What one operation gives, each event an element; stops after so many. */
async function collect(payload, most = Infinity) {
  const events = [];
  for await (const event of client.iterate(payload)) {
    if (events.push(event) >= most) break;
  }
  return events;
}

test('query, subscription and error with graphql-sse', async () => {
  const query = { query: 'query Q($id: ID!) { node(id: $id) { id } }', variables: { id: 'action:ecp-3/16' } };
  assert.deepEqual((await collect(query)).map(event => event.data), [{ node: { id: 'action:ecp-3/16' } }]);
  const [first] = await collect({ query: 'subscription { revision { number } }' }, 1);
  assert.ok(first.data.revision.number >= 1);
  const [fault] = await collect({ query: '{ nothing }' });
  assert.equal(fault.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
});

test('many streams at one time', async () => {
  const streams = Array.from({ length: 20 }, () => collect({ query: 'subscription { revision { number } }' }, 1));
  for (const [event] of await Promise.all(streams)) assert.ok(event.data.revision);
});

const get = (query, init) => fetch(`${url}?query=${encodeURIComponent(query)}`, { headers: { accept: 'text/event-stream' }, ...init });

test('GET, with a data line in every event', async () => {
  const response = await get('{ __typename }');
  assert.match(response.headers.get('content-type'), /^text\/event-stream/);
  assert.match(await response.text(), /^:\n\nevent: next\ndata: \{"data":\{"__typename":"Query"\}.*\}\n\nevent: complete\ndata: \n\n$/);
});

test('comments in silence', async () => {
  const stop = new AbortController();
  const response = await get('subscription { revision { number } }', { signal: stop.signal });
  let text = '';
  for await (const chunk of response.body) {
    text += Buffer.from(chunk);
    if (text.match(/^:$/gm)?.length === 2) break;
  }
  stop.abort();
  assert.match(text, /^:\n\nevent: next\ndata: \{.*\}\n\n:\n\n$/);
});
