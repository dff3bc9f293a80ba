// The replay of a session: every path that crosses NAT through the tracker, under the profile and settings that explain what was observed.
import type { Correlation, Path, Workspace } from '../model/correlation.ts';
import { SYN } from '../model/packetTable.ts';
import { type JourneyId, journeyId, type PathId } from '../model/units.ts';
import type { PathReplay, PathVerdicts, Profile, TrackerSettings } from '../model/verdict.ts';
import { compareFate, DISAGREES, isQuiet, openOf, scoreOf } from './agreement.ts';
import { type Arrivals, buildArrivals, likeliestOrder, nodeAnswers, ordersOf, type Work } from './arrivals.ts';
import { trackerGroups } from './groups.ts';
import { type Explanation, explain } from './infer.ts';
import { type RunResult, run } from './run.ts';
import { tapTimes } from './time.ts';

export interface ReplayOptions {
  /** Pinned; absent: the one that explains most is found. */
  readonly profile?: Profile;
  /** Stated; what is absent may be inferred. */
  readonly settings?: TrackerSettings;
  /** Journeys that arrived with a wrong checksum, as far as somebody looked. */
  readonly damaged?: ReadonlySet<JourneyId>;
}

/** What passes this profile's window without a word passes every other's; RSTs differ only where one is refused or contradicted. */
const STRICTEST: Profile = '5.10';
/** Entries of a column that is kept once, and how many such columns are remembered. */
const LONGEST_SHARED = 32;
const MOST_SHARED = 4096;

/** The work asked for last, so that one packet after the other of a path is quick. Holds nothing longer than the correlation lives. */
const lastWork = new WeakMap<Correlation, Work>();
/** Kept with the correlation they belong to: whoever asks about single packets later replays them as damaged as the paths were. */
const damagedOf = new WeakMap<Correlation, ReadonlySet<JourneyId>>();

/** @returns by path id; null where the path crosses no NAT */
export function replayPaths(workspace: Workspace, correlation: Correlation, options: ReplayOptions = {}): readonly (PathReplay | null)[] {
  damagedOf.set(correlation, options.damaged ?? new Set());
  lastWork.delete(correlation);
  const settings = options.settings ?? {};
  const make = maker(workspace, correlation);
  const works: Work[] = [];
  const first = new Map<Work, RunResult>();
  const eventful = new Set<Work>();
  const calm: Calm[] = [];
  const columns = new Columns();
  for (const paths of trackerGroups(correlation)) {
    const arrivals = make(paths);
    const likeliest = likeliestOrder(arrivals);
    const result = run(arrivals, likeliest, workspace, STRICTEST, settings);
    const isEventful = !isQuiet(arrivals, result);
    // Without an event only a repeated SYN can be judged otherwise in another order.
    if (!isEventful && !hasRepeatedSyn(arrivals, workspace)) {
      calm.push({ paths, judged: judgeAll(arrivals, [{ index: 0, result }], columns) });
      continue;
    }
    const work = workFrom(arrivals);
    works.push(work);
    first.set(work, result);
    if (isEventful) eventful.add(work);
  }
  const explanation = explain([...eventful], workspace, options.profile, settings, (work, profile) =>
    profile === STRICTEST ? (first.get(work) ?? null) : null,
  );
  const isSame = explanation.profile === STRICTEST && explanation.settings === settings;
  const isSameWhereQuiet = explanation.profile === STRICTEST && changesNothingValid(settings, explanation.settings);
  const replays: (PathReplay | null)[] = correlation.paths.map(() => null);
  const keep = (list: readonly Judged[], isEventful: boolean): void => {
    for (const judged of list) replays[judged.path] = toReplay(judged, explanation, isEventful);
  };
  for (const { paths, judged } of calm) {
    keep(isSame || isSameWhereQuiet ? judged : judgeCalm(make(paths), workspace, explanation, columns), false);
  }
  for (const work of works) {
    const isEventful = eventful.has(work);
    const known = isSame || (isSameWhereQuiet && !isEventful) ? (first.get(work) ?? null) : null;
    keep(judgeAll(work.arrivals, runAll(work, workspace, explanation, known), columns), isEventful);
  }
  return replays;
}

/** Paths on which nothing happened: what came of them is kept, what it was made from is not, as almost all paths are calm. */
interface Calm {
  readonly paths: readonly Path[];
  readonly judged: readonly Judged[];
}

/** Verdicts of a path that stand under more than one profile. */
type Judged = Omit<PathVerdicts, 'profile' | 'settings'>;

const toReplay = ({ path, ...judged }: Judged, { profile, settings, inferred }: Explanation, isEventful: boolean): PathReplay => ({
  path,
  verdicts: { path, profile, settings, ...judged },
  inferred,
  isEventful,
});

function judgeCalm(a: Arrivals, workspace: Workspace, { profile, settings }: Explanation, columns: Columns): Judged[] {
  return judgeAll(a, [{ index: 0, result: run(a, likeliestOrder(a), workspace, profile, settings) }], columns);
}

const judgeAll = (a: Arrivals, runs: readonly OrderedRun[], columns: Columns): Judged[] =>
  a.paths.map((path, i) => verdictsOf(path.id, a, runs, i, columns));

/** Short columns, each kept once: of many connections most went the same way, packet by packet. */
class Columns {
  readonly #known = new Map<string, Uint8Array>();

  /** A copy of some entries. */
  of(column: Uint8Array, from: number, to: number): Uint8Array {
    if (to - from > LONGEST_SHARED) return column.slice(from, to);
    let key = '';
    for (let at = from; at < to; at++) key += String.fromCharCode(column[at]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const copy = column.slice(from, to);
    if (this.#known.size < MOST_SHARED) this.#known.set(key, copy);
    return copy;
  }
}

/** Where no packet is refused, be_liberal and a drop rule have nothing to do. */
const changesNothingValid = (stated: TrackerSettings, found: TrackerSettings): boolean =>
  stated.loose === found.loose && stated.ipvs === found.ipvs && stated.timeouts === found.timeouts;

/** Makes the arrivals of paths that share a tracker. */
function maker(workspace: Workspace, correlation: Correlation): (paths: readonly Path[]) => Arrivals {
  const times = tapTimes(workspace, correlation.clocks);
  const answered = nodeAnswers(correlation);
  const damaged = damagedOf.get(correlation);
  return (paths) => {
    const arrivals = buildArrivals(paths, workspace, correlation, times, answered);
    if (damaged && damaged.size > 0)
      for (let at = 0; at < arrivals.length; at++) arrivals.damaged[at] = damaged.has(journeyId(arrivals.journey[at])) ? 1 : 0;
    return arrivals;
  };
}

const workFrom = (arrivals: Arrivals): Work => ({ arrivals, orders: ordersOf(arrivals) });

/** Arrivals and possible orders of every group of paths that shares a tracker. */
export function buildWorks(workspace: Workspace, correlation: Correlation): readonly Work[] {
  const make = maker(workspace, correlation);
  return trackerGroups(correlation).map((paths) => workFrom(make(paths)));
}

/** The work that a path is part of; null where it crosses no NAT. */
export function workOfPath(workspace: Workspace, correlation: Correlation, path: PathId): Work | null {
  const last = lastWork.get(correlation);
  if (last?.arrivals.paths.some((p) => p.id === path)) return last;
  const group = trackerGroups(correlation).find((paths) => paths.some((p) => p.id === path));
  if (!group) return null;
  const work = workFrom(maker(workspace, correlation)(group));
  lastWork.set(correlation, work);
  return work;
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
function runAll(work: Work, workspace: Workspace, { profile, settings }: Explanation, known: RunResult | null): OrderedRun[] {
  const runs = work.orders.map((order, index) => ({
    index,
    result: index === 0 && known ? known : run(work.arrivals, order, workspace, profile, settings),
  }));
  if (runs.length === 1) return runs;
  const left = runs.map((r) => openOf(scoreOf(work.arrivals, r.result)));
  const least = Math.min(...left);
  return runs.filter((_, i) => left[i] === least);
}

function verdictsOf(path: PathId, a: Arrivals, runs: readonly OrderedRun[], groupIndex: number, columns: Columns): Judged {
  const { result } = runs[0];
  const [from, to] = [a.pathStart[groupIndex], a.pathStart[groupIndex + 1]];
  const orderDependent = new Uint8Array(to - from);
  for (const other of runs.slice(1)) {
    for (let at = from; at < to; at++) if (other.result.verdict[at] !== result.verdict[at]) orderDependent[at - from] = 1;
  }
  const disagreeing: JourneyId[] = [];
  for (let at = from; at < to; at++) if (compareFate(a, result, at) === DISAGREES) disagreeing.push(journeyId(a.journey[at]));
  const { agree, of } = scoreOf(a, result, from, to);
  return {
    path,
    verdict: columns.of(result.verdict, from, to),
    reason: columns.of(result.reason, from, to),
    reasons: result.reasons,
    state: columns.of(result.state, from, to),
    orderDependent: columns.of(orderDependent, 0, to - from),
    agreement: { agree, of, disagreeing },
    order: a.atNode[0] || a.atNode[1] ? 'node-tap' : 'inferred',
    orderIndex: runs[0].index,
    arrived: columns.of(a.arrived, from, to),
    changes: result.changes,
    groupIndex,
  };
}
