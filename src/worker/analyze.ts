// Runs the whole engine over the capture points of the session and puts the analysis in force.
import type { Analysis, AnalysisOptions } from '../engine/model/analysis.ts';
import type { Tap } from '../engine/model/capture.ts';
import { IS_TCP } from '../engine/model/packetTable.ts';
import { tapId } from '../engine/model/units.ts';
import { analyze } from '../engine/query/analyze.ts';
import { tapsInOrder } from '../engine/query/ladder/lanes.ts';
import { mainPath } from '../engine/query/ladder/paths.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import type { AnalysisSummary, AnalyzedTap, AnalyzeProgress, AnalyzeRequest } from './api.ts';
import { contextOf } from './context.ts';
import type { HeldTap, Session } from './session.ts';

/** Share of the whole that is done when a stage begins. */
const STAGE_FRACTION = { correlate: 0.05, replay: 0.6, diagnose: 0.8 } as const;

export async function analyzeSession(
  session: Session,
  request: AnalyzeRequest,
  onProgress: (p: AnalyzeProgress) => void,
): Promise<AnalysisSummary> {
  const held: HeldTap[] = [];
  const keys: string[] = [];
  const taps: Tap[] = [];
  for (const { key, name } of request.taps) {
    const one = session.held.get(key);
    if (!one) continue;
    keys.push(key);
    held.push(one);
    taps.push({ ...one.tap, id: tapId(taps.length), name });
  }
  const workspace = buildWorkspace(
    taps,
    held.map((h) => h.flow),
  );
  const { hints, profile, settings } = request;
  const options: AnalysisOptions = {
    hints,
    context: contextOf(session),
    ...(profile ? { profile } : {}),
    ...(settings ? { settings } : {}),
  };
  const analysis = analyze(workspace, options, (stage) => onProgress({ stage, fraction: STAGE_FRACTION[stage] }));
  session.analysis = analysis;
  session.keys = keys;
  session.revision++;
  return summarizeAnalysis(session, analysis);
}

function summarizeAnalysis(session: Session, analysis: Analysis): AnalysisSummary {
  const { correlation, diagnosis, workspace } = analysis;
  let [firstTime, lastTime] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const path of correlation.paths) {
    firstTime = Math.min(firstTime, path.firstTime);
    lastTime = Math.max(lastTime, path.lastTime);
  }
  const main = mainPath(analysis);
  return {
    revision: session.revision,
    epoch: workspace.epoch,
    taps: workspace.taps.map((tap, i) => analyzedTap(analysis, tap, i, session.keys[i] ?? '')),
    paths: correlation.paths.length,
    leaks: correlation.leaks.length,
    resets: correlation.resets.length,
    findings: diagnosis.findings.length,
    mainPath: main,
    fromClient: tapsInOrder(analysis, main).map((tap) => session.keys[tap] ?? ''),
    firstTime: Number.isFinite(firstTime) ? firstTime : 0,
    lastTime: Number.isFinite(lastTime) ? lastTime : 0,
  };
}

function analyzedTap({ correlation }: Analysis, tap: Tap, index: number, key: string): AnalyzedTap {
  const clock = correlation.clocks[index];
  return {
    tap: tap.id,
    key,
    name: tap.name,
    position: correlation.positions[index] ?? 'unknown',
    clock: {
      reference: clock?.reference ?? false,
      offset: clock?.offset ?? (0 as never),
      uncertainty: clock?.uncertainty ?? (Number.POSITIVE_INFINITY as never),
      pinned: clock?.pinned ?? false,
      violations: clock?.violations ?? 0,
    },
    packets: tap.packets.length,
    tcp: countTcp(tap),
  };
}

export function countTcp({ packets }: Tap): number {
  let tcp = 0;
  for (let i = 0; i < packets.length; i++) if (((packets.flags[i] ?? 0) & IS_TCP) !== 0) tcp++;
  return tcp;
}
