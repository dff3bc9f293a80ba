// The tracker's opinion of every leak, as reports state it.
import type { Analysis } from '../model/analysis.ts';
import type { Leak } from '../model/correlation.ts';
import { judgeAllLeaks } from '../replay/judge.ts';
import type { LeakVerdict } from './report.ts';

/** @returns a lookup by leak; null for leaks that did not pass a node whose tracker was replayed */
export function leakVerdicts({ workspace, correlation, replays }: Analysis): (leak: Leak) => LeakVerdict | null {
  const judged = judgeAllLeaks(workspace, correlation, replays);
  return ({ journey }) => judged.get(journey) ?? null;
}
