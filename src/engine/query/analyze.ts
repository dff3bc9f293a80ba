// The whole analysis: flows → correlation → replay → diagnosis. What the worker, the command line and the fleet run.
import { correlate } from '../correlate/correlate.ts';
import { diagnose } from '../diagnose/diagnose.ts';
import type { Analysis, AnalysisOptions } from '../model/analysis.ts';
import { NO_CONTEXT } from '../model/context.ts';
import type { Workspace } from '../model/correlation.ts';
import { replayPaths } from '../replay/replayPaths.ts';
import { statedOptions } from '../replay/stated.ts';

export type AnalyzeStage = 'correlate' | 'replay' | 'diagnose';

/** Runs everything that is known across capture points. Pure: equal inputs give equal analyses. */
export function analyze(workspace: Workspace, options: AnalysisOptions = {}, onStage?: (stage: AnalyzeStage) => void): Analysis {
  const context = options.context ?? NO_CONTEXT;
  onStage?.('correlate');
  const correlation = correlate(workspace, options.hints);
  onStage?.('replay');
  const replays = replayPaths(workspace, correlation, statedOptions(options, context));
  onStage?.('diagnose');
  return { workspace, correlation, replays, diagnosis: diagnose(workspace, correlation, replays, context), context };
}
