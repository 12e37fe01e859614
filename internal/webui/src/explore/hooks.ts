import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { query } from '../graphql';

/** The parts of the address after `#/`, decoded: [] for the start page, [type], or [type, id]. */
export function useRoute(): string[] {
  const hash = useSyncExternalStore(listen, () => location.hash);
  try {
    return hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return [hash]; // a malformed escape names no page
  }
}

function listen(changed: () => void) {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
}

/** What an effect has loaded so far: data, or the error that stopped it, or neither while it runs. */
export interface Loaded<T> {
  data?: T;
  error?: Error;
}

/** Runs a query again whenever its text or variables change; an answer that comes too late is dropped. */
export function useQuery<T>(document: string, variables: Record<string, unknown>): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T> & { key?: string }>({});
  const key = JSON.stringify([document, variables]);
  useEffect(() => {
    const controller = new AbortController();
    const [text, values] = JSON.parse(key) as [string, Record<string, unknown>];
    query<T>(text, values, controller.signal).then(
      data => setLoaded({ key, data }),
      (error: Error) => controller.signal.aborted || setLoaded({ key, error }),
    );
    return () => controller.abort();
  }, [key]);
  return loaded.key === key ? loaded : {};
}

/** One page of a connection, as every list query of the model answers. */
export interface Page {
  totalCount?: number;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  edges: ({ node: Record<string, unknown> } & Record<string, unknown>)[];
}

/**
 * Reads a connection page by page: the first at once, the next when `more` is called. `pageOf` finds the page in an
 * answer. A caller that changes the document or id must give its component another key.
 */
export function usePages<T>(document: string, id: string | undefined, first: number, pageOf: (data: T) => Page | undefined) {
  const [after, setAfter] = useState<string | null>(null);
  const [earlier, setEarlier] = useState<Page['edges']>([]);
  const { data, error } = useQuery<T>(document, { first, after, ...(id !== undefined && { id }) });
  const page = data && pageOf(data);
  const edges = page ? [...earlier, ...page.edges] : earlier;
  const more = useCallback(() => {
    if (!page?.pageInfo.hasNextPage) return;
    setEarlier(edges);
    setAfter(page.pageInfo.endCursor);
  }, [page, edges]);
  return { edges, totalCount: page?.totalCount, hasMore: page?.pageInfo.hasNextPage ?? false, loading: !data && !error, error, more };
}
