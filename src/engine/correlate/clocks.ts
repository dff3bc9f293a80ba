// How the capture points' clocks relate: every packet seen at two of them bounds the offset from the side it came from.
import type { Clock, CorrelationHints, Workspace } from '../model/correlation.ts';
import { ACK, HAS_TS, type PacketTable, RST, SYN } from '../model/packetTable.ts';
import { nanos, tapId } from '../model/units.ts';
import { type ClockLine, compose, plotBounds, shifted, straight, tooEarly, toReference, valueAt } from './clockLine.ts';
import type { PathDraft } from './drafts.ts';
import type { Groups } from './groups.ts';
import type { LegIndex } from './legs.ts';
import { collectBounds } from './packetBounds.ts';
import type { PairBounds } from './pairBounds.ts';
import { fitPair, type PairFit, roughOffset, type Span } from './pairFit.ts';

export interface Clocks {
  readonly clocks: readonly Clock[];
  /** Reference-clock time of a row: Nanos since the workspace epoch. */
  readonly timeOf: (tap: number, row: number) => number;
  /** The same for a moment on the tap's own clock, Nanos since its epoch. */
  readonly referenceOf: (tap: number, own: number) => number;
  /** What to add to a row's own time for the same, where that is a constant; null where the tap's clock drifts or steps. */
  readonly shiftOf: readonly (number | null)[];
  /** Earliest and latest record of each tap, own clock, Nanos since its epoch; infinite without any. */
  readonly captured: readonly Span[];
}

/** Nanos from the workspace epoch to a tap's own epoch. */
const tapBase = (workspace: Workspace, tap: number): number => Number(workspace.taps[tap].packets.epoch - workspace.epoch);

export function inferClocks(
  workspace: Workspace,
  legs: LegIndex,
  drafts: readonly PathDraft[],
  groups: Groups,
  hints: CorrelationHints,
): Clocks {
  const captured = workspace.flows.map((f) => f.captured);
  const bases = workspace.taps.map((_, tap) => tapBase(workspace, tap));
  const spans = captured.map((own, tap) => spanFrom(own, bases[tap]));
  const context = { workspace, legs, drafts, groups, spans, bases };
  const pairs = collectBounds(context, isUnmistakable);
  // Connections that were refused exchange a SYN and a RST: where nothing better came back, the answer to a SYN has to do.
  if ([...pairs.values()].some((p) => roughOffset(p.bounds()) === null)) {
    for (const [key, pair] of collectBounds(context, isRefusalOrBetter))
      if (roughOffset((pairs.get(key) ?? pair).bounds()) === null) pairs.set(key, pair);
  }
  const inferred = chain(workspace, pairs, spans, new Map());
  // An offset that was set by hand: drift and steps stay as the packets say.
  const pins = new Map<number, ClockLine>();
  hints.pinnedOffsets?.forEach((offset, tap) => {
    const own = inferred[tap];
    if (own !== undefined && tap !== tapId(0)) pins.set(tap, shifted(own.line, offset));
  });
  const lines = pins.size > 0 ? chain(workspace, pairs, spans, pins) : inferred;
  const related = relatedTaps(workspace.taps.length, pairs, pins);
  const timeOf = (tap: number, row: number): number => toReference(lines[tap].line, bases[tap] + workspace.taps[tap].packets.time[row]);
  const referenceOf = (tap: number, own: number): number => toReference(lines[tap].line, bases[tap] + own);
  const clocks = workspace.taps.map((_, tap): Clock => {
    const { line, uncertainty } = lines[tap];
    const pinned = pins.has(tap);
    const { matched, violations, via } = pinned ? inferred[tap] : lines[tap];
    const base = bases[tap];
    const bounds = plotBounds(via, tap, base, lines[via?.a === tap ? via.b : (via?.a ?? 0)].line);
    return {
      reference: tap === 0,
      related: tapId(related[tap]),
      offset: nanos(line.pieces[0].offset),
      uncertainty: nanos(uncertainty),
      pinned,
      inferred: { offset: nanos(inferred[tap].line.pieces[0].offset), uncertainty: nanos(inferred[tap].uncertainty) },
      skewPpm: line.pieces[0].skew * 1e6,
      steps: stepsOf(line, workspace.taps[tap].packets, base),
      violations: pinned ? tooEarly(bounds, line, base) : violations,
      matched,
      bounds,
    };
  });
  const shiftOf = lines.map(({ line: { pieces } }, tap) =>
    pieces.length === 1 && pieces[0].skew === 0 ? bases[tap] - pieces[0].offset : null,
  );
  return { clocks, timeOf, referenceOf, shiftOf, captured };
}

/** Where one piece of a line ends and the next begins. */
const stepsOf = ({ origin, pieces }: ClockLine, packets: PacketTable, base: number): Clock['steps'] =>
  pieces.slice(1).map((piece, i) => ({
    row: firstAfter(packets, piece.from - base),
    time: nanos(piece.from - base),
    by: nanos(valueAt(piece, origin, piece.from) - valueAt(pieces[i], origin, piece.from)),
    driftPpm: (piece.skew - pieces[i].skew) * 1e6,
  }));

/** The first row later than that; as many as there are rows where none is. */
function firstAfter({ time, length }: PacketTable, own: number): number {
  let row = 0;
  while (row < length && time[row] <= own) row++;
  return row;
}

/** A tap without packets is where its clock starts. */
const spanFrom = ({ first, last }: Span, base: number): Span =>
  first === Infinity ? { first: base, last: base } : { first: base + first, last: base + last };

/** Could another packet be taken for this one? Then it says nothing about clocks. An IP ID tells them apart where it is the same at both taps. */
function isUnmistakable(workspace: Workspace, tap: number, row: number, far = tap, farRow = row): boolean {
  const { flags, ipId, payloadLength } = workspace.taps[tap].packets;
  if ((flags[row] & RST) !== 0) return false;
  if ((flags[row] & SYN) !== 0 || (payloadLength[row] > 0 && (flags[row] & HAS_TS) !== 0)) return true;
  return ipId[row] !== 0 && ipId[row] === workspace.taps[far].packets.ipId[farRow];
}

/** A RST that answers a SYN acknowledges that SYN's own number. */
function isRefusalOrBetter(workspace: Workspace, tap: number, row: number, far = tap, farRow = row): boolean {
  const { flags, seq } = workspace.taps[tap].packets;
  return isUnmistakable(workspace, tap, row, far, farRow) || ((flags[row] & (RST | ACK)) === (RST | ACK) && seq[row] === 0);
}

interface TapLine {
  readonly line: ClockLine;
  /** How far at most the truth is from the line at a moment on the own clock. */
  readonly doubtAt: (own: number) => number;
  readonly uncertainty: number;
  readonly matched: number;
  readonly violations: number;
  readonly via: PairBounds | null;
}

/** By tap: the first of those that saw the same packets, directly or through others, or whose offset was set by hand. */
function relatedTaps(taps: number, pairs: ReadonlyMap<number, PairBounds>, pins: ReadonlyMap<number, ClockLine>): number[] {
  const related = Array.from({ length: taps }, (_, tap) => tap);
  const relate = (a: number, b: number): void => {
    const [first, other] = [Math.min(related[a], related[b]), Math.max(related[a], related[b])];
    for (let tap = 0; tap < taps; tap++) if (related[tap] === other) related[tap] = first;
  };
  for (const { a, b } of pairs.values()) relate(a, b);
  for (const tap of pins.keys()) relate(0, tap);
  return related;
}

/**
 * Trees of the surest pairs: from what is known outwards (the reference, and the clocks whose offset was set by hand), and among those that
 * nothing relates to it from the first of them.
 */
function chain(
  workspace: Workspace,
  pairs: Map<number, PairBounds>,
  spans: readonly Span[],
  pins: ReadonlyMap<number, ClockLine>,
): TapLine[] {
  const taps = workspace.taps.length;
  const lines: TapLine[] = workspace.taps.map((_, tap) => ({
    line: pins.get(tap) ?? straight(spans[tap].first),
    doubtAt: () => 0,
    uncertainty: 0,
    matched: 0,
    violations: 0,
    via: null,
  }));
  const ticks = workspace.taps.map(({ packets }) => tickOf(packets));
  const done = new Set<number>(taps > 0 ? [0, ...pins.keys()] : []);
  /** By tap: where its tree starts. */
  const roots = new Map<number, number>();
  let root = 0;
  const fits = new Map<PairBounds, PairFit | null>();
  for (;;) {
    let best: { tap: number; next: TapLine } | null = null;
    for (const pair of pairs.values()) {
      const [known, fresh] = done.has(pair.a) ? [pair.a, pair.b] : [pair.b, pair.a];
      if (!done.has(known) || done.has(fresh)) continue;
      let fit = fits.get(pair);
      if (fit === undefined) {
        fit = fitPair(pair, spans);
        fits.set(pair, fit);
      }
      if (fit === null) continue;
      const next = lineBeyond(lines[known], pair, fit, known === pair.a, spans[fresh].first, Math.max(ticks[pair.a], ticks[pair.b]));
      if (best === null || best.next.uncertainty > next.uncertainty) best = { tap: fresh, next };
    }
    if (best === null) {
      for (const tap of done) if (!roots.has(tap)) roots.set(tap, root);
      root = workspace.taps.findIndex((_, tap) => !done.has(tap));
      if (root < 0) break;
      done.add(root);
      continue;
    }
    lines[best.tap] = best.next;
    done.add(best.tap);
  }
  for (const [tap, from] of roots) if (from !== 0) lines[tap] = { ...lines[tap], uncertainty: Infinity };
  return lines;
}

/** The line of a tap that is compared with one whose line is known. @param tick what their timestamps are cut to */
function lineBeyond(known: TapLine, pair: PairBounds, fit: PairFit, knownIsA: boolean, start: number, tick: number): TapLine {
  const { line, doubtAt, violations } = fit;
  // A moment on the clock that comes second, on a's and on b's.
  const onOther = compose(straight(start), line, knownIsA, start, 0);
  const other = (own: number): number => toReference(onOther, own);
  const doubt = (own: number): number => known.doubtAt(other(own)) + doubtAt(knownIsA ? other(own) : own) + tick;
  const own = compose(known.line, line, knownIsA, start, 2 * pair.slice);
  return { line: own, doubtAt: doubt, uncertainty: doubt(start), matched: pair.matched, violations, via: pair };
}

/** What timestamps are cut to, in nanoseconds: two of them can't tell less than that apart. As many rows as settle it are looked at. */
function tickOf(packets: PacketTable): number {
  const rows = Math.min(packets.length, 4096);
  return [1_000_000_000, 1_000_000, 1000].find((tick) => isMultiple(packets, rows, tick)) ?? 1;
}

function isMultiple({ epoch, time }: PacketTable, rows: number, tick: number): boolean {
  const rest = Number(epoch % BigInt(tick));
  for (let row = 0; row < rows; row++) if ((rest + time[row]) % tick !== 0) return false;
  return rows > 0;
}
