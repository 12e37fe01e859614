/** `legalBasis` or `LEGAL_BASIS` as words: "legal basis". Abbreviations in capitals stay: `relatedHSCode` is "related HS code". */
export function words(name: string): string {
  const spaced = /^[A-Z0-9_]+$/.test(name)
    ? name.toLowerCase()
    : name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
  return spaced
    .replaceAll('_', ' ')
    .split(' ')
    .map(word => (/^[A-Z][a-z]/.test(word) || word.length === 1 ? word.toLowerCase() : word))
    .join(' ')
    .trim();
}

/** The same with a capital first letter, for headings. */
export function typeTitle(name: string): string {
  const text = words(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
