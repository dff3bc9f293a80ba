// The whole analysis: correlation → replay → diagnosis. What the worker, the command line and the fleet run.
import { readRecord } from '../capture/readRecord.ts';
import type { CaptureSource } from '../capture/source.ts';
import { correlate } from '../correlate/correlate.ts';
import { diagnose } from '../diagnose/diagnose.ts';
import type { ChecksumOf } from '../diagnose/scene.ts';
import type { Analysis, AnalysisOptions } from '../model/analysis.ts';
import { NO_CONTEXT } from '../model/context.ts';
import type { Workspace } from '../model/correlation.ts';
import { fieldsNamed } from '../model/dissection.ts';
import { type JourneyId, type PacketRef, row, tapId } from '../model/units.ts';
import { replayPaths } from '../replay/replayPaths.ts';
import { statedOptions } from '../replay/stated.ts';
import { dissect } from '../wire/dissect/dissect.ts';

export type AnalyzeStage = 'correlate' | 'replay' | 'diagnose';

/** Runs everything that is known across capture points, from the tables alone. Pure: equal inputs give equal analyses. */
export function analyze(
  workspace: Workspace,
  options: AnalysisOptions = {},
  onStage?: (stage: AnalyzeStage) => void,
  checksumOf?: ChecksumOf,
): Analysis {
  const context = options.context ?? NO_CONTEXT;
  onStage?.('correlate');
  const correlation = correlate(workspace, options.hints);
  onStage?.('replay');
  const replays = replayPaths(workspace, correlation, statedOptions(options, context));
  onStage?.('diagnose');
  const diagnosis = diagnose(workspace, correlation, replays, context, checksumOf);
  return { workspace, correlation, replays, diagnosis, context };
}

/** The source of a packet's file; null where it can't be read any more. */
export type SourceOf = (packet: PacketRef) => CaptureSource | null;

/**
 * As `analyze`, and looks at the bytes of the few packets whose checksum a rule asks for: the first diagnosis says which they are, the
 * second knows their checksums.
 */
export async function analyzeWithBytes(
  workspace: Workspace,
  sourceOf: SourceOf,
  options: AnalysisOptions = {},
  onStage?: (stage: AnalyzeStage) => void,
): Promise<Analysis> {
  const asked = new Map<string, PacketRef>();
  const first = analyze(workspace, options, onStage, (packet) => {
    asked.set(keyOf(packet), packet);
    return 'unknown';
  });
  const { correlation, context } = first;
  const unexplained = unexplainedBy(first);
  for (const packet of unexplained.keys()) asked.set(keyOf(packet), packet);
  if (asked.size === 0) return first;
  const known = new Map<string, ReturnType<ChecksumOf>>();
  for (const [key, packet] of asked) known.set(key, await readChecksum(workspace, sourceOf, packet));
  const damaged = new Set([...unexplained].flatMap(([packet, journey]) => (known.get(keyOf(packet)) === 'wrong' ? [journey] : [])));
  const replays = damaged.size === 0 ? first.replays : replayPaths(workspace, correlation, { ...statedOptions(options, context), damaged });
  const diagnosis = diagnose(workspace, correlation, replays, context, (packet) => known.get(keyOf(packet)) ?? 'unknown');
  return { ...first, replays, diagnosis };
}

/** Packets whose checksum is looked at, of all that the replay contradicts. */
const MOST_UNEXPLAINED = 64;

/**
 * What the replay contradicts may have been damaged on the way: conntrack does not translate what has a wrong checksum. Only beyond
 * the first capture point: where a packet was made, the network card was often still to finish its checksum.
 */
function unexplainedBy({ replays, correlation }: Analysis): ReadonlyMap<PacketRef, JourneyId> {
  const found = new Map<PacketRef, JourneyId>();
  for (const replay of replays) {
    if (replay === null || replay.verdicts.agreement.disagreeing.length === 0) continue;
    const journeys = correlation.journeysOf(replay.path);
    for (const j of replay.verdicts.agreement.disagreeing) {
      for (let s = journeys.start[j] + 1; s < journeys.start[j + 1] && found.size < MOST_UNEXPLAINED; s++)
        found.set({ tap: tapId(journeys.sightingTap[s]), row: row(journeys.sightingRow[s]) }, j);
    }
  }
  return found;
}

const keyOf = (packet: PacketRef): string => `${packet.tap}:${packet.row}`;

/** Wireshark's numbers of `tcp.checksum.status`: 0 bad, 1 good; a sum left to the network card is neither. */
async function readChecksum(workspace: Workspace, sourceOf: SourceOf, packet: PacketRef): Promise<ReturnType<ChecksumOf>> {
  const source = sourceOf(packet);
  if (source === null) return 'unknown';
  const record = await readRecord(source, workspace.taps[packet.tap], packet.row);
  if (!record.ok) return 'unknown';
  const { layers } = dissect(record.value.bytes, record.value.linkType, record.value.originalLength);
  const status = fieldsNamed(layers, 'tcp.checksum.status').at(-1)?.value;
  return status === '0' ? 'wrong' : status === '1' ? 'right' : 'unknown';
}
