// The taps of an incident's contents, as whoever opens it will have them.
import { openCapture } from '../../engine/capture/openCapture.ts';
import { bytesSource, type CaptureSource } from '../../engine/capture/source.ts';
import type { Tap } from '../../engine/model/capture.ts';
import type { ContextFacts } from '../../engine/model/context.ts';
import { tapId } from '../../engine/model/units.ts';
import { factsOf } from '../context.ts';
import type { IncidentContents } from '../file/contents.ts';
import { splitCaptures } from '../file/splitCaptures.ts';
import type { CaptureIndex } from './places.ts';

export interface Reopened {
  readonly taps: readonly Tap[];
  /** Indexes in `document.captures`, by tap and file. */
  readonly captures: CaptureIndex;
  /** Parallel to taps and files. */
  readonly sources: readonly (readonly CaptureSource[])[];
  /** What context files said. */
  readonly context: ContextFacts;
}

export async function reopen(contents: IncidentContents): Promise<Reopened> {
  const split = splitCaptures(contents);
  const taps: Tap[] = [];
  const captures: number[][] = [];
  const sources: CaptureSource[][] = [];
  for (const [t, { name }] of contents.document.taps.entries()) {
    const parts = split.filter((c) => c.tap === t);
    const of = parts.map((c) => bytesSource(c.name, c.bytes));
    const opened = of.length > 0 ? await openCapture(of, { tapName: name, tapId: tapId(taps.length) }) : null;
    // Our own writing is readable, or the tap has no packets here.
    if (!opened?.ok) continue;
    const { unread: _, ...tap } = opened.value;
    taps.push({ ...tap, files: tap.files.map((file, i) => ({ ...file, originalFrames: parts[i]?.frames })) });
    captures.push(parts.map((c) => c.capture));
    sources.push(of);
  }
  return { taps, captures, sources, context: factsOf(contents.document.context) };
}
