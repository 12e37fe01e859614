import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { computedQuery, countQueries, listQuery, modelOf, nodeQuery, relationQuery } from './model';
import { typeTitle, words } from './words';

const schema = buildSchema(`
  interface Node { id: ID! name: String! }
  enum Basis { STATED DERIVED }
  type Period { wording: String start: String }
  type Citation { document: Document! locator: String! checksum: String quote: String nested: Citation }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Document implements Node { id: ID! name: String! }
  type Tool implements Node {
    id: ID! name: String! description: String period: Period citations: [Citation!]!
    old: String @deprecated(reason: "gone") similar(to: ID!): [Tool!]! editions(limit: Int! = 100): [Period!]!
    goals(first: Int, after: String, link: LinkFilter): ToolGoalConnection!
    history(first: Int, after: String): VersionPage!
  }
  type Goal implements Node { id: ID! name: String! }
  type ToolGoalConnection { totalCount: Int! edges: [ToolGoalEdge!]! pageInfo: PageInfo! }
  type ToolGoalEdge { cursor: String! node: Goal! link: Link! basis: Basis! citations: [Citation!]! }
  type Link {
    id: ID! relation: String! basis: Basis! modality: String! from: Node! to: Node! citations: [Citation!]!
    rule: Rule premises: [Link!]!
  }
  type Rule implements Node { id: ID! name: String! }
  input LinkFilter { basis: BasisFilter }
  input BasisFilter { eq: Basis }
  type VersionPage { items: [Version!]! pageInfo: PageInfo! totalCount: Int! }
  type Version { revision: Int! committedAt: String! author: String! message: String change: String! changes: [Change!]! }
  type Change { property: String! before: String after: String }
  type ToolConnection { totalCount: Int! edges: [ToolEdge!]! pageInfo: PageInfo! }
  type ToolEdge { cursor: String! node: Tool! }
  type Query { node(id: ID!): Node tools(first: Int, after: String): ToolConnection! version: String! }
`);
const model = modelOf(schema);
const tool = model.byName.get('Tool')!;

describe('modelOf', () => {
  it('finds the node types, their root fields and relations', () => {
    expect(model.types.map(t => t.name).sort()).toEqual(['Document', 'Goal', 'Rule', 'Tool']);
    expect(tool.rootField).toBe('tools');
    expect(model.byName.get('Goal')!.rootField).toBeUndefined();
    expect(tool.relations.map(r => [r.field, r.target.name, r.counted, r.byBasis])).toEqual([['goals', 'Goal', true, true]]);
  });
  it('leaves out deprecated fields, fields that need arguments, lists that take some and pages', () => {
    expect(tool.fields).toEqual(['name', 'description', 'period', 'citations']);
  });
  it('finds the computed lists', () => {
    expect(tool.lists).toEqual(['history']);
    expect(model.byName.get('Goal')!.lists).toEqual([]);
  });
});

describe('queries', () => {
  it.each([
    ['list', listQuery(tool)],
    ['count', countQueries([tool])[0]!],
    ['node', nodeQuery(tool)],
    ['node without fields of its own', nodeQuery(model.byName.get('Goal')!)],
    ['relation', relationQuery(tool, tool.relations[0]!)],
    ['relation as stated', relationQuery(tool, tool.relations[0]!, 'STATED')],
    ['relation as derived', relationQuery(tool, tool.relations[0]!, 'DERIVED')],
    ['computed list', computedQuery(tool, 'history')],
  ])('%s is valid for the schema it came from', (_, text) => {
    expect(validate(schema, parse(text)).map(e => e.message)).toEqual([]);
  });
  it('counts a few types an operation', () => {
    expect(countQueries(Array<typeof tool>(31).fill(tool)).map(text => text.match(/totalCount/g)!.length)).toEqual([15, 15, 1]);
  });
  it('reads the properties and citations of a link', () => {
    expect(relationQuery(tool, tool.relations[0]!)).toMatch(/edges \{ basis citations \{ document \{ __typename id name \} locator/);
  });
  it('asks for the links of one basis, and why derived ones hold', () => {
    const relation = tool.relations[0]!;
    expect(relationQuery(tool, relation, 'STATED')).toMatch(/goals\(first: \$first, after: \$after, link: \{ basis: \{ eq: STATED \} \}\)/);
    expect(relationQuery(tool, relation, 'STATED')).not.toMatch(/rule|premises/);
    expect(relationQuery(tool, relation, 'DERIVED')).toMatch(/eq: DERIVED[^]*rule \{ __typename id name \}\s+premises/);
  });
  it('ends although a value type contains itself', () => {
    expect(nodeQuery(tool).match(/nested/g)).toHaveLength(2);
  });
});

it.each([
  ['responsibleBodies', 'responsible bodies'],
  ['IN_PROGRESS', 'in progress'],
  ['WorkingBody', 'working body'],
  ['relatedHSCode', 'related HS code'],
])('words(%s) is %s', (name, want) => expect(words(name)).toBe(want));

it('typeTitle starts with a capital', () => expect(typeTitle('workProgrammes')).toBe('Work programmes'));
