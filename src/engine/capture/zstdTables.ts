// Zstandard's two codes as decoding tables: FSE (RFC 8878 §4.1) and Huffman (§4.2). A table that can't be built is null.

/** FSE: what each state stands for, how many bits the next state takes, and what they are added to. */
export interface FseTable {
  readonly log: number;
  readonly symbol: Uint8Array;
  readonly bits: Uint8Array;
  readonly base: Uint16Array;
}

/** Huffman: symbol and length of the code that `log` bits begin with. */
export interface HuffmanTable {
  readonly log: number;
  readonly symbol: Uint8Array;
  readonly bits: Uint8Array;
}

const MOST_SYMBOLS = 256;
const WEIGHT_LOG = 6;
const LONGEST_CODE = 11;

/** @param counts how many states each symbol has; −1: fewer than one, so one of the last */
export function buildFse(counts: Int16Array, log: number): FseTable {
  const size = 1 << log;
  const symbol = new Uint8Array(size);
  const bits = new Uint8Array(size);
  const base = new Uint16Array(size);
  const next = new Uint16Array(counts.length);
  let high = size;
  for (let s = 0; s < counts.length; s++) {
    if (counts[s] === -1) symbol[--high] = s;
    next[s] = Math.abs(counts[s]);
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (let s = 0; s < counts.length; s++) {
    for (let i = 0; i < counts[s]; i++) {
      symbol[at] = s;
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  }
  for (let state = 0; state < size; state++) {
    const place = next[symbol[state]]++;
    bits[state] = log - (31 - Math.clz32(place));
    base[state] = (place << bits[state]) - size;
  }
  return { log, symbol, bits, base };
}

/** One symbol that takes no bits. */
export const rleFse = (symbol: number): FseTable => ({
  log: 0,
  symbol: Uint8Array.of(symbol),
  bits: new Uint8Array(1),
  base: new Uint16Array(1),
});

/** Where the description ended, and the table. */
export interface Described<T> {
  readonly table: T;
  readonly end: number;
}

/** A table described from octet `at` on (§4.1.1). */
export function readFse(input: Uint8Array, at: number, end: number, mostLog: number, mostSymbols: number): Described<FseTable> | null {
  let bit = 0;
  const peek = (count: number): number => {
    const octet = at + (bit >> 3);
    let word = 0;
    for (let i = 0; i < 4 && octet + i < end; i++) word |= input[octet + i] << (8 * i);
    return (word >>> (bit & 7)) & ((1 << count) - 1);
  };
  const log = peek(4) + 5;
  if (log > mostLog || at >= end) return null;
  bit = 4;
  const counts = new Int16Array(mostSymbols);
  let left = (1 << log) + 1;
  let threshold = 1 << log;
  let width = log + 1;
  let symbol = 0;
  while (left > 1) {
    if (symbol >= mostSymbols) return null;
    // Small values take one bit less: as many as the largest has room above what is left.
    const short = 2 * threshold - 1 - left;
    let value = peek(width);
    if ((value & (threshold - 1)) < short) {
      value &= threshold - 1;
      bit += width - 1;
    } else {
      if (value >= threshold) value -= short;
      bit += width;
    }
    const count = value - 1;
    counts[symbol++] = count;
    left -= Math.abs(count);
    if (left < 1) return null;
    for (let more = count === 0; more; ) {
      const zeros = peek(2);
      bit += 2;
      symbol += zeros;
      more = zeros === 3;
      if (symbol > mostSymbols) return null;
    }
    while (left < threshold) {
      width--;
      threshold >>= 1;
    }
  }
  const next = at + ((bit + 7) >> 3);
  return next > end ? null : { table: buildFse(counts.subarray(0, symbol), log), end: next };
}

/** Code lengths as weights, in the clear or by FSE, the last of them left out (§4.2.1). */
export function readHuffman(input: Uint8Array, at: number, end: number): Described<HuffmanTable> | null {
  if (at >= end) return null;
  const header = input[at];
  const weights = new Uint8Array(MOST_SYMBOLS);
  const stop = at + 1 + (header < 128 ? header : (header - 126) >> 1);
  if (stop > end) return null;
  let count = header - 127;
  if (header >= 128) {
    for (let i = 0; i < count; i++) weights[i] = (i & 1) === 0 ? input[at + 1 + (i >> 1)] >> 4 : input[at + 1 + (i >> 1)] & 15;
  } else {
    count = readWeights(input, at + 1, stop, weights);
  }
  const table = count > 0 ? buildHuffman(weights, count) : null;
  return table && { table, end: stop };
}

/** Two states take turns (§4.2.1.2). @returns how many weights there are; 0 if they are none */
function readWeights(input: Uint8Array, at: number, end: number, weights: Uint8Array): number {
  const described = readFse(input, at, end, WEIGHT_LOG, MOST_SYMBOLS);
  if (!described || described.end >= end || input[end - 1] === 0) return 0;
  const { table, end: from } = described;
  let bit = (end - from) * 8 - 8 + (31 - Math.clz32(input[end - 1]));
  const take = (count: number): number => {
    bit -= count;
    return bitsAt(input, from, bit, count);
  };
  const states = [take(table.log), take(table.log)];
  if (bit < 0) return 0;
  for (let i = 0; i < MOST_SYMBOLS - 2; i++) {
    const state = states[i & 1];
    weights[i] = table.symbol[state];
    states[i & 1] = table.base[state] + take(table.bits[state]);
    if (bit >= 0) continue;
    weights[i + 1] = table.symbol[states[(i + 1) & 1]];
    return i + 2;
  }
  return 0;
}

/** `count` bits from bit `low` on, those before the first as zeros. */
function bitsAt(input: Uint8Array, from: number, low: number, count: number): number {
  let value = 0;
  for (let i = count - 1; i >= 0; i--) {
    const bit = low + i;
    value = value * 2 + (bit < 0 ? 0 : (input[from + (bit >> 3)] >> (bit & 7)) & 1);
  }
  return value;
}

function buildHuffman(weights: Uint8Array, count: number): HuffmanTable | null {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += weights[i] > 0 ? 2 ** (weights[i] - 1) : 0;
  if (sum === 0) return null;
  const log = 32 - Math.clz32(sum);
  if (log > LONGEST_CODE) return null;
  const rest = 2 ** log - sum;
  if ((rest & (rest - 1)) !== 0) return null;
  weights[count] = 32 - Math.clz32(rest);
  const size = 1 << log;
  const symbol = new Uint8Array(size);
  const bits = new Uint8Array(size);
  // Longer codes first, and of equal length in the order of their symbols.
  let at = 0;
  for (let weight = 1; weight <= log; weight++) {
    for (let s = 0; s <= count; s++) {
      if (weights[s] !== weight) continue;
      const next = at + (1 << (weight - 1));
      symbol.fill(s, at, next);
      bits.fill(log + 1 - weight, at, next);
      at = next;
    }
  }
  return at === size ? { log, symbol, bits } : null;
}

/** Of the sequences (§3.1.1.3.2.1.1), by code: what is added to so many bits. */
export const LITERAL_BASE = Uint32Array.of(
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40],
  ...[48, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536],
);
export const LITERAL_BITS = Uint8Array.of(
  ...[...new Array<number>(16).fill(0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
);
export const MATCH_BASE = Uint32Array.of(
  ...Array.from({ length: 32 }, (_, code) => code + 3),
  ...[35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539],
);
export const MATCH_BITS = Uint8Array.of(
  ...[...new Array<number>(32).fill(0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
);

const PREDEFINED = [
  Int16Array.of(4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1),
  Int16Array.of(1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1),
  Int16Array.of(...[1, 4, 3, 2, 2, 2, 2, 2, 2, ...new Array<number>(37).fill(1), -1, -1, -1, -1, -1, -1, -1]),
] as const;

/** Of one kind of number in a sequence: the table that needs no description, and what a description may claim. */
export interface SequenceCode {
  readonly predefined: FseTable;
  readonly mostLog: number;
  readonly symbols: number;
}

/** Literal lengths, offsets, match lengths: in the order in which their tables are described. */
export const SEQUENCE_CODES: readonly [SequenceCode, SequenceCode, SequenceCode] = [
  { predefined: buildFse(PREDEFINED[0], 6), mostLog: 9, symbols: 36 },
  { predefined: buildFse(PREDEFINED[1], 5), mostLog: 8, symbols: 32 },
  { predefined: buildFse(PREDEFINED[2], 6), mostLog: 9, symbols: 53 },
];
