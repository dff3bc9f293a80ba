// Open addressing on one Int32Array: the fastest map from a few integers to a number that JavaScript has, and exact (keys are compared).

/** Ints per slot: four key words and the value. */
const STRIDE = 5;

/**
 * Maps keys of four 32-bit words to positive integers. Value 0 means absent, so a fresh table needs no filling.
 * Grows by doubling at half load; a lookup touches one cache line when it hits.
 */
export class WordTable {
  #slots: Int32Array;
  #mask: number;
  #size = 0;

  constructor(bits = 10) {
    this.#slots = new Int32Array(STRIDE << bits);
    this.#mask = (1 << bits) - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** The value of a key, or 0. */
  get(a: number, b: number, c: number, d: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    const a32 = a | 0;
    const b32 = b | 0;
    const c32 = c | 0;
    const d32 = d | 0;
    for (let slot = hashWords(a32, b32, c32, d32) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * STRIDE;
      const value = slots[at + 4] as number;
      if (value === 0) return 0;
      if (slots[at] === a32 && slots[at + 1] === b32 && slots[at + 2] === c32 && slots[at + 3] === d32) return value;
    }
  }

  /** Adds a key that is not in the table yet. @param value positive */
  add(a: number, b: number, c: number, d: number, value: number): void {
    if (++this.#size * 2 > this.#mask) this.#grow();
    place(this.#slots, this.#mask, a | 0, b | 0, c | 0, d | 0, value);
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array(STRIDE * (this.#mask + 1));
    for (let at = 0; at < old.length; at += STRIDE) {
      const value = old[at + 4] as number;
      if (value !== 0) {
        place(this.#slots, this.#mask, old[at] as number, old[at + 1] as number, old[at + 2] as number, old[at + 3] as number, value);
      }
    }
  }
}

function place(slots: Int32Array, mask: number, a: number, b: number, c: number, d: number, value: number): void {
  let slot = hashWords(a, b, c, d) & mask;
  while (slots[slot * STRIDE + 4] !== 0) slot = (slot + 1) & mask;
  const at = slot * STRIDE;
  slots[at] = a;
  slots[at + 1] = b;
  slots[at + 2] = c;
  slots[at + 3] = d;
  slots[at + 4] = value;
}

/** Words are taken as int32. The result is an int32: mask it. */
export function hashWords(a: number, b: number, c: number, d: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) ^ Math.imul(c, 0xc2b2ae3d);
  h = Math.imul(h ^ (h >>> 13), 0x297a2d39) ^ d;
  return h ^ (h >>> 16);
}
