// The one map from time to vertical place: monotone, piecewise linear, and its inverse. Order in time is order on the page.
import { type Nanos, nanos } from '../engine/model/units.ts';

export interface TimeMap {
  /** Content px of a time; before the first and after the last knot: their place. */
  readonly y: (time: Nanos) => number;
  readonly time: (y: number) => Nanos;
  readonly top: number;
  readonly bottom: number;
}

export interface Knot {
  readonly time: number;
  readonly y: number;
}

/** Px per nanosecond used where there is nothing to take a slope from. */
const FLAT = 1e-9;

/** @param knots in any order; later ones that would turn the map back are lifted to keep it monotone. A time of several has the last one's place */
export function timeMap(knots: readonly Knot[]): TimeMap {
  const sorted = [...knots].sort((a, b) => a.time - b.time || a.y - b.y);
  const times: number[] = [];
  const ys: number[] = [];
  for (const k of sorted) {
    const y = Math.max(k.y, ys.at(-1) ?? Number.NEGATIVE_INFINITY);
    // Knots of one time: what came before lies above the first of them, what follows below the last.
    if (times.at(-1) === k.time && times.at(-2) === k.time) ys[ys.length - 1] = y;
    else {
      times.push(k.time);
      ys.push(y);
    }
  }
  if (times.length === 0) {
    times.push(0);
    ys.push(0);
  }
  return {
    y: (time) => interpolate(times, ys, time),
    time: (y) => nanos(Math.round(interpolate(ys, times, y))),
    top: ys[0] ?? 0,
    bottom: ys.at(-1) ?? 0,
  };
}

function interpolate(from: readonly number[], to: readonly number[], at: number): number {
  const last = from.length - 1;
  if (last === 0) return (to[0] ?? 0) + (at - (from[0] ?? 0)) * FLAT;
  if (at < (from[0] ?? 0)) return to[0] ?? 0;
  if (at >= (from[last] ?? 0)) return to[last] ?? 0;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((from[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  const [a, b] = [from[low] ?? 0, from[high] ?? 0];
  const [p, q] = [to[low] ?? 0, to[high] ?? 0];
  return b === a ? q : p + ((q - p) * (at - a)) / (b - a);
}
