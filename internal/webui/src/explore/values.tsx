import type { ReactNode } from 'react';
import { words } from './words';

type Value = Record<string, unknown>;

/** A list of more values is folded until it is asked for. */
const LONG = 20;

/** The address of a node's page. The type comes first: it decides which query reads the node. */
export const nodePath = (typename: string, id: string) => `#/${encodeURIComponent(typename)}/${encodeURIComponent(id)}`;

/** A link to the page of a node, by its name or else its id. */
export function NodeLink({ node }: { node: Value }) {
  return <a href={nodePath(String(node['__typename']), String(node['id']))}>{String(node['name'] ?? node['id'])}</a>;
}

/** Whether there is anything to show: null, empty text and empty lists are absent facts. */
export function isPresent(value: unknown): boolean {
  if (value == null || value === '') return false;
  if (Array.isArray(value)) return value.some(isPresent);
  if (typeof value === 'object') return Object.entries(value).some(([key, v]) => key !== '__typename' && isPresent(v));
  return true;
}

/** Shows any value of an answer: text, a link for a node or a web address, a list, or named parts. */
export function ValueView({ value }: { value: unknown }): ReactNode {
  if (Array.isArray(value)) {
    const items = value.filter(isPresent);
    if (items.length === 1) return <ValueView value={items[0]} />;
    const list = <ul className="values">{items.map((item, i) => <li key={i}><ValueView value={item} /></li>)}</ul>;
    return items.length > LONG ? <details><summary>{items.length}</summary>{list}</details> : list;
  }
  if (typeof value === 'object' && value !== null) {
    const parts = value as Value;
    if (typeof parts['__typename'] === 'string' && parts['id'] != null) return <NodeLink node={parts} />;
    return <Parts parts={parts} />;
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const text = String(value);
  if (/^https?:\/\//.test(text)) return <a href={text} rel="noreferrer">{text}</a>;
  return text;
}

function Parts({ parts }: { parts: Value }) {
  const shown = Object.entries(parts).filter(([key, value]) => key !== '__typename' && isPresent(value));
  return (
    <span className="parts">
      {shown.map(([key, value]) => key === 'citations' ? <Citations key={key} citations={value} /> : (
        <span key={key} className="part"><span className="key">{words(key)}</span> <ValueView value={value} /></span>
      ))}
    </span>
  );
}

/** The passages that support a node or link: the document first, then where in it, then the rest. */
export function Citations({ citations }: { citations: unknown }) {
  if (!Array.isArray(citations) || citations.length === 0) return null;
  return (
    <ul className="citations">
      {citations.map((citation: Value, i) => {
        const { document, locator, quote, checksum, __typename, id, ...rest } = citation;
        return (
          <li key={i}>
            {isPresent(document) && <ValueView value={document} />}
            {isPresent(locator) && <span className="locator"><ValueView value={locator} /></span>}
            {isPresent(rest) && <Parts parts={rest} />}
            {isPresent(quote) && <blockquote><ValueView value={quote} /></blockquote>}
          </li>
        );
      })}
    </ul>
  );
}
