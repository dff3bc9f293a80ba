// Fields that a whole connection tells of its segments: round trips, octets in flight, times within it. Walked once per capture point, when
// a filter first asks for one.

import { DUPLICATE_ACK } from '../../model/connection.ts';
import { CUT, FIN, IS_TCP, type PacketTable, SYN } from '../../model/packetTable.ts';
import { walkAcks } from '../ackWalk.ts';
import { completenessOf } from '../completeness.ts';
import type { TapView } from '../tapView.ts';
import type { ColumnField, ColumnSource, ColumnType } from './columns.ts';

/** Row-parallel, Nanos; NaN where a row has none. Single precision: exact below 16 ms, to a ten-millionth above. */
interface Timings {
  readonly ackRtt: Float32Array;
  /** Row + 1 of the segment that is acknowledged; 0 none. */
  readonly acks: Uint32Array;
  readonly inFlight: Uint32Array;
  readonly sinceFirst: Float64Array;
  readonly sincePrevious: Float64Array;
  readonly duplicates: Uint32Array;
}

const known = new WeakMap<PacketTable, Timings>();

function timingsOf({ tap, flow }: TapView): Timings {
  const { packets } = tap;
  const before = known.get(packets);
  if (before) return before;
  const { length, time, tuple, ack } = packets;
  const timings: Timings = {
    ackRtt: new Float32Array(length).fill(Number.NaN),
    acks: new Uint32Array(length),
    inFlight: new Uint32Array(length),
    sinceFirst: new Float64Array(length).fill(Number.NaN),
    sincePrevious: new Float64Array(length).fill(Number.NaN),
    duplicates: new Uint32Array(length),
  };
  const { rowStart, rows: all, marks } = flow.segments;
  const sink = {
    acked: (row: number, of: number, nanos: number): void => {
      timings.ackRtt[row] = nanos;
      timings.acks[row] = of + 1;
    },
    sent: (row: number, octets: number): void => {
      timings.inFlight[row] = octets;
    },
  };
  for (let c = 0; c < flow.connections.length; c++) {
    const rows = all.subarray(rowStart[c], rowStart[c + 1]);
    walkAcks(packets, marks, rows, sink);
    let previous = rows[0];
    const first = time[previous];
    const repeated = [0, 0];
    const lastAck = [-1, -1];
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      timings.sinceFirst[row] = time[row] - first;
      timings.sincePrevious[row] = time[row] - time[previous];
      previous = row;
      const side = tuple[row] & 1;
      if (ack[row] !== lastAck[side]) repeated[side] = 0;
      lastAck[side] = ack[row];
      if ((marks[row] & DUPLICATE_ACK) !== 0) timings.duplicates[row] = ++repeated[side];
    }
  }
  known.set(packets, timings);
  return timings;
}

/** Wireshark's iRTT by connection, Nanos; NaN without a handshake. */
function firstRoundTrip({ tap, flow }: TapView): Float64Array {
  const { flags, time, tuple, seq, ack } = tap.packets;
  const { rowStart, rows } = flow.segments;
  const found = new Float64Array(flow.connections.length).fill(Number.NaN);
  for (let c = 0; c < found.length; c++) {
    let syn = -1;
    let answer = -1;
    for (let i = rowStart[c]; i < rowStart[c + 1]; i++) {
      const row = rows[i];
      const f = flags[row];
      if ((f & SYN) !== 0) {
        if ((f & 16) === 0) syn = answer < 0 ? row : syn;
        else answer = row;
      } else if (syn < 0 || answer < 0) break;
      else if ((tuple[row] & 1) === (tuple[syn] & 1) && ack[row] === (seq[answer] + 1) >>> 0) {
        found[c] = time[row] - time[syn];
        break;
      }
    }
  }
  return found;
}

/** Wireshark's string of flags: `·······A··S·`. */
const FLAG_TEXTS: readonly string[] = Array.from({ length: 512 }, (_, bits) =>
  Array.from('ACEUAPRSF', (letter, i) => ((bits >> (8 - i)) & 1 ? letter : '·'))
    .join('')
    .padStart(12, '·'),
);

const field = (name: string, type: ColumnType, label: string, source: (v: TapView) => ColumnSource): ColumnField => ({
  name,
  type,
  label,
  source,
});
const column = (has: (row: number) => boolean, get: (row: number) => number, texts: readonly string[] = []): ColumnSource => ({
  getters: [{ has, get }],
  partial: () => false,
  texts,
});
const timing =
  (of: (t: Timings) => { readonly [row: number]: number }, has: (value: number) => boolean) =>
  (v: TapView): ColumnSource => {
    const values = of(timingsOf(v));
    return column(
      (row) => has(values[row] ?? Number.NaN),
      (row) => values[row] ?? 0,
    );
  };
const isNumber = (value: number): boolean => !Number.isNaN(value);
const isSome = (value: number): boolean => value > 0;

export const TIMING_FIELDS: readonly ColumnField[] = [
  field(
    'tcp.time_relative',
    'seconds',
    'Time since first frame in this TCP stream',
    timing((t) => t.sinceFirst, isNumber),
  ),
  field(
    'tcp.time_delta',
    'seconds',
    'Time since previous frame in this TCP stream',
    timing((t) => t.sincePrevious, isNumber),
  ),
  field(
    'tcp.analysis.ack_rtt',
    'seconds',
    'The RTT to ACK the segment was',
    timing((t) => t.ackRtt, isNumber),
  ),
  field(
    'tcp.analysis.bytes_in_flight',
    'uint',
    'Bytes in flight',
    timing((t) => t.inFlight, isSome),
  ),
  field(
    'tcp.analysis.duplicate_ack_num',
    'uint',
    'Duplicate ACK #',
    timing((t) => t.duplicates, isSome),
  ),
  field(
    'tcp.analysis.acks_frame',
    'uint',
    'This is an ACK to the segment in frame',
    timing((t) => t.acks, isSome),
  ),
  field('tcp.analysis.initial_rtt', 'seconds', 'iRTT', (v) => {
    const values = firstRoundTrip(v);
    const { connection } = v.flow.segments;
    const get = (row: number): number => values[connection[row] - 1] ?? Number.NaN;
    return column((row) => isNumber(get(row)), get);
  }),
  field('tcp.completeness', 'uint', 'Conversation completeness', (v) => {
    const { connection, rowStart, rows } = v.flow.segments;
    const values = Uint8Array.from(v.flow.connections.packetCount, (_, c) =>
      completenessOf(v.tap.packets, rows.subarray(rowStart[c], rowStart[c + 1])),
    );
    return column(
      (row) => connection[row] > 0,
      (row) => values[connection[row] - 1],
    );
  }),
  field('tcp.flags.str', 'text', 'TCP Flags', (v) => {
    const { flags } = v.tap.packets;
    return column(
      (row) => (flags[row] & (IS_TCP | CUT)) === IS_TCP,
      (row) => flags[row] & 0x1ff,
      FLAG_TEXTS,
    );
  }),
  field('tcp.nxtseq', 'uint', 'Next Sequence Number', (v) => {
    const { flags, seq, payloadLength } = v.tap.packets;
    return column(
      // Wireshark gives none to a segment that is not followed by another number.
      (row) => (flags[row] & (IS_TCP | CUT)) === IS_TCP,
      (row) => {
        const next = seq[row] + payloadLength[row] + ((flags[row] & (SYN | FIN)) !== 0 ? 1 : 0);
        return (next - (v.seqBase(row, false) ?? 0)) >>> 0;
      },
    );
  }),
  field('tcp.window_size_scalefactor', 'uint', 'Window size scaling factor', (v) => {
    const { flags } = v.tap.packets;
    return column(
      (row) => (flags[row] & (IS_TCP | CUT | SYN)) === IS_TCP,
      (row) => {
        const shift = v.windowShift(row);
        // Wireshark's −1 (unknown) and −2 (not used), as its filters see them.
        return shift > 0 ? 2 ** shift : shift === 0 ? -2 : -1;
      },
    );
  }),
];
