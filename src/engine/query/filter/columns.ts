// Which fields the columns of a capture point hold, and how they are read row by row.

import { type CaptureFile, frameAt } from '../../model/capture.ts';
import * as F from '../../model/connection.ts';
import { RETRANSMISSION } from '../../model/connection.ts';
import * as J from '../../model/correlation.ts';
import * as P from '../../model/packetTable.ts';
import { CUT, HAS_TS, IS_ICMP_ERROR, IS_TCP } from '../../model/packetTable.ts';
import * as V from '../../model/verdict.ts';
import { FOUND_LEAK, FOUND_RESET, FOUND_RESET_KILLS, RESET_ORIGINS } from '../rowIndex.ts';
import type { TapView } from '../tapView.ts';

/** One value of a field at a row. Addresses are ids of the tap's AddressTable, texts are indexes in `ColumnSource.texts`. */
export interface Getter {
  readonly has: (row: number) => boolean;
  readonly get: (row: number) => number;
}

export interface ColumnSource {
  readonly getters: readonly Getter[];
  /** The columns may not hold all values of this field at the row (outer headers, quoted headers, cut ones): read the packet. */
  readonly partial: (row: number) => boolean;
  readonly texts: readonly string[];
}

/** `flag` is a judgement: present where true. Times are seconds; `moment` counts from 1970. */
export type ColumnType = 'uint' | 'bool' | 'flag' | 'seconds' | 'moment' | 'address4' | 'address6' | 'text';

export interface ColumnField {
  readonly name: string;
  readonly type: ColumnType;
  readonly label: string;
  readonly source: (view: TapView) => ColumnSource;
}

const never = (): boolean => false;
const always = (): boolean => true;

/** Non-TCP rows keep only time and lengths; behind a cut, zeros. */
const needsPacket = (v: TapView): ((row: number) => boolean) => {
  const { flags } = v.tap.packets;
  return (row) => (flags[row] & (IS_TCP | CUT)) !== IS_TCP;
};
/** As above, for what only TCP has: only an ICMP error's quoted header is left. */
const needsTcpPacket = (v: TapView): ((row: number) => boolean) => {
  const { flags } = v.tap.packets;
  return (row) => (flags[row] & IS_ICMP_ERROR) !== 0 || (flags[row] & (IS_TCP | CUT)) === (IS_TCP | CUT);
};
/** IP fields: an outer IP header has values of its own. */
const needsIpPacket = (v: TapView): ((row: number) => boolean) => {
  const { encapsulation } = v.tap.packets;
  const outer = Uint8Array.from(v.tap.packets.encapsulations, (e) => (e.layers.some((l) => l === 'ip' || l === 'ipv6') ? 1 : 0));
  const plain = needsPacket(v);
  return (row) => plain(row) || outer[encapsulation[row]] === 1;
};
const isTcp = (v: TapView): ((row: number) => boolean) => {
  const { flags } = v.tap.packets;
  return (row) => (flags[row] & (IS_TCP | CUT)) === IS_TCP;
};

const NO_TEXTS: readonly string[] = [];
const whole = (getter: Getter): ColumnSource => ({ getters: [getter], partial: never, texts: NO_TEXTS });

const tcpField =
  (get: (v: TapView) => (row: number) => number, has?: (v: TapView) => (row: number) => boolean) =>
  (v: TapView): ColumnSource => ({
    getters: [{ has: (has ?? isTcp)(v), get: get(v) }],
    partial: needsTcpPacket(v),
    texts: NO_TEXTS,
  });
const tcpFlag = (bit: number) => tcpField((v) => (row) => (v.tap.packets.flags[row] & bit ? 1 : 0));
const mark =
  (bits: number) =>
  (v: TapView): ColumnSource => {
    const { marks } = v.flow.segments;
    return whole({ has: (row) => (marks[row] & bits) !== 0, get: (row) => (marks[row] & bits ? 1 : 0) });
  };
const journey =
  (bits: number) =>
  (v: TapView): ColumnSource => {
    const { flags } = v.index;
    return whole({ has: (row) => (flags[row] & bits) !== 0, get: (row) => (flags[row] & bits ? 1 : 0) });
  };
const either =
  (a: (v: TapView) => ColumnSource, b: (v: TapView) => ColumnSource) =>
  (v: TapView): ColumnSource => {
    const [left, right] = [a(v), b(v)];
    return { ...left, getters: [...left.getters, ...right.getters] };
  };
const found =
  (bits: number) =>
  (v: TapView): ColumnSource => {
    const column = v.index.found;
    return whole({ has: (row) => (column[row] & bits) !== 0, get: (row) => (column[row] & bits ? 1 : 0) });
  };
const text = (texts: readonly string[], has: (row: number) => boolean, get: (row: number) => number): ColumnSource => ({
  getters: [{ has, get }],
  partial: never,
  texts,
});

/** Address ids and ports of the row, by direction of travel. */
function address(end: 'source' | 'destination', family: 4 | 6): (v: TapView) => Getter {
  return (v) => {
    const { tuple, tuples, addresses } = v.tap.packets;
    const swap = end === 'source' ? 0 : 1;
    const get = (row: number): number => ((tuple[row] & 1) === swap ? tuples.a : tuples.b)[tuple[row] >>> 1];
    const tcp = isTcp(v);
    return { has: (row) => tcp(row) && addresses.family[get(row)] === family, get };
  };
}
function port(end: 'source' | 'destination'): (v: TapView) => Getter {
  return (v) => {
    const { tuple, tuples } = v.tap.packets;
    const swap = end === 'source' ? 0 : 1;
    return { has: isTcp(v), get: (row) => ((tuple[row] & 1) === swap ? tuples.aPort : tuples.bPort)[tuple[row] >>> 1] };
  };
}
const several =
  (partial: (v: TapView) => (row: number) => boolean, ...getters: readonly ((v: TapView) => Getter)[]) =>
  (v: TapView): ColumnSource => ({
    getters: getters.map((g) => g(v)),
    partial: partial(v),
    texts: NO_TEXTS,
  });
const ipField =
  (family: 4 | 6, get: (v: TapView) => (row: number) => number) =>
  (v: TapView): ColumnSource => ({
    getters: [{ has: address('source', family)(v).has, get: get(v) }],
    partial: needsIpPacket(v),
    texts: NO_TEXTS,
  });

const relative =
  (v: TapView, raw: Uint32Array, opposite: boolean) =>
  (row: number): number => {
    const base = v.seqBase(row, opposite);
    return base === null ? raw[row] : (raw[row] - base) >>> 0;
  };

function frameNumber(v: TapView): ColumnSource {
  const { files } = v.tap;
  const [only] = files;
  if (files.length === 1 && only?.skippedFrames.length === 0 && !only.frames) return whole({ has: always, get: (row) => row + 1 });
  const starts = Uint32Array.from(files, (f) => f.firstRow);
  return whole({
    has: always,
    get: (row) => {
      let file = 0;
      while (file + 1 < starts.length && starts[file + 1] <= row) file++;
      return frameAt(files[file] as CaptureFile, row - starts[file]);
    },
  });
}

const VERDICT_TEXTS: readonly string[] = ['', 'NEW', 'ESTABLISHED', 'IGNORED', 'INVALID', 'DROPPED'];

const field = (name: string, type: ColumnType, label: string, source: (v: TapView) => ColumnSource): ColumnField => ({
  name,
  type,
  label,
  source,
});

export const COLUMN_FIELDS: readonly ColumnField[] = [
  field('frame.number', 'uint', 'Frame Number', frameNumber),
  field('frame.len', 'uint', 'Frame length on the wire', (v) => whole({ has: always, get: (row) => v.tap.packets.originalLength[row] })),
  field('frame.time_relative', 'seconds', 'Time since the first packet of the incident', (v) => whole({ has: always, get: v.time })),
  field('frame.time_epoch', 'moment', 'Epoch Time', (v) => whole({ has: always, get: (row) => v.tap.packets.time[row] })),
  field('frame.time_delta', 'seconds', 'Time delta from previous captured frame', (v) =>
    whole({ has: always, get: (row) => (row === 0 ? 0 : v.tap.packets.time[row] - v.tap.packets.time[row - 1]) }),
  ),
  field('frame.interface_id', 'uint', 'Interface id', (v) => {
    const { encapsulation, encapsulations } = v.tap.packets;
    const ids = Uint32Array.from(encapsulations, (e) => e.interfaceId);
    return whole({ has: always, get: (row) => ids[encapsulation[row]] });
  }),
  field('frame.interface_name', 'text', 'Interface name', (v) => {
    const { encapsulation, encapsulations } = v.tap.packets;
    const texts = encapsulations.map((e) => e.interfaceName ?? '');
    return text(
      texts,
      (row) => texts[encapsulation[row]] !== '',
      (row) => encapsulation[row],
    );
  }),
  field('ip.src', 'address4', 'Source Address', several(needsIpPacket, address('source', 4))),
  field('ip.dst', 'address4', 'Destination Address', several(needsIpPacket, address('destination', 4))),
  field('ip.addr', 'address4', 'Source or Destination Address', several(needsIpPacket, address('source', 4), address('destination', 4))),
  field('ipv6.src', 'address6', 'Source Address', several(needsIpPacket, address('source', 6))),
  field('ipv6.dst', 'address6', 'Destination Address', several(needsIpPacket, address('destination', 6))),
  field('ipv6.addr', 'address6', 'Source or Destination Address', several(needsIpPacket, address('source', 6), address('destination', 6))),
  field(
    'ip.id',
    'uint',
    'Identification',
    ipField(4, (v) => (row) => v.tap.packets.ipId[row]),
  ),
  field(
    'ip.ttl',
    'uint',
    'Time to Live',
    ipField(4, (v) => (row) => v.tap.packets.ttl[row]),
  ),
  field(
    'ipv6.hlim',
    'uint',
    'Hop Limit',
    ipField(6, (v) => (row) => v.tap.packets.ttl[row]),
  ),
  field('tcp.srcport', 'uint', 'Source Port', several(needsTcpPacket, port('source'))),
  field('tcp.dstport', 'uint', 'Destination Port', several(needsTcpPacket, port('destination'))),
  field('tcp.port', 'uint', 'Source or Destination Port', several(needsTcpPacket, port('source'), port('destination'))),
  field('tcp.stream', 'uint', 'Stream index', (v) => {
    const { connection } = v.flow.segments;
    return whole({ has: (row) => connection[row] > 0, get: (row) => connection[row] - 1 });
  }),
  field(
    'tcp.seq',
    'uint',
    'Sequence Number',
    tcpField((v) => relative(v, v.tap.packets.seq, false)),
  ),
  field(
    'tcp.seq_raw',
    'uint',
    'Sequence Number (raw)',
    tcpField((v) => (row) => v.tap.packets.seq[row]),
  ),
  field(
    'tcp.ack',
    'uint',
    'Acknowledgment Number',
    tcpField((v) => {
      const relativeAck = relative(v, v.tap.packets.ack, true);
      return (row) => (v.tap.packets.flags[row] & P.ACK ? relativeAck(row) : v.tap.packets.ack[row]);
    }),
  ),
  field(
    'tcp.ack_raw',
    'uint',
    'Acknowledgment number (raw)',
    tcpField((v) => (row) => v.tap.packets.ack[row]),
  ),
  field(
    'tcp.len',
    'uint',
    'TCP Segment Len',
    tcpField((v) => (row) => v.tap.packets.payloadLength[row]),
  ),
  field(
    'tcp.window_size_value',
    'uint',
    'Window',
    tcpField((v) => (row) => v.tap.packets.window[row]),
  ),
  field(
    'tcp.window_size',
    'uint',
    'Calculated window size',
    tcpField((v) => (row) => {
      const shift = v.tap.packets.flags[row] & P.SYN ? 0 : Math.max(0, v.windowShift(row));
      return v.tap.packets.window[row] * 2 ** shift;
    }),
  ),
  field(
    'tcp.flags',
    'uint',
    'Flags',
    tcpField((v) => (row) => v.tap.packets.flags[row] & 0x1ff),
  ),
  field('tcp.flags.ae', 'bool', 'Accurate ECN', tcpFlag(P.AE)),
  field('tcp.flags.cwr', 'bool', 'Congestion Window Reduced', tcpFlag(P.CWR)),
  field('tcp.flags.ece', 'bool', 'ECN-Echo', tcpFlag(P.ECE)),
  field('tcp.flags.urg', 'bool', 'Urgent', tcpFlag(P.URG)),
  field('tcp.flags.ack', 'bool', 'Acknowledgment', tcpFlag(P.ACK)),
  field('tcp.flags.push', 'bool', 'Push', tcpFlag(P.PSH)),
  field('tcp.flags.reset', 'bool', 'Reset', tcpFlag(P.RST)),
  field('tcp.flags.syn', 'bool', 'Syn', tcpFlag(P.SYN)),
  field('tcp.flags.fin', 'bool', 'Fin', tcpFlag(P.FIN)),
  field(
    'tcp.options.timestamp.tsval',
    'uint',
    'Timestamp value',
    tcpField((v) => (row) => v.tap.packets.tsval[row], hasTimestamps),
  ),
  field(
    'tcp.options.timestamp.tsecr',
    'uint',
    'Timestamp echo reply',
    tcpField((v) => (row) => v.tap.packets.tsecr[row], hasTimestamps),
  ),
  field('tcp.analysis.flags', 'flag', 'TCP Analysis Flags', mark(0xffff & ~F.DUPLICATE_RECORD)),
  field('tcp.analysis.retransmission', 'flag', 'Retransmission', mark(RETRANSMISSION | F.FAST_RETRANSMISSION | F.SPURIOUS_RETRANSMISSION)),
  field('tcp.analysis.fast_retransmission', 'flag', 'Fast retransmission', mark(F.FAST_RETRANSMISSION)),
  field('tcp.analysis.spurious_retransmission', 'flag', 'Spurious retransmission', mark(F.SPURIOUS_RETRANSMISSION)),
  field('tcp.analysis.out_of_order', 'flag', 'Out-of-order segment', mark(F.OUT_OF_ORDER)),
  field('tcp.analysis.lost_segment', 'flag', 'Previous segment(s) not captured', mark(F.LOST_SEGMENT)),
  field('tcp.analysis.ack_lost_segment', 'flag', "ACKed segment that wasn't captured", mark(F.ACKED_UNSEEN)),
  field('tcp.analysis.duplicate_ack', 'flag', 'Duplicate ACK', mark(F.DUPLICATE_ACK)),
  field('tcp.analysis.zero_window', 'flag', 'TCP Zero Window', mark(F.ZERO_WINDOW)),
  field('tcp.analysis.zero_window_probe', 'flag', 'TCP Zero Window Probe', mark(F.ZERO_WINDOW_PROBE)),
  field('tcp.analysis.zero_window_probe_ack', 'flag', 'ACK to a Zero Window Probe', mark(F.ZERO_WINDOW_PROBE_ACK)),
  field('tcp.analysis.window_update', 'flag', 'TCP window update', mark(F.WINDOW_UPDATE)),
  field('tcp.analysis.window_full', 'flag', 'TCP window specified by the receiver is now completely full', mark(F.WINDOW_FULL)),
  field('tcp.analysis.keep_alive', 'flag', 'TCP keep-alive segment', mark(F.KEEP_ALIVE)),
  field('tcp.analysis.keep_alive_ack', 'flag', 'ACK to a TCP keep-alive segment', mark(F.KEEP_ALIVE_ACK)),
  field('tcp.analysis.reused_ports', 'flag', 'Port numbers reused', mark(F.PORTS_REUSED)),
  field('hop.tap', 'text', 'Capture point', (v) => text([v.tap.name], always, () => 0)),
  field('hop.file', 'text', 'Capture file', (v) => {
    const { files } = v.tap;
    return text(
      files.map((f) => f.name),
      always,
      (row) => {
        let file = 0;
        while (file + 1 < files.length && (files[file + 1]?.firstRow ?? 0) <= row) file++;
        return file;
      },
    );
  }),
  field('hop.path', 'uint', 'Path number', (v) => whole({ has: (row) => v.index.path[row] > 0, get: (row) => v.index.path[row] - 1 })),
  field('hop.journey', 'uint', 'Journey: the same transmission at every capture point', (v) =>
    whole({ has: (row) => v.index.journey[row] > 0, get: (row) => v.index.journey[row] - 1 }),
  ),
  field('hop.direction', 'text', 'conntrack direction: original or reply', (v) =>
    text(
      ['', 'original', 'reply'],
      (row) => v.index.direction[row] > 0,
      (row) => v.index.direction[row],
    ),
  ),
  field('hop.leak', 'flag', 'Escaped NAT: untranslated here', found(FOUND_LEAK)),
  field('hop.leaked', 'flag', 'Escaped NAT, here or later on its way', journey(J.J_LEAKED)),
  field('hop.lost', 'flag', 'Lost on the way', journey(J.J_LOST)),
  field('hop.injected', 'flag', 'First seen in mid-path', journey(J.J_INJECTED)),
  field('hop.duplicated', 'flag', 'Seen twice at one capture point', either(mark(F.DUPLICATE_RECORD), journey(J.J_DUPLICATED))),
  field('hop.held', 'seconds', 'Held back, seconds beyond the usual delay', (v) => {
    const { journey: of, flags } = v.index;
    const { held } = v.correlation.journeys;
    return whole({ has: (row) => (flags[row] & J.J_HELD) !== 0 && of[row] > 0, get: (row) => held[of[row] - 1] });
  }),
  field('hop.translated', 'flag', 'Translated by NAT', journey(J.J_TRANSLATED)),
  field('hop.resegmented', 'flag', 'Cut or merged by offload', journey(J.J_RESEGMENTED)),
  field('hop.stray', 'flag', 'Under a tuple that does not belong here', journey(J.J_STRAY)),
  field('hop.port_changed', 'flag', 'NAT chose another port', journey(J.J_PORT_CHANGED)),
  field('hop.verdict', 'text', "conntrack's verdict in the replay", (v) =>
    text(
      VERDICT_TEXTS,
      (row) => v.index.verdict[row] > 0,
      (row) => v.index.verdict[row],
    ),
  ),
  field('hop.invalid', 'flag', 'INVALID by the replay', (v) =>
    whole({ has: (row) => v.index.verdict[row] >= V.V_INVALID, get: (row) => (v.index.verdict[row] >= V.V_INVALID ? 1 : 0) }),
  ),
  field('hop.rst.origin', 'text', 'Who made the RST', (v) =>
    text(
      RESET_ORIGINS,
      (row) => (v.index.found[row] & FOUND_RESET) !== 0,
      (row) => v.index.origin[row],
    ),
  ),
  field('hop.rst.kills', 'flag', 'RST that ended a connection', found(FOUND_RESET_KILLS)),
];

function hasTimestamps(v: TapView): (row: number) => boolean {
  const { flags } = v.tap.packets;
  return (row) => (flags[row] & HAS_TS) !== 0;
}
