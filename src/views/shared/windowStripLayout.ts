// Geometry of the window strip: where the accepted range and the packet lie, to scale. Pure.
import type { WindowJudgement } from '../../engine/model/verdict.ts';

/** Positions are shares of the width, 0…1. `of` tells which numbers are drawn. */
export interface StripLayout {
  readonly of: 'seq' | 'ack';
  /** The packet; both equal for an ACK or an empty segment. */
  readonly start: number;
  readonly end: number;
  /** What would be accepted. */
  readonly low: number;
  readonly high: number;
  /** td_end of the side whose numbers these are. */
  readonly tdEnd: number;
  /** From the packet to the bound that it broke; null where it broke none. */
  readonly gap: { readonly from: number; readonly to: number } | null;
}

/** Free space at both ends, so that nothing touches the border. */
const MARGIN = 0.03;
/** Narrowest mark that can still be seen. */
const LEAST = 0.006;

/** Distance on the 2^32 circle, near what is compared. */
const distance = (a: number, b: number): number => (a - b) | 0;

export function layoutStrip(j: WindowJudgement): StripLayout {
  const of = j.broken === 'III' || j.broken === 'IV' ? 'ack' : 'seq';
  const origin = of === 'seq' ? j.sender.end : j.receiver.end;
  const start = distance(of === 'seq' ? j.seq : j.ack, origin);
  const end = distance(of === 'seq' ? j.end : j.ack, origin);
  const low = distance(of === 'seq' ? j.bounds.seqLower : j.bounds.ackLower, origin);
  const high = distance(of === 'seq' ? j.bounds.seqUpper : j.bounds.ackUpper, origin);
  const [from, to] = [Math.min(start, end, low, 0), Math.max(start, end, high, 0)];
  const scale = (value: number): number => MARGIN + ((value - from) / (to - from || 1)) * (1 - 2 * MARGIN);
  const wide = (a: number, b: number): readonly [number, number] => (b - a >= LEAST ? [a, b] : [(a + b - LEAST) / 2, (a + b + LEAST) / 2]);
  const [s, e] = wide(scale(start), scale(end));
  const [l, h] = wide(scale(low), scale(high));
  const gaps = {
    I: { from: h, to: s },
    II: { from: e, to: l },
    III: { from: h, to: s },
    IV: { from: e, to: l },
  };
  return { of, start: s, end: e, low: l, high: h, tdEnd: scale(0), gap: j.broken === null ? null : gaps[j.broken] };
}
