// The replay of a session: every path that crosses NAT through the tracker, under the profile and settings that explain what was observed.
import type { Correlation, Path, Workspace } from '../model/correlation.ts';
import { SYN } from '../model/packetTable.ts';
import { type JourneyId, journeyId, type PathId } from '../model/units.ts';
import type { PathReplay, PathVerdicts, Profile, TrackerSettings } from '../model/verdict.ts';
import { compareFate, DISAGREES, isQuiet, openOf, scoreOf } from './agreement.ts';
import { type Arrivals, buildArrivals, ordersOf, TupleNumbers, type Work } from './arrivals.ts';
import { trackerGroups } from './groups.ts';
import { type Explanation, explain } from './infer.ts';
import { type RunResult, run } from './run.ts';
import { tapTimes } from './time.ts';

export interface ReplayOptions {
  /** Pinned; absent: the one that explains most is found. */
  readonly profile?: Profile;
  /** Stated; what is absent may be inferred. */
  readonly settings?: TrackerSettings;
}

/** What passes this profile's window without a word passes every other's; RSTs differ only where one is refused or contradicted. */
const STRICTEST: Profile = '5.10';

/** @returns by path id; null where the path crosses no NAT */
export function replayPaths(workspace: Workspace, correlation: Correlation, options: ReplayOptions = {}): readonly (PathReplay | null)[] {
  const works = buildWorks(workspace, correlation);
  const settings = options.settings ?? {};
  const first = new Map(works.map((w) => [w, run(w.arrivals, w.orders[0], workspace, STRICTEST, settings)]));
  const eventful = new Set(works.filter((w) => !isQuiet(w.arrivals, first.get(w) as RunResult)));
  const explanation = explain([...eventful], workspace, options.profile, settings, (work, profile) =>
    profile === STRICTEST ? (first.get(work) ?? null) : null,
  );
  const isSame = explanation.profile === STRICTEST && explanation.settings === settings;
  const isSameWhereQuiet = explanation.profile === STRICTEST && changesNothingValid(settings, explanation.settings);
  const replays: (PathReplay | null)[] = correlation.paths.map(() => null);
  for (const work of works) {
    const isEventful = eventful.has(work);
    const known = isSame || (isSameWhereQuiet && !isEventful) ? (first.get(work) ?? null) : null;
    for (const replay of replayWork(work, workspace, explanation, isEventful, known)) replays[replay.path] = replay;
  }
  return replays;
}

/** Where no packet is refused, be_liberal and a drop rule have nothing to do. */
const changesNothingValid = (stated: TrackerSettings, found: TrackerSettings): boolean =>
  stated.loose === found.loose && stated.ipvs === found.ipvs && stated.timeouts === found.timeouts;

/** Arrivals and possible orders of every group of paths that shares a tracker. */
export function buildWorks(workspace: Workspace, correlation: Correlation): readonly Work[] {
  const times = tapTimes(workspace, correlation.clocks);
  return trackerGroups(correlation.paths).map((paths) => workOf(paths, workspace, correlation, times));
}

/** The work asked for last, so that one packet after the other of a path is quick. Holds nothing longer than the correlation lives. */
const lastWork = new WeakMap<Correlation, Work>();

/** The work that a path is part of; null where it crosses no NAT. */
export function workOfPath(workspace: Workspace, correlation: Correlation, path: PathId): Work | null {
  const last = lastWork.get(correlation);
  if (last?.arrivals.paths.some((p) => p.id === path)) return last;
  const group = trackerGroups(correlation.paths).find((paths) => paths.some((p) => p.id === path));
  if (!group) return null;
  const work = workOf(group, workspace, correlation, tapTimes(workspace, correlation.clocks));
  lastWork.set(correlation, work);
  return work;
}

function workOf(paths: readonly Path[], workspace: Workspace, correlation: Correlation, times: ReturnType<typeof tapTimes>): Work {
  const arrivals = buildArrivals(paths, workspace, correlation, times, new TupleNumbers());
  return { arrivals, orders: ordersOf(arrivals) };
}

/**
 * @param isEventful something happened in it: judged in every possible order
 * @param known the run of the likeliest order, where it was made already
 */
function replayWork(
  work: Work,
  workspace: Workspace,
  { profile, settings, inferred }: Explanation,
  isEventful: boolean,
  known: RunResult | null,
): PathReplay[] {
  const { arrivals: a } = work;
  // Without an event only a repeated SYN can be judged otherwise in another order.
  const isSimple = !isEventful && !hasRepeatedSyn(a, workspace);
  const runs = runAll(isSimple ? { ...work, orders: work.orders.slice(0, 1) } : work, workspace, profile, settings, known);
  return a.paths.map((path, i) => {
    const verdicts = verdictsOf(path.id, a, runs, a.pathStart[i], a.pathStart[i + 1], profile, settings);
    return { path: path.id, verdicts, inferred, isEventful };
  });
}

function hasRepeatedSyn(a: Arrivals, workspace: Workspace): boolean {
  const seen = [0, 0];
  for (let at = 0; at < a.length; at++) {
    if ((workspace.taps[a.tap[at]].packets.flags[a.row[at]] & SYN) === 0) continue;
    if (++seen[a.direction[at]] > 1) return true;
  }
  return false;
}

interface OrderedRun {
  /** Index in `Work.orders`. */
  readonly index: number;
  readonly result: RunResult;
}

/** One run per possible order, only those kept that contradict least; the likeliest first. */
function runAll(work: Work, workspace: Workspace, profile: Profile, settings: TrackerSettings, known: RunResult | null): OrderedRun[] {
  const runs = work.orders.map((order, index) => ({
    index,
    result: index === 0 && known ? known : run(work.arrivals, order, workspace, profile, settings),
  }));
  if (runs.length === 1) return runs;
  const left = runs.map((r) => openOf(scoreOf(work.arrivals, r.result)));
  const least = Math.min(...left);
  return runs.filter((_, i) => left[i] === least);
}

function verdictsOf(
  path: PathId,
  a: Arrivals,
  runs: readonly OrderedRun[],
  from: number,
  to: number,
  profile: Profile,
  settings: TrackerSettings,
): PathVerdicts {
  const { result } = runs[0];
  const orderDependent = new Uint8Array(to - from);
  for (const other of runs.slice(1)) {
    for (let at = from; at < to; at++) if (other.result.verdict[at] !== result.verdict[at]) orderDependent[at - from] = 1;
  }
  const disagreeing: JourneyId[] = [];
  for (let at = from; at < to; at++) if (compareFate(a, result, at) === DISAGREES) disagreeing.push(journeyId(a.journey[at]));
  const { agree, of } = scoreOf(a, result, from, to);
  return {
    path,
    profile,
    settings,
    verdict: result.verdict.slice(from, to),
    reason: result.reason.slice(from, to),
    reasons: result.reasons,
    state: result.state.slice(from, to),
    orderDependent,
    agreement: { agree, of, disagreeing },
    order: a.atNode[0] || a.atNode[1] ? 'node-tap' : 'inferred',
    orderIndex: runs[0].index,
    arrived: a.arrived.slice(from, to),
  };
}
