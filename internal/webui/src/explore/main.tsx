import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { shareLink } from '../share';
import { usePages, useQuery, useRoute, type Page } from './hooks';
import { LinkList } from './links';
import { History, Passages, StatusHistory } from './lists';
import { countNodes, listQuery, loadModel, nodeQuery, type Model, type NodeType, type Relation } from './model';
import { More, Problem } from './parts';
import { Citations, isPresent, NodeLink, ValueView } from './values';
import { typeTitle } from './words';

const LIST_PAGE = 50;

function Explorer({ model }: { model: Model }) {
  const [typeName, id, ...rest] = useRoute();
  const type = typeName ? model.byName.get(typeName) : undefined;
  const title = type ? (id ?? plural(type)) : 'Explorer';
  useEffect(() => {
    document.title = `${title} · ecpgraph`;
    scrollTo(0, 0);
  }, [title]);
  if (!typeName) return <TypesPage model={model} />;
  if (!type || rest.length > 0) return <Problem title="No such page">There is no type “{typeName}” in this graph. <a href="#/">All types</a></Problem>;
  if (id === undefined) return <ListPage key={type.name} type={type} />;
  return <NodePage key={`${type.name}/${id}`} type={type} id={id} />;
}

function TypesPage({ model }: { model: Model }) {
  const [counts, setCounts] = useState<Map<string, number>>();
  useEffect(() => {
    countNodes(model).then(setCounts, (err: unknown) => {
      console.info('no counts:', err);
      setCounts(new Map());
    });
  }, [model]);
  const listed = model.types.filter(type => type.rootField);
  return (
    <>
      <h1>What is in this graph</h1>
      <p className="intro">Choose a type to list its nodes. Each page of a node shows its facts, its links, and the passages that state them; what rules conclude stands apart.</p>
      <ul className="cards">
        {listed.map(type => (
          <li key={type.name}>
            <h3><a href={`#/${type.name}`}>{plural(type)}</a>{counts?.has(type.name) && <span className="count">{counts.get(type.name)!.toLocaleString('en')}</span>}</h3>
            <p>{type.description}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

function ListPage({ type }: { type: NodeType }) {
  if (!type.rootField) return <Problem title={typeTitle(type.name)}>Nodes of this type cannot be listed, only reached through others.</Problem>;
  return <List type={type} />;
}

function List({ type }: { type: NodeType }) {
  const text = listQuery(type);
  const { edges, totalCount, hasMore, loading, error, more } = usePages<{ page: Page }>(text, undefined, LIST_PAGE, data => data.page);
  return (
    <>
      <Trail />
      <h1>{plural(type)} {totalCount !== undefined && <span className="count">{totalCount.toLocaleString('en')}</span>}</h1>
      <p className="intro">{type.description} <InGraphiQL query={text} variables={{ first: LIST_PAGE, after: null }} /></p>
      <ul className="nodes">
        {edges.map(({ node }) => (
          <li key={String(node['id'])}><NodeLink node={node} />{isPresent(node['description']) && <span className="quiet"> {String(node['description'])}</span>}</li>
        ))}
      </ul>
      {error && <Problem title="The list stopped here">{error.message}</Problem>}
      {!loading && !error && edges.length === 0 && <p className="quiet">There are none in this graph.</p>}
      <More shown={hasMore || loading} loading={loading} onClick={more} />
    </>
  );
}

function NodePage({ type, id }: { type: NodeType; id: string }) {
  const text = nodeQuery(type);
  const { data, error } = useQuery<{ node: Record<string, unknown> | null }>(text, { id });
  const node = data?.node;
  useEffect(() => {
    if (node?.['name']) document.title = `${String(node['name'])} · ecpgraph`;
  }, [node]);
  if (error) return <><Trail type={type} /><Problem title="This node could not be read">{error.message}</Problem></>;
  if (!data) return <p className="quiet">Reading …</p>;
  if (!node) return <><Trail type={type} /><Problem title="No such node">There is no node with the id “{id}”.</Problem></>;
  if (node['__typename'] !== type.name) return <Problem title="Another type">This node is a <NodeLink node={{ ...node, name: typeTitle(String(node['__typename'])) }} />.</Problem>;

  const facts = type.fields.filter(field => !['name', 'description', 'citations'].includes(field) && isPresent(node[field]));
  const relations = type.relations.filter(relation => !relation.counted || countOf(node, relation)! > 0);
  return (
    <article>
      <Trail type={type} />
      <h1>{String(node['name'] ?? id)}</h1>
      {isPresent(node['description']) && <p className="intro">{String(node['description'])}</p>}
      <p className="quiet"><code>{id}</code> · <InGraphiQL query={text} variables={{ id }} /></p>
      {facts.length > 0 && (
        <dl className="facts">
          {facts.map(field => <div key={field}><dt>{typeTitle(field)}</dt><dd><ValueView value={node[field]} /></dd></div>)}
        </dl>
      )}
      {isPresent(node['citations'])
        ? <section><h2>Stated in</h2><Citations citations={node['citations']} /></section>
        : <p className="unstated">No passage is cited for this node. {typeTitle(type.name)}: {type.description}</p>}
      {type.lists.includes('statusHistory') && <StatusHistory type={type} id={id} />}
      {relations.map(relation => <RelationSection key={relation.field} type={type} id={id} relation={relation} count={countOf(node, relation)} />)}
      {type.lists.includes('passages') && <Passages type={type} id={id} />}
      {type.lists.includes('history') && <History type={type} id={id} />}
    </article>
  );
}

function RelationSection({ type, id, relation, count }: { type: NodeType; id: string; relation: Relation; count: number | undefined }) {
  return (
    <section className={count === undefined ? 'uncounted' : undefined}>
      <h2 title={relation.description}>{typeTitle(relation.field)} {count !== undefined && <span className="count">{count.toLocaleString('en')}</span>}</h2>
      {relation.byBasis
        ? <><LinkList type={type} id={id} relation={relation} basis="STATED" /><LinkList type={type} id={id} relation={relation} basis="DERIVED" /></>
        : <LinkList type={type} id={id} relation={relation} />}
    </section>
  );
}

function Trail({ type }: { type?: NodeType }) {
  return <nav className="trail" aria-label="Path"><a href="#/">All types</a>{type && <> › <a href={`#/${type.name}`}>{plural(type)}</a></>}</nav>;
}

/** A link that opens GraphiQL with the query behind what is shown. */
function InGraphiQL({ query, variables }: { query: string; variables: Record<string, unknown> }) {
  const [href, setHref] = useState('/graphiql');
  const json = JSON.stringify(variables, null, 2);
  useEffect(() => {
    let current = true;
    shareLink({ query, variables: json }).then(link => current && setHref(link), () => undefined);
    return () => { current = false; };
  }, [query, json]);
  return <a href={href}>Open this query in GraphiQL</a>;
}

const plural = (type: NodeType) => typeTitle(type.rootField ?? type.name);
const countOf = (node: Record<string, unknown>, relation: Relation) => (node[relation.field] as { totalCount: number } | undefined)?.totalCount;

const root = createRoot(document.getElementById('app')!);
loadModel().then(
  model => root.render(<StrictMode><Explorer model={model} /></StrictMode>),
  (err: Error) => root.render(<Problem title="The schema could not be read">{err.message}</Problem>),
);
