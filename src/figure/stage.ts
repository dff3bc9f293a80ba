// What every mark maker of a ladder stands on: lanes in px, the words, the measure.
import type { LadderLane } from '../engine/model/ladder.ts';
import type { JourneyId } from '../engine/model/units.ts';
import type { LabelWish, Segment } from './labels.ts';
import type { Box, HitShape, Mark, Measure } from './marks.ts';
import type { LadderWords } from './words.ts';

export interface Stage {
  readonly words: LadderWords;
  readonly measure: Measure;
  readonly lanes: readonly LadderLane[];
  /** Content px of each lane, by index in `Ladder.lanes`. */
  readonly laneX: readonly number[];
  /** Lane indices from left to right. */
  readonly order: readonly number[];
  /** First and last lane. */
  readonly left: number;
  readonly right: number;
  readonly width: number;
  /** 1 is the designed size; below it labels thin out, above it fields appear. */
  readonly zoom: number;
  /** True time: heights are exact, nothing is moved to be seen better. */
  readonly exact: boolean;
  /** Bands show what is in them; false where something finer is drawn beneath. */
  readonly texture: boolean;
  /** A picture on paper: nothing can be opened, so nothing says so. */
  readonly still: boolean;
  /** Sequence numbers count from here, per path: [original, reply]. */
  readonly isn: readonly (readonly [number, number])[];
  /** Several paths: arrows say whose they are. */
  readonly severalPaths: boolean;
  /** Packets beside which conntrack's words stand. */
  readonly boxed: ReadonlySet<JourneyId>;
  /** Leaks of which the one before them says the same. */
  readonly repeated: ReadonlySet<JourneyId>;
}

/** One thing on the ladder that can be pointed at. */
export interface Item {
  readonly id: string;
  readonly top: number;
  readonly bottom: number;
  readonly marks: readonly Mark[];
  /** Drawn when every item's other marks are: lines of others end at it. */
  readonly over: readonly Mark[];
  readonly hits: readonly HitShape[];
}

/** An item with what it wants from the label placer. */
export interface DraftItem extends Omit<Item, 'over'> {
  readonly over?: readonly Mark[];
  readonly wishes: readonly LabelWish[];
  readonly taken: readonly Box[];
  readonly segments: readonly Segment[];
}

/** Px between the edge of the drawing and the first lane (times, frame numbers, arcs) and after the last one (frames, arcs, notes). */
export interface Margins {
  readonly left: number;
  readonly right: number;
}

export function margins(width: number, withNotes: boolean): Margins {
  const wide = Math.min(1, Math.max(0, (width - 420) / 420));
  const left = 104 + 74 * wide;
  const right = 56 + 86 * wide;
  return { left, right: withNotes && width >= 760 ? Math.max(right, Math.min(300, 0.27 * width)) : right };
}

/** @returns x by lane index: equally spaced in the given order */
export function laneXs(count: number, order: readonly number[], width: number, m: Margins): number[] {
  const xs = new Array<number>(count).fill(m.left);
  const room = Math.max(40, width - m.left - m.right);
  const gap = order.length > 1 ? room / (order.length - 1) : 0;
  order.forEach((lane, i) => {
    xs[lane] = Math.round(m.left + (order.length > 1 ? gap * i : room / 2)) + 0.5;
  });
  return xs;
}
