// Which segment a RST answers. Linux answers at once and in order, so of several equal ones the last before each RST is meant.
import type { ResetOrigin } from '../model/correlation.ts';
import { ACK, type PacketTable, SYN } from '../model/packetTable.ts';
import { type PacketRef, row as rowId, tapId } from '../model/units.ts';
import type { Context } from './context.ts';
import type { ResetGroup } from './resetGroup.ts';
import { legOfRow } from './roles.ts';
import { AT_SENDER_NANOS, roundTrip } from './roundTrip.ts';
import { initialTtl } from './ttl.ts';

export interface Provoker {
  readonly group: number;
  readonly packet: PacketRef;
}

/** A RST came this share of the round trip after what it answers, or more: its sender is the whole way off. */
const MIN_ROUND_TRIP = 0.8;

/** For each RST the packet it answers, where it was last seen before it: at the stop that saw the RST first, else at a later one. */
export function provokers(
  context: Context,
  path: number,
  resets: readonly ResetGroup[],
  origins: readonly ResetOrigin[],
): (Provoker | null)[] {
  const result: (Provoker | null)[] = resets.map(() => null);
  const longest = Math.max(...resets.map((r) => r.travel.length));
  for (let n = 0; n < longest && result.includes(null); n++) {
    const open = resets.map((r, i) => (result[i] === null ? (r.travel[n] ?? -1) : -1));
    provokersAt(context, path, resets, origins, open, result);
  }
  return result;
}

/** Looks at stop `at[i]` for what RST i answers; −1: not asked. */
function provokersAt(
  context: Context,
  path: number,
  resets: readonly ResetGroup[],
  origins: readonly ResetOrigin[],
  at: readonly number[],
  result: (Provoker | null)[],
): void {
  const { groups, drafts, legs, workspace, tapOfPoint } = context;
  const { stops } = drafts[path];
  for (const stop of new Set(at.filter((k) => k >= 0))) {
    const { packets } = legs.points[stops[stop].point];
    const { connection } = workspace.flows[tapOfPoint[stops[stop].point]].segments;
    const rowOf = (g: number): number => groups.sight[groups.sightOf(path, g, stops.length) + stop] - 1;
    const legOf = (row: number): number => legOfRow(legs, connection, stops[stop], row)?.leg ?? -1;
    const list = [...at.keys()].filter((i) => at[i] === stop).sort((x, y) => rowOf(resets[y].group) - rowOf(resets[x].group));
    const numbers = new Set<number>();
    const wanted = new Map<string, number[]>();
    for (const i of list) {
      const row = rowOf(resets[i].group);
      numbers.add(answeredNumber(packets, row));
      wanted.set(answeredKey(packets, row, legOf(row)), []);
    }
    for (let g = groups.pathStart[path]; g < groups.pathStart[path + 1]; g++) {
      const row = rowOf(g);
      if (row < 0) continue;
      const isOpening = (packets.flags[row] & (SYN | ACK)) === SYN;
      const number = isOpening ? (packets.seq[row] + packets.payloadLength[row] + 1) >>> 0 : packets.ack[row];
      if (!numbers.has(number) || (packets.flags[row] & (SYN | ACK)) === 0) continue;
      wanted.get(`${legOf(row)} ${packets.tuple[row] & 1} ${number}${isOpening ? ' syn' : ''}`)?.push(g);
    }
    for (const candidates of wanted.values()) candidates.sort((x, y) => rowOf(x) - rowOf(y));
    const wait = roundTrip(context, path, stop);
    // The last RST takes the last candidate before it, and so on backwards.
    for (const i of list) {
      const row = rowOf(resets[i].group);
      const candidates = wanted.get(answeredKey(packets, row, legOf(row))) ?? [];
      const away = resets[i].reply === 0 ? wait.client : wait.server;
      const isNear = away < AT_SENDER_NANOS || origins[i] === 'node' || packets.ttl[row] === initialTtl(packets.ttl[row]);
      const least = isNear ? 0 : away * MIN_ROUND_TRIP;
      const fits = (g: number): boolean => rowOf(g) < row && packets.time[row] - packets.time[rowOf(g)] >= least;
      const found = candidates.findLastIndex(fits);
      if (found < 0) continue;
      const [g] = candidates.splice(found, 1);
      result[i] = { group: g, packet: { tap: tapId(tapOfPoint[stops[stop].point]), row: rowId(rowOf(g)) } };
    }
  }
}

/** A RST starts where what it answers acknowledged; with ACK and number 0 it answers a SYN, whose number it acknowledges. */
const answersSyn = (packets: PacketTable, row: number): boolean => (packets.flags[row] & ACK) !== 0 && packets.seq[row] === 0;
const answeredNumber = (packets: PacketTable, row: number): number => (answersSyn(packets, row) ? packets.ack[row] : packets.seq[row]);

/** Leg, direction and number of what a RST answers. A RST with ACK comes from a live socket and answers nothing. */
function answeredKey(packets: PacketTable, row: number, leg: number): string {
  const opposite = 1 - (packets.tuple[row] & 1);
  if (answersSyn(packets, row)) return `${leg} ${opposite} ${packets.ack[row]} syn`;
  return (packets.flags[row] & ACK) !== 0 ? 'live socket' : `${leg} ${opposite} ${packets.seq[row]}`;
}
