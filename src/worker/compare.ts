// Another incident beside the one that is open: read, analysed and compared, then forgotten.
import { readIncidentFile, startsAsIncident } from '../document/file/readIncidentFile.ts';
import { reopen } from '../document/share/reopen.ts';
import { openCapture } from '../engine/capture/openCapture.ts';
import { blobSource } from '../engine/capture/source.ts';
import type { Tap } from '../engine/model/capture.ts';
import { tapId } from '../engine/model/units.ts';
import { analyze } from '../engine/query/analyze.ts';
import { type Comparison, compareSides, sideOf } from '../engine/query/compare.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import type { Session } from './session.ts';

const HEAD = 128 * 1024;

/** The other incident is `a` (before), the open one `b` (after). Null: nothing open, or nothing readable in the files. */
export async function compareWith(session: Session, files: readonly File[]): Promise<Comparison | null> {
  if (!session.analysis) return null;
  const taps: Tap[] = [];
  for (const file of files) taps.push(...(await tapsOf(file, taps.length)));
  if (taps.length === 0) return null;
  return compareSides(sideOf(analyze(buildWorkspace(taps))), sideOf(session.analysis));
}

async function tapsOf(file: File, from: number): Promise<Tap[]> {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  if (startsAsIncident(head)) {
    const read = await readIncidentFile(new Uint8Array(await file.arrayBuffer()));
    return read.ok ? (await reopen(read.value)).taps.map((tap, i) => ({ ...tap, id: tapId(from + i) })) : [];
  }
  const opened = await openCapture([blobSource(file.name, file)], { tapId: tapId(from) });
  return opened.ok ? [opened.value] : [];
}
