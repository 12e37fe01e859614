import type { ReactNode } from 'react';

/** The button for the next page of a list. */
export function More({ shown, loading, onClick }: { shown: boolean; loading: boolean; onClick: () => void }) {
  if (!shown) return null;
  return <p><button className="button" disabled={loading} onClick={onClick}>{loading ? 'Reading …' : 'Show more'}</button></p>;
}

/** What could not be shown, and why. */
export function Problem({ title, children }: { title: string; children: ReactNode }) {
  return <div className="problem" role="alert"><strong>{title}</strong><div>{children}</div></div>;
}
