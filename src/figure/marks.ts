// The drawing marks everything in the ladder is made of: one list, drawn by the canvas and written as SVG.

/** Colours by meaning; the theme says what they look like. */
export type Tone =
  | 'ground'
  | 'card'
  | 'band'
  | 'hair'
  | 'ink'
  | 'mute'
  | 'data'
  | 'ack'
  | 'leak'
  | 'reset'
  | 'warn'
  | 'ok'
  | 'paper'
  | 'paperEdge';

export interface Stroke {
  readonly tone: Tone;
  readonly width: number;
  /** CSS px on, off; absent: solid. */
  readonly dash?: readonly number[];
  readonly alpha?: number;
}

export interface Span {
  readonly text: string;
  readonly tone?: Tone;
  readonly bold?: boolean;
  /** Struck through: what should have been there. */
  readonly struck?: boolean;
}

export type Anchor = 'start' | 'middle' | 'end';
export interface Font {
  readonly face: 'words' | 'mono';
  readonly size: number;
}

export interface TextMark {
  readonly kind: 'text';
  readonly x: number;
  /** Baseline. */
  readonly y: number;
  readonly anchor: Anchor;
  readonly font: Font;
  readonly tone: Tone;
  readonly spans: readonly Span[];
  /** Painted behind the letters, so that a line below does not spoil them; null: nothing. */
  readonly halo: Tone | null;
}

/** Coordinates are x0, y0, x1, y1 …; `curve` takes them as a start and groups of three (cubic Bézier). */
export type Mark =
  | { readonly kind: 'line'; readonly at: readonly number[]; readonly stroke: Stroke }
  | { readonly kind: 'curve'; readonly at: readonly number[]; readonly stroke: Stroke }
  | { readonly kind: 'area'; readonly at: readonly number[]; readonly fill: Tone; readonly alpha: number }
  | {
      readonly kind: 'rect';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly radius: number;
      readonly fill: Tone | null;
      readonly alpha: number;
      readonly stroke: Stroke | null;
    }
  | {
      readonly kind: 'circle';
      readonly x: number;
      readonly y: number;
      readonly radius: number;
      readonly fill: Tone | null;
      readonly stroke: Stroke | null;
    }
  /** Filled arrow head with its tip at x, y, pointing along the angle (radians, 0 to the right). */
  | { readonly kind: 'head'; readonly x: number; readonly y: number; readonly angle: number; readonly size: number; readonly tone: Tone }
  | TextMark;

/** What the pointer may meet: a polyline with a reach, or a box. Content px. */
export type HitShape =
  | { readonly kind: 'line'; readonly at: readonly number[] }
  | { readonly kind: 'box'; readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Width of a text in CSS px. The page measures with its canvas, Node with a table (`measure.ts`). */
export type Measure = (text: string, font: Font, bold: boolean) => number;

export const widthOf = (spans: readonly Span[], font: Font, measure: Measure): number =>
  spans.reduce((sum, span) => sum + measure(span.text, font, span.bold === true), 0);

export const WORDS_12: Font = { face: 'words', size: 12 };
export const WORDS_11: Font = { face: 'words', size: 11 };
export const WORDS_13: Font = { face: 'words', size: 13 };
export const MONO_11: Font = { face: 'mono', size: 11 };
