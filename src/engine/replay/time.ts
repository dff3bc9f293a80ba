// A tap's clock on the reference clock.
import { clockAheadAt } from '../model/clockTime.ts';
import type { Clock, Workspace } from '../model/correlation.ts';

/** Converts a row's time of one tap. */
export interface TapTime {
  readonly time: Float64Array;
  /** From `Workspace.epoch` to the tap's own, Nanos. */
  readonly base: number;
  readonly clock: Clock | undefined;
}

export function tapTimes(workspace: Workspace, clocks: readonly Clock[]): readonly TapTime[] {
  return workspace.taps.map(({ packets }, i) => ({
    time: packets.time,
    base: Number(packets.epoch - workspace.epoch),
    clock: clocks[i],
  }));
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
export function referenceTime({ time, base, clock }: TapTime, row: number): number {
  const own = time[row];
  return base + own - (clock === undefined ? 0 : clockAheadAt(clock, own, row));
}
