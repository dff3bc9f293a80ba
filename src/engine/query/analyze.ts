// The whole analysis: flows → correlation → replay → diagnosis. What the worker, the command line and the fleet run.
import { correlate } from '../correlate/correlate.ts';
import type { Analysis, AnalysisOptions } from '../model/analysis.ts';
import { NO_CONTEXT } from '../model/context.ts';
import type { Workspace } from '../model/correlation.ts';

export type AnalyzeStage = 'correlate' | 'replay' | 'diagnose';

/** Runs everything that is known across capture points. Pure: equal inputs give equal analyses. */
export function analyze(workspace: Workspace, options: AnalysisOptions = {}, onStage?: (stage: AnalyzeStage) => void): Analysis {
  const context = options.context ?? NO_CONTEXT;
  onStage?.('correlate');
  const correlation = correlate(workspace, options.hints);
  return {
    workspace,
    correlation,
    replays: correlation.paths.map(() => null),
    diagnosis: {
      verdict: { kind: 'undecided', says: [{ id: 'not-diagnosed', values: {} }] },
      findings: [],
      undecided: [],
      captureNext: [],
      contradictions: [],
    },
    context,
  };
}
