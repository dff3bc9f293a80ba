// One way out for page and command line: chosen packets are gathered, put into the document, and redacted.
import type { CaptureSource } from '../../engine/capture/source.ts';
import type { Analysis } from '../../engine/model/analysis.ts';
import type { Sentence } from '../../engine/model/finding.ts';
import { packetsOf } from '../mapPackets.ts';
import type { IncidentDocument } from '../model.ts';
import type { RedactionChoices, RedactionKey } from '../redact/choices.ts';
import { type Redacted, redactContents } from '../redact/redactContents.ts';
import { completeDocument } from './completeDocument.ts';
import { type Gathered, gatherContents } from './gatherContents.ts';
import { type CaptureIndex, packetAt } from './places.ts';
import { type PacketChoice, selectRows } from './selectRows.ts';
import { writtenFindings } from './writtenFindings.ts';

export interface ShareInput {
  readonly analysis: Analysis;
  /** The reader's annotations, with the captures that `captures` counts into. */
  readonly document: IncidentDocument;
  readonly captures: CaptureIndex;
  /** Parallel to taps and their files. */
  readonly sources: readonly (readonly CaptureSource[])[];
  readonly packets: PacketChoice;
  readonly choices: RedactionChoices;
  readonly key: RedactionKey;
  readonly render: (says: Sentence) => string;
}

export interface Prepared {
  /** As gathered, before redaction: never written, only counted. */
  readonly gathered: Gathered;
  readonly redacted: Redacted;
}

export async function prepareShare(input: ShareInput): Promise<Prepared> {
  const { analysis, captures } = input;
  const { taps } = analysis.workspace;
  const document = completeDocument(input.document, analysis, captures, writtenFindings(analysis, captures, input.render));
  const pinned = packetsOf(document).map((place) => packetAt(taps, captures, place));
  const rows = selectRows(
    analysis,
    input.packets,
    pinned.filter((packet) => packet !== null),
  );
  const gathered = await gatherContents({ document, taps, captures, sources: input.sources, rows });
  const of = taps.reduce((sum, tap) => sum + tap.packets.length, 0);
  return { gathered, redacted: redactContents(gathered.contents, input.choices, input.key, of) };
}
