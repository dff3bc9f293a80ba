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

const lastRows = new WeakMap<Float64Array, number>();

/** When a capture point saw its last packet, reference clock: later on its silence proves nothing. Minus infinity: it saw none. */
export function lastTime(tap: TapTime): number {
  const { time } = tap;
  let last = lastRows.get(time);
  if (last === undefined) {
    last = -1;
    for (let row = 0; row < time.length; row++) if (last < 0 || time[row] > time[last]) last = row;
    lastRows.set(time, last);
  }
  return last < 0 ? Number.NEGATIVE_INFINITY : referenceTime(tap, last);
}

const firstRows = new WeakMap<Float64Array, number>();

/** When it saw its first. Infinity: it saw none. */
export function firstTime(tap: TapTime): number {
  const { time } = tap;
  let first = firstRows.get(time);
  if (first === undefined) {
    first = -1;
    for (let row = 0; row < time.length; row++) if (first < 0 || time[row] < time[first]) first = row;
    firstRows.set(time, first);
  }
  return first < 0 ? Number.POSITIVE_INFINITY : referenceTime(tap, first);
}

/** Reference clock, Nanos since `Workspace.epoch`. */
export function referenceTime(tap: TapTime, row: number): number {
  const own = tap.time[row];
  let at = own * (1 - tap.skew) + tap.base;
  for (const step of tap.steps) if (row >= step.row) at -= step.by;
  return at;
}
