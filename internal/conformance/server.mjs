// Where the server is, and plain requests to it.
export const base = process.env.ECPGRAPH_URL;
if (!base) throw new Error('ECPGRAPH_URL is not set: use run.sh BINARY');

export const url = `${base}/graphql`;
export const wsURL = url.replace('http', 'ws');

/** The data of one query by POST; an answer with errors is an error. */
export async function query(document, variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: document, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
