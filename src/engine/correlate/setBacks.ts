// A clock that is set back gives times twice: by the time alone nothing tells which packets came before and which after. So clocks are
// compared on times that run on, and every step says from which row on it holds.
import { analyzeFlows } from '../flow/analyzeFlows.ts';
import { SET_BACK_NANOS } from '../model/connection.ts';
import type { Clock, ClockStep, Workspace } from '../model/correlation.ts';
import type { PacketTable } from '../model/packetTable.ts';
import { nanos } from '../model/units.ts';

/** So many records on either side must say so: one alone has an odd time. */
const AROUND = 4;
/** Share of a capture within which a step is found where it is. */
const NEAR = 1 / 64;

interface SetBack {
  /** The first row after it. */
  readonly row: number;
  /** From the last row before it to this one, both on the capture point's own clock; below 0. */
  readonly by: number;
  /** Own clock just before it, Nanos since the tap's epoch. */
  readonly time: number;
}

export interface Even {
  /** The workspace with the times of clocks that were set back running on instead. */
  readonly workspace: Workspace;
  /** Steps as they show on the capture point's own clock, and the set-backs among them. */
  readonly stated: (clock: Clock, tap: number) => Clock;
}

export function evenTimes(workspace: Workspace): Even {
  const setBacks = workspace.taps.map((tap, i) => (workspace.flows[i].captured.mayFallBack ? findSetBacks(tap.packets) : []));
  if (setBacks.every((list) => list.length === 0)) return { workspace, stated: (clock) => clock };
  const taps = workspace.taps.map((tap, i) => (setBacks[i].length === 0 ? tap : { ...tap, packets: runningOn(tap.packets, setBacks[i]) }));
  const flows = workspace.flows.map((flow, i) => (setBacks[i].length === 0 ? flow : analyzeFlows(taps[i].packets)));
  const stated = (clock: Clock, tap: number): Clock =>
    setBacks[tap].length === 0 ? clock : { ...clock, steps: allSteps(clock, taps[tap].packets.time, setBacks[tap]) };
  return { workspace: { ...workspace, taps, flows }, stated };
}

function findSetBacks({ time, length }: PacketTable): SetBack[] {
  const found: SetBack[] = [];
  for (let row = 1; row < length; row++) {
    if (time[row - 1] - time[row] <= SET_BACK_NANOS) continue;
    const from = Math.max(found.at(-1)?.row ?? 0, row - AROUND);
    const before = time.subarray(from, row);
    const after = time.subarray(row, Math.min(length, row + AROUND));
    if (Math.min(...before) - Math.max(...after) <= SET_BACK_NANOS) continue;
    const last = Math.max(...before);
    found.push({ row, by: Math.min(...after) - last, time: last });
  }
  return found;
}

function runningOn(packets: PacketTable, setBacks: readonly SetBack[]): PacketTable {
  const time = packets.time.slice();
  let added = 0;
  setBacks.forEach(({ row, by }, i) => {
    // A nanosecond later than the last before it: then no time stands on both sides of the step.
    added += 1 - by;
    const end = setBacks[i + 1]?.row ?? packets.length;
    for (let r = row; r < end; r++) time[r] += added;
  });
  return { ...packets, time };
}

/**
 * What the comparison with another clock finds around a set-back belongs to it: how long nothing was captured just then, only that tells.
 * @param even the times that the clock's own steps count in
 */
function allSteps({ steps }: Clock, even: Float64Array, setBacks: readonly SetBack[]): Clock['steps'] {
  const own = (time: number): number => setBacks.reduce((t, { row, by }) => (even[row] <= time ? t + by - 1 : t), time);
  const near = (even[even.length - 1] - even[0]) * NEAR;
  const placeOf = (time: number): number => setBacks.findIndex(({ row }) => Math.abs(even[row] - time) < near);
  const others = steps.filter((s) => placeOf(s.time) < 0).map((s) => ({ ...s, time: nanos(own(s.time)) }));
  const known = setBacks.map(({ row, time, by }, i) => {
    const here = steps.filter((s) => placeOf(s.time) === i);
    const sum = (of: (step: ClockStep) => number): number => here.reduce((all, step) => all + of(step), 0);
    return { row, time: nanos(time), by: nanos(by - 1 + sum((s) => s.by)), driftPpm: sum((s) => s.driftPpm) };
  });
  return [...others, ...known].sort((a, b) => a.row - b.row);
}
