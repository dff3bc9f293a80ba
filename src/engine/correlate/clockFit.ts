// The line that two clouds of bounds leave room for: one clock's offset from another over time.

/** Bounds on an offset over time: it lies below every upper and above every lower bound at that bound's time. Nanos. */
export interface Bounds {
  readonly upperTime: readonly number[];
  readonly upper: readonly number[];
  readonly lowerTime: readonly number[];
  readonly lower: readonly number[];
}

/** offset(t) = `offset` + `skew` × (t − origin). */
export interface Line {
  readonly offset: number;
  readonly skew: number;
  /** Nothing within this of `offset` at the origin is ruled out by the bounds; of a clock that drifts evenly the truth is not farther away. */
  readonly uncertainty: number;
  /** By how much the bounds contradict each other; 0 where a line fits. */
  readonly conflict: number;
}

/** No clock drifts faster than this against another (parts of one). */
export const MAX_SKEW = 400e-6;

/** Fits a line between the bounds. @param origin the time at which offset and uncertainty are stated. */
export function fitLine(bounds: Bounds, origin: number): Line | null {
  if (bounds.upper.length === 0 || bounds.lower.length === 0) return null;
  // Only the corners of a cloud are ever met: a few of hundreds.
  const uppers = cornersBelow(bounds.upperTime, bounds.upper, 1);
  const lowers = cornersBelow(bounds.lowerTime, bounds.lower, -1);
  const highest = (skew: number): number => leastAt(bounds.upperTime, bounds.upper, uppers, origin, skew, 1);
  const lowest = (skew: number): number => -leastAt(bounds.lowerTime, bounds.lower, lowers, origin, skew, -1);
  const room = (skew: number): number => highest(skew) - lowest(skew);
  const best = room(0) >= 0 ? 0 : maximize(room, -MAX_SKEW, MAX_SKEW);
  const conflict = Math.max(0, -room(best));
  // Lines that the bounds allow, give or take the contradiction.
  const fits = (skew: number): boolean => room(skew) >= -conflict - 1;
  const from = edge(fits, best, -MAX_SKEW);
  const to = edge(fits, best, MAX_SKEW);
  const skew = fits(0) ? 0 : (from + to) / 2;
  const high = highest(maximize(highest, from, to));
  const low = lowest(maximize((s) => -lowest(s), from, to));
  const offset = (highest(skew) + lowest(skew)) / 2;
  return { offset, skew, uncertainty: Math.max(high - offset, offset - low, 0) + conflict, conflict };
}

/** The least that lines of this skew through one of the corners have at the origin; with `sign` −1 less the most. Asked some hundred times. */
function leastAt(
  times: readonly number[],
  values: readonly number[],
  corners: readonly number[],
  origin: number,
  skew: number,
  sign: 1 | -1,
): number {
  let least = Infinity;
  for (let k = 0; k < corners.length; k++) {
    const i = corners[k];
    least = Math.min(least, sign * (values[i] - skew * (times[i] - origin)));
  }
  return least;
}

/** Places of the points that some line touches from below; from above with `sign` −1. Times ascend. */
function cornersBelow(times: readonly number[], values: readonly number[], sign: 1 | -1): readonly number[] {
  const corners: number[] = [];
  for (let i = 0; i < times.length; i++) {
    while (corners.length > 1) {
      const [a, b] = [corners[corners.length - 2], corners[corners.length - 1]];
      const isAbove = (values[b] - values[a]) * (times[i] - times[a]) * sign > (values[i] - values[a]) * (times[b] - times[a]) * sign;
      if (!isAbove) break;
      corners.pop();
    }
    corners.push(i);
  }
  return corners;
}

/** Where a concave function is largest. */
function maximize(f: (x: number) => number, from: number, to: number): number {
  let [a, b] = [from, to];
  for (let i = 0; i < 60; i++) {
    const [x, y] = [a + (b - a) / 3, b - (b - a) / 3];
    if (f(x) < f(y)) a = x;
    else b = y;
  }
  return (a + b) / 2;
}

/** The last x between `inside` and `limit` for which it holds; it holds at `inside` and on an interval. */
function edge(holds: (x: number) => boolean, inside: number, limit: number): number {
  if (holds(limit)) return limit;
  let [a, b] = [inside, limit];
  for (let i = 0; i < 50; i++) {
    const m = (a + b) / 2;
    if (holds(m)) a = m;
    else b = m;
  }
  return a;
}
