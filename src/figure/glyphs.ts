// The quieter marks at an arrow's tail: each a shape of its own, told apart without colour.
import type { Mark, Stroke, Tone } from './marks.ts';

export type GlyphKind = 'retransmission' | 'outOfOrder' | 'zeroWindow' | 'duplicateAck' | 'keepAlive' | 'duplicated' | 'early';

const pad = (x: number, y: number): Mark => ({ kind: 'circle', x, y, radius: 7.5, fill: 'ground', stroke: null });

export function glyph(kind: GlyphKind, x: number, y: number): Mark[] {
  const tone: Tone = kind === 'duplicateAck' || kind === 'keepAlive' ? 'mute' : 'warn';
  const stroke: Stroke = { tone, width: 1.5 };
  return [pad(x, y), ...SHAPES[kind](x, y, stroke)];
}

const SHAPES: Readonly<Record<GlyphKind, (x: number, y: number, stroke: Stroke) => Mark[]>> = {
  /** An arrow that comes round again. */
  retransmission: (x, y, stroke) => [
    { kind: 'line', at: arc(x, y, 4.6, -0.4, 4.9), stroke },
    { kind: 'head', x: x + 4.6 * Math.cos(-0.75), y: y + 4.6 * Math.sin(-0.75), angle: -2.2, size: 5.5, tone: stroke.tone },
  ],
  /** Two that changed places. */
  outOfOrder: (x, y, stroke) => [
    { kind: 'line', at: [x - 4, y - 4, x + 4, y + 4], stroke },
    { kind: 'line', at: [x - 4, y + 4, x + 4, y - 4], stroke },
    { kind: 'head', x: x + 5, y: y + 5, angle: Math.PI / 4, size: 4.5, tone: stroke.tone },
    { kind: 'head', x: x + 5, y: y - 5, angle: -Math.PI / 4, size: 4.5, tone: stroke.tone },
  ],
  /** A closed gate. */
  zeroWindow: (x, y, stroke) => [
    { kind: 'rect', x: x - 4.5, y: y - 4.5, width: 9, height: 9, radius: 1, fill: 'card', alpha: 1, stroke },
    { kind: 'line', at: [x - 4.5, y + 4.5, x + 4.5, y - 4.5], stroke },
  ],
  /** The same line twice. */
  duplicateAck: (x, y, stroke) => [
    { kind: 'line', at: [x - 4.5, y - 2.2, x + 4.5, y - 2.2], stroke },
    { kind: 'line', at: [x - 4.5, y + 2.2, x + 4.5, y + 2.2], stroke },
  ],
  /** A pulse. */
  keepAlive: (x, y, stroke) => [{ kind: 'line', at: [x - 6, y, x - 2.5, y, x - 0.5, y - 5, x + 1.5, y + 4, x + 3, y, x + 6, y], stroke }],
  /** A clock that is wrong. */
  early: (x, y, stroke) => [
    { kind: 'circle', x, y, radius: 5, fill: 'card', stroke },
    { kind: 'line', at: [x - 2.6, y - 2, x, y + 0.5, x, y - 3.4], stroke },
  ],
  /** One in front of the other. */
  duplicated: (x, y, stroke) => [
    { kind: 'rect', x: x - 5, y: y - 4, width: 7, height: 6, radius: 1, fill: 'card', alpha: 1, stroke },
    { kind: 'rect', x: x - 2, y: y - 1.5, width: 7, height: 6, radius: 1, fill: 'card', alpha: 1, stroke },
  ],
};

function arc(x: number, y: number, radius: number, from: number, to: number): number[] {
  const at: number[] = [];
  const steps = 14;
  for (let i = 0; i <= steps; i++) {
    const a = from + ((to - from) * i) / steps;
    at.push(x + radius * Math.cos(a), y + radius * Math.sin(a));
  }
  return at;
}
