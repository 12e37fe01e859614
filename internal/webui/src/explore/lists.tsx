import { useState, type ReactNode } from 'react';
import { usePages, useQuery, type Page } from './hooks';
import { computedQuery, type NodeType } from './model';
import { More, Problem } from './parts';
import { Citations, isPresent, NodeLink, ValueView } from './values';
import { words } from './words';

type Value = Record<string, unknown>;
type Of = { type: NodeType; id: string };

const STATEMENTS = 100;
const VERSIONS = 20;
const PASSAGES = 100;

/** What documents report of the node's state, by date; nothing when none does. */
export function StatusHistory({ type, id }: Of) {
  const { data, error } = useQuery<{ node: { page: { items: Value[]; totalCount: number; truncated: boolean } } }>(
    computedQuery(type, 'statusHistory'), { id, first: STATEMENTS });
  if (error) return <section><h2>Status history</h2><Problem title="It could not be read">{error.message}</Problem></section>;
  const page = data?.node.page;
  if (!page || page.items.length === 0) return null;
  return (
    <section className="status-history">
      <h2>Status history <span className="count">{page.totalCount.toLocaleString('en')}{page.truncated && '+'}</span></h2>
      <ul className="links">
        {page.items.map(({ status, date, dateIs, modality, wording, document, citations }, i) => (
          <li key={i}>
            <div className="target">{words(String(status))} <span className="kind">{date == null ? 'no date is known' : `${String(date)}${DATE_IS[String(dateIs)]}`}</span></div>
            <div className="properties"><ValueView value={{ reportedBy: document, modality, wording }} /></div>
            <Citations citations={citations} />
          </li>
        ))}
      </ul>
      {page.items.length < page.totalCount && <p className="quiet">The first {page.items.length} are shown.</p>}
    </section>
  );
}

const DATE_IS: Record<string, string> = { OF_STATE: ', the date of the state', OF_DOCUMENT: ', the date of the document, which gives none for the state' };

/** The versions of the node, the newest first, read when they are asked for. */
export function History(of: Of) {
  return <Folded title="History">{() => <Versions {...of} />}</Folded>;
}

function Versions({ type, id }: Of) {
  const { edges, hasMore, loading, error, more } = usePages<{ node: { page: Paged } }>(
    computedQuery(type, 'history'), id, VERSIONS, ({ node: { page: { items, ...page } } }) => ({ ...page, edges: items.map(node => ({ node })) }));
  return (
    <>
      <ul className="links versions">
        {edges.map(({ node: { revision, committedAt, author, message, change, changes } }) => (
          <li key={String(revision)}>
            <div><b>{words(String(change))}</b> in revision {String(revision)}, <time>{String(committedAt).slice(0, 16).replace('T', ' ')}</time> UTC, by {String(author)}{isPresent(message) && <>: {String(message)}</>}</div>
            <dl className="facts">
              {(changes as Value[]).map(({ property, before, after }, i) => (
                <div key={i}><dt>{String(property)}</dt><dd>{before != null && <><del>{String(before)}</del> </>}{after != null && <ins>{String(after)}</ins>}</dd></div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
      {error && <Problem title="The versions could not be read">{error.message}</Problem>}
      <More shown={hasMore || loading} loading={loading} onClick={more} />
    </>
  );
}

type Paged = Omit<Page, 'edges'> & { items: Value[] };

/** The passages of a document in its order, with what cites them, read when they are asked for. */
export function Passages(of: Of) {
  return <Folded title="Passages">{() => <PassageList {...of} />}</Folded>;
}

interface Passage {
  locator: string;
  kind: string | null;
  quote: string | null;
  uncited: string | null;
  next: { locator: string } | null;
  nodes: { totalCount: number; edges: { node: Value }[] };
  links: { totalCount: number };
}

function PassageList({ type, id }: Of) {
  const { edges, hasMore, loading, error, more } = usePages<{ node: { page: Passage[] } }>(computedQuery(type, 'passages'), id, PASSAGES, ({ node: { page } }) => ({
    pageInfo: { hasNextPage: page.at(-1)?.next != null, endCursor: page.at(-1)?.locator ?? null },
    edges: page.map(passage => ({ node: passage as unknown as Value })),
  }));
  const passages = edges.map(({ node }) => node as unknown as Passage);
  return (
    <>
      <ul className="links passages">
        {passages.map(({ locator, kind, quote, uncited, nodes, links }) => (
          <li key={locator}>
            <div><b>{locator}</b>{kind && <span className="kind">{words(kind)}</span>}</div>
            {isPresent(quote) && <blockquote>{quote}</blockquote>}
            {isPresent(uncited) && <div className="quiet">Cited by nothing: {uncited}</div>}
            {nodes.totalCount + links.totalCount > 0 && (
              <div className="properties">
                Cited by {number(nodes.totalCount, 'node')} and {number(links.totalCount, 'link')}{nodes.totalCount > 0 && ': '}
                {nodes.edges.map(({ node }, i) => <span key={i}>{i > 0 && ', '}<NodeLink node={node} /></span>)}{nodes.totalCount > nodes.edges.length && ' …'}
              </div>
            )}
          </li>
        ))}
      </ul>
      {error && <Problem title="The passages could not be read">{error.message}</Problem>}
      {!loading && !error && passages.length === 0 && <p className="quiet">No outline of this document is known.</p>}
      <More shown={hasMore || loading} loading={loading} onClick={more} />
    </>
  );
}

const number = (count: number, noun: string) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/** A section that opens on demand; what is in it is made, and so read, the first time only. */
function Folded({ title, children }: { title: string; children: () => ReactNode }) {
  const [opened, setOpened] = useState(false);
  return (
    <details className="folded" onToggle={event => event.currentTarget.open && setOpened(true)}>
      <summary><h2>{title}</h2></summary>
      {opened && children()}
    </details>
  );
}
