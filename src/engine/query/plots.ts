// Curves of a connection: time–sequence as tcptrace draws it, throughput, octets in flight, round trips. Thinned to pixels here, so
// that a million segments cross to the page as a thousand marks.
import {
  DUPLICATE_ACK,
  FAST_RETRANSMISSION,
  OUT_OF_ORDER,
  RETRANSMISSION,
  SPURIOUS_RETRANSMISSION,
  ZERO_WINDOW,
} from '../model/connection.ts';
import { FIN, findRow, HAS_SACK, RST, SYN } from '../model/packetTable.ts';
import type { PlotAnswer, PlotRequest, PlotSummary, RatePlot, SequencePlot } from '../model/plot.ts';
import * as K from '../model/plot.ts';
import { seqDistance } from '../model/units.ts';
import { type ConnectionRows, connectionRows } from './connectionRows.ts';
import { roundTrips } from './roundTrips.ts';
import { FOUND_LEAK } from './rowIndex.ts';
import type { TapView } from './tapView.ts';

const RETRANSMITTED = RETRANSMISSION | FAST_RETRANSMISSION | SPURIOUS_RETRANSMISSION;

export function plot(view: TapView, request: PlotRequest): PlotAnswer {
  const c = connectionRows(view, request);
  const width = Math.max(1, Math.min(4000, Math.floor(request.width)));
  const step = Math.max(1, (request.to - request.from) / width);
  return {
    sequence: sequencePlot(c, request.from, step, width),
    rates: ratePlot(c, request.from, step, width),
    rtt: roundTrips(c, request.from, step, width),
    summary: summarize(c, request),
  };
}

/** What a segment is drawn as. Leaks and RSTs are never thinned away. */
function kindOf(view: TapView, row: number): number {
  const flags = view.tap.packets.flags[row];
  if (view.index.found[row] & FOUND_LEAK) return K.S_LEAK;
  if (flags & RST) return K.S_RESET;
  const marks = view.flow.segments.marks[row];
  if (marks & RETRANSMITTED) return K.S_RETRANSMISSION;
  if (marks & OUT_OF_ORDER) return K.S_OUT_OF_ORDER;
  return flags & SYN ? K.S_SYN : flags & FIN ? K.S_FIN : K.S_DATA;
}

const KINDS = 7;

interface Mark {
  time: number;
  low: number;
  high: number;
  kind: number;
  row: number;
  count: number;
}

/** One mark per column of pixels and kind, from the lowest octet to the highest; one mark per packet where there is room. */
function sequencePlot(c: ConnectionRows, from: number, step: number, width: number): SequencePlot {
  const { view, rows, own, time, octet } = c;
  const { payloadLength, flags, window } = view.tap.packets;
  const marks: Mark[] = [];
  const open: (Mark | null)[] = new Array(KINDS).fill(null);
  let column = -1;
  const ackTime: number[] = [];
  const ackValue: number[] = [];
  const ackEdge: number[] = [];
  const sack: { time: number; low: number; high: number }[] = [];
  for (let i = 0; i < rows.length; i++) {
    const at = Math.floor((time[i] - from) / step);
    // The ACK in force at the left edge is needed to draw its line from there.
    if (at >= width || Number.isNaN(octet[i])) continue;
    const row = rows[i];
    if (own[i] === 0) {
      const edge = octet[i] + window[row] * 2 ** (flags[row] & SYN ? 0 : Math.max(0, view.windowShift(row)));
      const replaces = ackTime.length > 0 && Math.floor(((ackTime.at(-1) ?? 0) - from) / step) === at && at >= 0;
      if (at < 0 || replaces) {
        ackTime.pop();
        ackValue.pop();
        ackEdge.pop();
      }
      ackTime.push(Math.max(time[i], from));
      ackValue.push(octet[i]);
      ackEdge.push(edge);
      if (flags[row] & HAS_SACK && at >= 0) addSack(c, row, octet[i], time[i], sack);
      continue;
    }
    if (at < 0) continue;
    if (at !== column) {
      open.fill(null);
      column = at;
    }
    const kind = kindOf(view, row);
    if (kind === K.S_DATA && payloadLength[row] === 0) continue;
    const high = octet[i] + payloadLength[row];
    const known = open[kind];
    if (known) {
      known.low = Math.min(known.low, octet[i]);
      known.high = Math.max(known.high, high);
      known.count++;
    } else {
      const mark = { time: time[i], low: octet[i], high, kind, row, count: 1 };
      open[kind] = mark;
      marks.push(mark);
    }
  }
  const thinned = sack.length <= width * 4 ? sack : sack.filter((_, i) => i % Math.ceil(sack.length / (width * 4)) === 0);
  return {
    segments: {
      time: Float64Array.from(marks, (m) => m.time),
      low: Float64Array.from(marks, (m) => m.low),
      high: Float64Array.from(marks, (m) => m.high),
      kind: Uint8Array.from(marks, (m) => m.kind),
      row: Uint32Array.from(marks, (m) => m.row),
      count: Uint32Array.from(marks, (m) => m.count),
    },
    acks: { time: Float64Array.from(ackTime), value: Float64Array.from(ackValue), edge: Float64Array.from(ackEdge) },
    sacks: {
      time: Float64Array.from(thinned, (s) => s.time),
      low: Float64Array.from(thinned, (s) => s.low),
      high: Float64Array.from(thinned, (s) => s.high),
    },
  };
}

function addSack(
  c: ConnectionRows,
  row: number,
  ackOctet: number,
  time: number,
  into: { time: number; low: number; high: number }[],
): void {
  const { sacks, ack } = c.view.tap.packets;
  const at = findRow(sacks.row, sacks.length, row);
  if (at < 0) return;
  into.push({
    time,
    low: ackOctet + seqDistance(sacks.firstLeft[at], ack[row]),
    high: ackOctet + seqDistance(sacks.firstRight[at], ack[row]),
  });
}

function ratePlot(c: ConnectionRows, from: number, step: number, width: number): RatePlot {
  const { view, rows, own, time, octet } = c;
  const { payloadLength, flags, window } = view.tap.packets;
  const { marks } = view.flow.segments;
  const throughput = new Float64Array(width);
  const retransmitted = new Float64Array(width);
  const inFlight = new Float64Array(width).fill(Number.NaN);
  const windows = new Float64Array(width).fill(Number.NaN);
  let sent = Number.NaN;
  let acked = Number.NaN;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const column = Math.floor((time[i] - from) / step);
    const inside = column >= 0 && column < width;
    if (Number.isNaN(octet[i]) || flags[row] & RST) continue;
    if (own[i] === 1) {
      const again = (marks[row] & RETRANSMITTED) !== 0;
      if (inside) (again ? retransmitted : throughput)[column] += payloadLength[row];
      const end = octet[i] + payloadLength[row];
      if (!(end <= sent)) sent = end;
    } else {
      if (!(octet[i] <= acked)) acked = octet[i];
      if (inside) windows[column] = window[row] * 2 ** (flags[row] & SYN ? 0 : Math.max(0, view.windowShift(row)));
    }
    const flying = Math.max(0, sent - acked);
    if (inside && !Number.isNaN(flying) && !(inFlight[column] >= flying)) inFlight[column] = flying;
  }
  const seconds = step / 1e9;
  for (let i = 0; i < width; i++) {
    throughput[i] /= seconds;
    retransmitted[i] /= seconds;
  }
  return { start: from, step, throughput, retransmitted, inFlight, window: windows };
}

function summarize(c: ConnectionRows, request: PlotRequest): PlotSummary {
  const { view, rows, time, octet } = c;
  const { payloadLength, flags } = view.tap.packets;
  const { marks } = view.flow.segments;
  const sum = {
    segments: 0,
    payload: 0,
    retransmissions: 0,
    outOfOrder: 0,
    duplicateAcks: 0,
    zeroWindows: 0,
    sacks: 0,
    resets: 0,
    leaks: 0,
  };
  let [sent, acked, mostInFlight] = [Number.NaN, Number.NaN, 0];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const inside = time[i] >= request.from && time[i] <= request.to;
    const own = c.own[i] === 1;
    if (own && !(flags[row] & RST) && !(octet[i] + payloadLength[row] <= sent)) sent = octet[i] + payloadLength[row];
    if (!own && !(octet[i] <= acked)) acked = octet[i];
    if (!inside) continue;
    if (!Number.isNaN(sent - acked)) mostInFlight = Math.max(mostInFlight, sent - acked);
    if (flags[row] & RST && own) sum.resets++;
    if (own) {
      sum.segments++;
      sum.payload += payloadLength[row];
      if (marks[row] & RETRANSMITTED) sum.retransmissions++;
      if (marks[row] & OUT_OF_ORDER) sum.outOfOrder++;
      if (view.index.found[row] & FOUND_LEAK) sum.leaks++;
    } else {
      if (marks[row] & DUPLICATE_ACK) sum.duplicateAcks++;
      if (marks[row] & ZERO_WINDOW) sum.zeroWindows++;
      if (flags[row] & HAS_SACK) sum.sacks++;
    }
  }
  const seconds = Math.max(1e-9, (request.to - request.from) / 1e9);
  return { ...sum, mostInFlight, throughput: sum.payload / seconds };
}
