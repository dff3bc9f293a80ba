// Which kernels explain what was seen of a path: every profile run under the settings in force. Asked for, never part of the analysis.
import type { Correlation, Workspace } from '../model/correlation.ts';
import { type PathReplay, PROFILES, type Profile } from '../model/verdict.ts';
import { errorsOf, openOf, scoreOf } from './agreement.ts';
import { workOfPath } from './replayPaths.ts';
import { run } from './run.ts';

export interface ProfileFits {
  readonly fits: readonly Profile[];
  /** Empty where nothing happened that could tell one profile from another. */
  readonly tried: readonly { readonly profile: Profile; readonly agree: number; readonly of: number }[];
}

export function profileFits(workspace: Workspace, correlation: Correlation, replay: PathReplay): ProfileFits {
  const { path, verdicts } = replay;
  const work = replay.isEventful ? workOfPath(workspace, correlation, path) : null;
  if (work === null) return { fits: errorsOf(verdicts.agreement) === 0 ? [...PROFILES] : [], tried: [] };
  const { arrivals } = work;
  const at = arrivals.paths.findIndex((p) => p.id === path);
  const [from, to] = [arrivals.pathStart[at], arrivals.pathStart[at + 1]];
  const scores = PROFILES.map((profile) => {
    const result = run(arrivals, work.orders[verdicts.orderIndex], workspace, profile, verdicts.settings);
    return { profile, ...scoreOf(arrivals, result, from, to) };
  });
  const least = Math.min(...scores.map(openOf));
  return {
    fits: scores.filter((score) => openOf(score) === least && isFitting(score)).map((score) => score.profile),
    tried: scores.map(({ profile, agree, of }) => ({ profile, agree, of })),
  };
}

/** A profile that contradicts most of what can be compared does not fit, even if the others are worse. */
const isFitting = (s: { readonly agree: number; readonly of: number }): boolean => errorsOf(s) * 2 <= s.of;
