// Groups of rows → journeys: their numbers for all paths, themselves for those that are not pending.
import type { JourneyTable } from '../model/correlation.ts';
import type { Context } from './context.ts';
import type { Stop } from './drafts.ts';
import type { Groups } from './groups.ts';
import { JourneyBuilder } from './journeyBuilder.ts';
import { LateJourneys } from './lateJourneys.ts';
import { flowAt, sideAt } from './wholePaths.ts';

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
  for (let path = 0; path < drafts.length; path++) {
    const isPending = groups.pending[path] === 1;
    const count = isPending ? packetsOf(context, path) : groups.pathStart[path + 1] - groups.pathStart[path];
    pathStart[path + 1] = pathStart[path] + count;
    sightingStart[path + 1] = sightingStart[path] + (isPending ? count * drafts[path].stops.length : countSights(groups, path));
  }
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
  const [stop] = drafts[path].stops;
  return flowAt(legs, stop).packetCount[sideAt(legs, stop, 0) >> 1];
}

function countSights({ sight, sightStart }: Groups, path: number): number {
  let n = 0;
  for (let at = sightStart[path]; at < sightStart[path + 1]; at++) if (sight[at] !== 0) n++;
  return n;
}

/** Originals are seen first at the first stop and last at the last one, replies the other way. */
function spanOfWhole(context: Context, path: number, span: Span): void {
  const { legs, drafts } = context;
  const { stops } = drafts[path];
  const near = stops[0];
  const far = stops[stops.length - 1];
  const [flowNear, flowFar] = [flowAt(legs, near), flowAt(legs, far)];
  const [original, reply] = [sideAt(legs, near, 0), sideAt(legs, far, 1)];
  span.first[path] = Math.min(timeAt(context, near, flowNear.firstSent[original]), timeAt(context, far, flowFar.firstSent[reply]));
  // Sides of a connection lie in pairs.
  span.last[path] = Math.max(timeAt(context, far, flowFar.lastSent[reply ^ 1]), timeAt(context, near, flowNear.lastSent[original ^ 1]));
}

/** On the reference clock; infinite where a direction has no first and no last packet. */
function timeAt({ tapOfPoint, referenceOf }: Context, { point }: Stop, own: number): number {
  return Number.isFinite(own) ? referenceOf(tapOfPoint[point], own) : own;
}
