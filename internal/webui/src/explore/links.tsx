import { usePages, type Page } from './hooks';
import { relationQuery, type Basis, type NodeType, type Relation } from './model';
import { More, Problem } from './parts';
import { Citations, isPresent, NodeLink, ValueView } from './values';
import { words } from './words';

const RELATION_PAGE = 10;

type Value = Record<string, unknown>;

/**
 * The links of one relation of a node. Those of basis DERIVED stand under a heading of their own, each with its rule and
 * the links that it follows from, so that none looks as if a document stated it. Nothing when there are none.
 */
export function LinkList({ type, id, relation, basis }: { type: NodeType; id: string; relation: Relation; basis?: Basis }) {
  const { edges, totalCount, hasMore, loading, error, more } = usePages<{ node: { page: Page } | null }>(
    relationQuery(type, relation, basis), id, RELATION_PAGE, data => data.node?.page);
  if (!error && edges.length === 0) return null;
  const derived = basis === 'DERIVED';
  return (
    <div className={derived ? 'concluded' : undefined}>
      {derived && <h3>Concluded by rules, stated by no document {totalCount !== undefined && <span className="count">{totalCount.toLocaleString('en')}</span>}</h3>}
      <ul className="links">
        {edges.map(({ node, cursor, citations, link, __typename, basis: ground, ...properties }, i) => (
          <li key={i}>
            <div className="target"><ValueView value={node} />{relation.target.name === 'Node' && <span className="kind">{words(String((node as Value)['__typename']))}</span>}</div>
            {isPresent(properties) && <div className="properties"><ValueView value={properties} /></div>}
            {derived ? <Proof link={link as Value} /> : <Citations citations={citations} />}
          </li>
        ))}
      </ul>
      {error && <Problem title="These links could not be read">{error.message}</Problem>}
      <More shown={hasMore || (loading && edges.length > 0)} loading={loading} onClick={more} />
    </div>
  );
}

/** How a derived link follows: the rule that was applied last, and the links it was applied to with what states them. */
function Proof({ link }: { link: Value }) {
  const premises = link['premises'] as Value[];
  return (
    <details className="proof">
      <summary>Concluded by the rule {isPresent(link['rule']) && <NodeLink node={link['rule'] as Value} />}</summary>
      <ol>
        {premises.map(({ from, to, relation, basis, modality, citations }, i) => (
          <li key={i}>
            <NodeLink node={from as Value} /> <span className="key">{words(String(relation))}</span> <NodeLink node={to as Value} />
            <span className="kind">{words(String(modality))}{basis === 'DERIVED' && ', itself concluded by a rule'}</span>
            <Citations citations={citations} />
          </li>
        ))}
      </ol>
    </details>
  );
}
