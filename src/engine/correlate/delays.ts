// How long after each other two stops saw the same, about a moment: what tells which of several sends of the same octets a sighting is of.
// Clocks need not agree: a stop's times are moved to those of one of them by what both saw of octets that were sent only once.
import { sortBy } from '../../base/sortBy.ts';

/** Samples on either side of a moment that tell what is usual there. */
const AROUND = 8;
/** The least and most delay are those of so many blocks of so many samples on either side. */
const BLOCK = 64;
const BLOCKS = 2;

/** One stop's sightings against the stop whose times are taken for all. */
interface Line {
  /** Ascending. */
  readonly times: Float64Array;
  readonly delays: Float64Array;
  /** By block: the least and most of its delays. */
  readonly least: Float64Array;
  readonly most: Float64Array;
}

const EVEN = lineOf(Float64Array.of(0), Float64Array.of(0));

/** Times of all stops of a path in one direction, as if every packet had taken the usual time from stop to stop. */
export class Delays {
  /** Stops in the order in which they came to be known, the first gives the times. */
  readonly order: readonly number[];
  /** How far about the moment asked for last the usual delay varied. Nanos. */
  spread = 0;
  /** What it may be at most and at least, as delays have been further about that moment. */
  latest = 0;
  earliest = 0;
  /** Common times of what the stop saw just before and just after that moment: in a queue that swells and drains nobody overtakes. */
  after = 0;
  before = 0;
  readonly #lines: (Line | undefined)[];
  readonly #near = new Float64Array(2 * AROUND);

  /** @param samples by stop: when it saw each of them, NaN not at all @param first by stop: the first time of all that is to be told apart */
  constructor(samples: readonly Float64Array[], first: readonly number[]) {
    const stops = samples.map((_, k) => k);
    this.#lines = stops.map(() => undefined);
    const seen = samples.map((times) => times.reduce((n, t) => (Number.isNaN(t) ? n : n + 1), 0));
    const [reference] = sortBy([...stops], (k) => -seen[k]);
    const order = [reference];
    this.order = order;
    this.#lines[reference] = EVEN;
    for (let isNew = true; isNew; ) {
      isNew = false;
      for (const k of stops) {
        if (this.#lines[k] !== undefined) continue;
        const line = this.#lineOf(k, samples);
        if (line === null) continue;
        this.#lines[k] = line;
        order.push(k);
        isNew = true;
      }
    }
    // Nothing was seen at both: the first of each are taken for the same.
    for (const k of stops) {
      if (this.#lines[k] !== undefined) continue;
      const apart = first[k] - first[reference];
      this.#lines[k] = lineOf(Float64Array.of(first[k]), Float64Array.of(Number.isFinite(apart) ? apart : 0));
      order.push(k);
    }
  }

  /** On the common times; says in `spread` how sure that is. */
  timeOf(stop: number, time: number): number {
    const { times, delays, least, most } = this.#lines[stop] ?? EVEN;
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] < time) low = middle + 1;
      else high = middle;
    }
    const from = Math.max(0, Math.min(low - AROUND, times.length - 2 * AROUND));
    const n = Math.min(times.length, from + 2 * AROUND) - from;
    const near = this.#near.subarray(0, n);
    near.set(delays.subarray(from, from + n));
    near.sort();
    // One that was held, or is not what it was taken for, does not widen it.
    const out = n >= AROUND ? 1 : 0;
    this.spread = near[n - 1 - out] - near[out];
    const usual = near[n >> 1];
    const block = Math.floor(low / BLOCK);
    let [fast, slow] = [usual, usual];
    for (let b = Math.max(0, block - BLOCKS); b <= block + BLOCKS && b < least.length; b++) {
      fast = Math.min(fast, least[b]);
      slow = Math.max(slow, most[b]);
    }
    this.earliest = time - slow;
    this.latest = time - fast;
    this.after = low > 0 ? times[low - 1] - delays[low - 1] : -Infinity;
    this.before = low < times.length ? times[low] - delays[low] : Infinity;
    return time - usual;
  }

  #lineOf(stop: number, samples: readonly Float64Array[]): Line | null {
    const own = samples[stop];
    const times = new Float64Array(own.length);
    const delays = new Float64Array(own.length);
    let n = 0;
    for (let i = 0; i < own.length; i++) {
      if (Number.isNaN(own[i])) continue;
      for (const k of this.order) {
        const time = samples[k][i];
        if (Number.isNaN(time)) continue;
        times[n] = own[i];
        delays[n++] = own[i] - (this.#lines[k] === EVEN ? time : this.timeOf(k, time));
        break;
      }
    }
    return n === 0 ? null : lineOf(times.subarray(0, n), delays.subarray(0, n));
  }
}

function lineOf(times: Float64Array, delays: Float64Array): Line {
  const line = inOrder(times, delays);
  const least = new Float64Array(Math.ceil(times.length / BLOCK)).fill(Infinity);
  const most = new Float64Array(least.length).fill(-Infinity);
  for (let i = 0, block = 0; i < times.length; i++, block = Math.floor(i / BLOCK)) {
    const delay = line.delays[i];
    if (delay < least[block]) least[block] = delay;
    if (delay > most[block]) most[block] = delay;
  }
  return { ...line, least, most };
}

function inOrder(times: Float64Array, delays: Float64Array): Pick<Line, 'times' | 'delays'> {
  let i = 1;
  while (i < times.length && times[i - 1] <= times[i]) i++;
  if (i >= times.length) return { times, delays };
  const order = Uint32Array.from(times, (_, n) => n).sort((a, b) => times[a] - times[b] || a - b);
  return { times: Float64Array.from(order, (n) => times[n]), delays: Float64Array.from(order, (n) => delays[n]) };
}
