// The incident as one page: the viewer with the incident file inside, in an element that no browser executes.
//
// The viewer's own policy names its scripts and styles by hash; the incident is data (`application/json`) and needs no hash.

const OPEN = '<script type="application/json" id="incident">';
const CLOSE = '</script>';
/** Whatever stood in the page before. JSON text never holds `<`, so the element ends at the first one. */
const ELEMENT = /<script type="application\/json" id="incident">[^<]*<\/script>\s*/g;
const ABOUT = /<noscript id="incident-about">[\s\S]*?<\/noscript>\s*/g;
const TITLE = /<title>[^<]*<\/title>/;

export interface PageText {
  readonly title: string;
  readonly summary: string;
}

/** @param viewer the single-file page, with or without an incident in it */
export function embedIncident(viewer: string, file: Uint8Array, text: PageText): string {
  const title = text.title === '' ? 'Hopscope' : `${text.title} – Hopscope`;
  const about = `<noscript id="incident-about"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text.summary)}</p></noscript>`;
  // The viewer's script stands in the head and quotes these very tags: only what comes before and behind it is touched.
  const body = viewer.lastIndexOf('<body');
  const head = viewer.slice(0, body).replace(TITLE, () => `<title>${escapeHtml(title)}</title>`);
  const rest = viewer.slice(body).replace(ELEMENT, '').replace(ABOUT, '');
  // A function as replacement: `$&` in a title means nothing.
  return (
    head + rest.replace('<div id="root">', (root) => `${OPEN}${escapeJson({ pcapng: toBase64(file) })}${CLOSE}\n    ${about}\n    ${root}`)
  );
}

/** The octets of the incident file in the content of the element, or null when that is no such thing. */
export function extractIncident(content: string): Uint8Array<ArrayBuffer> | null {
  const match = /^\s*\{\s*"pcapng"\s*:\s*"([A-Za-z0-9+/]*={0,2})"\s*\}\s*$/.exec(content);
  return match ? fromBase64(match[1] ?? '') : null;
}

/** The incident file in the text of a whole page; null where there is none. */
export function incidentInPage(page: string): Uint8Array<ArrayBuffer> | null {
  // The viewer's script quotes the tag in the head of the page: the element stands in its body.
  const at = page.lastIndexOf(OPEN);
  const end = at < 0 ? -1 : page.indexOf(CLOSE, at);
  return end < 0 ? null : extractIncident(page.slice(at + OPEN.length, end));
}

/** JSON that may stand inside a script element: nothing in it ends the element, opens a comment, or breaks a line. */
export const escapeJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

const CHUNK = 0x8000;

export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  // A multiple of three octets at a time, so that the pieces join.
  const step = CHUNK - (CHUNK % 3);
  for (let i = 0; i < bytes.length; i += step) parts.push(btoa(String.fromCharCode(...bytes.subarray(i, i + step))));
  return parts.join('');
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch {
    // Not base64: the caller says so.
    return null;
  }
}
