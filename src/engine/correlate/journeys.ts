// Groups of rows → journeys: their numbers for all paths, themselves for those that are not pending.
import type { JourneyTable } from '../model/correlation.ts';
import type { Context } from './context.ts';
import type { Groups } from './groups.ts';
import { JourneyBuilder } from './journeyBuilder.ts';
import { LateJourneys } from './lateJourneys.ts';
import { sideOf } from './wholePaths.ts';

/** First and last sighting of each path, reference clock. */
export interface Span {
  readonly first: Float64Array;
  readonly last: Float64Array;
}

/** The journeys, and for every group the journey it became. */
export interface Journeys {
  readonly table: JourneyTable;
  readonly journeyOf: Uint32Array;
  /** Paths with a RST. */
  readonly resetPaths: readonly number[];
  readonly span: Span;
  /** Makes those of paths that are pending. */
  readonly late: LateJourneys;
}

/** Numbers the journeys of all paths, and makes those of paths that are not pending. */
export function buildJourneys(context: Context): Journeys {
  const { groups, drafts, roles } = context;
  const pathStart = new Uint32Array(drafts.length + 1);
  const sightingStart = new Uint32Array(drafts.length + 1);
  drafts.forEach(({ stops }, path) => {
    const isPending = groups.pending[path] === 1;
    const count = isPending ? packetsOf(context, path) : groups.pathStart[path + 1] - groups.pathStart[path];
    pathStart[path + 1] = pathStart[path] + count;
    sightingStart[path + 1] = sightingStart[path] + (isPending ? count * stops.length : countSights(groups, path));
  });
  const n = pathStart[drafts.length];
  const sightings = sightingStart[drafts.length];
  const table = {
    length: n,
    path: new Uint32Array(n),
    direction: new Uint8Array(n),
    flags: new Uint16Array(n),
    seq: new Uint32Array(n),
    payloadLength: new Uint32Array(n),
    tcpFlags: new Uint16Array(n),
    firstTime: new Float64Array(n),
    lastTime: new Float64Array(n),
    held: new Float64Array(n),
    start: new Uint32Array(n + 1),
    sightingTap: new Uint8Array(sightings),
    sightingRow: new Uint32Array(sightings),
    pathStart,
  };
  const journeyOf = new Uint32Array(groups.count);
  const span = { first: new Float64Array(drafts.length), last: new Float64Array(drafts.length) };
  const resetPaths: number[] = [];
  const builder = new JourneyBuilder(context, table, sightingStart);
  for (let path = 0; path < drafts.length; path++) {
    if (groups.pending[path] === 1) spanOfWhole(context, path, span);
    else {
      builder.addPath(path, drafts[path].stops, roles[path], groups, path, journeyOf);
      span.first[path] = builder.first;
      span.last[path] = builder.last;
      if (builder.hasReset) resetPaths.push(path);
    }
  }
  return { table, journeyOf, resetPaths, span, late: new LateJourneys(context, builder) };
}

/** Packets of a path of which every stop saw the same. */
function packetsOf({ legs, drafts }: Context, path: number): number {
  const [flow, side] = sideOf(legs, drafts[path].stops[0], 0);
  return flow.packetCount[side >> 1];
}

function countSights({ sight, sightStart }: Groups, path: number): number {
  let n = 0;
  for (let at = sightStart[path]; at < sightStart[path + 1]; at++) if (sight[at] !== 0) n++;
  return n;
}

/** Originals are seen first at the first stop and last at the last one, replies the other way. */
function spanOfWhole({ legs, drafts, tapOfPoint, referenceOf }: Context, path: number, span: Span): void {
  const { stops } = drafts[path];
  const [near, far] = [stops[0], stops[stops.length - 1]];
  span.first[path] = Infinity;
  span.last[path] = -Infinity;
  for (const [direction, from, to] of [
    [0, near, far],
    [1, far, near],
  ] as const) {
    const [sender, i] = sideOf(legs, from, direction);
    const [receiver, k] = sideOf(legs, to, direction);
    if (sender.sent[i] === 0) continue;
    span.first[path] = Math.min(span.first[path], referenceOf(tapOfPoint[from.point], sender.firstSent[i]));
    span.last[path] = Math.max(span.last[path], referenceOf(tapOfPoint[to.point], receiver.lastSent[k]));
  }
}
