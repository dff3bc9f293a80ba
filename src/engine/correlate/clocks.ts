// How the capture points' clocks relate: every packet seen at two of them bounds the offset from the side it came from.
// Over 400 lines because gathering bounds, steps and the network of points share one set of columns; the fit itself is in clockFit.ts.
import { EVENTFUL } from '../model/connection.ts';
import type { Clock, CorrelationHints, Workspace } from '../model/correlation.ts';
import { ACK, HAS_TS, type PacketTable, RST, SYN } from '../model/packetTable.ts';
import { nanos, tapId } from '../model/units.ts';
import { type Bounds, fitLine, type Line } from './clockFit.ts';
import { type ClockLine, plotBounds, tooEarly, toReference } from './clockLine.ts';
import type { PathDraft, Stop } from './drafts.ts';
import { G_RANGE, G_REPLY, type Groups } from './groups.ts';
import { type LegIndex, rowCountOfLeg } from './legs.ts';
import { PairBounds, SLICES } from './pairBounds.ts';
import type { Point } from './points.ts';
import { flowAt, sideAt } from './wholePaths.ts';

/** A contradiction smaller than this is the resolution of timestamps, not a step of the clock. */
const TOLERANCE_NANOS = 20_000;
const MAX_STEPS = 16;
/** Of so many packets that two capture points saw alike, those that bound the clocks most tightly are as tight as those of more. */
const ENOUGH_PACKETS = 2 ** 15;
/** Where less than so many of a direction would be looked at, its first and last packet do, whose times are known. */
const FEW = 32;

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
export const tapBase = (workspace: Workspace, tap: number): number => Number(workspace.taps[tap].packets.epoch - workspace.epoch);

export function inferClocks(
  workspace: Workspace,
  legs: LegIndex,
  drafts: readonly PathDraft[],
  groups: Groups,
  hints: CorrelationHints,
): Clocks {
  const captured = workspace.flows.map((f) => f.captured);
  const spans = captured.map((own, tap) => spanFrom(own, tapBase(workspace, tap)));
  const pairs = collectBounds(workspace, legs, drafts, groups, spans, isUnmistakable);
  // Connections that were refused exchange a SYN and a RST: where nothing better came back, the answer to a SYN has to do.
  if ([...pairs.values()].some((p) => roughOffset(p.bounds()) === null)) {
    for (const [key, pair] of collectBounds(workspace, legs, drafts, groups, spans, isRefusalOrBetter))
      if (roughOffset((pairs.get(key) ?? pair).bounds()) === null) pairs.set(key, pair);
  }
  const inferred = chain(workspace, pairs, spans, new Map());
  // An offset that was set by hand: drift and steps stay as the packets say.
  const pins = new Map<number, ClockLine>();
  hints.pinnedOffsets?.forEach((offset, tap) => {
    const own = inferred[tap];
    if (own !== undefined && tap !== tapId(0)) pins.set(tap, { ...own.line, offset });
  });
  const lines = pins.size > 0 ? chain(workspace, pairs, spans, pins) : inferred;
  const related = relatedTaps(workspace.taps.length, pairs, pins);
  const bases = workspace.taps.map((_, tap) => tapBase(workspace, tap));
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
      offset: nanos(line.offset),
      uncertainty: nanos(uncertainty),
      pinned,
      inferred: { offset: nanos(inferred[tap].line.offset), uncertainty: nanos(inferred[tap].uncertainty) },
      skewPpm: line.skew * 1e6,
      steps: line.steps.map((s) => ({
        row: firstAfter(workspace.taps[tap].packets, s.time - base),
        time: nanos(s.time - base),
        by: nanos(s.by),
      })),
      violations: pinned ? tooEarly(bounds, line, base) : violations,
      matched,
      bounds,
    };
  });
  const shiftOf = lines.map(({ line }, tap) => (line.skew === 0 && line.steps.length === 0 ? tapBase(workspace, tap) - line.offset : null));
  return { clocks, timeOf, referenceOf, shiftOf, captured };
}

/** The first row later than that; as many as there are rows where none is. */
function firstAfter({ time, length }: PacketTable, own: number): number {
  let row = 0;
  while (row < length && time[row] <= own) row++;
  return row;
}

interface Span {
  readonly first: number;
  readonly last: number;
}

/** A tap without packets is where its clock starts. */
const spanFrom = ({ first, last }: Span, base: number): Span =>
  first === Infinity ? { first: base, last: base } : { first: base + first, last: base + last };

function collectBounds(
  workspace: Workspace,
  legs: LegIndex,
  drafts: readonly PathDraft[],
  groups: Groups,
  spans: readonly Span[],
  speaks: (workspace: Workspace, tap: number, row: number, far?: number, farRow?: number) => boolean,
): Map<number, PairBounds> {
  const pairs = new Map<number, PairBounds>();
  const taps = workspace.taps.length;
  const bases = Float64Array.from(workspace.taps, (_, tap) => tapBase(workspace, tap));
  const stride = strideOf(legs, drafts, groups);
  let [lookedAt, delta] = [0, 0];
  const scratch = [new Uint32Array(1024), new Uint32Array(1024)];
  for (let path = 0; path < drafts.length; path++) {
    const { stops } = drafts[path];
    if (groups.pending[path] === 0 && stops.length > 1) boundPath(path);
    else for (let k = 1; k < stops.length; k++) boundWhole(stops[k - 1], stops[k]);
  }
  return pairs;

  /** Packet i of a direction at one stop is packet i of it at the next; every `stride`th of them is looked at, of few the first and last. */
  function boundWhole(near: Stop, far: Stop): void {
    const from = legs.points[near.point];
    const to = legs.points[far.point];
    if (from.tap === to.tap) return;
    const isNearA = from.tap < to.tap;
    const pair = pairOf(Math.min(from.tap, to.tap), Math.max(from.tap, to.tap));
    const flow = flowAt(legs, near);
    const other = flowAt(legs, far);
    for (let direction = 0; direction < 2; direction++) {
      const i = sideAt(legs, near, direction);
      const k = sideAt(legs, far, direction);
      const sent = flow.sent[i];
      const aFirst = isNearA === (direction === 0);
      pair.matched += sent;
      if (stride > 1 && sent > 1 && sent < FEW * stride && ((flow.flags[i >> 1] | other.flags[k >> 1]) & EVENTFUL) === 0) {
        if (look(pair, from.tap, to.tap, flow.firstSent[i], other.firstSent[k], aFirst))
          take(pair, from, firstOf(from, i), to, firstOf(to, k), aFirst);
        if (look(pair, from.tap, to.tap, flow.lastSent[i], other.lastSent[k], aFirst))
          take(pair, from, lastOf(from, i), to, lastOf(to, k), aFirst);
        continue;
      }
      const nearPlaces = places(from, i, sent, 0);
      const farPlaces = places(to, k, sent, 1);
      for (let n = 0; n < sent; n += stride) {
        const place = nearPlaces[n];
        if (look(pair, from.tap, to.tap, from.packets.time[from.rows[place]], to.packets.time[to.rows[farPlaces[n]]], aFirst))
          take(pair, from, place, to, farPlaces[n], aFirst);
      }
    }
  }

  /** Would a packet that two taps saw at these moments of their own bound the offset more tightly? */
  function look(pair: PairBounds, near: number, far: number, nearOwn: number, farOwn: number, aFirst: boolean): boolean {
    const nearTime = bases[near] + nearOwn;
    const farTime = bases[far] + farOwn;
    lookedAt = near < far ? nearTime : farTime;
    delta = near < far ? farTime - nearTime : nearTime - farTime;
    return pair.tightens(lookedAt, delta, aFirst);
  }

  function take(pair: PairBounds, near: Point, place: number, far: Point, farPlace: number, aFirst: boolean): void {
    if (!speaks(workspace, near.tap, near.rows[place])) return;
    pair.add(lookedAt, delta, aFirst, near.tap < far.tap ? near.rows[place] : far.rows[farPlace]);
  }

  /** A hot loop over the sights of a path. */
  function boundPath(path: number): void {
    const { stops } = drafts[path];
    const n = stops.length;
    const tapOf = Uint8Array.from(stops, (s) => legs.points[s.point].tap);
    const { sight, time, flags } = groups;
    const end = groups.pathStart[path + 1];
    let pair: PairBounds | null = null;
    let at = groups.sightStart[path];
    for (let g = groups.pathStart[path]; g < end; g++, at += n) {
      if ((flags[g] & G_RANGE) !== 0) continue;
      let last = -1;
      for (let k = 0; k < n; k++) {
        if (sight[at + k] === 0) continue;
        if (last >= 0 && tapOf[last] !== tapOf[k]) {
          const near = tapOf[last];
          const far = tapOf[k];
          const isNearA = near < far;
          if (!pair?.joins(near, far)) pair = pairOf(Math.min(near, far), Math.max(near, far));
          pair.matched++;
          const nearTime = bases[near] + time[at + last];
          const farTime = bases[far] + time[at + k];
          const ownTime = isNearA ? nearTime : farTime;
          const delta = isNearA ? farTime - nearTime : nearTime - farTime;
          // Only what would tighten a bound is looked at more closely.
          const aFirst = isNearA === ((flags[g] & G_REPLY) === 0);
          if (pair.tightens(ownTime, delta, aFirst) && speaks(workspace, near, sight[at + last] - 1, far, sight[at + k] - 1))
            pair.add(ownTime, delta, aFirst, sight[at + (isNearA ? last : k)] - 1);
        }
        last = k;
      }
    }
  }

  /** Places in `rows` of a side's packets. */
  function places({ rowStart, direction }: Point, side: number, sent: number, which: 0 | 1): Uint32Array {
    if (scratch[which].length <= sent) scratch[which] = new Uint32Array(2 * sent);
    const to = scratch[which];
    const end = rowStart[(side >> 1) + 1];
    for (let i = rowStart[side >> 1], n = 0; i < end; i++) {
      to[n] = i;
      n += direction[i] === (side & 1) ? 1 : 0;
    }
    return to;
  }

  function pairOf(a: number, b: number): PairBounds {
    let pair = pairs.get(a * taps + b);
    if (pair === undefined) {
      pair = new PairBounds(a, b, spans[a].first, spans[a].last);
      pairs.set(a * taps + b, pair);
    }
    return pair;
  }
}

/** Places in `rows` of the first and the last packet of a side. */
const firstOf = ({ rowStart, direction }: Point, side: number): number => direction.indexOf(side & 1, rowStart[side >> 1]);
const lastOf = ({ rowStart, direction }: Point, side: number): number => direction.lastIndexOf(side & 1, rowStart[(side >> 1) + 1] - 1);

/** Every how manieth packet of whole paths is looked at. */
function strideOf(legs: LegIndex, drafts: readonly PathDraft[], groups: Groups): number {
  let packets = 0;
  for (let path = 0; path < drafts.length; path++) {
    if (groups.pending[path] === 1) packets += rowCountOfLeg(legs, drafts[path].stops[0].main[0].leg);
  }
  return Math.max(1, Math.ceil(packets / ENOUGH_PACKETS));
}

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
  const still = (tap: number): ClockLine => ({ offset: 0, skew: 0, origin: spans[tap].first, steps: [] });
  const lines: TapLine[] = workspace.taps.map((_, tap) => ({
    line: pins.get(tap) ?? still(tap),
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
  const fits = new Map<PairBounds, { line: Line; steps: { time: number; by: number }[]; origin: number; violations: number } | null>();
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
      const uncertainty = lines[known].uncertainty + fit.line.uncertainty + Math.max(ticks[pair.a], ticks[pair.b]);
      if (best !== null && best.next.uncertainty <= uncertainty) continue;
      const line = compose(lines[known].line, fit, known === pair.a, spans[fresh]);
      best = { tap: fresh, next: { line, uncertainty, matched: pair.matched, violations: fit.violations, via: pair } };
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

/** One line, or several where the clock stepped: then the first holds and each step says what was added. */
function fitPair(pair: PairBounds, spans: readonly Span[]) {
  const all = pair.bounds();
  const delta = roughOffset(all);
  if (delta === null) return null;
  const own = spans[pair.b].first - delta;
  const origin = Math.max(spans[pair.a].first, Math.min(spans[pair.a].last, own));
  const whole = fitLine(all, origin);
  if (whole === null) return null;
  if (whole.conflict <= TOLERANCE_NANOS) return { line: whole, steps: [], origin, violations: 0 };
  const steps = findSteps(pair, spans[pair.a], origin);
  if (steps !== null) return { line: steps.first, steps: steps.steps, origin, violations: 0 };
  return { line: whole, steps: [], origin, violations: countViolations(all, whole, origin) };
}

function roughOffset(bounds: Bounds): number | null {
  if (bounds.upper.length === 0 || bounds.lower.length === 0) return null;
  return (Math.min(...bounds.upper) + Math.max(...bounds.lower)) / 2;
}

/** Longest prefixes that a line fits, one after the other; null where there are too many to be steps of a clock. */
function findSteps(pair: PairBounds, span: Span, origin: number) {
  const slice = (span.last - span.first) / SLICES;
  const steps: { time: number; by: number }[] = [];
  let from = span.first - 1;
  let torn = 0;
  let first: Line | null = null;
  let previous: Line | null = null;
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
    const line = fitLine(pair.bounds(from, from + low * slice), origin);
    if (line !== null) {
      if (previous === null) first = line;
      else steps.push({ time: from, by: line.offset - previous.offset });
      previous = line;
    }
    from += low * slice;
    if (steps.length > MAX_STEPS) return null;
  }
  return first === null || steps.length === 0 ? null : { first, steps };
}

function countViolations(bounds: Bounds, line: Line, origin: number): number {
  let n = 0;
  const at = (t: number): number => line.offset + line.skew * (t - origin);
  bounds.upper.forEach((u, i) => {
    if (u < at(bounds.upperTime[i]) - line.uncertainty) n++;
  });
  bounds.lower.forEach((l, i) => {
    if (l > at(bounds.lowerTime[i]) + line.uncertainty) n++;
  });
  return n;
}

/** Line of a tap against the reference from its neighbour's and the pair's. Steps are taken over as they are. */
function compose(
  known: ClockLine,
  fit: { line: Line; steps: readonly { time: number; by: number }[]; origin: number },
  knownIsA: boolean,
  span: Span,
): ClockLine {
  const { line } = fit;
  // Two moments on a's clock, seen on b's.
  const bAt = (a: number): number => a + line.offset + line.skew * (a - fit.origin);
  const aAt = (b: number): number => fit.origin + (b - fit.origin - line.offset) / (1 + line.skew);
  const neighbour = (own: number): number => (knownIsA ? aAt(own) : bAt(own));
  const reference = (own: number): number => toReference({ ...known, steps: [] }, neighbour(own));
  const start = span.first;
  const far = start + 1e12;
  const offset = start - reference(start);
  const skew = (far - reference(far) - offset) / 1e12;
  const own = (time: number): number => (knownIsA ? bAt(time) : time);
  const sign = knownIsA ? 1 : -1;
  const mine = fit.steps.map((s) => ({ time: knownIsA ? own(s.time) : bAt(s.time), by: sign * s.by }));
  const inherited = known.steps.map((s) => ({ time: knownIsA ? bAt(s.time) : aAt(s.time), by: s.by }));
  return { offset, skew, origin: start, steps: [...mine, ...inherited].sort((a, b) => a.time - b.time) };
}
