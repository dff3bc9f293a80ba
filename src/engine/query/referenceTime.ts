// A capture point's own times on the reference clock, Nanos since `Workspace.epoch`.
import type { Tap } from '../model/capture.ts';
import { clockAhead, clockAheadAt } from '../model/clockTime.ts';
import type { Clock } from '../model/correlation.ts';
import type { Analysed } from './rowIndex.ts';

/** Own clock → reference clock: minus the offset, the drift since the tap's first packet, and the steps passed. @returns of a row */
export function referenceTime(tap: Tap, clock: Clock | undefined, epoch: bigint): (row: number) => number {
  const { time } = tap.packets;
  const base = Number(tap.packets.epoch - epoch);
  if (clock === undefined || (clock.skewPpm === 0 && clock.steps.length === 0)) {
    const shift = base - (clock?.offset ?? 0);
    return (row) => time[row] + shift;
  }
  return (row) => time[row] + base - clockAheadAt(clock, time[row], row);
}

/** When the last record of a capture point was taken. */
export function capturedUntil({ workspace, correlation }: Analysed, tap: number): number {
  const { last } = workspace.flows[tap].captured;
  return (
    last + Number(workspace.taps[tap].packets.epoch - workspace.epoch) - clockAhead(correlation.clocks[tap], last, (s) => last > s.time)
  );
}
