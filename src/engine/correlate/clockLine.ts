// A clock against the reference: a line, or several one after the other where it was set or its drift changed; and what the packets' bounds say of it.
import type { Clock } from '../model/correlation.ts';
import { tapId } from '../model/units.ts';
import type { PairBounds } from './pairBounds.ts';

/** From `from` on (own clock), own clock − reference = `offset` + `skew` × (own − the line's origin). */
export interface Piece {
  readonly from: number;
  readonly offset: number;
  readonly skew: number;
}

/** Nanos since the workspace epoch, all of them. The first piece holds for all that came before, too. */
export interface ClockLine {
  readonly origin: number;
  readonly pieces: readonly Piece[];
}

export const straight = (origin: number, offset = 0): ClockLine => ({ origin, pieces: [{ from: -Infinity, offset, skew: 0 }] });

/** The piece that holds at a moment. */
function pieceAt({ pieces }: ClockLine, time: number): Piece {
  let found = pieces[0];
  for (const piece of pieces) if (time > piece.from) found = piece;
  return found;
}

/** What a piece says the difference is. */
export const valueAt = ({ offset, skew }: Pick<Piece, 'offset' | 'skew'>, origin: number, time: number): number =>
  offset + skew * (time - origin);

/** Own minus reference clock at a moment of the own clock. */
export const offsetAt = (line: ClockLine, own: number): number => valueAt(pieceAt(line, own), line.origin, own);

export const toReference = (line: ClockLine, own: number): number => own - offsetAt(line, own);

/** The same line with another offset where it begins. */
export const shifted = ({ origin, pieces }: ClockLine, to: number): ClockLine => ({
  origin,
  pieces: pieces.map((piece) => ({ ...piece, offset: piece.offset + to - pieces[0].offset })),
});

/** A moment on the clock whose difference from another's the line tells, from a moment on that other's. */
const onto = ({ offset, skew }: Piece, origin: number, other: number): number => other + offset + skew * (other - origin);
const back = ({ offset, skew }: Piece, origin: number, own: number): number => origin + (own - origin - offset) / (1 + skew);

/** Of two clocks: b's − a's, by the time on a's. */
export interface PairPiece extends Piece {
  /** `from` on b's clock: where one of them was set, it stands on either side of what that clock left out. */
  readonly fromOnB: number;
}
export interface PairLine extends ClockLine {
  readonly pieces: readonly PairPiece[];
}

/**
 * The line of a clock against the reference, from that of one which was compared with it.
 * @param known against the reference
 * @param fit of the two; one of them is the known one
 * @param start when the line begins, on the new clock
 * @param near so close together both lines tell of one event, where the known clock was set
 */
export function compose(known: ClockLine, fit: PairLine, knownIsA: boolean, start: number, near: number): ClockLine {
  const neighbour = (piece: Piece, own: number): number => (knownIsA ? back(piece, fit.origin, own) : onto(piece, fit.origin, own));
  const ownTime = (piece: Piece, other: number): number => (knownIsA ? onto(piece, fit.origin, other) : back(piece, fit.origin, other));
  const ends = fit.pieces.slice(1).map((piece, i) => {
    const onKnown = knownIsA ? piece.from : piece.fromOnB;
    const within = near + Math.abs(valueAt(piece, fit.origin, piece.from) - valueAt(fit.pieces[i], fit.origin, piece.from));
    const same = known.pieces.find(({ from }) => Math.abs(from - onKnown) <= within) ?? null;
    return { from: knownIsA ? piece.fromOnB : piece.from, fit: piece as Piece | null, known: same };
  });
  for (const piece of known.pieces.slice(1)) {
    if (ends.some((end) => end.known === piece)) continue;
    const holds = pieceAt(fit, knownIsA ? piece.from : back(fit.pieces[0], fit.origin, piece.from));
    ends.push({ from: ownTime(holds, piece.from), fit: null, known: piece });
  }
  ends.sort((a, b) => a.from - b.from);
  let pair: Piece = fit.pieces[0];
  let other = known.pieces[0];
  const pieceFrom = (from: number): Piece => {
    const offset = (own: number): number => {
      const there = neighbour(pair, own);
      return own - there + valueAt(other, known.origin, there);
    };
    return { from, offset: offset(start), skew: (offset(start + FAR) - offset(start)) / FAR };
  };
  const pieces = [pieceFrom(-Infinity)];
  for (const end of ends) {
    pair = end.fit ?? pair;
    other = end.known ?? other;
    pieces.push(pieceFrom(end.from));
  }
  return { origin: start, pieces };
}
/** Far enough to tell a rate by. */
const FAR = 1e12;

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
