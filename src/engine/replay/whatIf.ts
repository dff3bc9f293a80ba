// Replay under other parameters: what would have leaked, been dropped or passed, and what that would have spared or cost.
import type { Correlation, Workspace } from '../model/correlation.ts';
import { RST } from '../model/packetTable.ts';
import { type Direction, journeyId, row, tapId } from '../model/units.ts';
import { type PathReplay, PROFILES, type Profile, type TrackerSettings, V_DROPPED, V_INVALID } from '../model/verdict.ts';
import type { SideEffect, WhatIfAnswer, WhatIfChange, WhatIfRequest } from '../model/whatIf.ts';
import { A_YES, type Arrivals, O_PORT_CHANGED, O_UNTRANSLATED } from './arrivals.ts';
import { type Consequences, fateOf, foresee, W_NOT_SENT, W_OTHERWISE, W_UNKNOWN } from './consequences.ts';
import { buildWorks, workOfPath } from './replayPaths.ts';
import type { RunResult } from './run.ts';

/** Changed packets listed one by one; all are counted. */
export const MAX_CHANGES = 500;
/** Refused packets in a row, in one direction, that make a connection stand still rather than lose a packet. */
const STALL = 3;

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
  const asked = replays.filter((r): r is PathReplay => r !== null && (request.path === null || r.path === request.path));
  const [first] = asked;
  if (!first) return null;
  const { profile: profileBefore, settings: settingsBefore } = first.verdicts;
  const profile = request.profile ?? profileBefore;
  const settings = overlay(settingsBefore, request.settings);
  const works = all ?? [workOfPath(workspace, correlation, first.path)].filter((w) => w !== null);
  const byPath = new Map(asked.map((r) => [r.path, r]));
  const foreseen = works.flatMap((work) => {
    const own = work.arrivals.paths.flatMap((p) => byPath.get(p.id) ?? []);
    return foresee(work, own, workspace, correlation, profile, settings);
  });
  const resets = resetsOf(correlation, foreseen);
  const [before, after] = [newTally(), newTally()];
  const changes: WhatIfChange[] = [];
  let [packets, changeCount, unknown, stalls, droppedResets] = [0, 0, 0, 0, 0];
  for (const f of foreseen) {
    const { arrivals: a, from, would } = f;
    for (let i = 0; i < would.length; i++) {
      const at = from + i;
      if (would[i] === W_UNKNOWN) unknown++;
      if (a.arrived[at] !== A_YES && would[i] !== W_OTHERWISE) continue;
      packets++;
      count(before, a, f.before, at);
      // What would never have been sent can't leak, nor fare otherwise; of what nobody can say it is not said.
      if (would[i] === W_NOT_SENT || would[i] === W_UNKNOWN) continue;
      count(after, a, f.after, at);
      if (f.after.verdict[at] === V_DROPPED && correlation.journeys.tcpFlags[a.journey[at]] & RST) droppedResets++;
      if (would[i] !== W_OTHERWISE) continue;
      changeCount++;
      if (changes.length < MAX_CHANGES) changes.push(changeOf(f, at, correlation));
    }
    stalls += stallsOf(a, f.after, from, from + would.length);
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
    resets,
    changes,
    changeCount,
    unknown,
    sideEffects,
  };
}

const newTally = (): Tally => ({ leaks: 0, dropped: 0, invalid: 0, portChanges: 0 });
const pair = (before: Tally, after: Tally, key: keyof Tally) => ({ before: before[key], after: after[key] });

/** What is in force with what is assumed laid over it. */
export function overlay(base: TrackerSettings, change: TrackerSettings): TrackerSettings {
  const timeouts = { ...base.timeouts, ...change.timeouts };
  return { ...base, ...change, ...(Object.keys(timeouts).length > 0 ? { timeouts } : {}) };
}

function count(tally: Tally, a: Arrivals, r: RunResult, at: number): void {
  if (r.verdict[at] === V_INVALID) tally.invalid++;
  if (r.verdict[at] === V_DROPPED) tally.dropped++;
  if (r.fate[at] === O_UNTRANSLATED && a.due[at] === 1) tally.leaks++;
  if (r.fate[at] === O_PORT_CHANGED) tally.portChanges++;
}

function changeOf({ path, arrivals: a, before, after }: Consequences, at: number, { journeys }: Correlation): WhatIfChange {
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
    before: side(before),
    after: side(after),
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

/** RSTs of the paths asked about, and those that would not have been sent. */
function resetsOf({ resets, journeys }: Correlation, foreseen: readonly Consequences[]): WhatIfAnswer['resets'] {
  const byPath = new Map(foreseen.map((f) => [f.path, f]));
  const all = resets.flatMap((reset) => {
    const { path, journey, direction, packets } = reset;
    const f = path === null ? undefined : byPath.get(path);
    const [packet] = packets;
    if (!f || !packet) return [];
    const avoided = journey !== null && f.would[journey - journeys.pathStart[f.path]] === W_NOT_SENT;
    const time = journey === null ? 0 : journeys.firstTime[journey];
    return [{ journey, packet, path: f.path, direction, time, kills: reset.effect === 'kills', avoided }];
  });
  all.sort((x, y) => x.time - y.time);
  return { seen: all.length, avoided: all.filter((r) => r.avoided).length, list: all.slice(0, MAX_CHANGES) };
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
