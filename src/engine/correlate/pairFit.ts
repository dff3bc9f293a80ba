// The offset between two clocks over time, from what bounds it: one line, or several where a clock was set or its drift changed.
import { type Bounds, fitLine, type Line, MAX_SKEW } from './clockFit.ts';
import { offsetAt, type PairLine, type PairPiece, valueAt } from './clockLine.ts';
import { type PairBounds, SLICES } from './pairBounds.ts';

/** A contradiction smaller than this is the resolution of timestamps, not a step of the clock. */
const TOLERANCE_NANOS = 20_000;
const MAX_STEPS = 16;

export interface Span {
  readonly first: number;
  readonly last: number;
}

export interface PairFit {
  readonly line: PairLine;
  /** How far at most the truth is from the line at a moment on a's clock, however the drift changes, as long as it stays below what clocks do. */
  readonly doubtAt: (time: number) => number;
  readonly violations: number;
}

/** @param spans of all taps: from their first to their last record, own clock */
export function fitPair(pair: PairBounds, spans: readonly Span[]): PairFit | null {
  const all = pair.bounds();
  const delta = roughOffset(all);
  if (delta === null) return null;
  const own = spans[pair.b].first - delta;
  const origin = Math.max(spans[pair.a].first, Math.min(spans[pair.a].last, own));
  const whole = fitLine(all, origin);
  if (whole === null) return null;
  if (whole.conflict > TOLERANCE_NANOS) {
    const parts = findParts(pair, spans[pair.a], origin);
    if (parts !== null) return inParts(pair, parts, origin);
  }
  const line = { origin, pieces: [pieceOf(whole, -Infinity, -Infinity)] };
  const violations = whole.conflict > TOLERANCE_NANOS ? countViolations(all, whole, origin) : 0;
  return { line, violations, doubtAt: (time) => doubtOf(all, line, time) };
}

export function roughOffset(bounds: Bounds): number | null {
  if (bounds.upper.length === 0 || bounds.lower.length === 0) return null;
  return (Math.min(...bounds.upper) + Math.max(...bounds.lower)) / 2;
}

const pieceOf = ({ offset, skew }: Line, from: number, fromOnB: number): PairPiece => ({ from, fromOnB, offset, skew });

/** A stretch of time that a line fits, on a's clock. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly line: Line;
}

/** Longest stretches that a line fits, one after the other; null where there are too many to be steps of a clock. */
function findParts(pair: PairBounds, span: Span, origin: number): readonly Part[] | null {
  const slice = (span.last - span.first) / SLICES;
  // Of a clock that stood still no stretch of time can be told from another.
  if (slice === 0) return null;
  const parts: Part[] = [];
  let from = span.first - 1;
  let torn = 0;
  while (from < span.last) {
    let [low, high] = [0, Math.ceil((span.last - from) / slice) + 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const fit = fitLine(pair.bounds(from, from + middle * slice), origin);
      if (fit === null || fit.conflict <= TOLERANCE_NANOS) low = middle;
      else high = middle - 1;
    }
    if (low < 2) {
      // A slice that the step itself lies in contradicts itself: it says nothing.
      if (++torn > MAX_STEPS) return null;
      from += slice;
      continue;
    }
    const to = from + low * slice;
    const line = fitLine(pair.bounds(from, to), origin);
    if (line !== null) parts.push({ from, to, line });
    from = to;
    if (parts.length > MAX_STEPS + 1) return null;
  }
  return parts.length < 2 ? null : parts;
}

/** Where two lines may meet, the drift changed; where they can't, the clock was set. */
function inParts(pair: PairBounds, parts: readonly Part[], origin: number): PairFit {
  const pieces = [pieceOf(parts[0].line, -Infinity, -Infinity)];
  /** Where the clock was set: bounds say nothing across that. */
  const set = [-Infinity];
  for (let i = 1; i < parts.length; i++) {
    const [before, after] = [parts[i - 1], parts[i]];
    const jump = valueAt(after.line, origin, after.from) - valueAt(before.line, origin, after.from);
    // In the midst of the time that no bound tells of, but for what a clock that was set forward left out.
    const [earlier, later] = [lastOf(pair, before), firstOf(pair, after)];
    const [earlierOnB, laterOnB] = [earlier + valueAt(before.line, origin, earlier), later + valueAt(after.line, origin, later)];
    const onA = Math.max(earlier, (earlier + later + Math.min(0, jump)) / 2);
    const onB = Math.max(earlierOnB, (earlierOnB + laterOnB - Math.max(0, jump)) / 2);
    const room = roomAt(pair, before, after.from) + roomAt(pair, after, after.from);
    if (Math.abs(jump) > room) {
      pieces.push(pieceOf(after.line, onA, onB));
      set.push(onA);
      continue;
    }
    const meeting = after.from - jump / (after.line.skew - before.line.skew);
    const isThere = meeting > pieces[pieces.length - 1].from && meeting > before.from && meeting < after.to;
    const from = isThere ? meeting : onA;
    pieces.push(pieceOf(after.line, from, isThere ? from + valueAt(after.line, origin, from) : onB));
  }
  const line = { origin, pieces };
  const runs = set.map((from, i) => ({ from, bounds: pair.bounds(from, set[i + 1] ?? Infinity) }));
  const runAt = (time: number) => runs.findLast((run) => time > run.from) ?? runs[0];
  return { line, violations: 0, doubtAt: (time) => doubtOf(runAt(time).bounds, line, time) };
}

const lastOf = (pair: PairBounds, { from, to }: Part): number => {
  const { upperTime, lowerTime } = pair.bounds(from, to);
  return Math.max(...upperTime, ...lowerTime);
};
const firstOf = (pair: PairBounds, { from, to }: Part): number => {
  const { upperTime, lowerTime } = pair.bounds(from, to);
  return Math.min(...upperTime, ...lowerTime);
};

/** How far off a part's line may be at a moment. */
const roomAt = (pair: PairBounds, { from, to }: Part, time: number): number =>
  fitLine(pair.bounds(from, to), time)?.uncertainty ?? Infinity;

/** A bound holds at its own time, and at another for as much less as clocks drift until then. */
function doubtOf({ upper, upperTime, lower, lowerTime }: Bounds, line: PairLine, time: number): number {
  let [high, low] = [Infinity, -Infinity];
  for (let i = 0; i < upper.length; i++) high = Math.min(high, upper[i] + MAX_SKEW * Math.abs(upperTime[i] - time));
  for (let i = 0; i < lower.length; i++) low = Math.max(low, lower[i] - MAX_SKEW * Math.abs(lowerTime[i] - time));
  const is = offsetAt(line, time);
  return Math.max(high - is, is - low, 0) + Math.max(0, low - high);
}

function countViolations(bounds: Bounds, line: Line, origin: number): number {
  let n = 0;
  bounds.upper.forEach((u, i) => {
    if (u < valueAt(line, origin, bounds.upperTime[i]) - line.uncertainty) n++;
  });
  bounds.lower.forEach((l, i) => {
    if (l > valueAt(line, origin, bounds.lowerTime[i]) + line.uncertainty) n++;
  });
  return n;
}
