import { afterEach, describe, expect, it, vi } from 'vitest';
import { byGroup, loadExamples, partsOf, type Example } from './examples';

const example = (name: string, group: string): Example => ({ name, group, title: `${name}?`, description: '', query: '{ a }' });

describe('byGroup', () => {
  it('keeps the order of groups and of examples', () => {
    const [a, b, c] = [example('1', 'Search'), example('2', 'Paths'), example('3', 'Search')];
    expect(byGroup([a, b, c])).toEqual([['Search', [a, c]], ['Paths', [b]]]);
  });
  it('has no groups without examples', () => expect(byGroup([])).toEqual([]));
});

describe('loadExamples', () => {
  afterEach(() => vi.unstubAllGlobals());
  it.each([
    ['what is no example is left out', Response.json([example('1', 'Search'), { title: 'x' }, null]), [example('1', 'Search')]],
    ['a refusal gives none', new Response('no', { status: 500 }), []],
    ['no list gives none', Response.json({}), []],
    ['no JSON gives none', new Response('<'), []],
  ])('%s', async (_, response, want) => {
    vi.stubGlobal('fetch', async () => response);
    expect(await loadExamples()).toEqual(want);
  });
});

describe('partsOf', () => {
  it('takes code from between backquotes', () => expect(partsOf('`types` narrows')).toEqual(['', 'types', ' narrows']));
});
