// What the analysis knows, put into the document that the reader's annotations are in.
import { formatAddress } from '../../engine/model/address.ts';
import type { Analysis } from '../../engine/model/analysis.ts';
import { recordContext } from '../context.ts';
import type { CaptureOrigin, IncidentDocument, PacketPlace, TapRecord, WrittenFinding } from '../model.ts';
import type { CaptureIndex } from './places.ts';

/** @param document annotations, with `captures` that `captures` (by tap and file) counts into */
export function completeDocument(
  document: IncidentDocument,
  analysis: Analysis,
  captures: CaptureIndex,
  findings: readonly WrittenFinding<PacketPlace>[],
): IncidentDocument {
  const { workspace, correlation, diagnosis, replays } = analysis;
  const main = diagnosis.findings[0]?.path ?? null;
  const verdicts = (main === null ? null : replays[main])?.verdicts ?? replays.find((r) => r !== null)?.verdicts;
  return {
    ...document,
    epoch: workspace.epoch.toString(),
    taps: workspace.taps.map((tap, t): TapRecord => {
      const clock = correlation.clocks[t];
      return {
        name: tap.name,
        captures: captures[t] ?? [],
        position: correlation.positions[t] ?? 'unknown',
        clock: clock
          ? { offset: clock.offset, uncertainty: Number.isFinite(clock.uncertainty) ? clock.uncertainty : null, skewPpm: clock.skewPpm }
          : null,
      };
    }),
    names: namesInUse(analysis),
    context: recordContext(analysis.context),
    replay: verdicts ? { profile: verdicts.profile, settings: verdicts.settings } : null,
    findings,
  };
}

/** Names of addresses that occur in the packets, from captures and from context files. */
function namesInUse({ workspace, context }: Analysis): (readonly [string, string])[] {
  const names = new Map<string, string>();
  for (const tap of workspace.taps) for (const file of tap.files) for (const [address, name] of file.names) names.set(address, name);
  for (const { address, port, name } of context.names) if (port === null || !names.has(address)) names.set(address, name);
  if (names.size === 0) return [];
  const inUse = new Set<string>();
  for (const { packets } of workspace.taps)
    for (let id = 1; id < packets.addresses.length; id++) inUse.add(formatAddress(packets.addresses, id));
  return [...names].filter(([address]) => inUse.has(address));
}

/** The captures of a workspace that no document knows yet. */
export const captureOrigins = ({ workspace }: Pick<Analysis, 'workspace'>): CaptureOrigin[] =>
  workspace.taps.flatMap((tap) => tap.files.map((file) => ({ name: file.name, size: file.size, packets: file.rowCount, sha256: null })));
