// Groups of rows → journeys: their numbers for all paths, themselves for those that are not pending.
import type { JourneyTable } from '../model/correlation.ts';
import type { Context } from './context.ts';
import type { Stop } from './drafts.ts';
import type { Groups } from './groups.ts';
import { JourneyBuilder } from './journeyBuilder.ts';
import { addNumbers, emptyTable, type JourneyNumbers } from './journeyTable.ts';
import { LateJourneys } from './lateJourneys.ts';
import { flowAt, packetsOf, sideAt } from './wholePaths.ts';

/** First and last sighting of each path, reference clock. */
export interface Span {
  readonly first: Float64Array;
  readonly last: Float64Array;
}

/** The journeys, and for every group the journey it became. */
export interface Journeys {
  /** Holds those of paths that are not pending. */
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
  const numbers = numberJourneys(context);
  const journeyOf = new Uint32Array(groups.count);
  const span = { first: new Float64Array(drafts.length), last: new Float64Array(drafts.length) };
  const resetPaths: number[] = [];
  const length = numbers.journeys + countPending(context);
  const table = emptyTable(numbers, length, numbers.journeys, numbers.sightings);
  const builder = new JourneyBuilder(context, table, numbers.sightingStart);
  for (let path = 0; path < drafts.length; path++) {
    if (groups.pending[path] === 1) spanOfWhole(context, path, span);
    else {
      builder.addPath(path, drafts[path].stops, roles[path], groups, path, journeyOf);
      span.first[path] = builder.first;
      span.last[path] = builder.last;
      if (builder.hasReset) resetPaths.push(path);
    }
  }
  return { table, journeyOf, resetPaths, span, late: new LateJourneys(context, builder, numbers) };
}

/** Of paths that are not pending: the others are numbered after them when somebody asks, so that they take no room before. */
function numberJourneys({ groups, drafts }: Context): JourneyNumbers {
  const numbers = {
    pathStart: new Uint32Array(drafts.length),
    pathEnd: new Uint32Array(drafts.length),
    sightingStart: new Uint32Array(drafts.length),
    journeys: 0,
    sightings: 0,
  };
  for (let path = 0; path < drafts.length; path++) {
    if (groups.pending[path] === 0)
      addNumbers(numbers, path, groups.pathStart[path + 1] - groups.pathStart[path], countSights(groups, path));
  }
  return numbers;
}

function countPending(context: Context): number {
  const { groups, drafts } = context;
  let n = 0;
  for (let path = 0; path < drafts.length; path++) if (groups.pending[path] === 1) n += packetsOf(context, path);
  return n;
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
