// Which of several explanations comes first, and which is only the consequence of another.
import type { Confidence } from '../model/correlation.ts';
import type { Severity } from '../model/finding.ts';
import type { PathView } from './pathView.ts';
import type { Case, Rule } from './rule.ts';

/** A rule that found something on a path. */
export interface Match {
  readonly rule: Rule;
  readonly view: PathView;
  readonly case: Case;
}

const SEVERITY: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };
const CONFIDENCE: Readonly<Record<Confidence, number>> = { certain: 0, likely: 1, possible: 2 };

/** On one path: what harmed it first, and what went before that; whatever came later is its consequence, not a finding of its own. */
export function mainCases(matches: readonly Match[]): readonly Match[] {
  const ordered = [...matches].sort((a, b) => byWeight(a, b));
  const [main] = ordered;
  if (main?.case.severity !== 'critical') return ordered;
  return ordered.filter(
    (m) =>
      m === main ||
      m.case.at < main.case.at ||
      (m.rule.tier === main.rule.tier && m.case.severity === 'critical' && m.case.at === main.case.at),
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
  return list.sort((a, b) => byWeight(a[0], b[0], b.length - a.length));
}

/** Severity, then depth of the cause, confidence, reach, time. */
function byWeight(a: Match, b: Match, reach = 0): number {
  return (
    SEVERITY[a.case.severity] - SEVERITY[b.case.severity] ||
    a.rule.tier - b.rule.tier ||
    CONFIDENCE[a.case.confidence] - CONFIDENCE[b.case.confidence] ||
    reach ||
    a.case.at - b.case.at
  );
}
