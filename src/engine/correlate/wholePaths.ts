// Paths of which every stop saw the same packets in the same order: most of most captures. Packet i of a direction at one stop is packet i of
// it at the next, so that nothing need be searched for, and groups are made of the few such paths that somebody asks about.
import { RST_SEEN_A, RST_SEEN_B } from '../model/connection.ts';
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
import type { PathDraft, Stop } from './drafts.ts';
import { G_REPLY, Groups } from './groups.ts';
import { flowOfLeg, type LegIndex } from './legs.ts';
import type { Point } from './points.ts';

/** Is it one leg at every stop, with equal digests? */
export function isWhole(legs: LegIndex, { stops }: PathDraft): boolean {
  for (const { point, main, strays } of stops) {
    if (main.length !== 1 || strays.length > 0 || legs.points[point].isPart) return false;
  }
  for (const direction of [0, 1] as const) {
    const [flow, first] = sideOf(legs, stops[0], direction);
    for (let k = 1; k < stops.length; k++) {
      const [other, i] = sideOf(legs, stops[k], direction);
      if (flow.sent[first] !== other.sent[i]) return false;
      if (flow.digest[2 * first] !== other.digest[2 * i] || flow.digest[2 * first + 1] !== other.digest[2 * i + 1]) return false;
    }
  }
  return true;
}

/** Did any RST pass a whole path? */
export function hasReset(legs: LegIndex, { stops: [stop] }: PathDraft): boolean {
  const [flow, i] = sideOf(legs, stop, 0);
  return (flow.flags[i >> 1] & (RST_SEEN_A | RST_SEEN_B)) !== 0;
}

/** The connections of a whole path's leg at a stop, and the entry of one of its directions in their per-direction columns. */
export function sideOf(legs: LegIndex, { point, main: [{ leg, original }] }: Stop, direction: 0 | 1) {
  return [flowOfLeg(legs, leg), 2 * (leg - legs.points[point].legBase) + (original ^ direction)] as const;
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
    const [flow, side] = sideOf(legs, stops[0], direction);
    const n = Math.min(most, flow.sent[side]);
    groups.reserve(n, stops.length);
    stops.forEach((stop, k) => {
      const point = legs.points[stop.point];
      if (columns === null) fillStop(groups, point, stop, k, stops.length, direction, n);
      else fillGathered(groups, point, columns[stop.point], stop, k, stops.length, direction, n);
    });
    groups.count += n;
    groups.sightCount += n * stops.length;
  }
  groups.endPath();
}

/** A hot loop over the rows of a leg, on the columns themselves. */
function fillStop(groups: Groups, point: Point, { main }: Stop, k: number, stops: number, direction: 0 | 1, n: number): void {
  const [{ leg, original }] = main;
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
  const [{ leg, original }] = main;
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
