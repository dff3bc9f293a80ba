// Small numbers by a key of 32 bits: which came last under it, and which before that. A Map of lists costs an object and more for each key.

/** Open addressing on one Int32Array; numbers are 0 … capacity − 1, each added once. */
export class NumberChains {
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #keys: Int32Array;
  readonly #before: Int32Array;

  constructor(capacity: number) {
    let size = 16;
    while (size < 2 * capacity) size *= 2;
    this.#slots = new Int32Array(size);
    this.#mask = size - 1;
    this.#keys = new Int32Array(capacity);
    this.#before = new Int32Array(capacity);
  }

  /** The number added last under a key; −1 none. */
  last(key: number): number {
    return (this.#slots[this.#slotOf(key | 0)] as number) - 1;
  }

  /** The number added under the same key before this one; −1 none. */
  before(number: number): number {
    return (this.#before[number] as number) - 1;
  }

  add(key: number, number: number): void {
    const slot = this.#slotOf(key | 0);
    this.#keys[number] = key;
    this.#before[number] = this.#slots[slot] as number;
    this.#slots[slot] = number + 1;
  }

  /** Where a key is, or would be put. */
  #slotOf(key: number): number {
    let slot = hash(key) & this.#mask;
    for (;;) {
      const held = this.#slots[slot] as number;
      if (held === 0 || this.#keys[held - 1] === key) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }
}

function hash(key: number): number {
  const h = Math.imul(key ^ (key >>> 16), 0x45d9f3b);
  return Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) ^ (h >>> 13);
}
