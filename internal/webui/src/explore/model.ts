import {
  buildClientSchema, getIntrospectionQuery, getNamedType, getNullableType, isInputObjectType, isInterfaceType, isLeafType,
  isListType, isObjectType, isRequiredArgument, type GraphQLField, type GraphQLInterfaceType, type GraphQLNamedType,
  type GraphQLObjectType, type GraphQLSchema, type IntrospectionQuery,
} from 'graphql';
import { query } from '../graphql';

/** A connection field of a node type: one relation, read in one direction. */
export interface Relation {
  field: string;
  description: string;
  counted: boolean;
  /** Whether links that a document states can be asked for apart from those that rules conclude. */
  byBasis: boolean;
  edge: GraphQLObjectType;
  target: Composite;
}

/** On what ground a link stands. */
export type Basis = 'STATED' | 'DERIVED';

/** A type whose nodes can be browsed. */
export interface NodeType {
  name: string;
  description: string;
  /** The Query field that lists its nodes, absent when there is none. */
  rootField?: string;
  counted: boolean;
  fields: string[];
  relations: Relation[];
  /** Of `history`, `statusHistory` and `passages` those that the type has: computed lists, each read on its own. */
  lists: ListName[];
  type: GraphQLObjectType;
}

/** What the explorer knows of a schema: its node types, by name in the schema's order. */
export interface Model {
  types: NodeType[];
  byName: Map<string, NodeType>;
}

type Composite = GraphQLObjectType | GraphQLInterfaceType;
type Field = GraphQLField<unknown, unknown>;

/** How deep values inside values are read (a citation, its document, a timeframe). */
const VALUE_DEPTH = 3;

/** Asks the endpoint for its schema and derives the model from it. */
export async function loadModel(): Promise<Model> {
  const introspection = await query<IntrospectionQuery>(getIntrospectionQuery());
  return modelOf(buildClientSchema(introspection));
}

/** Derives the model: node types implement `Node`, connections have `edges { node }`, as Relay's specification says. */
export function modelOf(schema: GraphQLSchema): Model {
  const roots = new Map<string, Field>();
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    const edge = edgeOf(field);
    const target = edge && getNamedType(edge.getFields()['node']!.type);
    if (target && !roots.has(target.name)) roots.set(target.name, field);
  }
  const types = Object.values(schema.getTypeMap())
    .filter((type): type is GraphQLObjectType => isObjectType(type) && isNode(type))
    .map(type => nodeType(type, roots.get(type.name)));
  return { types, byName: new Map(types.map(type => [type.name, type])) };
}

/** How many root fields one operation asks for: no more than the server allows. */
const ROOT_FIELDS = 15;

/** The number of nodes of each type that can be counted. */
export async function countNodes(model: Model): Promise<Map<string, number>> {
  const counted = model.types.filter(type => type.rootField && type.counted);
  const counts = new Map<string, number>();
  for (const operation of countQueries(counted)) {
    const data = await query<Record<string, { totalCount: number }>>(operation);
    for (const [name, page] of Object.entries(data)) counts.set(name, page.totalCount);
  }
  return counts;
}

/** The operations that count the nodes of the types, under the types' names. */
export function countQueries(types: NodeType[]): string[] {
  const operations: string[] = [];
  for (let i = 0; i < types.length; i += ROOT_FIELDS) {
    const fields = types.slice(i, i + ROOT_FIELDS).map(type => `${type.name}: ${type.rootField}(first: 0) { totalCount }`);
    operations.push(`query Counts { ${fields.join(' ')} }`);
  }
  return operations;
}

/** The query for one page of a type's nodes: variables `first` and `after`, answer under `page`. */
export function listQuery(type: NodeType): string {
  const fields = type.type.getFields();
  const extra = fields['description'] && readable(fields['description']) ? 'description' : '';
  const count = type.counted ? 'totalCount' : '';
  return `query List($first: Int!, $after: String) {
  page: ${type.rootField}(first: $first, after: $after) {
    ${count} pageInfo { hasNextPage endCursor }
    edges { node { ${reference(type.type)} ${extra} } }
  }
}`;
}

/** The query for one node: variable `id`, answer under `node`, with the size of each relation that has a count. */
export function nodeQuery(type: NodeType): string {
  const counts = type.relations.filter(r => r.counted).map(r => `${r.field}(first: 0) { totalCount }`);
  return `query Node($id: ID!) {
  node(id: $id) {
    ${reference(type.type)}
    ... on ${type.name} {
      ${selection(type.type, VALUE_DEPTH)}
      ${counts.join('\n      ')}
    }
  }
}`;
}

/**
 * The query for one page of a node's relation: variables `id`, `first`, `after`, answer under `node.page`. With a basis
 * it asks for the links of that basis alone, and of derived ones for the rule and the links that it was applied to.
 */
export function relationQuery(type: NodeType, relation: Relation, basis?: Basis): string {
  // `link` is the same link once more, as a type that all relations share.
  const properties = selection(relation.edge, VALUE_DEPTH, ['node', 'cursor', 'link']);
  const target = isNode(relation.target) ? reference(relation.target) : selection(relation.target, VALUE_DEPTH);
  const only = basis ? `, link: { basis: { eq: ${basis} } }` : '';
  const count = relation.counted ? 'totalCount' : '';
  return `query Relation($id: ID!, $first: Int!, $after: String) {
  node(id: $id) {
    ... on ${type.name} {
      page: ${relation.field}(first: $first, after: $after${only}) {
        ${count} pageInfo { hasNextPage endCursor }
        edges { ${properties} ${basis === 'DERIVED' ? PROOF : ''} node { ${target} } }
      }
    }
  }
}`;
}

const REFERENCE = '__typename id name';
const CITATIONS = `citations { document { ${REFERENCE} } locator quote }`;
const PROOF = `link {
          rule { ${REFERENCE} }
          premises { relation basis modality from { ${REFERENCE} } to { ${REFERENCE} } ${CITATIONS} }
        }`;

/** What is read of each computed list: variables as its query declares them, answer under `node.page`. */
const LISTS = {
  history: {
    variables: '$first: Int!, $after: String',
    field: `history(first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        items { revision committedAt author message change changes { property before after } }
      }`,
  },
  statusHistory: {
    variables: '$first: Int!',
    field: `statusHistory {
        totalCount truncated
        items(limit: $first) { status date dateIs modality wording document { ${REFERENCE} } ${CITATIONS} }
      }`,
  },
  passages: {
    variables: '$first: Int!, $after: String',
    field: `passages(limit: $first, after: $after) {
        locator kind quote uncited next { locator }
        nodes(first: 10) { totalCount edges { node { ${REFERENCE} } } }
        links(first: 0) { totalCount }
      }`,
  },
};

export type ListName = keyof typeof LISTS;

/** The query for a computed list of a node: variables `id`, `first`, and `after` where the list goes on page by page. */
export function computedQuery(type: NodeType, list: ListName): string {
  const { variables, field } = LISTS[list];
  return `query ${list.charAt(0).toUpperCase()}${list.slice(1)}($id: ID!, ${variables}) {
  node(id: $id) {
    ... on ${type.name} {
      page: ${field}
    }
  }
}`;
}

function nodeType(type: GraphQLObjectType, root: Field | undefined): NodeType {
  const fields = Object.values(type.getFields()).filter(readable);
  const relations: Relation[] = [];
  for (const field of fields) {
    const edge = edgeOf(field);
    if (!edge) continue;
    const target = getNamedType(edge.getFields()['node']!.type);
    if (!isObjectType(target) && !isInterfaceType(target)) continue;
    relations.push({ field: field.name, description: field.description ?? '', counted: hasCount(field), byBasis: hasBasis(field, edge), edge, target });
  }
  return {
    name: type.name,
    description: type.description ?? '',
    ...(root && { rootField: root.name }),
    counted: root !== undefined && hasCount(root),
    fields: fields.filter(field => !edgeOf(field) && field.name !== 'id').map(field => field.name),
    relations,
    lists: (Object.keys(LISTS) as ListName[]).filter(list => list in type.getFields()),
    type,
  };
}

/** The fields that name a node and tell its type, enough to link to it. */
function reference(type: Composite): string {
  return `__typename id${type.getFields()['name'] ? ' name' : ''}`;
}

/** Everything of a type that is read as a whole: leaves, references to nodes, and values down to the given depth. */
function selection(type: Composite, depth: number, without: string[] = []): string {
  const parts: string[] = [];
  for (const field of Object.values(type.getFields())) {
    if (without.includes(field.name) || !readable(field) || edgeOf(field)) continue;
    const named = getNamedType(field.type);
    if (isLeafType(named)) parts.push(field.name);
    else if (!isObjectType(named) && !isInterfaceType(named)) continue;
    else if (isNode(named)) parts.push(`${field.name} { ${reference(named)} }`);
    else if (depth > 0) {
      const inner = selection(named, depth - 1);
      if (inner) parts.push(`${field.name} { ${inner} }`);
    }
  }
  return parts.join(' ');
}

/** Whether values of the type are nodes: the interface `Node` itself, or anything that implements it. */
function isNode(type: GraphQLNamedType): type is Composite {
  if (!isObjectType(type) && !isInterfaceType(type)) return false;
  return type.name === 'Node' || type.getInterfaces().some(i => i.name === 'Node');
}

/** The edge type of a connection field, or undefined for a field that is no connection. */
function edgeOf(field: Field): GraphQLObjectType | undefined {
  const connection = getNullableType(field.type);
  if (!isObjectType(connection)) return undefined;
  const edges = connection.getFields()['edges'];
  if (!edges || !isListType(getNullableType(edges.type))) return undefined;
  const edge = getNamedType(edges.type);
  return isObjectType(edge) && edge.getFields()['node'] ? edge : undefined;
}

function hasCount(field: Field): boolean {
  const connection = getNamedType(field.type);
  return isObjectType(connection) && 'totalCount' in connection.getFields();
}

/** Whether a relation's links tell their basis and can be filtered by it. */
function hasBasis(field: Field, edge: GraphQLObjectType): boolean {
  const filter = field.args.find(arg => arg.name === 'link')?.type;
  return isInputObjectType(filter) && 'basis' in filter.getFields() && 'basis' in edge.getFields() && 'link' in edge.getFields();
}

/** Whether a field can be read as it is. A list that takes arguments or has `items` is a page of more, and no value. */
function readable(field: Field): boolean {
  const type = getNullableType(field.type);
  const isPage = isListType(type) ? field.args.length > 0 : isObjectType(type) && 'items' in type.getFields();
  return field.deprecationReason == null && !isPage && !field.args.some(isRequiredArgument);
}
