// Decisive packets as rows, everything between them folded, long quiet times told as silences. One pass over the ladder's journeys.
import type { Analysis } from '../../model/analysis.ts';
import { J_RETRANSMISSION } from '../../model/correlation.ts';
import type { LadderFold, LadderProfile, LadderReason, LadderRow } from '../../model/ladder.ts';
import { type JourneyId, type Nanos, nanos, type PathId } from '../../model/units.ts';
import type { Order } from './order.ts';
import type { PacketMaker } from './packets.ts';
import { type Predictions, WouldCounter } from './predictions.ts';
import { type StreamEnds, streamEnds, TotalsBuilder } from './totals.ts';

/** Runs up to this long are shown as they are. */
const SHORT_RUN = 2;
const MAX_ROWS_FOR_SHORT_RUNS = 44;
const MAX_SILENCES = 6;
/** Quiet for less is no silence to anybody, nor is a small part of the whole. */
const SILENCE_AT_LEAST: Nanos = nanos(100e6);
const SILENCE_SHARE = 0.04;
const SLICES = 32;

interface Run {
  readonly from: number;
  readonly to: number;
  readonly totals: TotalsBuilder;
  readonly would: WouldCounter;
  readonly longestPause: number;
}

type Draft =
  | { readonly kind: 'packet'; readonly ordinal: number; readonly reason: LadderReason }
  | { readonly kind: 'run'; readonly run: Run }
  | LadderRow;

export interface RowsInput {
  readonly analysis: Analysis;
  readonly paths: readonly PathId[];
  readonly order: Order;
  readonly reasons: ReadonlyMap<JourneyId, LadderReason>;
  readonly maker: PacketMaker;
  readonly predictions: Predictions | null;
}

export function rowsOf(input: RowsInput): LadderRow[] {
  const { analysis, paths, order, reasons, predictions } = input;
  const { journeys } = analysis.correlation;
  const ends = streamEnds(paths.length);
  const pathIndex = new Map(paths.map((p, i) => [p as number, i]));
  const arrivals = lateArrivals(input);
  const silences = longestSilences(input, arrivals);
  const drafts: Draft[] = [];
  const opened = new Set<number>();
  let run = newRun(0);
  let pause = 0;
  let nextArrival = 0;
  let isForetold = true;

  function newRun(from: number): { from: number; totals: TotalsBuilder; would: WouldCounter } {
    return { from, totals: new TotalsBuilder(analysis, paths.length), would: new WouldCounter() };
  }
  function close(at: number): void {
    if (run.totals.count > 0) drafts.push({ kind: 'run', run: { ...run, to: at, longestPause: pause } });
    run = newRun(at);
    pause = 0;
  }

  let before = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < order.length; i++) {
    const j = order.journey(i);
    const time = journeys.firstTime[j];
    while (nextArrival < arrivals.length && arrivals[nextArrival] <= time) {
      close(i);
      nextArrival++;
    }
    const silence = silences.get(i);
    if (silence) {
      close(i);
      for (const s of silence) drafts.push({ kind: 'silence', from: s.from, to: s.to });
    }
    const path = pathIndex.get(journeys.path[j]) ?? 0;
    if (paths.length > 1 && !opened.has(path)) {
      opened.add(path);
      if (path > 0) {
        close(i);
        drafts.push({ kind: 'opening', path, from: nanos(time) });
      }
    }
    const kind = predictions?.kindOf(j) ?? 'same';
    // Where the unknown begins a band ends, so that it is seen to begin there.
    if (kind === 'unknown' && isForetold) {
      isForetold = false;
      close(i);
    }
    const reason = reasons.get(j);
    if (reason) {
      close(i);
      // Its octets count for what was acknowledged, though it is in no run.
      new TotalsBuilder(analysis, paths.length).add(j, path, ends);
      drafts.push({ kind: 'packet', ordinal: i, reason });
      run = newRun(i + 1);
    } else {
      if (run.totals.count > 0) pause = Math.max(pause, time - before);
      run.totals.add(j, path, ends);
      run.would.add(kind);
    }
    before = time;
  }
  close(order.length);
  return finish(drafts, input, ends);
}

function finish(drafts: readonly Draft[], input: RowsInput, ends: StreamEnds): LadderRow[] {
  let room = MAX_ROWS_FOR_SHORT_RUNS - drafts.length;
  return drafts.flatMap((d): LadderRow[] => {
    if (d.kind === 'packet' && !('sightings' in d)) return [input.maker.packet(d.ordinal, d.reason)];
    if (d.kind !== 'run') return [d as LadderRow];
    const { run } = d;
    const count = run.to - run.from;
    if (count <= SHORT_RUN && room >= count) {
      room -= count - 1;
      return Array.from({ length: count }, (_, i) => input.maker.packet(run.from + i, 'context'));
    }
    return [foldOf(run, input, ends)];
  });
}

function foldOf(run: Run, { analysis, order, predictions }: RowsInput, ends: StreamEnds): LadderFold {
  const { journeys } = analysis.correlation;
  const [from, to] = [journeys.firstTime[order.journey(run.from)], journeys.firstTime[order.journey(run.to - 1)]];
  return {
    kind: 'fold',
    first: run.from,
    count: run.to - run.from,
    from: nanos(from),
    to: nanos(to),
    totals: run.totals.done(ends),
    longestPause: nanos(run.longestPause),
    profile: profileOf(analysis, order, run, from, to),
    ...(predictions ? { would: run.would.counts() } : {}),
  };
}

function profileOf(analysis: Analysis, order: Order, run: Run, from: number, to: number): LadderProfile {
  const { journeys } = analysis.correlation;
  const n = Math.min(SLICES, run.to - run.from);
  const [original, reply] = [new Float32Array(n), new Float32Array(n)];
  const retransmissions = new Uint32Array(n);
  const width = Math.max(1, to - from) / n;
  for (let i = run.from; i < run.to; i++) {
    const j = order.journey(i);
    const at = Math.min(n - 1, Math.max(0, Math.floor((journeys.firstTime[j] - from) / width)));
    // A bare ACK is one octet of texture: what carries no data is still seen to be there.
    (journeys.direction[j] === 0 ? original : reply)[at] += Math.max(1, journeys.payloadLength[j]);
    if (journeys.flags[j] & J_RETRANSMISSION) retransmissions[at]++;
  }
  return { original, reply, retransmissions };
}

/** When held packets that are told in full moved on: folds end there, so that the arrival stands where it happened. Ascending. */
function lateArrivals({ analysis, reasons }: RowsInput): number[] {
  const { journeys } = analysis.correlation;
  const out: number[] = [];
  for (const j of reasons.keys()) if (journeys.held[j] > 0) out.push(journeys.firstTime[j] + journeys.held[j]);
  return out.sort((a, b) => a - b);
}

/** The longest quiet times by the ordinal they end at; a late arrival inside cuts one in two. */
function longestSilences({ analysis, order }: RowsInput, arrivals: readonly number[]): ReadonlyMap<number, { from: Nanos; to: Nanos }[]> {
  const { journeys } = analysis.correlation;
  const found: { at: number; from: number; to: number }[] = [];
  const span = order.length > 0 ? journeys.firstTime[order.journey(order.length - 1)] - journeys.firstTime[order.journey(0)] : 0;
  let shortest = Math.max(SILENCE_AT_LEAST, span * SILENCE_SHARE);
  let before = Number.NaN;
  let next = 0;
  const consider = (at: number, from: number, to: number): void => {
    if (!(to - from >= shortest)) return;
    found.push({ at, from, to });
    if (found.length <= MAX_SILENCES) return;
    found.splice(
      found.reduce((low, s, i) => (s.to - s.from < found[low].to - found[low].from ? i : low), 0),
      1,
    );
    shortest = Math.min(...found.map((s) => s.to - s.from));
  };
  for (let i = 0; i < order.length; i++) {
    const time = journeys.firstTime[order.journey(i)];
    while (next < arrivals.length && arrivals[next] <= time) {
      if (arrivals[next] > before) {
        consider(i, before, arrivals[next]);
        before = arrivals[next];
      }
      next++;
    }
    consider(i, before, time);
    // What is on its way is no silence, unless it was held back: that is told where it moved on.
    before = Math.max(before, journeys.held[order.journey(i)] > 0 ? time : journeys.lastTime[order.journey(i)]) || time;
  }
  const out = new Map<number, { from: Nanos; to: Nanos }[]>();
  for (const s of found.sort((a, b) => a.from - b.from)) {
    const at = out.get(s.at) ?? [];
    at.push({ from: nanos(s.from), to: nanos(s.to) });
    out.set(s.at, at);
  }
  return out;
}
