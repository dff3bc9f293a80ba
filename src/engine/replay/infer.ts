// Which kernel and which settings explain what was observed, found by trying.
import type { Workspace } from '../model/correlation.ts';
import type { InferredSetting, Profile, TrackerSettings } from '../model/verdict.ts';
import { openOf, type Score, scoreOf } from './agreement.ts';
import { type Arrivals, O_PORT_CHANGED, type Order } from './arrivals.ts';
import { run } from './run.ts';
import { inferTimeout } from './silence.ts';

/** A tracker's work, and the orders in which it may have come. */
export interface Work {
  readonly arrivals: Arrivals;
  readonly orders: readonly Order[];
}

export interface Explanation {
  readonly profile: Profile;
  readonly settings: TrackerSettings;
  readonly inferred: readonly InferredSetting[];
}

/** The oldest behaviour first among equals, as it is the one that explains incidents; the incident's own generation before all. */
const PREFERENCE: readonly Profile[] = ['5.10', '5.15', '5.4', '4.15', '6.1', '6.18'];

/** Settings that may differ from the default, alone and together, simplest first. */
const CANDIDATES: readonly TrackerSettings[] = [
  { be_liberal: true },
  { dropInvalid: true },
  { loose: false },
  { dropInvalid: true, loose: false },
];

export function explain(works: readonly Work[], workspace: Workspace, pinned: Profile | undefined, stated: TrackerSettings): Explanation {
  const profiles = pinned ? [pinned] : PREFERENCE;
  const base = best(works, workspace, profiles, stated);
  if (base.open === 0) return { profile: base.profile, settings: stated, inferred: [] };
  const looksLikeIpvs = works.some((w) => w.arrivals.hasNodeAnswer || w.arrivals.observed.includes(O_PORT_CHANGED));
  const candidates = looksLikeIpvs ? [{ ipvs: true }, ...CANDIDATES] : CANDIDATES;
  const first = tryAll(candidates, works, workspace, profiles, stated, { ...base, settings: stated });
  const silent = looksLikeIpvs ? [first.settings, { ...first.settings, ipvs: true }] : [first.settings];
  const timed = silent
    .map((settings) => inferTimeouts(works, workspace, first.profile, settings, settings.ipvs ? { ...stated, ipvs: true } : stated))
    .reduce((a, b) => (a === null || (b !== null && b.open < a.open) ? b : a));
  if (timed === null || timed.open >= first.open) return { ...first, inferred: listInferred(stated, first, base, null) };
  // With the silence explained another switch may explain the rest; what was tried before may have explained the silence wrongly.
  const timeouts = { ...stated, timeouts: { ...stated.timeouts, ...timed.settings.timeouts } };
  const again = tryAll([{}, ...candidates], works, workspace, profiles, timeouts, timed);
  return { ...again, inferred: listInferred(stated, again, base, timed.between) };
}

interface Trial {
  readonly profile: Profile;
  readonly settings: TrackerSettings;
  readonly open: number;
  readonly agree: number;
}

function tryAll(
  candidates: readonly TrackerSettings[],
  works: readonly Work[],
  workspace: Workspace,
  profiles: readonly Profile[],
  stated: TrackerSettings,
  start: Trial,
): Trial {
  let found = start;
  for (const candidate of candidates) {
    if (found.open === 0) break;
    const settings = { ...candidate, ...stated };
    const tried = best(works, workspace, profiles, settings);
    if (tried.open < found.open) found = { ...tried, settings };
  }
  return found;
}

/** The profile that leaves least open over all works, each in its best order. */
function best(works: readonly Work[], workspace: Workspace, profiles: readonly Profile[], settings: TrackerSettings): Trial {
  let found = { profile: profiles[0], settings, open: Number.POSITIVE_INFINITY, agree: 0 };
  for (const profile of profiles) {
    const { open, agree } = total(works, workspace, profile, settings);
    if (open < found.open) found = { profile, settings, open, agree };
    if (open === 0) break;
  }
  return found;
}

function total(works: readonly Work[], workspace: Workspace, profile: Profile, settings: TrackerSettings): { open: number; agree: number } {
  let [open, agree] = [0, 0];
  for (const work of works) {
    const score = bestScore(work, workspace, profile, settings);
    open += openOf(score);
    agree += score.agree;
  }
  return { open, agree };
}

export function bestScore(work: Work, workspace: Workspace, profile: Profile, settings: TrackerSettings): Score {
  let found: Score | null = null;
  for (const order of work.orders) {
    const score = scoreOf(work.arrivals, run(work.arrivals, order, workspace, profile, settings));
    if (found === null || openOf(score) < openOf(found)) found = score;
    if (openOf(score) === 0) break;
  }
  return found ?? { agree: 0, of: 0, unexplained: 0 };
}

interface TimedTrial extends Trial {
  readonly between: { readonly name: string; readonly seconds: readonly [number, number] };
}

/** The first work whose silence explains more than it contradicts decides. */
function inferTimeouts(
  works: readonly Work[],
  workspace: Workspace,
  profile: Profile,
  settings: TrackerSettings,
  stated: TrackerSettings,
): TimedTrial | null {
  let found: TimedTrial | null = null;
  for (const work of works) {
    const timeout = inferTimeout(work, workspace, profile, settings);
    if (timeout === null || stated.timeouts?.[timeout.name] !== undefined) continue;
    const next = { ...stated, timeouts: { ...stated.timeouts, [timeout.name]: timeout.seconds } };
    const score = total(works, workspace, profile, next);
    if (found === null || score.open < found.open) {
      found = { profile, settings: next, ...score, between: { name: timeout.name, seconds: timeout.between } };
    }
  }
  return found;
}

function listInferred(stated: TrackerSettings, found: Trial, base: Trial, between: TimedTrial['between'] | null): InferredSetting[] {
  const agreement = { agreeBefore: base.agree, agreeAfter: found.agree };
  const list: InferredSetting[] = [];
  for (const name of ['be_liberal', 'loose', 'dropInvalid', 'ipvs'] as const) {
    const value = found.settings[name];
    if (value !== undefined && value !== stated[name]) list.push({ name, value, between: null, ...agreement });
  }
  for (const [name, value] of Object.entries(found.settings.timeouts ?? {})) {
    if (stated.timeouts?.[name] === value) continue;
    list.push({ name: `timeouts.${name}`, value, between: between?.name === name ? between.seconds : null, ...agreement });
  }
  return list;
}
