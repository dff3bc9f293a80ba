// Another incident beside the one that is open: read, analysed and compared, then forgotten.
import { joinFacts } from '../document/context.ts';
import { readIncidentFile, startsAsIncident } from '../document/file/readIncidentFile.ts';
import { reopen } from '../document/share/reopen.ts';
import { openCapture } from '../engine/capture/openCapture.ts';
import { blobSource } from '../engine/capture/source.ts';
import type { Tap } from '../engine/model/capture.ts';
import { type ContextFacts, NO_CONTEXT } from '../engine/model/context.ts';
import type { CorrelationHints } from '../engine/model/correlation.ts';
import { tapId } from '../engine/model/units.ts';
import { analyze } from '../engine/query/analyze.ts';
import { compareSides, sideOf } from '../engine/query/compare.ts';
import { type ComparisonText, compareText } from '../engine/query/compareText.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import type { Language } from './api.ts';
import type { Session } from './session.ts';

const HEAD = 128 * 1024;
const NOTHING: Other = { taps: [], context: NO_CONTEXT, hints: {} };

/** The other incident is `a` (before), the open one `b` (after). Null: nothing open, or nothing readable in the files. */
export async function compareWith(session: Session, files: readonly File[], language: Language): Promise<ComparisonText | null> {
  if (!session.analysis) return null;
  const taps: Tap[] = [];
  let context = NO_CONTEXT;
  let hints: CorrelationHints = {};
  for (const file of files) {
    const opened = await openOther(file, taps.length);
    taps.push(...opened.taps);
    context = joinFacts(context, opened.context);
    // They count capture points of their own incident.
    hints = files.length === 1 ? opened.hints : {};
  }
  if (taps.length === 0) return null;
  return compareText(compareSides(sideOf(analyze(buildWorkspace(taps), { context, hints })), sideOf(session.analysis)), language);
}

interface Other {
  readonly taps: readonly Tap[];
  readonly context: ContextFacts;
  readonly hints: CorrelationHints;
}

async function openOther(file: File, from: number): Promise<Other> {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  if (startsAsIncident(head)) {
    const read = await readIncidentFile(new Uint8Array(await file.arrayBuffer()));
    if (!read.ok) return NOTHING;
    const { taps, context, hints } = await reopen(read.value);
    return { taps: taps.map((tap, i) => ({ ...tap, id: tapId(from + i) })), context, hints };
  }
  const opened = await openCapture([blobSource(file.name, file)], { tapId: tapId(from) });
  return opened.ok ? { taps: [opened.value], context: NO_CONTEXT, hints: {} } : NOTHING;
}
