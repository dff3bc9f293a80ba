// Damaged captures from good ones: seeded, so that a failure can be had again from its seed.

/** xorshift32: the same seed gives the same damage on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
  }

  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }
}

/** What was done, and the first octet that may differ from the original: everything before it must read the same. */
export interface Mutant {
  readonly bytes: Uint8Array;
  readonly intactUntil: number;
  readonly how: string;
}

/** Numbers that length fields fear. */
const NASTY = [0, 1, 3, 7, 11, 12, 0x7f, 0x80, 0xff, 0xffff, 0x10000, 0x40001, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];

/** One mutant of a file. @param offsets where its records start: some damage aims at headers, where it hurts */
export function mutate(original: Uint8Array, offsets: ArrayLike<number>, seed: number): Mutant {
  const random = new Random(seed);
  const kind = random.below(7);
  switch (kind) {
    case 0:
      return cut(original, random);
    case 1:
      return flip(original, random, 1 + random.below(3));
    case 2:
      return flip(original, random, 1 + random.below(original.length >> 4));
    case 3:
      return splice(original, random);
    case 4:
      return swap(original, random);
    case 5:
      return lie(original, random, offsets);
    default:
      return insert(original, random);
  }
}

function cut(original: Uint8Array, random: Random): Mutant {
  const at = random.below(original.length);
  return { bytes: original.slice(0, at), intactUntil: at, how: `cut at ${at}` };
}

function flip(original: Uint8Array, random: Random, count: number): Mutant {
  const bytes = original.slice();
  let first = original.length;
  for (let i = 0; i < count; i++) {
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    first = Math.min(first, at);
  }
  return { bytes, intactUntil: first, how: `${count} bits flipped from ${first} on` };
}

/** A piece of the file again somewhere else, over what was there. */
function splice(original: Uint8Array, random: Random): Mutant {
  const bytes = original.slice();
  const length = 1 + random.below(Math.min(200, original.length));
  const from = random.below(original.length - length + 1);
  const to = random.below(original.length - length + 1);
  bytes.copyWithin(to, from, from + length);
  return { bytes, intactUntil: to, how: `${length} octets from ${from} over ${to}` };
}

/** Two pieces change places. */
function swap(original: Uint8Array, random: Random): Mutant {
  const bytes = original.slice();
  const length = 1 + random.below(Math.max(1, Math.min(100, original.length >> 2)));
  const low = random.below(Math.max(1, (original.length >> 1) - length));
  const high = Math.min(original.length - length, low + length + random.below(original.length >> 1));
  bytes.set(original.subarray(high, high + length), low);
  bytes.set(original.subarray(low, low + length), high);
  return { bytes, intactUntil: Math.min(low, high), how: `${length} octets at ${low} and ${high} swapped` };
}

/** A word near the start of a record becomes a number that lengths fear. */
function lie(original: Uint8Array, random: Random, offsets: ArrayLike<number>): Mutant {
  const bytes = original.slice();
  const record = offsets.length > 0 ? (offsets[random.below(offsets.length)] ?? 0) : 0;
  const at = Math.max(0, Math.min(original.length - 4, record + 4 * random.below(20)));
  const value = NASTY[random.below(NASTY.length)] ?? 0;
  new DataView(bytes.buffer).setUint32(at, value, random.below(2) === 0);
  return { bytes, intactUntil: at, how: `word at ${at} is ${value}` };
}

function insert(original: Uint8Array, random: Random): Mutant {
  const at = random.below(original.length);
  const count = 1 + random.below(64);
  const bytes = new Uint8Array(original.length + count);
  bytes.set(original.subarray(0, at));
  for (let i = 0; i < count; i++) bytes[at + i] = random.below(256);
  bytes.set(original.subarray(at), at + count);
  return { bytes, intactUntil: at, how: `${count} octets inserted at ${at}` };
}
