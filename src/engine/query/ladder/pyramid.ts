// Counts over time at any zoom: 64 journeys a block at the bottom, four blocks a block above, so that what is read depends on pixels.
import type { Analysis } from '../../model/analysis.ts';
import { J_LEAKED, J_RETRANSMISSION } from '../../model/correlation.ts';
import type { LadderDensity } from '../../model/ladder.ts';
import { RST } from '../../model/packetTable.ts';
import { type Nanos, nanos } from '../../model/units.ts';
import type { Order } from './order.ts';

const BLOCK = 64;
const FAN_OUT = 4;

/** `size` journeys a block; the last block of a level may be short. */
interface Level {
  readonly size: number;
  readonly length: number;
  /** First journey's time. */
  readonly time: Float64Array;
  readonly originalBytes: Float64Array;
  readonly replyBytes: Float64Array;
  readonly retransmissions: Uint32Array;
  readonly leaks: Uint32Array;
  readonly resets: Uint32Array;
}

export interface Pyramid {
  readonly length: number;
  readonly levels: readonly Level[];
}

const level = (size: number, length: number): Level => ({
  size,
  length,
  time: new Float64Array(length),
  originalBytes: new Float64Array(length),
  replyBytes: new Float64Array(length),
  retransmissions: new Uint32Array(length),
  leaks: new Uint32Array(length),
  resets: new Uint32Array(length),
});

export function buildPyramid(analysis: Analysis, order: Order): Pyramid {
  const { journeys } = analysis.correlation;
  const levels: Level[] = [];
  const bottom = level(BLOCK, Math.ceil(order.length / BLOCK));
  for (let i = 0; i < order.length; i++) {
    const j = order.journey(i);
    const b = (i / BLOCK) | 0;
    if (i % BLOCK === 0) bottom.time[b] = journeys.firstTime[j];
    if (journeys.direction[j] === 0) bottom.originalBytes[b] += journeys.payloadLength[j];
    else bottom.replyBytes[b] += journeys.payloadLength[j];
    if (journeys.flags[j] & J_RETRANSMISSION) bottom.retransmissions[b]++;
    if (journeys.flags[j] & J_LEAKED) bottom.leaks[b]++;
    if (journeys.tcpFlags[j] & RST) bottom.resets[b]++;
  }
  levels.push(bottom);
  for (let below = bottom; below.length > FAN_OUT; ) {
    const up = level(below.size * FAN_OUT, Math.ceil(below.length / FAN_OUT));
    for (let b = 0; b < below.length; b++) {
      const u = (b / FAN_OUT) | 0;
      if (b % FAN_OUT === 0) up.time[u] = below.time[b];
      up.originalBytes[u] += below.originalBytes[b];
      up.replyBytes[u] += below.replyBytes[b];
      up.retransmissions[u] += below.retransmissions[b];
      up.leaks[u] += below.leaks[b];
      up.resets[u] += below.resets[b];
    }
    levels.push(up);
    below = up;
  }
  return { length: order.length, levels };
}

/** Blocks a column may hold at most: more are read from a higher level. */
const BLOCKS_PER_COLUMN = 8;

/** @param bins columns of equal time between `from` and `to` */
export function densityOf(pyramid: Pyramid, analysis: Analysis, order: Order, from: Nanos, to: Nanos, bins: number): LadderDensity {
  const out = {
    from,
    to,
    length: bins,
    packets: new Uint32Array(bins),
    originalBytes: new Float64Array(bins),
    replyBytes: new Float64Array(bins),
    retransmissions: new Uint32Array(bins),
    leaks: new Uint32Array(bins),
    resets: new Uint32Array(bins),
  };
  const [first, last] = [order.at(from), order.at(nanos(to + 1))];
  const count = last - first;
  const width = Math.max(1, to - from) / Math.max(1, bins);
  const binAt = (time: number): number => Math.min(bins - 1, Math.max(0, Math.floor((time - from) / width)));
  const use =
    [...pyramid.levels].reverse().find((l) => count / l.size >= bins * 2) ??
    (count > bins * BLOCK * BLOCKS_PER_COLUMN ? pyramid.levels[0] : null);
  const { journeys } = analysis.correlation;
  const single = (i: number): void => {
    const j = order.journey(i);
    const bin = binAt(journeys.firstTime[j]);
    out.packets[bin]++;
    if (journeys.direction[j] === 0) out.originalBytes[bin] += journeys.payloadLength[j];
    else out.replyBytes[bin] += journeys.payloadLength[j];
    if (journeys.flags[j] & J_RETRANSMISSION) out.retransmissions[bin]++;
    if (journeys.flags[j] & J_LEAKED) out.leaks[bin]++;
    if (journeys.tcpFlags[j] & RST) out.resets[bin]++;
  };
  const firstBlock = use ? Math.ceil(first / use.size) : 0;
  const lastBlock = use ? Math.floor(last / use.size) : 0;
  if (!use || lastBlock <= firstBlock) {
    for (let i = first; i < last; i++) single(i);
    return out;
  }
  for (let i = first; i < firstBlock * use.size; i++) single(i);
  for (let b = firstBlock; b < lastBlock; b++) {
    const bin = binAt(use.time[b]);
    out.packets[bin] += use.size;
    out.originalBytes[bin] += use.originalBytes[b];
    out.replyBytes[bin] += use.replyBytes[b];
    out.retransmissions[bin] += use.retransmissions[b];
    out.leaks[bin] += use.leaks[b];
    out.resets[bin] += use.resets[b];
  }
  for (let i = lastBlock * use.size; i < last; i++) single(i);
  return out;
}
