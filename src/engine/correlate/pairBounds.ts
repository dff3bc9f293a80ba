// What the packets seen at two capture points say of the offset between their clocks: the tightest bounds over time.
import type { Bounds } from './clockFit.ts';

/** Bounds are kept per slice of time: the tightest of each. Also the most points a plot gets. */
export const SLICES = 256;

/** With the packets that set them: their rows at the first of the two capture points. */
export interface PacketBounds extends Bounds {
  readonly upperRow: readonly number[];
  readonly lowerRow: readonly number[];
}

/** The tightest bounds per slice between two taps a < b: of (b's clock − a's clock), by time on a's clock. */
export class PairBounds {
  readonly upper = new Float64Array(SLICES).fill(Infinity);
  readonly upperTime = new Float64Array(SLICES);
  readonly lower = new Float64Array(SLICES).fill(-Infinity);
  readonly lowerTime = new Float64Array(SLICES);
  /** Rows of the packets, at a. */
  readonly upperRow = new Uint32Array(SLICES);
  readonly lowerRow = new Uint32Array(SLICES);
  matched = 0;
  readonly a: number;
  readonly b: number;
  /** Length of a slice, Nanos. */
  readonly slice: number;
  readonly #from: number;
  readonly #per: number;

  constructor(a: number, b: number, from: number, to: number) {
    this.a = a;
    this.b = b;
    this.#from = from;
    this.slice = Math.max(1, to - from + 1) / SLICES;
    this.#per = 1 / this.slice;
  }

  /** Is it between these two, in either order? */
  joins(x: number, y: number): boolean {
    return x < y ? x === this.a && y === this.b : y === this.a && x === this.b;
  }

  /** Would a packet seen at both bound the offset more tightly? @param aFirst it passed a before b */
  tightens(timeA: number, delta: number, aFirst: boolean): boolean {
    const slice = this.#slice(timeA);
    return aFirst ? delta < this.upper[slice] : delta > this.lower[slice];
  }

  #slice(timeA: number): number {
    return Math.max(0, Math.min(SLICES - 1, Math.floor((timeA - this.#from) * this.#per)));
  }

  add(timeA: number, delta: number, aFirst: boolean, rowA: number): void {
    const slice = this.#slice(timeA);
    if (aFirst) {
      if (delta < this.upper[slice]) {
        this.upper[slice] = delta;
        this.upperTime[slice] = timeA;
        this.upperRow[slice] = rowA;
      }
    } else if (delta > this.lower[slice]) {
      this.lower[slice] = delta;
      this.lowerTime[slice] = timeA;
      this.lowerRow[slice] = rowA;
    }
  }

  /** @param from, to only slices within these times on a's clock */
  bounds(from = -Infinity, to = Infinity): PacketBounds {
    const out = {
      upperTime: [] as number[],
      upper: [] as number[],
      upperRow: [] as number[],
      lowerTime: [] as number[],
      lower: [] as number[],
      lowerRow: [] as number[],
    };
    for (let i = 0; i < SLICES; i++) {
      if (this.upper[i] !== Infinity && this.upperTime[i] >= from && this.upperTime[i] <= to) {
        out.upperTime.push(this.upperTime[i]);
        out.upper.push(this.upper[i]);
        out.upperRow.push(this.upperRow[i]);
      }
      if (this.lower[i] !== -Infinity && this.lowerTime[i] >= from && this.lowerTime[i] <= to) {
        out.lowerTime.push(this.lowerTime[i]);
        out.lower.push(this.lower[i]);
        out.lowerRow.push(this.lowerRow[i]);
      }
    }
    return out;
  }
}
