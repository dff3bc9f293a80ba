// Analysis → ladder: what is told in full, what is folded, and the questions a view asks while somebody moves through it.
import type { Analysis } from '../../model/analysis.ts';
import type {
  Ladder,
  LadderDensity,
  LadderFinding,
  LadderPacket,
  LadderPath,
  LadderSelectionTotals,
  LadderSpan,
  LadderWindow,
} from '../../model/ladder.ts';
import { type JourneyId, type Nanos, nanos, type PacketRef, type PathId } from '../../model/units.ts';
import type { Assumption } from '../../model/whatIf.ts';
import { type Decisive, decisiveOf } from './decisive.ts';
import { lanesOf } from './lanes.ts';
import { linksOf } from './links.ts';
import { journeysOf, type Order, orderOf, packetKey } from './order.ts';
import { type PacketMaker, packetMaker } from './packets.ts';
import { ladderPaths } from './paths.ts';
import { predictionsOf } from './predictions.ts';
import { buildPyramid, densityOf, type Pyramid } from './pyramid.ts';
import { rowsOf } from './rows.ts';
import { statesOf } from './states.ts';
import { TotalsBuilder } from './totals.ts';

/** A ladder and what answers questions about it. Lives where the analysis lives. */
export interface LadderSource {
  readonly ladder: Ladder;
  /** Packets of an open fold by ordinal; at most `MAX_WINDOW`. */
  readonly window: (first: number, count: number) => LadderWindow;
  /** Packets that start between two times, if they are not more than `most`. */
  readonly span: (from: Nanos, to: Nanos, most: number) => LadderSpan;
  readonly density: (from: Nanos, to: Nanos, bins: number) => LadderDensity;
  /** Ordinal of a packet, and when it was first seen; null when it is no part of this ladder. */
  readonly find: (packet: PacketRef) => { readonly ordinal: number; readonly journey: JourneyId; readonly time: Nanos } | null;
  readonly totals: (from: Nanos, to: Nanos) => LadderSelectionTotals;
}

export const MAX_WINDOW = 512;
export const MAX_BINS = 4096;

/** @param path null: the main finding's; @param assumption also say what would have been under it */
export function buildLadder(analysis: Analysis, path: PathId | null, assumption: Assumption | null = null): LadderSource | null {
  const paths = ladderPaths(analysis, path);
  if (paths.length === 0) return null;
  const order = orderOf(analysis.correlation.journeys, paths);
  const lanes = lanesOf(analysis, paths);
  const predictions = assumption && predictionsOf(analysis, paths, assumption);
  const decisive = decisiveOf(analysis, paths, predictions);
  const maker = packetMaker(analysis, paths, lanes, order, decisive.known, predictions);
  const rows = rowsOf({ analysis, paths, order, reasons: decisive.reasons, maker, predictions });
  const packets = rows.filter((r): r is LadderPacket => r.kind === 'packet');
  const times = paths.map((p) => analysis.correlation.paths[p]);
  const ladder: Ladder = {
    epoch: analysis.workspace.epoch,
    firstTime: nanos(Math.min(...times.map((p) => p.firstTime))),
    lastTime: nanos(Math.max(...times.map((p) => p.lastTime))),
    lanes: lanes.lanes,
    folded: lanes.folded,
    paths: paths.map((p) => pathOf(analysis, p)),
    rows,
    links: linksOf(packets, decisive),
    findings: findingsOf(analysis, decisive),
    journeys: order.length,
    ...(lanes.nat >= 0 ? { states: statesOf(analysis, paths) } : {}),
    ...(predictions ? { assumed: predictions.assumed } : {}),
  };
  return { ladder, ...questions(analysis, paths, order, maker) };
}

function questions(analysis: Analysis, paths: readonly PathId[], order: Order, maker: PacketMaker): Omit<LadderSource, 'ladder'> {
  let pyramid: Pyramid | null = null;
  const { journeys } = analysis.correlation;
  const window = (first: number, count: number): LadderWindow => {
    const from = Math.max(0, Math.min(first, order.length));
    const n = Math.max(0, Math.min(count, MAX_WINDOW, order.length - from));
    return { first: from, packets: Array.from({ length: n }, (_, i) => maker.packet(from + i, 'ordinary')) };
  };
  return {
    window,
    span: (from, to, most) => {
      const first = order.at(from);
      const count = Math.max(0, order.at(nanos(to + 1)) - first);
      return { ...window(first, count <= Math.min(most, MAX_WINDOW) ? count : 0), count };
    },
    density: (from, to, bins) => {
      pyramid ??= buildPyramid(analysis, order);
      return densityOf(pyramid, analysis, order, from, to, Math.max(1, Math.min(MAX_BINS, bins)));
    },
    find: (packet) => {
      const journey = journeysOf(analysis, paths, [packet]).get(packetKey(packet));
      return journey === undefined ? null : { journey, ordinal: order.ordinal(journey), time: nanos(journeys.firstTime[journey]) };
    },
    totals: (from, to) => {
      const totals = new TotalsBuilder(analysis, paths.length);
      const index = new Map(paths.map((p, i) => [p as number, i]));
      const last = order.at(nanos(to + 1));
      for (let i = order.at(from); i < last; i++) {
        const j = order.journey(i);
        totals.add(j, index.get(journeys.path[j]) ?? 0, null);
      }
      return { from, to, totals: totals.done(null) };
    },
  };
}

function pathOf(analysis: Analysis, id: PathId): LadderPath {
  const { correlation } = analysis;
  const path = correlation.paths[id];
  const { journeys } = correlation;
  const [from, to] = [journeys.pathStart[id], journeys.pathEnd[id]];
  const lowest = (direction: number): number => {
    for (let j = from; j < to; j++) if (journeys.direction[j] === direction) return journeys.seq[j];
    return 0;
  };
  return {
    path: id,
    client: path.client,
    service: path.service,
    server: path.server,
    isn: [path.isn[0] ?? lowest(0), path.isn[1] ?? lowest(1)],
    firstTime: path.firstTime,
    lastTime: path.lastTime,
    journeys: to - from,
  };
}

function findingsOf(analysis: Analysis, decisive: Decisive): LadderFinding[] {
  const { journeys } = analysis.correlation;
  return [...decisive.findings].map(([finding, all]) => ({
    finding,
    from: nanos(Math.min(...all.map((j) => journeys.firstTime[j]))),
    to: nanos(Math.max(...all.map((j) => journeys.lastTime[j]))),
    journeys: all,
  }));
}
