// A tap's clock on the reference clock.
import type { Clock, Workspace } from '../model/correlation.ts';

/** Converts a row's time of one tap. */
export interface TapTime {
  readonly time: Float64Array;
  /** Added to the tap's own nanoseconds at its first packet. */
  readonly base: number;
  readonly skew: number;
  readonly steps: Clock['steps'];
}

export function tapTimes(workspace: Workspace, clocks: readonly Clock[]): readonly TapTime[] {
  return workspace.taps.map((tap, i) => {
    const clock = clocks[i];
    const base = Number(tap.packets.epoch - workspace.epoch) - (clock?.offset ?? 0);
    return { time: tap.packets.time, base, skew: (clock?.skewPpm ?? 0) / 1e6, steps: clock?.steps ?? [] };
  });
}

const spans = new WeakMap<Float64Array, readonly [first: number, last: number]>();

/** When a capture point saw its first and its last packet, reference clock: before and after, its silence proves nothing. Infinite: it saw none. */
export function spanOf(tap: TapTime): readonly [first: number, last: number] {
  const { time } = tap;
  let rows = spans.get(time);
  if (rows === undefined) {
    let [first, last] = [-1, -1];
    for (let row = 0; row < time.length; row++) {
      if (first < 0 || time[row] < time[first]) first = row;
      if (last < 0 || time[row] > time[last]) last = row;
    }
    rows = [first, last];
    spans.set(time, rows);
  }
  const [first, last] = rows;
  return first < 0 ? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] : [referenceTime(tap, first), referenceTime(tap, last)];
}

/** Reference clock, Nanos since `Workspace.epoch`. */
export function referenceTime(tap: TapTime, row: number): number {
  const own = tap.time[row];
  let at = own * (1 - tap.skew) + tap.base;
  for (const step of tap.steps) if (row >= step.row) at -= step.by;
  return at;
}
