// What would have become of the packets of a ladder under an assumption, by journey.

import { STATE_NAMES } from '../../conntrack/states.ts';
import type { Analysis } from '../../model/analysis.ts';
import type { Correlation } from '../../model/correlation.ts';
import type { LadderAssumption, LadderVerdict, LadderWould, LadderWouldCounts } from '../../model/ladder.ts';
import { type JourneyId, journeyId, nanos, type PathId } from '../../model/units.ts';
import type { PathReplay } from '../../model/verdict.ts';
import type { Assumption } from '../../model/whatIf.ts';
import { type Consequences, fateOf, foresee, W_NOT_SENT, W_OTHERWISE, W_SAME, W_UNKNOWN } from '../../replay/consequences.ts';
import { workOfPath } from '../../replay/replayPaths.ts';
import { overlay } from '../../replay/whatIf.ts';
import { namedPacket } from './namedPacket.ts';
import { VERDICT_WORDS } from './verdictWords.ts';

export interface Predictions {
  readonly assumed: LadderAssumption;
  /** Null: of a path that crosses no NAT. */
  readonly of: (j: JourneyId) => LadderWould | null;
  readonly kindOf: (j: JourneyId) => LadderWould['kind'];
  /** Journeys that are not as recorded, in order of journeys. */
  readonly remarkable: readonly JourneyId[];
}

const KINDS: Readonly<Record<number, LadderWould['kind']>> = {
  [W_SAME]: 'same',
  [W_OTHERWISE]: 'otherwise',
  [W_NOT_SENT]: 'not-sent',
  [W_UNKNOWN]: 'unknown',
};
/** More of each kind are never told in full. */
const MOST_REMARKABLE = 64;

/** @returns null where no path of the ladder was replayed */
export function predictionsOf(analysis: Analysis, paths: readonly PathId[], assumption: Assumption): Predictions | null {
  const { workspace, correlation, replays } = analysis;
  const asked = paths.map((p) => replays[p] ?? null).filter((r) => r !== null);
  const [first] = asked;
  if (!first) return null;
  const { profile: profileBefore, settings: settingsBefore } = first.verdicts;
  const profile = assumption.profile ?? profileBefore;
  const settings = overlay(settingsBefore, assumption.settings);
  const byPath = new Map<number, Consequences>();
  const left = new Set<PathReplay>(asked);
  for (const replay of asked) {
    const work = left.has(replay) ? workOfPath(workspace, correlation, replay.path) : null;
    if (!work) continue;
    const own = [...left].filter((r) => work.arrivals.paths.some((p) => p.id === r.path));
    for (const found of foresee(work, own, workspace, correlation, profile, settings)) byPath.set(found.path, found);
    for (const r of own) left.delete(r);
  }
  const { journeys } = correlation;
  const unmade = connectionsUnmade(correlation, paths, byPath);
  const at = (j: JourneyId): { f: Consequences; i: number } | null => {
    const f = byPath.get(journeys.path[j]);
    return f ? { f, i: j - journeys.pathStart[f.path] } : null;
  };
  const counts: Record<LadderWould['kind'], number> = { same: 0, otherwise: 0, 'not-sent': 0, unknown: 0 };
  const remarkable: JourneyId[] = [];
  let openFrom = Number.POSITIVE_INFINITY;
  for (const f of byPath.values()) {
    openFrom = Math.min(openFrom, f.openFrom);
    const isUnmade = unmade.has(f.path);
    f.would.forEach((code, i) => {
      const w = isUnmade ? W_UNKNOWN : code;
      const kind = KINDS[w] ?? 'same';
      if (w !== W_SAME && counts[kind]++ < MOST_REMARKABLE) remarkable.push(journeyId(journeys.pathStart[f.path] + i));
    });
  }
  return {
    assumed: {
      asked: assumption,
      profile,
      settings,
      profileBefore,
      settingsBefore,
      otherwise: counts.otherwise,
      notSent: counts['not-sent'],
      unknown: counts.unknown,
      openFrom: Number.isFinite(openFrom) ? nanos(openFrom) : null,
    },
    remarkable,
    kindOf: (j) => {
      const found = at(j);
      if (!found) return 'same';
      return unmade.has(found.f.path) ? 'unknown' : (KINDS[found.f.would[found.i]] ?? 'same');
    },
    of: (j) => {
      const found = at(j);
      if (!found) return null;
      const { f, i } = found;
      const saved = unmade.get(f.path);
      const [entry, code] = [f.from + i, saved === undefined ? f.would[i] : W_UNKNOWN];
      const because = saved ?? f.because[i];
      const foretold = code === W_SAME || code === W_OTHERWISE;
      return {
        kind: KINDS[code] ?? 'same',
        fate: foretold ? fateOf(f.after.fate[entry]) : 'unknown',
        verdict: foretold ? verdictAt(f, entry) : null,
        because: because < 0 ? null : namedPacket(analysis, journeyId(because)),
      };
    },
  };
}

/**
 * A ladder shows several connections where one took the place of another: had the first lived on, the next might not have been opened.
 * @returns by path the journey that would have spared the one before
 */
function connectionsUnmade(
  { paths, journeys }: Correlation,
  ids: readonly PathId[],
  byPath: ReadonlyMap<number, Consequences>,
): ReadonlyMap<PathId, number> {
  const unmade = new Map<PathId, number>();
  let [open, by] = [Number.POSITIVE_INFINITY, -1];
  for (const id of [...ids].sort((a, b) => paths[a].firstTime - paths[b].firstTime)) {
    const f = byPath.get(id);
    if (!f) continue;
    if (paths[id].firstTime > open) unmade.set(id, by);
    else if (f.openFrom < open) {
      open = f.openFrom;
      const first = f.would.findIndex((w) => w === W_NOT_SENT || w === W_OTHERWISE);
      by = first < 0 ? -1 : journeys.pathStart[id] + first;
    }
  }
  return unmade;
}

function verdictAt({ after }: Consequences, entry: number): LadderVerdict | null {
  const verdict = VERDICT_WORDS.get(after.verdict[entry]);
  if (!verdict) return null;
  const reason = after.reasons[after.reason[entry]] ?? '';
  return { verdict, reason, state: STATE_NAMES[after.state[entry]] ?? 'NONE', orderDependent: false };
}

/** Counts kinds along a run. */
export class WouldCounter {
  private otherwise = 0;
  private notSent = 0;
  private unknown = 0;

  add(kind: LadderWould['kind']): void {
    if (kind === 'otherwise') this.otherwise++;
    else if (kind === 'not-sent') this.notSent++;
    else if (kind === 'unknown') this.unknown++;
  }

  counts(): LadderWouldCounts {
    return { otherwise: this.otherwise, notSent: this.notSent, unknown: this.unknown };
  }
}
