import { ToolbarButton, useGraphiQL } from '@graphiql/react';
import { useEffect, useState } from 'react';
import { graphqlPath } from '../graphql';
import { shareLink, type Operation } from '../share';
import { curlCommand } from './curl';

/** Toolbar buttons that copy the operation in the editor as a link or as a cURL command. */
export function ShareButtons() {
  const queryEditor = useGraphiQL(state => state.queryEditor);
  const variableEditor = useGraphiQL(state => state.variableEditor);
  const [notice, setNotice] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setNotice(''), 2500);
    return () => clearTimeout(timer);
  }, [notice]);

  const copy = (what: string, textOf: (operation: Operation) => string | Promise<string>) => async () => {
    const variables = variableEditor?.getValue();
    const operation = { query: queryEditor?.getValue() ?? '', ...(variables?.trim() && { variables }) };
    setNotice((await copyText(await textOf(operation))) ? `${what} copied` : 'The browser does not allow copying');
  };
  return (
    <>
      <ToolbarButton label="Copy link to this query" onClick={copy('Link', async op => new URL(await shareLink(op), location.href).href)}>
        <svg className="graphiql-toolbar-icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" aria-hidden="true">
          <path d="M8.5 11.5a3.5 3.5 0 0 0 5 0l3-3a3.5 3.5 0 0 0-5-5l-1 1M11.5 8.5a3.5 3.5 0 0 0-5 0l-3 3a3.5 3.5 0 0 0 5 5l1-1" />
        </svg>
      </ToolbarButton>
      <ToolbarButton label="Copy as cURL" onClick={copy('cURL command', op => curlCommand(new URL(graphqlPath(), location.href).href, op))}>
        <svg className="graphiql-toolbar-icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
          <path d="m4 6 4 4-4 4M10.5 14.5H16" />
        </svg>
      </ToolbarButton>
      <div className="notice" role="status">{notice}</div>
    </>
  );
}

/** Copies text; outside a secure context (plain http on another host) by way of a selected text field. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    return copied;
  }
}
