// Lines of a text whose size and shape nobody vouches for.

/** A longer line is no line of any of these tools; what is behind is left out. Characters. */
const LONGEST_LINE = 16_384;
/** More lines than this are not looked at. */
const MOST_LINES = 2_000_000;

/** Calls for each line, from 1, until `each` says stop or the text ends. */
export function eachLine(text: string, each: (line: string, number: number) => boolean | undefined): void {
  let from = 0;
  for (let number = 1; number <= MOST_LINES && from <= text.length; number++) {
    const end = text.indexOf('\n', from);
    const stop = end < 0 ? text.length : end;
    const line = text.slice(from, Math.min(stop, from + LONGEST_LINE)).replace(/\r$/, '');
    if (each(line, number) === true || end < 0) return;
    from = end + 1;
  }
}

/** The first lines that say something, for telling what a file is. */
export function headOf(text: string, count: number): readonly string[] {
  const head: string[] = [];
  eachLine(text, (line, number) => {
    if (line.trim() !== '') head.push(line);
    return head.length >= count || number > count * 50;
  });
  return head;
}

const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;
const V6 = /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*$/i;

/** An address in canonical text, as the tables write it; null for anything else. */
export function parseAddress(text: string): string | null {
  if (V4.test(text)) return text;
  if (text.length > 45 || !V6.test(text)) return null;
  return canonicalV6(text);
}

/** RFC 5952 form of an IPv6 address, or null. */
function canonicalV6(text: string): string | null {
  const [front, back, extra] = text.toLowerCase().split('::');
  if (extra !== undefined || front === undefined) return null;
  const groups = (part: string): number[] | null => {
    if (part === '') return [];
    const list: number[] = [];
    for (const word of part.split(':')) {
      if (!/^[0-9a-f]{1,4}$/.test(word)) return null;
      list.push(Number.parseInt(word, 16));
    }
    return list;
  };
  const [a, b] = [groups(front), groups(back ?? '')];
  if (!a || !b || (back === undefined ? a.length !== 8 : a.length + b.length > 7)) return null;
  const all = back === undefined ? a : [...a, ...Array<number>(8 - a.length - b.length).fill(0), ...b];
  return compress(all);
}

function compress(groups: readonly number[]): string {
  let best = { start: 0, length: 0 };
  for (let i = 0; i < groups.length; i++) {
    let end = i;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - i > best.length) best = { start: i, length: end - i };
    if (end > i) i = end;
  }
  const hex = (list: readonly number[]): string => list.map((g) => g.toString(16)).join(':');
  return best.length < 2 ? hex(groups) : `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
}

/** `10.0.0.1:80`, `[fd00::1]:80`; null for anything else. */
export function parseEndpoint(text: string): { readonly address: string; readonly port: number } | null {
  const match = /^\[?([^\]]{2,45}?)\]?:(\d{1,5})$/.exec(text);
  const address = match?.[1] === undefined ? null : parseAddress(match[1]);
  const port = Number(match?.[2]);
  return address !== null && port <= 65_535 ? { address, port } : null;
}

export const endpointText = (address: string, port: number | string): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
