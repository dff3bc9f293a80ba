// What tshark says of every TCP segment and connection of a capture (tcp.analysis.*, tcp.completeness), and where ours differs.
import { spawnSync } from 'node:child_process';
import { frameOf } from '../engine/model/capture.ts';
import * as C from '../engine/model/connection.ts';
import { IS_TCP } from '../engine/model/packetTable.ts';
import { walkAcks } from '../engine/query/ackWalk.ts';
import { completenessOf } from '../engine/query/completeness.ts';
import type { TapView } from '../engine/query/tapView.ts';

/** Wireshark calls fast and spurious retransmissions retransmissions, too. */
const FLAGS = {
  retransmission: C.RETRANSMISSION | C.FAST_RETRANSMISSION | C.SPURIOUS_RETRANSMISSION,
  fast_retransmission: C.FAST_RETRANSMISSION,
  spurious_retransmission: C.SPURIOUS_RETRANSMISSION,
  out_of_order: C.OUT_OF_ORDER,
  lost_segment: C.LOST_SEGMENT,
  duplicate_ack: C.DUPLICATE_ACK,
  zero_window: C.ZERO_WINDOW,
  zero_window_probe: C.ZERO_WINDOW_PROBE,
  zero_window_probe_ack: C.ZERO_WINDOW_PROBE_ACK,
  window_update: C.WINDOW_UPDATE,
  window_full: C.WINDOW_FULL,
  keep_alive: C.KEEP_ALIVE,
  keep_alive_ack: C.KEEP_ALIVE_ACK,
  ack_lost_segment: C.ACKED_UNSEEN,
  reused_ports: C.PORTS_REUSED,
} as const;
export type AnalysisFlag = keyof typeof FLAGS | 'ack_rtt' | 'completeness';
export const ANALYSIS_FLAGS = [...(Object.keys(FLAGS) as (keyof typeof FLAGS)[]), 'ack_rtt', 'completeness'] as readonly AnalysisFlag[];

/** Frames per flag; of `ack_rtt` frame and nanoseconds, of `completeness` the last frame of a connection and the value. */
export type Judged = Readonly<Record<AnalysisFlag, readonly string[]>>;

const empty = (): Record<AnalysisFlag, string[]> => Object.fromEntries(ANALYSIS_FLAGS.map((f) => [f, []])) as never;

/** Two passes: only the second knows a connection's completeness. Frames that carry TCP of their own, not quoted by an ICMP error. */
export function tsharkJudged(path: string): Judged {
  const flags = Object.keys(FLAGS).map((f) => `tcp.analysis.${f}`);
  const fields = ['frame.number', 'tcp.stream', 'icmp.type', 'icmpv6.type', 'tcp.completeness', 'tcp.analysis.ack_rtt', ...flags];
  const options = ['-n', '-2', '-r', path, '-o', 'tcp.desegment_tcp_streams:FALSE', '-T', 'fields', '-E', 'occurrence=f'];
  const run = spawnSync('tshark', [...options, ...fields.flatMap((f) => ['-e', f])], { encoding: 'utf8', maxBuffer: 1 << 30 });
  const judged = empty();
  const completeness = new Map<string, string>();
  for (const line of run.stdout.split('\n')) {
    const [frame = '', stream = '', icmp = '', icmpv6 = '', whole = '', rtt = '', ...marks] = line.split('\t');
    if (stream === '' || icmp !== '' || icmpv6 !== '') continue;
    Object.keys(FLAGS).forEach((f, i) => {
      if (marks[i]) judged[f as keyof typeof FLAGS].push(frame);
    });
    if (rtt !== '') judged.ack_rtt.push(`${frame} ${Math.round(Number(rtt) * 1e9)}`);
    completeness.delete(stream);
    completeness.set(stream, `${frame} ${whole}`);
  }
  judged.completeness.push(...completeness.values());
  return judged;
}

export function ourJudged({ tap, flow }: TapView): Judged {
  const judged = empty();
  const { packets } = tap;
  const { segments, connections } = flow;
  const frame = (row: number): string => String(frameOf(tap, row).frame);
  for (let row = 0; row < packets.length; row++) {
    if ((packets.flags[row] & IS_TCP) === 0) continue;
    for (const [flag, bits] of Object.entries(FLAGS))
      if ((segments.marks[row] & bits) !== 0) judged[flag as keyof typeof FLAGS].push(frame(row));
  }
  for (let c = 0; c < connections.length; c++) {
    const rows = segments.rows.subarray(segments.rowStart[c], segments.rowStart[c + 1]);
    const acked = (row: number, _of: number, nanos: number): number => judged.ack_rtt.push(`${frame(row)} ${Math.round(nanos)}`);
    walkAcks(packets, segments.marks, rows, { acked, sent: () => undefined });
    judged.completeness.push(`${frame(rows.at(-1) ?? 0)} ${completenessOf(packets, rows)}`);
  }
  return judged;
}

/** Where we stand by another answer than Wireshark's (v4.0), and why: the one list; `follower.ts` says how each comes about. */
export const ANALYSIS_DIFFERENCES: Readonly<Partial<Record<AnalysisFlag, string>>> = {
  fast_retransmission:
    'By SACK: we ask whether the first block of the last SACK holds the segment; Wireshark compares the left edge of each block with the right edge of the next, so that it misses some. After an ACK of data that nobody captured it counts duplicate ACKs from 255, and calls any repair soon after it fast.',
  out_of_order:
    'What Wireshark misses as a fast retransmission by SACK it calls out of order, or a plain retransmission; what it takes for one is out of order here.',
  retransmission: 'As above: out of order is no retransmission in its count.',
  spurious_retransmission:
    'Where a file is out of order: we judge packets as they came, Wireshark as they lie in the file. An octet sent again after its probe was taken is a keep-alive here.',
  lost_segment:
    'After an octet that a zero window probe brought was acknowledged, its sender goes on one further (as in Wireshark 4.2): Wireshark 4.0 misses a segment there. It forgets where both sides stood when a SYN comes again in mid-life.',
  duplicate_ack: 'Where the acknowledged probe moved its sender on, a bare ACK from there stands where its sender does.',
  window_update: 'As duplicate ACKs.',
  window_full:
    'One SYN with a window shift, the other not captured: whether it was agreed on nobody knows; Wireshark takes it for granted, and a closed window for full.',
  zero_window: 'As probes: a probe has no other mark.',
  zero_window_probe: 'Where a probe before was acknowledged, the next octet is where its sender stands.',
  zero_window_probe_ack: 'An ACK that takes the octet of a probe and keeps the window closed is one, as in Wireshark 4.2.',
  keep_alive: 'Where a probe was acknowledged, its octet again is a keep-alive.',
  keep_alive_ack: 'As keep-alives.',
  ack_lost_segment:
    'We say once of a gap that what fills it was acknowledged. Wireshark says it whenever the other side acknowledges something new, as the gap stays, but not while that side repeats its ACK. Files out of order: as they came.',
  reused_ports:
    'In its second pass tshark compares the first SYN/ACK with the number of the last, and says of it, too, that ports are used again.',
  ack_rtt:
    'Times of years that a double of nanoseconds does not hold; fractions of a second of 1 s and more; a sequence number of 0 is none to Wireshark; a RST without ACK, or a SYN sent again, clears what waits for one there, so that it counts from the last SYN/ACK, we from the first.',
  completeness: 'A connection of one packet is nothing to Wireshark; a SYN that follows its SYN/ACK does not count there.',
};

export interface JudgedDifference {
  readonly flag: AnalysisFlag;
  readonly onlyTshark: readonly string[];
  readonly onlyOurs: readonly string[];
}

export function judgedDifferences(theirs: Judged, ours: Judged): readonly JudgedDifference[] {
  return ANALYSIS_FLAGS.flatMap((flag) => {
    const [a, b] = [new Set(theirs[flag]), new Set(ours[flag])];
    const onlyTshark = theirs[flag].filter((f) => !b.has(f));
    const onlyOurs = ours[flag].filter((f) => !a.has(f));
    return onlyTshark.length + onlyOurs.length === 0 ? [] : [{ flag, onlyTshark, onlyOurs }];
  });
}
