// Where a note of the incident stands in a ladder.
import type { Ladder } from '../engine/model/ladder.ts';
import { type JourneyId, type Nanos, nanos, type TapId } from '../engine/model/units.ts';
import { laneName } from './describe.ts';
import type { LadderNote } from './noteMarks.ts';
import type { LadderWords } from './words.ts';

/** What of a note's pin the ladder itself can tell the place of. Times as the ladder's. */
export type NotePin =
  | { readonly kind: 'incident' }
  | { readonly kind: 'packet' }
  | { readonly kind: 'finding' }
  | { readonly kind: 'span'; readonly from: number; readonly to: number }
  | { readonly kind: 'lane'; readonly lane: string };

/** The packet a note is pinned to, found in the ladder. */
export interface PinnedPacket {
  readonly journey: JourneyId;
  readonly ordinal: number;
  readonly time: Nanos;
  readonly tap: TapId;
  readonly frame: number;
}

/**
 * @param ladder as drawn; @param whole with the lanes that are hidden: a packet may have been pinned at one of those
 * @returns null for notes on the whole incident, and those whose place is in no row or lane here
 */
export function noteOn(
  note: { readonly id: string; readonly text: string; readonly pin: NotePin },
  packet: PinnedPacket | null,
  ladder: Ladder,
  whole: Ladder,
  words: LadderWords,
): LadderNote | null {
  const { id, text, pin } = note;
  if (text.trim() === '') return null;
  if (pin.kind === 'span') return { id, text, on: { kind: 'span', from: nanos(pin.from), to: nanos(pin.to) } };
  if (pin.kind === 'lane') {
    const lane = ladder.lanes.findIndex((l) => l.id === pin.lane);
    return lane < 0 ? null : { id, text, on: { kind: 'lane', lane } };
  }
  if (pin.kind === 'incident' || !packet) return null;
  const { journey, ordinal, time, tap, frame } = packet;
  const lane = whole.lanes.findIndex((l) => l.tap === tap);
  return { id, text, on: { kind: 'packet', journey, ordinal, time, label: `${laneName(whole, lane, words)} #${frame}`.trim() } };
}
