// One way out for page and command line: chosen packets are gathered, put into the document, and redacted.
import type { CaptureSource } from '../../engine/capture/source.ts';
import type { Analysis } from '../../engine/model/analysis.ts';
import type { Sentence } from '../../engine/model/finding.ts';
import { packetsOf } from '../mapPackets.ts';
import type { IncidentDocument } from '../model.ts';
import type { RedactionChoices, RedactionKey } from '../redact/choices.ts';
import { type Redacted, redactContents } from '../redact/redactContents.ts';
import { PLAIN_WORDS } from '../redact/redactContext.ts';
import { completeDocument } from './completeDocument.ts';
import { type Gathered, gatherContents } from './gatherContents.ts';
import { type CaptureIndex, packetAt } from './places.ts';
import { type PacketChoice, selectRows } from './selectRows.ts';
import { writtenFindings } from './writtenFindings.ts';

/** The sentence that quotes a log line. */
const LOGGED = 'step.logged';

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
  const findings = writtenFindings(unlogged(input), captures, wordless(input));
  const document = completeDocument(input.document, analysis, captures, findings);
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

/** Without the steps that only a log tells of, where nothing of the logs is to travel. */
function unlogged({ analysis, choices }: ShareInput): Analysis {
  if (choices.context !== 'drop') return analysis;
  const findings = analysis.diagnosis.findings.map((f) => ({ ...f, chain: f.chain.filter((step) => step.says.id !== LOGGED) }));
  return { ...analysis, diagnosis: { ...analysis.diagnosis, findings } };
}

/** Findings quote what applications logged: where log lines do not travel, only what kind of line it was is said. */
function wordless({ analysis, choices, render }: ShareInput): ShareInput['render'] {
  if (choices.context === 'words') return render;
  const { marks } = analysis.context;
  return (says) => {
    if (says.id !== LOGGED) return render(says);
    const mark = marks.find((m) => m.file === says.values.file && String(m.line) === says.values.line);
    return render({ ...says, values: { ...says.values, text: PLAIN_WORDS[mark?.kind ?? 'other'] } });
  };
}
