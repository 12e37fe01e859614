import type { Operation } from '../share';

/** A shell command that sends the operation. Request headers stay out, as in share links. */
export function curlCommand(url: string, { query, variables }: Operation): string {
  const body: Record<string, unknown> = { query };
  try {
    if (variables?.trim()) body['variables'] = JSON.parse(variables);
  } catch {
    // Half-typed variables are no JSON; the command is still useful without them.
  }
  return `curl ${quote(url)} \\\n  -H 'content-type: application/json' \\\n  --data-raw ${quote(JSON.stringify(body))}`;
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
