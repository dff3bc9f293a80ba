// Which labels are shown and where: never two on one place, the important ones first, plain ones not across a foreign line.
import { type Anchor, type Box, type Font, type Measure, type Span, type TextMark, type Tone, widthOf } from './marks.ts';

/** In the order in which they get room (visual.md). Lane names are outside the drawing. */
export const PRIORITY = { verdict: 0, leak: 1, alarm: 2, fold: 3, joint: 4, frame: 5, time: 6, plain: 7, extra: 8 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

export interface Spot {
  readonly x: number;
  /** Baseline. */
  readonly y: number;
  readonly anchor: Anchor;
}

export interface LabelWish {
  /** Item it belongs to. */
  readonly owner: string;
  readonly priority: Priority;
  readonly font: Font;
  readonly tone: Tone;
  /** Longest first; the first that finds a spot is taken. */
  readonly variants: readonly (readonly Span[])[];
  /** Best first. A function where the place depends on the width. */
  readonly spots: readonly (Spot | ((width: number) => Spot))[];
  /** Shown even where a line of another packet runs: the halo keeps it legible. */
  readonly overLines?: boolean;
  /** What it stands on; absent: the ground. */
  readonly on?: Tone;
  /** On a plate, always or where it runs over lines: they end at it rather than run through the letters. */
  readonly plate?: boolean | 'over lines';
  /** Tried where this one finds no room. */
  readonly instead?: LabelWish;
}

export interface PlacedLabel extends TextMark {
  readonly owner: string;
  readonly priority: Priority;
  readonly box: Box;
  /** Drawn under its letters, in the tone of their halo: lines end at it. */
  readonly plate: Box | null;
}

/** Straight pieces of arrows: what plain labels keep clear of. */
export interface Segment {
  readonly owner: string;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

const CELL = 48;
/** Free space kept around a label, px. */
const GAP = { x: 4, y: 1 };

export const textBox = (spot: Spot, width: number, size: number): Box => ({
  x: spot.anchor === 'start' ? spot.x : spot.anchor === 'end' ? spot.x - width : spot.x - width / 2,
  y: spot.y - size * 0.92,
  width,
  height: size * 1.18,
});

/** A little beyond the letters. */
const plateOf = (b: Box): Box => ({ x: b.x - 5, y: b.y - 1, width: b.width + 10, height: b.height + 1 });

export const overlaps = (a: Box, b: Box, gapX = 0, gapY = 0): boolean =>
  a.x < b.x + b.width + gapX && b.x < a.x + a.width + gapX && a.y < b.y + b.height + gapY && b.y < a.y + a.height + gapY;

/** Does the segment touch the box? Clips the segment to the box (Liang and Barsky). */
export function crosses(s: Segment, b: Box): boolean {
  let [from, to] = [0, 1];
  const [dx, dy] = [s.x1 - s.x0, s.y1 - s.y0];
  for (const [p, q] of [
    [-dx, s.x0 - b.x],
    [dx, b.x + b.width - s.x0],
    [-dy, s.y0 - b.y],
    [dy, b.y + b.height - s.y0],
  ] as const) {
    if (p === 0) {
      if (q < 0) return false;
      continue;
    }
    const r = q / p;
    if (p < 0) from = Math.max(from, r);
    else to = Math.min(to, r);
    if (from > to) return false;
  }
  return true;
}

/** Things by the horizontal stripes they touch, so that only neighbours are compared. */
export class Stripes<T> {
  private readonly cells = new Map<number, T[]>();
  add(thing: T, top: number, bottom: number): void {
    for (let c = Math.floor(top / CELL); c <= Math.floor(bottom / CELL); c++) {
      const cell = this.cells.get(c);
      if (cell) cell.push(thing);
      else this.cells.set(c, [thing]);
    }
  }
  some(box: Box, test: (thing: T) => boolean): boolean {
    for (let c = Math.floor((box.y - 4) / CELL); c <= Math.floor((box.y + box.height + 4) / CELL); c++) {
      if (this.cells.get(c)?.some(test)) return true;
    }
    return false;
  }
}

export interface Room {
  readonly measure: Measure;
  /** Labels stay within x 0 … width. */
  readonly width: number;
  /** Boxes that are taken before any label: verdict boxes, joints, notes. */
  readonly taken: readonly Box[];
  readonly segments: readonly Segment[];
}

/** @returns what found room, in the order it was placed; equal wishes give equal answers */
export function placeLabels(wishes: readonly LabelWish[], room: Room): PlacedLabel[] {
  const boxes = new Stripes<Box>();
  for (const b of room.taken) boxes.add(b, b.y, b.y + b.height);
  const lines = new Stripes<Segment>();
  for (const s of room.segments) lines.add(s, Math.min(s.y0, s.y1), Math.max(s.y0, s.y1));
  const placed: PlacedLabel[] = [];
  const order = wishes.map((wish, at) => ({ wish, at })).sort((a, b) => a.wish.priority - b.wish.priority || a.at - b.at);
  for (const { wish } of order) {
    const label = place(wish, room, boxes, lines) ?? (wish.instead ? place(wish.instead, room, boxes, lines) : null);
    if (!label) continue;
    placed.push(label);
    boxes.add(label.box, label.box.y, label.box.y + label.box.height);
  }
  return placed;
}

/** A label without a plate rather runs over lines than is shortened; a plate hides what is below: it is shortened first, a band's not to the last. */
function tries({ variants, overLines = false, plate = false }: LabelWish): { spans: readonly Span[]; overLines: boolean }[] {
  const clear = variants.map((spans) => ({ spans, overLines: false }));
  if (!overLines) return clear;
  const over = variants.map((spans) => ({ spans, overLines: true }));
  if (plate === 'over lines') return [...clear, ...over.slice(-1)];
  return plate ? [...clear.slice(0, Math.max(1, clear.length - 1)), ...over] : clear.flatMap((t, i) => [t, ...over.slice(i, i + 1)]);
}

function place(wish: LabelWish, room: Room, boxes: Stripes<Box>, lines: Stripes<Segment>): PlacedLabel | null {
  const { font, tone, owner, priority } = wish;
  for (const { spans, overLines } of tries(wish)) {
    const width = widthOf(spans, font, room.measure);
    for (const candidate of wish.spots) {
      const spot = typeof candidate === 'function' ? candidate(width) : candidate;
      const box = textBox(spot, width, font.size);
      if (box.x < 0 || box.x + box.width > room.width) continue;
      if (boxes.some(box, (b) => overlaps(box, b, GAP.x, GAP.y))) continue;
      if (!overLines && lines.some(box, (s) => s.owner !== owner && crosses(s, box))) continue;
      const halo = wish.on ?? 'ground';
      const plate = wish.plate === true || (wish.plate === 'over lines' && overLines) ? plateOf(box) : null;
      return { kind: 'text', x: spot.x, y: spot.y, anchor: spot.anchor, font, tone, spans, halo, plate, owner, priority, box };
    }
  }
  return null;
}
