import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { createClient } from 'graphql-ws';

/**
 * Sends operations to the endpoint: subscriptions over WebSocket, which opens on the first one; operations with @defer
 * or @stream as multipart, all others as plain JSON, so that only those who ask for parts get parts.
 */
export function createFetcher(path: string): Fetcher {
  const url = new URL(path, location.href);
  const socket = new URL(url);
  socket.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const options = { url: url.href, wsClient: createClient({ url: socket.href }) };
  const whole = createGraphiQLFetcher({ ...options, enableIncrementalDelivery: false });
  const inParts = createGraphiQLFetcher({ ...options, enableIncrementalDelivery: true });
  return (params, opts) => (/@(defer|stream)\b/.test(params.query) ? inParts : whole)(params, opts);
}
