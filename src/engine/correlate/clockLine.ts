// One clock against the reference over time, and what the packets' bounds say of it.
import type { Clock } from '../model/correlation.ts';
import { tapId } from '../model/units.ts';
import type { PairBounds } from './pairBounds.ts';

/** reference = own − offsetAt(own): both Nanos since the workspace epoch. */
export interface ClockLine {
  readonly offset: number;
  readonly skew: number;
  /** Time on the own clock at which `offset` holds. */
  readonly origin: number;
  readonly steps: readonly { readonly time: number; readonly by: number }[];
}

/** Own minus reference clock at a moment of the own clock. */
export function offsetAt(line: ClockLine, own: number): number {
  let offset = line.offset + line.skew * (own - line.origin);
  for (const step of line.steps) if (own > step.time) offset += step.by;
  return offset;
}

export const toReference = (line: ClockLine, own: number): number => own - offsetAt(line, own);

/** Of a clock that no packet bounds. */
export const NO_BOUNDS: Clock['bounds'] = {
  forward: new Float64Array(0),
  backward: new Float64Array(0),
  tap: tapId(0),
  forwardRows: new Uint32Array(0),
  backwardRows: new Uint32Array(0),
};

/**
 * A pair's bounds as such on one of its clocks against the reference: the other's place is taken as it is known.
 * @param tap whose clock; `base` its epoch, Nanos since the workspace epoch
 * @param neighbour the other clock of the pair
 */
export function plotBounds(pair: PairBounds | null, tap: number, base: number, neighbour: ClockLine): Clock['bounds'] {
  if (pair === null) return NO_BOUNDS;
  const { upper, upperTime, upperRow, lower, lowerTime, lowerRow } = pair.bounds();
  const isB = pair.b === tap;
  const flat = (values: readonly number[], times: readonly number[]): Float64Array => {
    const out = new Float64Array(2 * values.length);
    values.forEach((v, i) => {
      // The same moment on this clock and on the neighbour's.
      const [own, other] = isB ? [times[i] + v, times[i]] : [times[i], times[i] + v];
      out[2 * i] = own - base;
      out[2 * i + 1] = own - toReference(neighbour, other);
    });
    return out;
  };
  const [above, below] = [flat(upper, upperTime), flat(lower, lowerTime)];
  const [aboveRows, belowRows] = [Uint32Array.from(upperRow), Uint32Array.from(lowerRow)];
  const packets = { tap: tapId(pair.a) };
  return isB
    ? { ...packets, forward: above, backward: below, forwardRows: aboveRows, backwardRows: belowRows }
    : { ...packets, forward: below, backward: above, forwardRows: belowRows, backwardRows: aboveRows };
}

/** Bounds that a clock breaks: packets that would arrive before they were sent. */
export function tooEarly({ forward, backward }: Clock['bounds'], line: ClockLine, base: number): number {
  let n = 0;
  for (let i = 0; i < forward.length; i += 2) if (forward[i + 1] < offsetAt(line, base + forward[i])) n++;
  for (let i = 0; i < backward.length; i += 2) if (backward[i + 1] > offsetAt(line, base + backward[i])) n++;
  return n;
}
