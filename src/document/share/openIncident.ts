// A shared incident as what the page can open: a document, and capture files with the frame numbers they had.
import { ok, type Result } from '../../base/result.ts';
import { type IncidentError, type IncidentProblem, readIncidentFile } from '../file/readIncidentFile.ts';
import { splitCaptures } from '../file/splitCaptures.ts';
import type { IncidentDocument } from '../model.ts';

export interface OpenedCapture {
  /** Index in `document.captures`. */
  readonly capture: number;
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly frames: Uint32Array;
}
export interface OpenedIncidentTap {
  readonly name: string;
  readonly captures: readonly OpenedCapture[];
}
export interface OpenedIncident {
  readonly document: IncidentDocument;
  /** Those with packets in the file, in the order of the document. */
  readonly taps: readonly OpenedIncidentTap[];
  readonly problems: readonly IncidentProblem[];
}

export async function openIncident(bytes: Uint8Array): Promise<Result<OpenedIncident, IncidentError>> {
  const read = await readIncidentFile(bytes);
  if (!read.ok) return read;
  const { document, problems } = read.value;
  const split = splitCaptures(read.value);
  const taps = document.taps.map(({ name, captures }, t) => ({
    name: name || `tap-${t + 1}`,
    captures: split.filter((c) => c.tap === t && captures.includes(c.capture)),
  }));
  return ok({ document, taps: taps.filter((tap) => tap.captures.length > 0), problems });
}
