// Which kernel and which settings explain what was observed, found by trying.
import type { Workspace } from '../model/correlation.ts';
import type { InferredSetting, Profile, TrackerSettings } from '../model/verdict.ts';
import { errorsOf, openOf, type Score, scoreOf } from './agreement.ts';
import { O_PORT_CHANGED, type Order, type Work } from './arrivals.ts';
import { type RunResult, run } from './run.ts';
import { inferTimeout } from './silence.ts';

export interface Explanation {
  readonly profile: Profile;
  readonly settings: TrackerSettings;
  readonly inferred: readonly InferredSetting[];
}

/** The two behaviours of the window first; the others differ in RSTs and SYNs. Among equals the generation that explains incidents. */
const REPRESENTATIVES: readonly Profile[] = ['5.10', '6.1'];
const OTHERS: readonly Profile[] = ['5.15', '5.4', '4.15', '6.18'];

/** Settings that may differ from the default, alone and together, simplest first. */
const CANDIDATES: readonly TrackerSettings[] = [
  { be_liberal: true },
  { dropInvalid: true },
  { loose: false },
  { dropInvalid: true, loose: false },
];
/** Silences that are tried as an entry's end: more would cost a run over everything each. */
const MAX_SILENCES = 6;

/** The run of a work's likeliest order under the stated settings, where it was made already. */
type KnownRun = (work: Work, profile: Profile) => RunResult | null;

export function explain(
  works: readonly Work[],
  workspace: Workspace,
  pinned: Profile | undefined,
  stated: TrackerSettings,
  known: KnownRun,
): Explanation {
  const search = new Search(works, workspace, pinned, known);
  const base = search.profiles(stated);
  if (base.open === 0) return { profile: base.profile, settings: stated, inferred: [] };
  const looksLikeIpvs = works.some((w) => w.arrivals.hasNodeAnswer || w.arrivals.observed.includes(O_PORT_CHANGED));
  const candidates = looksLikeIpvs ? [{ ipvs: true }, ...CANDIDATES] : CANDIDATES;
  // A switch explains what the strictest kernel contradicts; a packet that merely vanished is explained by a silence at most.
  const needsSwitch = looksLikeIpvs || search.strictErrors > 0;
  const first = needsSwitch ? search.switches(candidates, stated, base) : base;
  const silent = looksLikeIpvs ? [first.settings, { ...first.settings, ipvs: true }] : [first.settings];
  const timed = silent
    .map((settings) => inferTimeouts(search, first.profile, settings, settings.ipvs ? { ...stated, ipvs: true } : stated))
    .reduce((a, b) => (a === null || (b !== null && b.open < a.open) ? b : a));
  if (timed === null || timed.open >= first.open) return { ...first, inferred: listInferred(stated, first, base, null) };
  // With the silence explained another switch may explain the rest; what was tried before may have explained the silence wrongly.
  const timeouts = { ...stated, timeouts: { ...stated.timeouts, ...timed.settings.timeouts } };
  const again = search.switches([{}, ...candidates], timeouts, timed);
  return { ...again, inferred: listInferred(stated, again, base, timed.between) };
}

interface Trial {
  readonly profile: Profile;
  readonly settings: TrackerSettings;
  readonly open: number;
  readonly agree: number;
}

/** Up to this many packets every order is tried again under every setting; beyond, the order of the first question stands. */
const MAX_REORDERED = 300_000;

/** Runs over all works. */
class Search {
  readonly works: readonly Work[];
  readonly workspace: Workspace;
  /** Contradictions of the strictest profile under the stated settings. */
  strictErrors = 0;
  private readonly pinned: Profile | undefined;
  private readonly order = new Map<Work, Order>();
  private readonly isLarge: boolean;
  private readonly known: KnownRun;

  constructor(works: readonly Work[], workspace: Workspace, pinned: Profile | undefined, known: KnownRun) {
    this.known = known;
    this.works = works;
    this.workspace = workspace;
    this.pinned = pinned;
    this.isLarge = works.reduce((sum, w) => sum + w.arrivals.length, 0) > MAX_REORDERED;
  }

  /** The profile that leaves least open, each work in its best order. */
  profiles(settings: TrackerSettings): Trial {
    const first = this.pinned ? [this.pinned] : REPRESENTATIVES;
    const least = new Map<Work, number>();
    let found: Trial = { profile: first[0], settings, open: Number.POSITIVE_INFINITY, agree: 0 };
    for (const [i, profile] of first.entries()) {
      let [open, agree] = [0, 0];
      for (const work of this.works) {
        const { score, order } = bestOrder(work, this.workspace, profile, settings, this.known(work, profile));
        if (i === 0) this.strictErrors += errorsOf(score);
        open += openOf(score);
        agree += score.agree;
        if (openOf(score) >= (least.get(work) ?? Number.POSITIVE_INFINITY)) continue;
        least.set(work, openOf(score));
        this.order.set(work, order);
      }
      if (open < found.open) found = { profile, settings, open, agree };
      // Nothing is left open: no other profile can do better.
      if (found.open === 0) break;
    }
    return this.pinned || found.open === 0 ? found : this.better(OTHERS, settings, found);
  }

  /** The first settings that leave less open than what was found, simplest first. */
  switches(candidates: readonly TrackerSettings[], stated: TrackerSettings, start: Trial): Trial {
    let found = start;
    for (const candidate of candidates) {
      if (found.open === 0) break;
      found = this.better(this.pinned ? [this.pinned] : REPRESENTATIVES, { ...candidate, ...stated }, found);
    }
    return this.pinned || found.open === 0 || found === start ? found : this.better(OTHERS, found.settings, found);
  }

  total(profile: Profile, settings: TrackerSettings): { open: number; agree: number } {
    let [open, agree] = [0, 0];
    for (const work of this.works) {
      const settled = this.isLarge ? [this.order.get(work) ?? work.orders[0]] : work.orders;
      const { score } = bestOrder({ ...work, orders: settled }, this.workspace, profile, settings);
      open += openOf(score);
      agree += score.agree;
    }
    return { open, agree };
  }

  private better(profiles: readonly Profile[], settings: TrackerSettings, start: Trial): Trial {
    let found = start;
    for (const profile of profiles) {
      const tried = this.total(profile, settings);
      if (tried.open < found.open) found = { profile, settings, ...tried };
      if (found.open === 0) break;
    }
    return found;
  }
}

function bestOrder(
  work: Work,
  workspace: Workspace,
  profile: Profile,
  settings: TrackerSettings,
  first: RunResult | null = null,
): { score: Score; order: Order } {
  let found: { score: Score; order: Order } | null = null;
  for (const [i, order] of work.orders.entries()) {
    const result = i === 0 && first ? first : run(work.arrivals, order, workspace, profile, settings);
    const score = scoreOf(work.arrivals, result);
    if (found === null || openOf(score) < openOf(found.score)) found = { score, order };
    if (openOf(score) === 0) break;
  }
  return found ?? { score: { agree: 0, of: 0, unexplained: 0 }, order: work.orders[0] };
}

interface TimedTrial extends Trial {
  readonly between: { readonly name: string; readonly seconds: readonly [number, number] };
}

/** The first work whose silence explains more than it contradicts decides. */
function inferTimeouts(search: Search, profile: Profile, settings: TrackerSettings, stated: TrackerSettings): TimedTrial | null {
  let found: TimedTrial | null = null;
  let tried = 0;
  for (const work of search.works) {
    const timeout = inferTimeout(work, search.workspace, profile, settings);
    if (timeout === null || stated.timeouts?.[timeout.name] !== undefined) continue;
    if (tried++ >= MAX_SILENCES) break;
    const next = { ...stated, timeouts: { ...stated.timeouts, [timeout.name]: timeout.seconds } };
    const score = search.total(profile, next);
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
