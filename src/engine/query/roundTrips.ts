// Round trips at one capture point: from a segment to the first ACK that covers it.
import { FAST_RETRANSMISSION, OUT_OF_ORDER, RETRANSMISSION, SPURIOUS_RETRANSMISSION } from '../model/connection.ts';
import type { RttPlot } from '../model/plot.ts';
import type { ConnectionRows } from './connectionRows.ts';

/** An ACK of octets sent twice can't tell which it answers. Source: Karn and Partridge 1987; RFC 6298 §3. */
const AMBIGUOUS = RETRANSMISSION | FAST_RETRANSMISSION | SPURIOUS_RETRANSMISSION | OUT_OF_ORDER;

export function roundTrips(c: ConnectionRows, from: number, step: number, width: number): RttPlot {
  const { view, rows, own, time, octet } = c;
  const { payloadLength } = view.tap.packets;
  const { marks } = view.flow.segments;
  const low = new Float64Array(width).fill(Number.NaN);
  const high = new Float64Array(width).fill(Number.NaN);
  const behind = new Uint32Array(width);
  const all: number[] = [];
  // Segments that wait for their ACK, oldest first: their ends only rise, as what was sent twice is left out.
  const end = new Float64Array(rows.length);
  const sent = new Float64Array(rows.length);
  const rowOf = new Uint32Array(rows.length);
  let head = 0;
  let tail = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (Number.isNaN(octet[i])) continue;
    if (own[i] === 1) {
      if (marks[row] & AMBIGUOUS) {
        // Whatever of it still waits may be answered by either copy.
        while (tail > head && end[tail - 1] > octet[i]) tail--;
      } else if (payloadLength[row] > 0) {
        end[tail] = octet[i] + payloadLength[row];
        sent[tail] = time[i];
        rowOf[tail++] = row;
      }
      continue;
    }
    let answered = -1;
    while (head < tail && end[head] <= octet[i]) answered = head++;
    if (answered < 0) continue;
    const rtt = time[i] - sent[answered];
    const column = Math.floor((time[i] - from) / step);
    if (rtt < 0 || column < 0 || column >= width) continue;
    all.push(rtt);
    if (!(low[column] <= rtt)) low[column] = rtt;
    if (!(high[column] >= rtt)) {
      high[column] = rtt;
      behind[column] = rowOf[answered];
    }
  }
  const present = Array.from(low.keys()).filter((i) => !Number.isNaN(low[i]));
  const sorted = Float64Array.from(all).sort();
  return {
    time: Float64Array.from(present, (i) => from + (i + 0.5) * step),
    low: Float64Array.from(present, (i) => low[i]),
    high: Float64Array.from(present, (i) => high[i]),
    row: Uint32Array.from(present, (i) => behind[i]),
    samples: sorted.length,
    median: sorted[sorted.length >> 1] ?? Number.NaN,
    least: sorted[0] ?? Number.NaN,
    most: sorted.at(-1) ?? Number.NaN,
  };
}
