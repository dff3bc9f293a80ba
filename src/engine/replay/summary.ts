// How the replay of a path went, small enough for the page.
import type { Correlation, Workspace } from '../model/correlation.ts';
import { type JourneyId, type PacketRef, row, tapId } from '../model/units.ts';
import { type PathReplay, V_DROPPED, V_IGNORED, V_INVALID } from '../model/verdict.ts';
import type { ReplaySummary } from '../model/whatIf.ts';
import { profileFits } from './profileFits.ts';

const MAX_PACKETS = 50;

export function summarizeReplay(workspace: Workspace, correlation: Correlation, replay: PathReplay): ReplaySummary {
  const { journeys } = correlation;
  const { verdicts } = replay;
  const packetOf = (j: JourneyId): PacketRef => {
    const last = journeys.start[j + 1] - 1;
    return { tap: tapId(journeys.sightingTap[last]), row: row(journeys.sightingRow[last]) };
  };
  let [invalid, ignored, packets, orderDependent] = [0, 0, 0, 0];
  for (let i = 0; i < verdicts.verdict.length; i++) {
    if (verdicts.arrived[i] !== 1) continue;
    packets++;
    const v = verdicts.verdict[i];
    if (v === V_INVALID || v === V_DROPPED) invalid++;
    if (v === V_IGNORED) ignored++;
    orderDependent += verdicts.orderDependent[i];
  }
  return {
    path: replay.path,
    profile: verdicts.profile,
    settings: verdicts.settings,
    ...profileFits(workspace, correlation, replay),
    inferred: replay.inferred,
    agree: verdicts.agreement.agree,
    of: verdicts.agreement.of,
    disagreeing: verdicts.agreement.disagreeing.slice(0, MAX_PACKETS).map(packetOf),
    order: verdicts.order,
    orderDependent,
    invalid,
    ignored,
    packets,
  };
}
