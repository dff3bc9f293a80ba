// Why nothing bounds a capture point's clock against the reference, and what follows: the words of the report and of the page.
import { say } from '../diagnose/wording/render.ts';
import type { Analysis } from '../model/analysis.ts';
import type { Sentence } from '../model/finding.ts';

/** The capture point is the subject. null: its clock is bounded, or the reference. */
export function unboundedClock({ workspace, correlation }: Pick<Analysis, 'workspace' | 'correlation'>, tap: number): Sentence | null {
  const { clocks } = correlation;
  const clock = clocks[tap];
  if (clock === undefined || clock.reference || Number.isFinite(clock.inferred.uncertainty)) return null;
  if (clock.related === clocks[0].related) return say('label.unmatched');
  const other = clocks.findIndex((c, i) => i !== tap && c.related === clock.related);
  if (other < 0) return say('label.unrelated');
  return say('label.relatedTo', { reference: workspace.taps[0].name, tap: workspace.taps[other].name });
}
