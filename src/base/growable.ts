// Columns whose length is not known beforehand.

interface Numbers {
  readonly length: number;
  [index: number]: number;
  set(from: ArrayLike<number>, at?: number): void;
}

/** A typed array that grows by doubling. `finish()` returns exactly the pushed entries. */
export class Growable<T extends Numbers & { slice(from: number, to: number): T }> {
  #make: (length: number) => T;
  #items: T;
  #length = 0;

  constructor(make: (length: number) => T, capacity = 64) {
    this.#make = make;
    this.#items = make(capacity);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#items.length) {
      const bigger = this.#make(this.#length * 2);
      bigger.set(this.#items);
      this.#items = bigger;
    }
    this.#items[this.#length++] = value;
  }

  at(index: number): number {
    return this.#items[index] as number;
  }

  clear(): void {
    this.#length = 0;
  }

  finish(): T {
    return this.#items.slice(0, this.#length);
  }
}

export const growableU8 = (): Growable<Uint8Array> => new Growable<Uint8Array>((n) => new Uint8Array(n));
export const growableU16 = (): Growable<Uint16Array> => new Growable<Uint16Array>((n) => new Uint16Array(n));
export const growableU32 = (): Growable<Uint32Array> => new Growable<Uint32Array>((n) => new Uint32Array(n));
