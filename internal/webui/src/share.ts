/** What a share link carries. Request headers never go into it: they may hold secrets. */
export interface Operation {
  query: string;
  variables?: string;
}

const KEY = 'q=';

/** The path of GraphiQL with an operation in the fragment, which browsers do not send to any server. */
export async function shareLink(operation: Operation): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(operation));
  return `/graphiql#${KEY}${toBase64Url(await pipe(json, new CompressionStream('deflate-raw')))}`;
}

/** Whether a fragment is meant to carry an operation. */
export const isShared = (fragment: string) => fragment.startsWith(`#${KEY}`);

/** Reads an operation back from a fragment; undefined when it holds none or was damaged on its way. */
export async function readShared(fragment: string): Promise<Operation | undefined> {
  if (!isShared(fragment)) return undefined;
  try {
    const bytes = await pipe(fromBase64Url(fragment.slice(KEY.length + 1)), new DecompressionStream('deflate-raw'));
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value !== 'object' || value === null || !('query' in value) || typeof value.query !== 'string') return undefined;
    const variables = 'variables' in value && typeof value.variables === 'string' ? value.variables : undefined;
    return { query: value.query, ...(variables !== undefined && { variables }) };
  } catch {
    return undefined;
  }
}

async function pipe(bytes: Uint8Array<ArrayBuffer>, transform: CompressionStream | DecompressionStream): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(transform);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
}
