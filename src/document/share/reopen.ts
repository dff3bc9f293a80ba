// The taps of an incident's contents, as whoever opens it will have them.
import { openCapture } from '../../engine/capture/openCapture.ts';
import { bytesSource, type CaptureSource } from '../../engine/capture/source.ts';
import { asChosen, type Tap } from '../../engine/model/capture.ts';
import type { ContextFacts } from '../../engine/model/context.ts';
import type { CorrelationHints } from '../../engine/model/correlation.ts';
import { nanos, tapId } from '../../engine/model/units.ts';
import { factsOf } from '../context.ts';
import type { IncidentContents } from '../file/contents.ts';
import { splitCaptures } from '../file/splitCaptures.ts';
import type { IncidentDocument } from '../model.ts';
import type { CaptureIndex } from './places.ts';

export interface Reopened {
  readonly taps: readonly Tap[];
  /** Indexes in `document.captures`, by tap and file. */
  readonly captures: CaptureIndex;
  /** Parallel to taps and files. */
  readonly sources: readonly (readonly CaptureSource[])[];
  /** What context files said. */
  readonly context: ContextFacts;
  /** What the reader corrected, by the taps that are here. */
  readonly hints: CorrelationHints;
}

export async function reopen(contents: IncidentContents): Promise<Reopened> {
  const split = splitCaptures(contents);
  const taps: Tap[] = [];
  const captures: number[][] = [];
  const sources: CaptureSource[][] = [];
  const numbers: number[] = [];
  for (const [t, { name }] of contents.document.taps.entries()) {
    const parts = split.filter((c) => c.tap === t);
    const of = parts.map((c) => bytesSource(c.name, c.bytes));
    const opened = of.length > 0 ? await openCapture(of, { tapName: name, tapId: tapId(taps.length), asWritten: true }) : null;
    // Our own writing is readable, or the tap has no packets here.
    if (!opened?.ok) continue;
    const { unread: _, ...tap } = opened.value;
    taps.push({ ...tap, files: tap.files.map((file, i) => asChosen(file, parts[i]?.frames)) });
    captures.push(parts.map((c) => c.capture));
    sources.push(of);
    numbers.push(t);
  }
  return { taps, captures, sources, context: factsOf(contents.document.context), hints: hintsOf(contents.document, numbers) };
}

/** @param numbers for each tap that is here, its index in the document */
function hintsOf({ hints }: IncidentDocument, numbers: readonly number[]): CorrelationHints {
  // Offsets are against the document's first tap. Where that is not here they are against nothing.
  const offsets = numbers.flatMap((number, t) => {
    const offset = numbers[0] === 0 ? (hints?.pinnedOffsets[number] ?? null) : null;
    return offset === null ? [] : [[tapId(t), nanos(offset)] as const];
  });
  const order = (hints?.order ?? (hints?.orderPinned ? numbers : [])).map((number) => numbers.indexOf(number)).filter((t) => t >= 0);
  const positions = numbers.flatMap((number, t) => {
    const position = hints?.positions?.[number] ?? null;
    return position === null ? [] : [[tapId(t), position] as const];
  });
  return {
    ...(order.length > 0 ? { order: order.map(tapId) } : {}),
    ...(positions.length > 0 ? { positions: new Map(positions) } : {}),
    ...(offsets.length > 0 ? { pinnedOffsets: new Map(offsets) } : {}),
  };
}
