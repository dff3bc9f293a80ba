// Replay under other parameters: what would have leaked, been dropped or passed, and what that would have spared or cost.
import type { Correlation, Workspace } from '../model/correlation.ts';
import { RST } from '../model/packetTable.ts';
import { type Direction, type JourneyId, journeyId, type PathId, row, tapId } from '../model/units.ts';
import { type PathReplay, PROFILES, type Profile, type TrackerSettings, V_DROPPED, V_INVALID } from '../model/verdict.ts';
import type { Fate, SideEffect, WhatIfAnswer, WhatIfChange, WhatIfRequest, WhatIfReset } from '../model/whatIf.ts';
import { A_YES, type Arrivals, O_PORT_CHANGED, O_TRANSLATED, O_UNTRANSLATED, O_VANISHED, type Work } from './arrivals.ts';
import { buildWorks, workOfPath } from './replayPaths.ts';
import { F_ELSEWHERE, F_UNTRANSLATED_OR_GONE, type RunResult, run } from './run.ts';

/** Changed packets listed one by one; all are counted. */
export const MAX_CHANGES = 500;
/** Refused packets in a row, in one direction, that make a connection stand still rather than lose a packet. */
const STALL = 3;

const FATES: Readonly<Record<number, Fate>> = {
  [O_TRANSLATED]: 'translated',
  [O_UNTRANSLATED]: 'untranslated',
  [O_PORT_CHANGED]: 'port-changed',
  [O_VANISHED]: 'gone',
  [F_UNTRANSLATED_OR_GONE]: 'gone',
  [F_ELSEWHERE]: 'elsewhere',
};
const fateOf = (code: number): Fate => FATES[code] ?? 'unknown';

/** Counts of one run over one path. */
interface Tally {
  leaks: number;
  dropped: number;
  invalid: number;
  portChanges: number;
}

/** @returns null where the path asked for was not replayed */
export function whatIf(
  workspace: Workspace,
  correlation: Correlation,
  replays: readonly (PathReplay | null)[],
  request: WhatIfRequest,
): WhatIfAnswer | null {
  const all = request.path === null ? buildWorks(workspace, correlation) : null;
  const workOf = new Map(all?.flatMap((w) => w.arrivals.paths.map((p) => [p.id, w] as const)));
  const workFor = (path: PathId): Work | null => (all ? (workOf.get(path) ?? null) : workOfPath(workspace, correlation, path));
  const asked = replays.filter((r): r is PathReplay => r !== null && (request.path === null || r.path === request.path));
  const [first] = asked;
  if (!first) return null;
  const { profile: profileBefore, settings: settingsBefore } = first.verdicts;
  const profile = request.profile ?? profileBefore;
  const settings = overlay(settingsBefore, request.settings);
  const runs = asked.flatMap(({ path, verdicts }) => {
    const work = workFor(path);
    if (!work) return [];
    const { arrivals: a } = work;
    const order = work.orders[verdicts.orderIndex];
    const index = a.paths.findIndex((p) => p.id === path);
    const then = run(a, order, workspace, verdicts.profile, verdicts.settings);
    return [{ path, a, from: a.pathStart[index], to: a.pathStart[index + 1], then, now: run(a, order, workspace, profile, settings) }];
  });
  const resets = avoidedResets(correlation, asked, sparedBy(runs));
  const [before, after] = [newTally(), newTally()];
  const changes: WhatIfChange[] = [];
  let [packets, changeCount, stalls, droppedResets] = [0, 0, 0, 0];
  for (const { path, a, from, to, then, now } of runs) {
    for (let at = from; at < to; at++) {
      if (a.arrived[at] !== A_YES) continue;
      packets++;
      count(before, a, then, at);
      // What would never have been sent can't leak, nor fare otherwise.
      if (resets.avoidedJourneys.has(a.journey[at])) continue;
      count(after, a, now, at);
      if (now.verdict[at] === V_DROPPED && correlation.journeys.tcpFlags[a.journey[at]] & RST) droppedResets++;
      if (then.fate[at] === now.fate[at] && isRefused(then, at) === isRefused(now, at)) continue;
      changeCount++;
      if (changes.length < MAX_CHANGES) changes.push(changeOf(path, a, at, then, now, correlation));
    }
    stalls += stallsOf(a, now, from, to);
  }
  const sideEffects = sideEffectsOf({ profileBefore, profile, settingsBefore, settings }, before, after, stalls, droppedResets);
  changes.sort((x, y) => x.time - y.time);
  return {
    profile,
    settings,
    profileBefore,
    settingsBefore,
    packets,
    leaks: pair(before, after, 'leaks'),
    dropped: pair(before, after, 'dropped'),
    invalid: pair(before, after, 'invalid'),
    portChanges: pair(before, after, 'portChanges'),
    resets: { seen: resets.seen, avoided: resets.avoidedJourneys.size, list: resets.list },
    changes,
    changeCount,
    sideEffects,
  };
}

const newTally = (): Tally => ({ leaks: 0, dropped: 0, invalid: 0, portChanges: 0 });
const pair = (before: Tally, after: Tally, key: keyof Tally) => ({ before: before[key], after: after[key] });

function overlay(base: TrackerSettings, change: TrackerSettings): TrackerSettings {
  const timeouts = { ...base.timeouts, ...change.timeouts };
  return { ...base, ...change, ...(Object.keys(timeouts).length > 0 ? { timeouts } : {}) };
}

const isRefused = (r: RunResult, at: number): boolean => r.verdict[at] === V_INVALID || r.verdict[at] === V_DROPPED;

interface Compared {
  readonly a: Arrivals;
  readonly from: number;
  readonly to: number;
  readonly then: RunResult;
  readonly now: RunResult;
}

/** Packets that leaked and would not have. */
function sparedBy(runs: readonly Compared[]): ReadonlySet<JourneyId> {
  const spared = new Set<JourneyId>();
  for (const { a, from, to, then, now } of runs) {
    for (let at = from; at < to; at++) {
      if (then.fate[at] === O_UNTRANSLATED && now.fate[at] !== O_UNTRANSLATED) spared.add(journeyId(a.journey[at]));
      if (then.fate[at] === O_PORT_CHANGED && now.fate[at] !== O_PORT_CHANGED) spared.add(journeyId(a.journey[at]));
    }
  }
  return spared;
}

function count(tally: Tally, a: Arrivals, r: RunResult, at: number): void {
  if (r.verdict[at] === V_INVALID) tally.invalid++;
  if (r.verdict[at] === V_DROPPED) tally.dropped++;
  if (r.fate[at] === O_UNTRANSLATED && a.due[at] === 1) tally.leaks++;
  if (r.fate[at] === O_PORT_CHANGED) tally.portChanges++;
}

function changeOf(path: PathId, a: Arrivals, at: number, then: RunResult, now: RunResult, { journeys }: Correlation): WhatIfChange {
  const j = a.journey[at];
  const side = (r: RunResult) => ({ verdict: r.verdict[at], fate: fateOf(r.fate[at]), reason: r.reasons[r.reason[at]] });
  return {
    path,
    journey: journeyId(j),
    packet: { tap: tapId(a.tap[at]), row: row(a.row[at]) },
    direction: a.direction[at] as Direction,
    time: journeys.lastTime[j],
    seq: journeys.seq[j],
    length: journeys.payloadLength[j],
    tcpFlags: journeys.tcpFlags[j],
    before: side(then),
    after: side(now),
  };
}

/** Stretches in which one direction is refused again and again. */
function stallsOf(a: Arrivals, r: RunResult, from: number, to: number): number {
  const inRow = [0, 0];
  let stalls = 0;
  for (let at = from; at < to; at++) {
    if (a.arrived[at] !== A_YES || a.due[at] !== 1) continue;
    const d = a.direction[at];
    inRow[d] = r.verdict[at] === V_DROPPED ? inRow[d] + 1 : 0;
    if (inRow[d] === STALL) stalls++;
  }
  return stalls;
}

/** A RST that answers a leak falls away with it, and with the one that killed a connection all that follow from its death. */
function avoidedResets(correlation: Correlation, asked: readonly PathReplay[], spared: ReadonlySet<JourneyId>) {
  const paths = new Set(asked.map((r) => r.path));
  const sparedAt = new Map<string, JourneyId>();
  const { start, sightingTap, sightingRow } = correlation.journeys;
  for (const j of spared) for (let s = start[j]; s < start[j + 1]; s++) sparedAt.set(`${sightingTap[s]} ${sightingRow[s]}`, j);
  const { lastTime, firstTime } = correlation.journeys;
  const list: WhatIfReset[] = [];
  const avoidedJourneys = new Set<number>();
  const survivesFrom = new Map<PathId, number>();
  const resets = correlation.resets.filter((r) => r.path !== null && paths.has(r.path));
  const timeOf = (r: (typeof resets)[number]): number => (r.journey === null ? 0 : firstTime[r.journey]);
  for (const reset of [...resets].sort((x, y) => timeOf(x) - timeOf(y))) {
    const path = reset.path as PathId;
    const cause = reset.cause.packet;
    const leak = cause === null ? undefined : sparedAt.get(`${cause.tap} ${cause.row}`);
    const survives = survivesFrom.get(path) ?? Number.POSITIVE_INFINITY;
    const isOfItsOwn = reset.cause.kind === 'application-close' || reset.cause.kind === 'forged';
    const avoided = leak !== undefined || (timeOf(reset) >= survives && !isOfItsOwn);
    const [packet] = reset.packets;
    const { direction } = reset;
    if (packet && list.length < MAX_CHANGES)
      list.push({ journey: reset.journey, packet, path, direction, time: timeOf(reset), kills: reset.effect === 'kills', avoided });
    if (!avoided) continue;
    if (reset.journey !== null) avoidedJourneys.add(reset.journey);
    if (leak !== undefined && reset.effect === 'kills') survivesFrom.set(path, Math.min(survives, lastTime[leak]));
  }
  return { seen: resets.length, list, avoidedJourneys };
}

interface Parameters {
  readonly profileBefore: Profile;
  readonly profile: Profile;
  readonly settingsBefore: TrackerSettings;
  readonly settings: TrackerSettings;
}

function sideEffectsOf(p: Parameters, before: Tally, after: Tally, stalls: number, droppedResets: number): SideEffect[] {
  const list: SideEffect[] = [];
  const turnedOn = (name: 'be_liberal' | 'dropInvalid'): boolean => p.settings[name] === true && p.settingsBefore[name] !== true;
  if (turnedOn('be_liberal')) {
    if (after.invalid + after.dropped > 0)
      list.push({ id: 'liberal-keeps-invalid-rst', values: { packets: after.invalid + after.dropped } });
    list.push({ id: 'liberal-weakens-checks', values: {} });
  }
  if (turnedOn('dropInvalid')) {
    if (droppedResets > 0) list.push({ id: 'drop-also-drops', values: { packets: droppedResets } });
    if (stalls > 0) list.push({ id: 'drop-stalls', values: { stretches: stalls } });
    list.push({ id: 'drop-breaks-asymmetric', values: {} });
  }
  if (p.settings.loose === false && p.settingsBefore.loose !== false && after.invalid + after.dropped > before.invalid + before.dropped) {
    list.push({ id: 'strict-refuses-pickup', values: { packets: after.invalid + after.dropped - before.invalid - before.dropped } });
  }
  const isNewer = PROFILES.indexOf(p.profile) > PROFILES.indexOf(p.profileBefore);
  if (isNewer && after.invalid + after.dropped > 0) {
    list.push({ id: 'newer-kernel-still-refuses', values: { packets: after.invalid + after.dropped } });
  }
  const shorter = Object.entries(p.settings.timeouts ?? {}).some(
    ([name, s]) => s < (p.settingsBefore.timeouts?.[name] ?? Number.POSITIVE_INFINITY),
  );
  if (shorter && after.leaks > before.leaks) list.push({ id: 'shorter-timeout-expires', values: { packets: after.leaks - before.leaks } });
  return list;
}
