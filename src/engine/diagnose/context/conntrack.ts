// `conntrack -L` (also /proc/net/nf_conntrack) and `conntrack -S`.
import { STATE_NAMES } from '../../conntrack/states.ts';
import type { Draft } from './draft.ts';
import { eachLine, endpointText, parseAddress } from './lines.ts';

/** An entry's states as printed; LISTEN where older kernels print SYN_SENT2. */
const STATES: ReadonlySet<string> = new Set([...STATE_NAMES, 'LISTEN']);

export function readConntrackList(text: string, file: string, draft: Draft): void {
  eachLine(text, (line) => {
    const words = line.trim().split(/\s+/);
    const at = words.indexOf('tcp');
    if (at < 0) return draft.isFull;
    const [, , seconds, state] = words.slice(at);
    const ends = tuples(words);
    if (ends && state !== undefined && STATES.has(state) && /^\d+$/.test(seconds ?? '')) {
      const [original, reply] = ends;
      draft.conntrack.push({
        state,
        secondsLeft: Number(seconds),
        original,
        reply,
        unreplied: words.includes('[UNREPLIED]'),
        assured: words.includes('[ASSURED]'),
        file,
      });
    }
    return draft.isFull;
  });
}

interface Tuple {
  readonly source: string;
  readonly destination: string;
}

function tuples(words: readonly string[]): readonly [Tuple, Tuple] | null {
  const values = (key: string): string[] => words.filter((w) => w.startsWith(`${key}=`)).map((w) => w.slice(key.length + 1));
  const [src, dst, sport, dport] = [values('src'), values('dst'), values('sport'), values('dport')];
  const tuple = (i: number): Tuple | null => {
    const [a, b] = [parseAddress(src[i] ?? ''), parseAddress(dst[i] ?? '')];
    const [p, q] = [sport[i], dport[i]];
    return a !== null && b !== null && p !== undefined && q !== undefined
      ? { source: endpointText(a, p), destination: endpointText(b, q) }
      : null;
  };
  const [first, second] = [tuple(0), tuple(1)];
  return first && second ? [first, second] : null;
}

/** Counters of all CPUs added up. */
export function readConntrackStats(text: string, file: string, draft: Draft): void {
  const values = new Map<string, number>();
  eachLine(text, (line) => {
    for (const match of line.matchAll(/\b([a-z_]{2,30})=(\d{1,15})\b/g)) {
      const [, name = '', value = '0'] = match;
      if (name !== 'cpu' && values.size < 100) values.set(name, (values.get(name) ?? 0) + Number(value));
    }
    return draft.isFull;
  });
  if (values.size > 0) draft.counters.push({ file, values });
}
