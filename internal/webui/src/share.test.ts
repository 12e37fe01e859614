import { describe, expect, it } from 'vitest';
import { curlCommand } from './graphiql/curl';
import { readShared, shareLink } from './share';

const fragmentOf = (link: string) => link.slice(link.indexOf('#'));

describe('share links', () => {
  it.each([
    { query: '{ tools { totalCount } }' },
    { query: 'query Été($a: Int) { ü: tools(first: $a) { totalCount } }', variables: '{ "a": 1 }' },
    { query: `# ${'long '.repeat(50_000)}\n{ __typename }` },
  ])('come back as they were', async operation => {
    const link = await shareLink(operation);
    expect(link).toMatch(/^\/graphiql#q=[A-Za-z0-9_-]+$/);
    expect(await readShared(fragmentOf(link))).toEqual(operation);
  });
  it.each(['', '#', '#q=', '#q=!!', '#q=AAAA', '#other=1'])('reads nothing from %j', async fragment => {
    expect(await readShared(fragment)).toBeUndefined();
  });
  it('reads nothing from a link that was cut', async () => {
    const fragment = fragmentOf(await shareLink({ query: '{ tools { totalCount edges { node { id name } } } }' }));
    expect(await readShared(fragment.slice(0, -9))).toBeUndefined();
  });
});

describe('curlCommand', () => {
  it('quotes for a POSIX shell', () => {
    expect(curlCommand('http://localhost/graphql', { query: "{ a(b: \"it's\") }" })).toBe(
      `curl 'http://localhost/graphql' \\\n  -H 'content-type: application/json' \\\n  --data-raw '{"query":"{ a(b: \\"it'\\''s\\") }"}'`);
  });
  it('sends variables as JSON, and leaves out what is no JSON', () => {
    expect(curlCommand('http://h/', { query: '{a}', variables: '{"n": 1}' })).toContain('{"query":"{a}","variables":{"n":1}}');
    expect(curlCommand('http://h/', { query: '{a}', variables: '{"n": ' })).toContain(`'{"query":"{a}"}'`);
  });
});
