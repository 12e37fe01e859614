// GraphQL over HTTP: the audits of graphql-http, and what they leave out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import http from 'node:http';
import { serverAudits } from 'graphql-http';
import { url } from './server.mjs';

const audits = serverAudits({ url, fetchFn: fetch });

test('there are 61 audits', () => assert.equal(audits.length, 61));

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    assert.equal(result.status, 'ok', result.reason);
  });
}

const post = (body, headers = {}) => fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

test('statuses', async () => {
  const ask = JSON.stringify({ query: '{ __typename }' });
  for (const [name, status, request] of [
    ['PUT', 405, fetch(url, { method: 'PUT', body: ask })],
    ['form', 415, post('query={__typename}', { 'content-type': 'application/x-www-form-urlencoded' })],
    ['large body', 413, post(JSON.stringify({ query: '{ __typename }', variables: { a: 'a'.repeat(1 << 20) } }))],
    ['long URL', 414, fetch(`${url}?query=${'a'.repeat(17000)}`)],
    ['bad UTF-8', 400, post(Buffer.from([0x22, 0xff, 0x22]))],
    ['trailing JSON', 400, post(`${ask}${ask}`)],
    ['HTML only', 406, post(ask, { accept: 'text/html' })],
    ['subscription', 406, post(JSON.stringify({ query: 'subscription { revision { number } }' }))],
  ]) {
    const response = await request;
    assert.equal(response.status, status, name);
    const body = await response.json();
    assert.ok(body.errors[0].message && body.errors[0].extensions.code && !('data' in body), name);
  }
});

test('the better liked media type', async () => {
  for (const [accept, type] of [
    ['application/json;q=0.5, application/graphql-response+json;q=0.6', 'application/graphql-response+json'],
    ['application/graphql-response+json;q=0, */*', 'application/json'],
  ]) {
    const response = await post(JSON.stringify({ query: '{ __typename }' }), { accept });
    assert.equal(response.headers.get('content-type'), `${type}; charset=utf-8`);
    assert.match(response.headers.get('vary'), /Accept/);
  }
});

test('@defer for a client that takes no parts', async () => {
  const response = await post(JSON.stringify({ query: '{ revision { number ... @defer { digest } } }' }), { accept: 'application/json' });
  const { data, ...rest } = await response.json();
  assert.ok(data.revision.number && data.revision.digest);
  assert.deepEqual(Object.keys(rest), ['extensions']);
});

test('at most ten errors', async () => {
  const fields = Array.from({ length: 30 }, (_, i) => `no${i}`).join(' ');
  const { errors } = await (await post(JSON.stringify({ query: `{ revision { ${fields} } }` }))).json();
  assert.equal(errors.length, 10);
});

test('these tests reach 127.0.0.1 only', async () => {
  await assert.rejects(fetch('http://192.0.2.1/'), err => /127\.0\.0\.1 only/.test(err.cause?.message));
});

/** One POST without what fetch does about encodings. */
const raw = (query, encoding) => new Promise((resolve, reject) => {
  const request = http.request(url, { method: 'POST', headers: { 'content-type': 'application/json', 'accept-encoding': encoding } }, response => {
    const chunks = [];
    response.on('data', chunk => chunks.push(chunk));
    response.on('end', () => resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(chunks) }));
  });
  request.on('error', reject);
  request.end(JSON.stringify({ query }));
});

test('compression', async () => {
  const large = '{ tools(first: 50) { nodes { id name description } } }';
  const plain = await raw(large, 'identity');
  assert.ok(plain.body.length > 1000 && plain.encoding === undefined);
  const packed = await raw(large, 'gzip');
  assert.equal(packed.encoding, 'gzip');
  assert.deepEqual(gunzipSync(packed.body), plain.body);
  const zstd = await raw(large, 'gzip, zstd');
  assert.equal(zstd.encoding, 'zstd');
  assert.equal(zstd.body.readUInt32LE(0), 0xfd2fb528);
  assert.equal((await raw('{ __typename }', 'gzip')).encoding, undefined);
});
