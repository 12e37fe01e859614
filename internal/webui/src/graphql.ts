/** The path of the GraphQL endpoint on this origin, as the server wrote it into the page. */
export function graphqlPath(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="graphql-path"]')?.content ?? '/graphql';
}

/** An answer without usable data: the endpoint could not be reached, or it refused the operation. */
export class QueryError extends Error {
  override name = 'QueryError';
}

/**
 * Runs one operation and returns its data. Throws QueryError when the answer carries errors or is no GraphQL answer;
 * an aborted request rejects with the signal's own reason.
 */
export async function query<T>(document: string, variables: Record<string, unknown> = {}, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(graphqlPath(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json;q=0.9' },
      body: JSON.stringify({ query: document, variables }),
      signal: signal ?? null,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new QueryError(`The server at ${location.origin} does not answer.`, { cause });
  }
  const answer = (await response.json().catch(() => null)) as { data?: T; errors?: { message: string }[] } | null;
  if (answer?.errors?.length) throw new QueryError(answer.errors.map(e => e.message).join('\n'));
  if (!answer?.data) throw new QueryError(`${graphqlPath()} answered ${response.status} ${response.statusText} instead of data.`);
  return answer.data;
}
