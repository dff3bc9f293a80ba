// Runs the whole engine over the capture points of the session and puts the analysis in force.
import type { AnalysisSummary, AnalyzeProgress, AnalyzeRequest } from './api.ts';
import type { Session } from './session.ts';

export async function analyzeSession(
  session: Session,
  request: AnalyzeRequest,
  onProgress: (p: AnalyzeProgress) => void,
): Promise<AnalysisSummary> {
  onProgress({ stage: 'correlate', fraction: 0 });
  session.keys = request.taps.map((t) => t.key).filter((key) => session.held.has(key));
  throw new Error('the engine has no analysis yet');
}
