// The served schema under the Relay rules of graphql-eslint, and its SDL against what introspection tells.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import plugin from '@graphql-eslint/eslint-plugin';
import { Linter } from 'eslint';
import {
  buildClientSchema, buildSchema, getIntrospectionQuery, isIntrospectionType, isSpecifiedScalarType, lexicographicSortSchema, printType, validateSchema,
} from 'graphql';
import { base, query } from './server.mjs';

const sdl = await (await fetch(`${base}/schema.graphql`)).text();

const lines = sdl.split('\n');
/** The type whose definition has the line. */
const typeAt = line => lines.slice(0, line).findLast(text => /^\w+ \w+ .*\{$/.test(text))?.split(' ')[1];

for (const [rule, options] of [
  ['relay-arguments'],
  ['relay-connection-types'],
  // Lists of values, such as citations, and the `nodes` beside `edges` are no connections and want no edges. What is no
  // Node, such as a link, comes in pages without edges.
  ['relay-edge-types', { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false }],
  ['relay-page-info'],
]) {
  test(rule, () => {
    const config = [{
      files: ['**/*.graphql'],
      plugins: { '@graphql-eslint': plugin },
      languageOptions: { parser: plugin.parser, parserOptions: { graphQLConfig: { schema: sdl } } },
      rules: { [`@graphql-eslint/${rule}`]: options ? ['error', options] : 'error' },
    }];
    const found = new Linter().verify(sdl, config, 'schema.graphql');
    assert.deepEqual(found.map(fault => `${typeAt(fault.line)}: ${fault.message}`), []);
  });
}

test('the SDL is the schema that introspection tells', async () => {
  const told = buildClientSchema(await query(getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, inputValueDeprecation: true })));
  assert.deepEqual(validateSchema(told), []);
  const types = schema => Object.values(lexicographicSortSchema(schema).getTypeMap())
    .filter(type => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .map(printType);
  assert.deepEqual(types(buildSchema(sdl)), types(told));
});
