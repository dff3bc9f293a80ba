// Questions about the replay: summaries, windows over time, what-if.
import type { PathId } from '../engine/model/units.ts';
import type { BandRequest, ReplaySummary, WhatIfAnswer, WhatIfRequest, WindowBand } from '../engine/model/whatIf.ts';
import { windowBand } from '../engine/replay/band.ts';
import { summarizeReplay } from '../engine/replay/summary.ts';
import { whatIf } from '../engine/replay/whatIf.ts';
import type { Session } from './session.ts';

export function replaySummary({ analysis }: Session, path: PathId): ReplaySummary | null {
  const replay = analysis?.replays[path];
  return analysis && replay ? summarizeReplay(analysis.workspace, analysis.correlation, replay) : null;
}

export const whatIfAnswer = ({ analysis }: Session, request: WhatIfRequest): WhatIfAnswer | null =>
  analysis ? whatIf(analysis.workspace, analysis.correlation, analysis.replays, request) : null;

export function band({ analysis }: Session, request: BandRequest): WindowBand | null {
  const replay = analysis?.replays[request.path];
  return analysis && replay ? windowBand(analysis.workspace, analysis.correlation, replay, request) : null;
}
