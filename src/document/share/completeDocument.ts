// What the analysis knows, put into the document that the reader's annotations are in.
import type { Analysis } from '../../engine/model/analysis.ts';
import { recordContext } from '../context.ts';
import { MAX_NAMES } from '../limits.ts';
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
    names: namesOf(analysis),
    context: recordContext(analysis.context),
    replay: verdicts ? { profile: verdicts.profile, settings: verdicts.settings } : null,
    findings,
  };
}

/** Every name that captures and context files give, several to an address where they differ: redaction looks for all of them in texts. */
function namesOf({ workspace, context }: Analysis): (readonly [string, string])[] {
  const found = new Map<string, readonly [string, string]>();
  const add = (address: string, name: string): void => {
    if (found.size < MAX_NAMES) found.set(`${address} ${name}`, [address, name]);
  };
  for (const tap of workspace.taps) for (const file of tap.files) for (const [address, name] of file.names) add(address, name);
  for (const { address, port, name } of context.names) if (port === null) add(address, name);
  return [...found.values()];
}

/** The captures of a workspace that no document knows yet. */
export const captureOrigins = ({ workspace }: Pick<Analysis, 'workspace'>): CaptureOrigin[] =>
  workspace.taps.flatMap((tap) => tap.files.map((file) => ({ name: file.name, size: file.size, packets: file.rowCount, sha256: null })));
