// Which of several explanations comes first, and which is only the consequence of another.
import type { Confidence, Path } from '../model/correlation.ts';
import type { Severity } from '../model/finding.ts';
import type { Case, Rule } from './rule.ts';

/** A rule that found something on a path, with what ranking needs of the case. The case itself is made again for the few that are shown. */
export interface Match extends Pick<Case, 'severity' | 'confidence' | 'at'> {
  readonly rule: Rule;
  readonly path: Path;
}

const SEVERITY: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };
const CONFIDENCE: Readonly<Record<Confidence, number>> = { certain: 0, likely: 1, possible: 2 };

/** On one path: what harmed it first, and what went before that; whatever came later is its consequence, not a finding of its own. */
export function mainCases<M extends Match>(matches: readonly M[]): readonly M[] {
  if (matches.length < 2) return matches;
  const ordered = [...matches].sort((a, b) => byWeight(a, b));
  const [main] = ordered;
  if (main?.severity !== 'critical') return ordered;
  return ordered.filter(
    (m) => m === main || m.at < main.at || (m.rule.tier === main.rule.tier && m.severity === 'critical' && m.at === main.at),
  );
}

/** Groups the matches of all paths by rule, the most explanatory group first; in each the worst and earliest case first. */
export function rank(matches: readonly Match[]): readonly (readonly [Match, ...Match[]])[] {
  const groups = new Map<string, [Match, ...Match[]]>();
  for (const m of matches) {
    const group = groups.get(m.rule.slug);
    if (group) group.push(m);
    else groups.set(m.rule.slug, [m]);
  }
  const list = [...groups.values()];
  for (const group of list) group.sort((a, b) => byWeight(a, b));
  return list.sort((a, b) => bySeverity(a[0], b[0]) || isGuess(a[0]) - isGuess(b[0]) || byWeight(a[0], b[0], b.length - a.length));
}

const bySeverity = (a: Match, b: Match): number => SEVERITY[a.severity] - SEVERITY[b.severity];

/** A guess about one connection stands behind what others show: the same may have happened to it. */
const isGuess = (m: Match): number => (m.confidence === 'possible' ? 1 : 0);

/** Severity, then depth of the cause, confidence, reach, time. */
function byWeight(a: Match, b: Match, reach = 0): number {
  return bySeverity(a, b) || a.rule.tier - b.rule.tier || CONFIDENCE[a.confidence] - CONFIDENCE[b.confidence] || reach || a.at - b.at;
}
