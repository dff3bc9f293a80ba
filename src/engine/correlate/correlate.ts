// Capture points and their flows → what is known across them: paths, clocks, journeys, leaks, resets.
import type { ConnectionTable } from '../model/connection.ts';
import type { Correlation, CorrelationHints, Workspace } from '../model/correlation.ts';
import { type Clocks, inferClocks } from './clocks.ts';
import { MeasuredCompleteness } from './completeness.ts';
import type { Context } from './context.ts';
import { draftPaths, type PathDraft } from './drafts.ts';
import { tellEqualResets } from './equalResets.ts';
import { joinLegs } from './join.ts';
import { buildJourneys } from './journeys.ts';
import { findLeaks } from './leaks.ts';
import { buildLegs, type LegIndex } from './legs.ts';
import { matchPaths } from './matching.ts';
import { orderStops } from './order.ts';
import { buildPaths } from './paths.ts';
import { buildPoints } from './points.ts';
import { inferPositions } from './positions.ts';
import { findResets } from './resets.ts';
import { inferRoles } from './roles.ts';
import { evenTimes } from './setBacks.ts';
import { attachStrays } from './strays.ts';

/** The whole correlation. Pure: equal input gives equal output; independent of file names, tap names and clocks. O(n log n) in packets. */
export function correlate(given: Workspace, hints: CorrelationHints = {}): Correlation {
  const { workspace, stated } = evenTimes(given);
  const points = buildPoints(workspace);
  const legs = buildLegs(workspace, points);
  const union = joinLegs(legs);
  attachStrays(legs, union);
  const drafts = inStartOrder(workspace, legs, draftPaths(legs, union));
  const groups = matchPaths(legs, drafts);
  orderStops(legs, drafts, groups, hints);
  const roles = drafts.map((d) => inferRoles(legs, d));
  const { clocks, timeOf, referenceOf, shiftOf, captured } = inferClocks(workspace, legs, drafts, groups, hints);
  tellEqualResets({ legs, drafts, groups, timeOf }, clocks);
  const context = buildContext(
    { workspace, legs, drafts, groups, roles, timeOf, referenceOf, shiftOf, uncertainty: clocks.map((c) => c.uncertainty) },
    captured,
  );
  const { table, journeyOf, resetPaths, span, late } = buildJourneys(context);
  const positions = inferPositions(context, hints);
  const completeness = new MeasuredCompleteness(context);
  return {
    clocks: clocks.map(stated),
    positions: positions.overall,
    positionsOn: positions.on,
    completeness,
    paths: buildPaths(context, table, span, resetPaths),
    journeyCount: table.length,
    get journeys() {
      return late.all();
    },
    journeysOf: (path) => late.of(path),
    pathOf: pathsOfConnections(workspace, context),
    leaks: findLeaks(context, table, journeyOf),
    resets: findResets(context, table, journeyOf, resetPaths, completeness),
  };
}

/** Paths are numbered by the first packet at the first of their points, which no clock of another tap can change. */
function inStartOrder(workspace: Workspace, legs: LegIndex, drafts: PathDraft[]): PathDraft[] {
  const tapOf = Uint32Array.from(drafts, ({ stops }) => legs.points[stops[0].point].tap);
  const start = Float64Array.from(drafts, ({ stops }, d) => {
    let first = Infinity;
    for (const { point, main } of stops) {
      const { tap, legBase } = legs.points[point];
      if (tap === tapOf[d]) for (const { leg } of main) first = Math.min(first, workspace.flows[tap].connections.firstTime[leg - legBase]);
    }
    return first;
  });
  const order = [...drafts.keys()].sort((a, b) => tapOf[a] - tapOf[b] || start[a] - start[b]);
  return order.map((d) => drafts[d]);
}

type Known = Pick<Context, 'workspace' | 'legs' | 'drafts' | 'groups' | 'roles' | 'timeOf' | 'referenceOf' | 'shiftOf' | 'uncertainty'>;

/** Every field by name: an object that is spread gets a new shape each time, and all that was compiled for the one before goes to waste. */
function buildContext(known: Known, captured: Clocks['captured']): Context {
  const { workspace, legs, drafts, groups, roles, timeOf, referenceOf, shiftOf, uncertainty } = known;
  const pathOfLeg = new Int32Array(legs.count).fill(-1);
  for (let path = 0; path < drafts.length; path++) {
    for (const { main, strays } of drafts[path].stops) {
      for (let i = 0; i < main.length; i++) pathOfLeg[main[i].leg] = path;
      for (let i = 0; i < strays.length; i++) pathOfLeg[strays[i].leg] = path;
    }
  }
  return {
    workspace,
    legs,
    drafts,
    groups,
    roles,
    timeOf,
    referenceOf,
    shiftOf,
    uncertainty,
    pathOfLeg,
    previous: legs.flows.map((flow, tap) => previousOnTuple(flow, workspace.taps[tap].packets.tuples.length)),
    tapOfPoint: legs.points.map((p) => p.tap),
    capturedFrom: captured.map(({ first }, tap) => (first === Infinity ? first : referenceOf(tap, first))),
    capturedUntil: captured.map(({ last }, tap) => (last === -Infinity ? last : referenceOf(tap, last))),
  };
}

function previousOnTuple({ length, tuple }: ConnectionTable, tuples: number): Int32Array {
  const previous = new Int32Array(length);
  const latest = new Int32Array(tuples).fill(-1);
  for (let c = 0; c < length; c++) {
    previous[c] = latest[tuple[c]];
    latest[tuple[c]] = c;
  }
  return previous;
}

function pathsOfConnections(workspace: Workspace, context: Context): Int32Array[] {
  const { legs, pathOfLeg } = context;
  const out = workspace.flows.map((f) => new Int32Array(f.connections.length).fill(-1));
  for (const point of legs.points) {
    for (let c = 0; c < point.connectionCount; c++) {
      const path = pathOfLeg[point.legBase + c];
      if (path >= 0) out[point.tap][c] = path;
    }
  }
  return out;
}
