// A capture point's own time → the reference clock's.
import type { Clock, ClockStep } from './correlation.ts';

/**
 * How far ahead a clock is of the reference, Nanos.
 * @param own time on the clock, Nanos since the tap's epoch
 * @param isPast had that step been made? Times alone do not tell where the clock was set back.
 */
export function clockAhead(clock: Clock, own: number, isPast: (step: ClockStep) => boolean): number {
  let ahead = clock.offset + own * clock.skewPpm * 1e-6;
  for (const step of clock.steps) if (isPast(step)) ahead += step.by + (own - step.time) * step.driftPpm * 1e-6;
  return ahead;
}

/** The same for a row of the tap. */
export const clockAheadAt = (clock: Clock, own: number, row: number): number => clockAhead(clock, own, (step) => row >= step.row);
