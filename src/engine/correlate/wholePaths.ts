// Paths of which every stop saw the same packets in the same order: most of most captures. Packet i of a direction at one stop is packet i of
// it at the next, so that nothing need be searched for, and groups are made of the few such paths that somebody asks about.
import { type ConnectionTable, RST_SEEN_A, RST_SEEN_B } from '../model/connection.ts';
import {
  E_ACK,
  E_KIND,
  E_LENGTH,
  E_SEQ,
  E_TIME,
  ENTRY_DOUBLES,
  ENTRY_WORDS,
  K_SOMEWHERE_RETRANSMISSION,
  kindOf,
  type PointColumns,
} from './columns.ts';
import type { Context } from './context.ts';
import type { PathDraft, Stop } from './drafts.ts';
import { G_REPLY, Groups } from './groups.ts';
import type { LegIndex } from './legs.ts';
import type { Point } from './points.ts';

/** Is it one leg at every stop, with equal digests? */
export function isWhole(legs: LegIndex, { stops }: PathDraft): boolean {
  for (const { point, main, strays } of stops) {
    if (main.length !== 1 || strays.length > 0 || legs.points[point].isPart) return false;
  }
  const flow = flowAt(legs, stops[0]);
  for (let direction = 0; direction < 2; direction++) {
    const first = sideAt(legs, stops[0], direction);
    for (let k = 1; k < stops.length; k++) {
      const other = flowAt(legs, stops[k]);
      const i = sideAt(legs, stops[k], direction);
      if (flow.sent[first] !== other.sent[i]) return false;
      if (flow.digest[2 * first] !== other.digest[2 * i] || flow.digest[2 * first + 1] !== other.digest[2 * i + 1]) return false;
    }
  }
  return true;
}

/** Did any RST pass a whole path? */
export function hasReset(legs: LegIndex, { stops }: PathDraft): boolean {
  return (flowAt(legs, stops[0]).flags[sideAt(legs, stops[0], 0) >> 1] & (RST_SEEN_A | RST_SEEN_B)) !== 0;
}

/** The connections of a whole path's leg at a stop. */
export const flowAt = (legs: LegIndex, { point }: Stop): ConnectionTable => legs.flows[legs.points[point].tap];

/** The entry of one of its directions in their per-direction columns. Asked for each path, hence a number and no list. */
export function sideAt(legs: LegIndex, { point, main }: Stop, direction: number): number {
  const { leg, original } = main[0];
  return 2 * (leg - legs.points[point].legBase) + (original ^ direction);
}

/** Packets of a whole path, counted at one stop. */
export function packetsOf({ legs, drafts }: Context, path: number): number {
  const [stop] = drafts[path].stops;
  return flowAt(legs, stop).packetCount[sideAt(legs, stop, 0) >> 1];
}

/** The groups of a whole path that were not made, as path 0 of a table that the next call overwrites. @param most the first so many of a direction */
export function groupsOfWhole(groups: Groups, legs: LegIndex, stops: readonly Stop[], most: number): Groups {
  groups.spare ??= new Groups(1024);
  groups.spare.clear();
  addWhole(groups.spare, legs, stops, null, most);
  return groups.spare;
}

/** Makes the groups of a whole path, original ones first. @param columns by point, where the segments were gathered before */
export function addWhole(
  groups: Groups,
  legs: LegIndex,
  stops: readonly Stop[],
  columns: readonly PointColumns[] | null = null,
  most = Infinity,
): void {
  for (const direction of [0, 1] as const) {
    const n = Math.min(most, flowAt(legs, stops[0]).sent[sideAt(legs, stops[0], direction)]);
    groups.reserve(n, stops.length);
    for (let k = 0; k < stops.length; k++) {
      const point = legs.points[stops[k].point];
      if (columns === null) fillStop(groups, point, stops[k], k, stops.length, direction, n);
      else fillGathered(groups, point, columns[stops[k].point], stops[k], k, stops.length, direction, n);
    }
    groups.count += n;
    groups.sightCount += n * stops.length;
  }
  groups.endPath();
}

/** A hot loop over the rows of a leg, on the columns themselves. */
function fillStop(groups: Groups, point: Point, { main }: Stop, k: number, stops: number, direction: 0 | 1, n: number): void {
  const { leg, original } = main[0];
  const { rows, rowStart, direction: directions, marks } = point;
  const { seq, ack, payloadLength, flags, time: times } = point.packets;
  const { seq: first, length, ack: acknowledged, flags: groupFlags, stop, kind, sight, time } = groups;
  const wanted = original ^ direction;
  let g = groups.count;
  const end = g + n;
  let at = groups.sightCount + k;
  for (let i = rowStart[leg - point.legBase]; g < end; i++) {
    if (directions[i] !== wanted) continue;
    const row = rows[i];
    sight[at] = row + 1;
    time[at] = times[row];
    const mark = marks[row];
    if (k === 0) {
      groupFlags[g] = direction * G_REPLY;
      first[g] = seq[row];
      length[g] = payloadLength[row];
      acknowledged[g] = ack[row];
      stop[g] = 0;
      kind[g] = kindOf(flags[row], mark);
    } else if (mark !== 0) kind[g] |= kindOf(0, mark) & K_SOMEWHERE_RETRANSMISSION;
    g++;
    at += stops;
  }
}

/** The same from columns that lie side by side. */
function fillGathered(
  groups: Groups,
  point: Point,
  { words, times }: PointColumns,
  { main }: Stop,
  k: number,
  stops: number,
  direction: 0 | 1,
  n: number,
): void {
  const { leg, original } = main[0];
  const { rows, rowStart, direction: directions } = point;
  const { seq, length, ack, flags, stop, kind, sight, time } = groups;
  const wanted = original ^ direction;
  let g = groups.count;
  const end = g + n;
  let at = groups.sightCount + k;
  for (let i = rowStart[leg - point.legBase]; g < end; i++) {
    if (directions[i] !== wanted) continue;
    const e = i * ENTRY_WORDS;
    sight[at] = rows[i] + 1;
    time[at] = times[i * ENTRY_DOUBLES + E_TIME];
    if (k === 0) {
      flags[g] = direction * G_REPLY;
      seq[g] = words[e + E_SEQ];
      length[g] = words[e + E_LENGTH];
      ack[g] = words[e + E_ACK];
      stop[g] = 0;
      kind[g] = words[e + E_KIND];
    } else kind[g] |= words[e + E_KIND] & K_SOMEWHERE_RETRANSMISSION;
    g++;
    at += stops;
  }
}
