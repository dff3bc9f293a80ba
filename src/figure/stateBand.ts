// The state of the conntrack entry as a band along the lane where NAT happens: a hue and a pattern of its own for every state, its letters
// in the band, its name beside it where there is room. Bands are drawn apart from the items, cut to what is visible: they may be as long
// as the drawing.
import type { LadderState } from '../engine/model/ladder.ts';
import type { JourneyId, Nanos } from '../engine/model/units.ts';
import type { TcpState } from '../engine/model/verdict.ts';
import { type LabelWish, overlaps, PRIORITY, Stripes } from './labels.ts';
import type { Touch } from './linkMarks.ts';
import { type Box, type Mark, MONO_11, type TextMark, type Tone } from './marks.ts';
import type { DraftItem, Stage } from './stage.ts';
import type { TimeMap } from './timeMap.ts';

/** Px of the band of the connection that was opened last. */
export const BAND_WIDTH = 13;
/** Px of what is left of the one before it, and of the gap between them. */
export const STRIP_WIDTH = 4;
const STRIP_GAP = 2;
const LETTERS = { face: 'mono', size: 8 } as const;
/** A band this high, px, has its letters in it: clear of the joints at both its ends. */
const LETTERS_AT_LEAST = 18;
/** Letters come again after this many px, so that some are on screen. */
const LETTERS_EVERY = 360;
const MOST_LETTERS = 60;
const LETTERS_HIGH = 11;
/** How far letters step down from where they belong to find room, px. */
const LETTERS_STEPS = Array.from({ length: Math.floor(LETTERS_EVERY / 8) }, (_, i) => i * 8);

/** Vertical stripes of a pattern: where they lie across the band (0 … 1), how wide they are, and how they are broken, px. */
interface Stripe {
  readonly at: number;
  readonly share: number;
  readonly dash: readonly number[] | null;
  readonly alpha: number;
}

export interface StateLook {
  readonly letters: string;
  readonly tone: Tone;
  /** Of the ground of the band; 0: hollow. */
  readonly fill: number;
  readonly stripes: readonly Stripe[];
}

const bars = (on: number, off: number, alpha = 0.62): readonly Stripe[] => [{ at: 0.5, share: 1, dash: [on, off], alpha }];

export const STATE_LOOKS: Readonly<Record<TcpState, StateLook>> = {
  SYN_SENT: { letters: 'SS', tone: 'data', fill: 0.1, stripes: [{ at: 0.14, share: 0.28, dash: null, alpha: 0.8 }] },
  SYN_RECV: {
    letters: 'SR',
    tone: 'data',
    fill: 0.1,
    stripes: [
      { at: 0.14, share: 0.28, dash: null, alpha: 0.8 },
      { at: 0.86, share: 0.28, dash: null, alpha: 0.8 },
    ],
  },
  SYN_SENT2: { letters: 'S2', tone: 'data', fill: 0.1, stripes: [{ at: 0.86, share: 0.28, dash: null, alpha: 0.8 }] },
  ESTABLISHED: { letters: 'ES', tone: 'ok', fill: 0.34, stripes: [] },
  FIN_WAIT: { letters: 'FW', tone: 'warn', fill: 0.1, stripes: bars(7, 4) },
  CLOSE_WAIT: { letters: 'CW', tone: 'warn', fill: 0.1, stripes: bars(4, 4) },
  LAST_ACK: { letters: 'LA', tone: 'warn', fill: 0.1, stripes: bars(2, 4) },
  TIME_WAIT: { letters: 'TW', tone: 'mute', fill: 0.08, stripes: bars(1.5, 6, 0.7) },
  CLOSE: {
    letters: 'CL',
    tone: 'reset',
    fill: 0.14,
    stripes: [
      { at: 0.12, share: 0.24, dash: [3, 3], alpha: 0.9 },
      { at: 0.88, share: 0.24, dash: [3, 3], alpha: 0.9 },
    ],
  },
  NONE: { letters: '—', tone: 'mute', fill: 0, stripes: [] },
};

export interface StateBand {
  readonly id: string;
  readonly state: LadderState;
  readonly x: number;
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
  /** Heights at which its letters stand. */
  readonly letters: readonly number[];
}

/** What its drawing depends on. */
export type BandShape = Pick<StateBand, 'x' | 'width' | 'top' | 'bottom'> & { readonly state: Pick<LadderState, 'state'> };

/** A straight piece of a band, to be drawn as it is. */
export interface BandStroke {
  readonly x: number;
  readonly width: number;
  readonly y0: number;
  readonly y1: number;
  readonly tone: Tone;
  readonly alpha: number;
  readonly dash: readonly number[] | null;
  /** Px into the dash at `y0`: patterns stand still while the drawing scrolls. */
  readonly phase: number;
}

const laneOf = (stage: Stage): number => stage.lanes.findIndex((l) => l.translation !== null);

/** @param touches packets that are drawn: there a band changes exactly where the packet crosses the lane */
export function stateBands(
  states: readonly LadderState[],
  stage: Stage,
  map: TimeMap,
  touches: ReadonlyMap<JourneyId, Touch>,
  height: number,
): StateBand[] {
  const lane = laneOf(stage);
  const x = stage.laneX[lane];
  if (x === undefined) return [];
  const heightOf = (s: LadderState): number => {
    const exact = s.why === 'expired' || !s.by ? undefined : touches.get(s.by.journey)?.byLane.get(lane);
    return exact ?? map.y(s.from as Nanos);
  };
  const starts = new Map<number, number>();
  for (const s of states) if (!starts.has(s.path)) starts.set(s.path, heightOf(s));
  const opened = [...starts].sort((a, b) => a[1] - b[1]);
  return states.flatMap((state, i): StateBand[] => {
    const next = states[i + 1]?.path === state.path ? states[i + 1] : undefined;
    const top = heightOf(state);
    const bottom = next ? heightOf(next) : Math.max(top + 12, height);
    const rank = opened.findIndex(([path]) => path === state.path);
    // From where another connection opens, this entry lives on as a strip beside that one's band.
    const cut = Math.max(top, Math.min(bottom, opened[rank + 1]?.[1] ?? bottom));
    const strip = x - BAND_WIDTH / 2 - (STRIP_GAP + STRIP_WIDTH) * (opened.length - 1 - rank) + STRIP_WIDTH / 2;
    return [
      { id: `c:${i}`, state, x, width: BAND_WIDTH, top, bottom: cut, letters: lettersAt(top, cut) },
      { id: `c:${i}+`, state, x: strip, width: STRIP_WIDTH, top: cut, bottom, letters: [] },
    ].filter((band) => band.bottom > band.top);
  });
}

/** @param from, to content px that are visible */
export function bandStrokes(band: BandShape, from: number, to: number): BandStroke[] {
  const look = STATE_LOOKS[band.state.state];
  const [y0, y1] = [Math.max(band.top, from), Math.min(band.bottom, to)];
  if (y1 <= y0) return [];
  const piece = (at: number, share: number, alpha: number, dash: readonly number[] | null): BandStroke => ({
    x: band.x + (at - 0.5) * band.width,
    width: share * band.width,
    y0,
    y1,
    tone: look.tone,
    alpha,
    dash,
    phase: y0 - band.top,
  });
  const edge = 1 / band.width;
  const isGone = band.state.state === 'NONE';
  return [
    ...(look.fill > 0 ? [piece(0.5, 1, look.fill, null)] : []),
    ...look.stripes.map((s) => piece(s.at, s.share, s.alpha, s.dash)),
    piece(edge / 2, edge, 0.75, isGone ? [2, 3] : null),
    piece(1 - edge / 2, edge, 0.75, isGone ? [2, 3] : null),
  ];
}

/** The line where a state begins, and its letters, on ground of their own so that no pattern spoils them. */
export function bandMarks(band: StateBand, from: number, to: number): Mark[] {
  const look = STATE_LOOKS[band.state.state];
  const left = band.x - band.width / 2;
  const marks: Mark[] = [];
  if (band.top >= from - 2 && band.top <= to)
    marks.push({ kind: 'line', at: [left - 2, band.top, left + band.width + 2, band.top], stroke: { tone: look.tone, width: 1.6 } });
  for (const y of band.letters) if (y >= from - 10 && y <= to + 10) marks.push(...letters(band, look, y));
  return marks;
}

function lettersAt(top: number, bottom: number): number[] {
  const height = bottom - top;
  if (height < LETTERS_AT_LEAST) return [];
  if (height < 30) return [(top + bottom) / 2];
  const count = Math.min(MOST_LETTERS, 1 + Math.floor((height - 30) / LETTERS_EVERY));
  return Array.from({ length: count }, (_, i) => top + 16 + i * LETTERS_EVERY);
}

/** Letters step down to where no label and no box stands over them, or stay away. */
export function withLetters(bands: readonly StateBand[], taken: readonly Box[]): StateBand[] {
  const boxes = new Stripes<Box>();
  for (const b of taken) boxes.add(b, b.y, b.y + b.height);
  return bands.map((band) => {
    const isFree = (y: number): boolean => {
      const own: Box = { x: band.x - band.width / 2, y: y - LETTERS_HIGH / 2, width: band.width, height: LETTERS_HIGH };
      return y + LETTERS_HIGH / 2 <= band.bottom && !boxes.some(own, (b) => overlaps(own, b));
    };
    const letters = band.letters.flatMap((y) => {
      const free = LETTERS_STEPS.find((step) => isFree(y + step));
      return free === undefined ? [] : [y + free];
    });
    return { ...band, letters };
  });
}

function letters(band: StateBand, look: StateLook, y: number): Mark[] {
  const text: TextMark = {
    kind: 'text',
    x: band.x,
    y: y + 2.9,
    anchor: 'middle',
    font: LETTERS,
    tone: 'ink',
    spans: [{ text: look.letters, bold: true }],
    halo: null,
  };
  return [
    {
      kind: 'rect',
      x: band.x - band.width / 2 + 1,
      y: y - 5,
      width: band.width - 2,
      height: 10,
      radius: 2,
      fill: 'ground',
      alpha: 0.86,
      stroke: null,
    },
    text,
  ];
}

/** What the pointer meets, and the names that want room. */
export function bandItems(bands: readonly StateBand[]): DraftItem[] {
  return bands.map((band): DraftItem => {
    const { state } = band.state;
    const look = STATE_LOOKS[state];
    const wish: LabelWish = {
      owner: band.id,
      priority: PRIORITY.extra,
      font: { ...MONO_11, size: 10 },
      tone: 'mute',
      variants: [[{ text: state === 'NONE' ? look.letters : state }]],
      spots: [13, 17, 22].flatMap((dy) => [
        { x: band.x + band.width / 2 + 4, y: band.top + dy, anchor: 'start' as const },
        { x: band.x - band.width / 2 - 4, y: band.top + dy, anchor: 'end' as const },
      ]),
    };
    return {
      id: band.id,
      top: band.top,
      bottom: band.bottom,
      marks: [],
      hits: [{ kind: 'box', x: band.x - band.width / 2, y: band.top, width: band.width, height: band.bottom - band.top }],
      wishes: state === 'NONE' || band.width < BAND_WIDTH ? [] : [wish],
      taken: [],
      segments: [],
    };
  });
}
