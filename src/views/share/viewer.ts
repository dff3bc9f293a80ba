// The viewer as one page, to put an incident into: this page itself where it is one file, else the copy that was built beside it.

let own: string | null = null;

/** Remembers the page as it came, before anything is drawn into it. Call first. Only the single-file page needs it. */
export function rememberPage(): void {
  if (import.meta.env.MODE === 'single' || import.meta.env.MODE === 'viewer')
    own = `<!doctype html>\n${document.documentElement.outerHTML}`;
}

/** Null where the page was not built (development). */
export async function viewerPage(): Promise<string | null> {
  if (own !== null) return own;
  const { gzip } = await import('virtual:viewer');
  if (gzip === '') return null;
  const bytes = Uint8Array.from(atob(gzip), (c) => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}
