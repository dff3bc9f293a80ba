// The text of the connection list's filter → tests: parts of addresses and ports, flags, close kinds, columns compared.
import type { CloseKind } from '../model/connectionList.ts';
import { CLOSE_KINDS } from '../model/connectionList.ts';

/** Columns that can be compared, by the names people type. Times are Nanos, sizes octets. */
const NUMBERS = {
  rtt: 'rttMedian',
  'rtt.min': 'rttLeast',
  handshake: 'handshake',
  irtt: 'handshake',
  duration: 'duration',
  packets: 'packets',
  bytes: 'bytes',
  out: 'bytesOut',
  back: 'bytesBack',
  inflight: 'inFlight',
  retrans: 'retransmissions',
  retransmissions: 'retransmissions',
  rst: 'resets',
  leaks: 'leaks',
  completeness: 'completeness',
} as const;
export type NumberColumn = (typeof NUMBERS)[keyof typeof NUMBERS];

export type Trait = 'reset' | 'leak' | 'nat' | 'retransmission' | 'syn' | 'fin' | 'data' | 'whatIf';
const TRAITS: Readonly<Record<string, Trait>> = {
  'has:rst': 'reset',
  'has:reset': 'reset',
  'has:leak': 'leak',
  'has:leaks': 'leak',
  'has:syn': 'syn',
  'has:fin': 'fin',
  'has:data': 'data',
  'has:retransmission': 'retransmission',
  'has:retransmissions': 'retransmission',
  'has:retrans': 'retransmission',
  'has:what-if': 'whatIf',
  'crosses:nat': 'nat',
};

/** @param value of the column; NaN passes nothing */
type Comparison = (value: number) => boolean;

export type ConnectionTest =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'trait'; readonly trait: Trait }
  | { readonly kind: 'close'; readonly close: CloseKind }
  | { readonly kind: 'number'; readonly column: NumberColumn; readonly passes: Comparison };

export interface ConnectionWords {
  readonly tests: readonly { readonly test: ConnectionTest; readonly negated: boolean }[];
  /** The first word that compares something, but nothing known. */
  readonly unknown: string | null;
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

const COMPARED = /^([a-z.]+)(<=|>=|==|=|<|>)(\d+(?:\.\d+)?)([a-zµ]*)$/;

/** Words are joined by "and"; `!` or `not` before one turns it round. */
export function parseConnectionWords(text: string): ConnectionWords {
  const joined = text
    .toLowerCase()
    .replace(/\b(has|is) +(?=[a-z])/g, '$1:')
    .replace(/\bcrosses +nat\b/g, 'crosses:nat')
    .replace(/\bnot +/g, '!')
    .replace(/ *(<=|>=|==|[<>=]) */g, '$1');
  const tests: { test: ConnectionTest; negated: boolean }[] = [];
  let unknown: string | null = null;
  for (const word of joined.split(/\s+/)) {
    const negated = word.startsWith('!');
    const plain = negated ? word.slice(1) : word;
    if (plain === '' || plain === 'and' || plain === '&&') continue;
    const test = testOf(plain);
    if (test) tests.push({ test, negated });
    else unknown ??= plain;
  }
  return { tests, unknown };
}

function testOf(word: string): ConnectionTest | null {
  const trait = TRAITS[word];
  if (trait) return { kind: 'trait', trait };
  if (word.startsWith('is:')) {
    const close = CLOSE_KINDS.find((k) => k === word.slice(3));
    return close ? { kind: 'close', close } : null;
  }
  if (/^(has|crosses):/.test(word)) return null;
  if (!/[<>=]/.test(word)) return { kind: 'text', text: word };
  const m = COMPARED.exec(word);
  const column = Object.entries(NUMBERS).find(([name]) => name === m?.[1])?.[1];
  const unit = UNITS[m?.[4] ?? ''];
  if (!m || !column || unit === undefined) return null;
  const wanted = Number(m[3]) * unit;
  return { kind: 'number', column, passes: comparison(m[2] ?? '=', wanted) };
}

function comparison(sign: string, wanted: number): Comparison {
  switch (sign) {
    case '<':
      return (v) => v < wanted;
    case '<=':
      return (v) => v <= wanted;
    case '>':
      return (v) => v > wanted;
    case '>=':
      return (v) => v >= wanted;
    default:
      return (v) => v === wanted;
  }
}
