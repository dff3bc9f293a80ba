// How tall each row is at a zoom: a fixed part for its words and a part that stretches.
import type { LadderPacket, LadderRow } from '../engine/model/ladder.ts';
import type { JourneyId } from '../engine/model/units.ts';
import { isReset } from './packetText.ts';
import { verdictHeight } from './verdictBox.ts';
import { GHOST_HEIGHT, hasGhost } from './wouldMarks.ts';

export interface RowHeight {
  /** From the row's top to its arrow: room for the label above. */
  readonly above: number;
  /** How far the arrow falls when nothing departs before it arrives. */
  readonly fall: number;
  readonly below: number;
}

/** Pitch of the packets in an opened fold. */
export const packetPitch = (zoom: number): number => Math.max(4, 24 * zoom);
/** Head of an opened fold. */
export const OPEN_HEAD = 22;

/** Px that stretch with the zoom, and px that do not. */
interface Elastic {
  readonly fixed: number;
  readonly flex: number;
}

const at = (e: Elastic, zoom: number): number => e.fixed + e.flex * zoom;

/**
 * A held packet takes two rows: where it left and where it moved on. So does a leak or a RST that arrives after others departed: it
 * arrives in a row of its own, so that what came of it can be told from what it crossed.
 */
export type Part = 'whole' | 'departure' | 'resumption' | 'arrival';

/** @param words px that are written below it in this row; @param later it arrives in a row of its own, and is told of there */
function packetParts(p: LadderPacket, part: Part, words: number, later: boolean): Readonly<Record<keyof RowHeight, Elastic>> {
  const alarm = p.leak !== null || isReset(p);
  if (part === 'whole' && later) return { above: { fixed: 9, flex: 8 }, fall: { fixed: 2, flex: 2 }, below: { fixed: 0, flex: 3 } };
  if (part === 'arrival')
    return { above: { fixed: p.leak ? 13 : 9, flex: 8 }, fall: { fixed: 0, flex: 0 }, below: { fixed: 2 + words, flex: 6 } };
  if (part === 'departure') return { above: { fixed: 2, flex: 8 }, fall: { fixed: 21, flex: 0 }, below: { fixed: 0, flex: 10 } };
  if (p.leak) return { above: { fixed: 6, flex: 14 }, fall: { fixed: 10, flex: 14 }, below: { fixed: words + 2, flex: 8 } };
  if (alarm) return { above: { fixed: 6, flex: 14 }, fall: { fixed: 4, flex: 10 }, below: { fixed: words + 2, flex: 8 } };
  return { above: { fixed: 2, flex: 14 }, fall: { fixed: 3, flex: 8 }, below: { fixed: words, flex: 5 } };
}

export function packetHeight(p: LadderPacket, part: Part, zoom: number, words: number, later: boolean): RowHeight {
  const parts = packetParts(p, part, words, later);
  return { above: at(parts.above, zoom), fall: at(parts.fall, zoom), below: at(parts.below, zoom) };
}

/** Folds grow with the order of magnitude of what they hold, never with the number itself. */
function bandHeight(row: Exclude<LadderRow, LadderPacket>): Elastic {
  switch (row.kind) {
    case 'fold':
      return { fixed: 9, flex: 22 + Math.min(52, 13 * Math.log10(Math.max(1, row.count))) };
    case 'silence':
      return { fixed: 12, flex: 14 };
    case 'opening':
      return { fixed: 23, flex: 12 };
  }
}
/** Space between a band and what follows it. */
const BAND_GAP: Elastic = { fixed: 2, flex: 10 };

export const bandSize = (row: Exclude<LadderRow, LadderPacket>, zoom: number): { readonly height: number; readonly gap: number } => ({
  height: at(bandHeight(row), zoom),
  gap: at(BAND_GAP, zoom),
});

/** Below it, arrows and bands have no room for words. */
export const LEAST_ZOOM = 0.22;

/** The zoom at which rows of this kind fill `height`, within what stays legible. */
export function fitZoom(
  slots: readonly { readonly row: LadderRow; readonly part: Part }[],
  height: number,
  boxed: ReadonlySet<JourneyId>,
): number {
  let [fixed, flex] = [0, 0];
  const arrivals = arrivalsOf(slots);
  for (const { row, part } of slots) {
    const parts =
      row.kind === 'packet'
        ? Object.values(packetParts(row, part, wordsIn(row, part, boxed, arrivals), arrivals.has(row)))
        : [bandHeight(row), BAND_GAP];
    for (const p of parts) {
      fixed += p.fixed;
      flex += p.flex;
    }
  }
  return Math.min(1.25, Math.max(LEAST_ZOOM, (height - fixed) / Math.max(1, flex)));
}

/** Packets that arrive in a row of their own. */
export const arrivalsOf = (slots: readonly { readonly row: LadderRow; readonly part: Part }[]): ReadonlySet<LadderRow> =>
  new Set(slots.flatMap((s) => (s.part === 'arrival' ? [s.row] : [])));

/** Px for conntrack's words, and for what would have been: both stand where the packet arrives. */
export function wordsIn(p: LadderPacket, part: Part, boxed: ReadonlySet<JourneyId>, arrivals: ReadonlySet<LadderRow>): number {
  if (part === 'departure' || (part !== 'arrival' && arrivals.has(p))) return 0;
  return (boxed.has(p.journey) ? verdictHeight(p) : 0) + (hasGhost(p) ? GHOST_HEIGHT : 0);
}
