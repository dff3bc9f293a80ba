// Which segment a RST answers. Linux answers at once and in order, so of several equal ones the last before each RST is meant.
import type { ResetOrigin } from '../model/correlation.ts';
import { ACK, SYN } from '../model/packetTable.ts';
import { type PacketRef, row as rowId, tapId } from '../model/units.ts';
import type { Context } from './context.ts';
import { initialTtl } from './order.ts';
import type { ResetGroup } from './resets.ts';
import { legOfRow } from './roles.ts';
import { AT_SENDER_NANOS, roundTrip } from './roundTrip.ts';

export interface Provoker {
  readonly group: number;
  readonly packet: PacketRef;
}

/** A RST came this share of the round trip after what it answers, or more: its sender is the whole way off. */
const MIN_ROUND_TRIP = 0.8;

/** For each RST the packet it answers, where it was last seen before it: at the stop that saw the RST first. */
export function provokers(
  context: Context,
  path: number,
  resets: readonly ResetGroup[],
  origins: readonly ResetOrigin[],
): (Provoker | null)[] {
  const { groups, drafts, legs, workspace, tapOfPoint } = context;
  const { stops } = drafts[path];
  const n = stops.length;
  const result: (Provoker | null)[] = resets.map(() => null);
  const byStop = new Map<number, number[]>();
  resets.forEach((r, i) => {
    const list = byStop.get(r.travel[0]);
    if (list === undefined) byStop.set(r.travel[0], [i]);
    else list.push(i);
  });
  for (const [stop, list] of byStop) {
    const { packets } = legs.points[stops[stop].point];
    const { connection } = workspace.flows[tapOfPoint[stops[stop].point]].segments;
    const rowOf = (g: number): number => groups.sight[groups.sightOf(path, g, n) + stop] - 1;
    const keyOf = (row: number, number: number): string =>
      `${legOfRow(legs, connection, stops[stop], row)?.leg ?? -1} ${packets.tuple[row] & 1} ${number}`;
    const wanted = new Map<string, number[]>();
    for (const i of list) {
      const row = rowOf(resets[i].group);
      wanted.set(provokedBy(row), []);
    }
    for (let g = groups.pathStart[path]; g < groups.pathStart[path + 1]; g++) {
      const row = rowOf(g);
      if (row < 0) continue;
      const f = packets.flags[row];
      if ((f & ACK) !== 0) wanted.get(keyOf(row, packets.ack[row]))?.push(g);
      else if ((f & SYN) !== 0) wanted.get(keyOf(row, (packets.seq[row] + packets.payloadLength[row] + 1) >>> 0))?.push(g);
    }
    for (const candidates of wanted.values()) candidates.sort((a, b) => rowOf(a) - rowOf(b));
    const wait = roundTrip(context, path, stop);
    // The last RST takes the last candidate before it, and so on backwards.
    list.sort((a, b) => rowOf(resets[b].group) - rowOf(resets[a].group));
    for (const i of list) {
      const row = rowOf(resets[i].group);
      const candidates = wanted.get(provokedBy(row)) ?? [];
      const away = resets[i].reply === 0 ? wait.client : wait.server;
      const isNear = away < AT_SENDER_NANOS || origins[i] === 'node' || packets.ttl[row] === initialTtl(packets.ttl[row]);
      const least = isNear ? 0 : away * MIN_ROUND_TRIP;
      let at = candidates.length - 1;
      while (at >= 0 && (rowOf(candidates[at]) > row || packets.time[row] - packets.time[rowOf(candidates[at])] < least)) at--;
      if (at < 0) continue;
      const [g] = candidates.splice(at, 1);
      result[i] = { group: g, packet: { tap: tapId(tapOfPoint[stops[stop].point]), row: rowId(rowOf(g)) } };
    }

    /** Opposite direction of the same tuple, acknowledging what the RST starts with; a RST with ACK and number 0 answers a SYN. */
    function provokedBy(row: number): string {
      const leg = legOfRow(legs, connection, stops[stop], row)?.leg ?? -1;
      const opposite = 1 - (packets.tuple[row] & 1);
      const answersSyn = (packets.flags[row] & ACK) !== 0 && packets.seq[row] === 0;
      if (answersSyn) return `${leg} ${opposite} ${packets.ack[row]} syn`;
      if ((packets.flags[row] & ACK) !== 0) return 'live socket';
      return `${leg} ${opposite} ${packets.seq[row]}`;
    }
  }
  return result;
}
