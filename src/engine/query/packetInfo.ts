// The info column in Wireshark's words: from the columns for TCP, from the packet taken apart for the rest.
import * as F from '../model/connection.ts';
import { type Dissection, fieldsNamed } from '../model/dissection.ts';
import * as P from '../model/packetTable.ts';
import { tcpFlagNames } from '../wire/dissect/tcp.ts';
import type { TapView } from './tapView.ts';

/** `tcp.analysis` marks in the order Wireshark prints them. */
const PREFIXES: readonly (readonly [number, string])[] = [
  [F.PORTS_REUSED, 'TCP Port numbers reused'],
  [F.SPURIOUS_RETRANSMISSION, 'TCP Spurious Retransmission'],
  [F.FAST_RETRANSMISSION, 'TCP Fast Retransmission'],
  [F.RETRANSMISSION, 'TCP Retransmission'],
  [F.OUT_OF_ORDER, 'TCP Out-Of-Order'],
  [F.LOST_SEGMENT, 'TCP Previous segment not captured'],
  [F.ACKED_UNSEEN, 'TCP ACKed unseen segment'],
  [F.WINDOW_UPDATE, 'TCP Window Update'],
  [F.WINDOW_FULL, 'TCP Window Full'],
  [F.KEEP_ALIVE, 'TCP Keep-Alive'],
  [F.KEEP_ALIVE_ACK, 'TCP Keep-Alive ACK'],
  [F.DUPLICATE_ACK, 'TCP Dup ACK'],
  [F.ZERO_WINDOW_PROBE, 'TCP ZeroWindowProbe'],
  [F.ZERO_WINDOW, 'TCP ZeroWindow'],
  [F.ZERO_WINDOW_PROBE_ACK, 'TCP ZeroWindowProbeAck'],
];

export function tcpInfo(view: TapView, row: number): string {
  const p = view.tap.packets;
  const tuple = p.tuple[row] >>> 1;
  const [a, b] = [p.tuples.aPort[tuple], p.tuples.bPort[tuple]];
  const ports = p.tuple[row] & 1 ? `${b} → ${a}` : `${a} → ${b}`;
  const marks = view.flow.segments.marks[row];
  const prefix = PREFIXES.filter(([bit]) => isShown(marks, bit)).map(([, name]) => `[${name}] `);
  if (p.flags[row] & P.CUT) return `${ports} [cut]`;
  const flags = p.flags[row] & 0x1ff;
  const seqBase = view.seqBase(row, false);
  const ackBase = view.seqBase(row, true);
  const seq = seqBase === null ? p.seq[row] : (p.seq[row] - seqBase) >>> 0;
  const ack = ackBase === null ? p.ack[row] : (p.ack[row] - ackBase) >>> 0;
  const shift = flags & P.SYN ? 0 : Math.max(0, view.windowShift(row));
  const acknowledges = flags & P.ACK ? ` Ack=${ack}` : '';
  const window = p.window[row] * 2 ** shift;
  const base = `${prefix.join('')}${ports} [${tcpFlagNames(flags)}] Seq=${seq}${acknowledges} Win=${window} Len=${p.payloadLength[row]}`;
  return base + optionText(view, row, ackBase);
}

/** A fast or spurious retransmission is not called a plain one as well. */
function isShown(marks: number, bit: number): boolean {
  if ((marks & bit) === 0) return false;
  return bit !== F.RETRANSMISSION || (marks & (F.FAST_RETRANSMISSION | F.SPURIOUS_RETRANSMISSION)) === 0;
}

function optionText(view: TapView, row: number, ackBase: number | null): string {
  const p = view.tap.packets;
  let text = '';
  const syn = p.flags[row] & P.SYN ? P.findRow(p.synOptions.row, p.synOptions.length, row) : -1;
  if (syn >= 0 && p.synOptions.mss[syn] > 0) text += ` MSS=${p.synOptions.mss[syn]}`;
  if (syn >= 0 && p.synOptions.present[syn] & 1) text += ' SACK_PERM';
  if (p.flags[row] & P.HAS_TS) text += ` TSval=${p.tsval[row]} TSecr=${p.tsecr[row]}`;
  if (syn >= 0 && p.synOptions.windowScale[syn] !== 255) text += ` WS=${2 ** Math.min(14, p.synOptions.windowScale[syn])}`;
  const sack = p.flags[row] & P.HAS_SACK ? P.findRow(p.sacks.row, p.sacks.length, row) : -1;
  if (sack >= 0) {
    const edge = (value: number): number => (ackBase === null ? value : (value - ackBase) >>> 0);
    text += ` SLE=${edge(p.sacks.firstLeft[sack])} SRE=${edge(p.sacks.firstRight[sack])}`;
  }
  return text;
}

export interface OtherInfo {
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly info: string;
}

/** Names of protocols as the protocol column has them. */
const PROTOCOL_NAMES: Readonly<Record<string, string>> = {
  eth: 'Ethernet',
  ip: 'IPv4',
  ipv6: 'IPv6',
  tcp: 'TCP',
  udp: 'UDP',
  icmp: 'ICMP',
  icmpv6: 'ICMPv6',
  arp: 'ARP',
  llc: 'LLC',
  gre: 'GRE',
  vxlan: 'VXLAN',
  geneve: 'Geneve',
  gtp: 'GTP',
};

/** For what is no TCP segment: the innermost addresses, but an ICMP error's own, not those it quotes. */
export function dissectedInfo(d: Dissection): OtherInfo {
  const icmpAt = d.layers.findIndex((l) => l.name === 'icmp' || l.name === 'icmpv6');
  const own = icmpAt < 0 ? d.layers : d.layers.slice(0, icmpAt + 1);
  const last = (name: string): string => fieldsNamed(own, name).at(-1)?.value ?? '';
  const address = (end: 'src' | 'dst'): string => {
    const ip = [...own].reverse().find((l) => l.name === 'ip' || l.name === 'ipv6');
    return ip ? (fieldsNamed([ip], `${ip.name}.${end}`)[0]?.value ?? '') : last(`eth.${end}`);
  };
  const known = own.filter((l) => l.name in PROTOCOL_NAMES).at(-1)?.name ?? own.at(-1)?.name ?? '';
  return {
    source: address('src'),
    destination: address('dst'),
    protocol: PROTOCOL_NAMES[known] ?? known,
    info: describe(known, own, last),
  };
}

function describe(protocol: string, layers: Dissection['layers'], last: (name: string) => string): string {
  const text = (name: string): string =>
    fieldsNamed(layers, name)
      .at(-1)
      ?.text.replace(/ \(\d+\)$/, '') ?? '';
  switch (protocol) {
    case 'udp':
      return `${last('udp.srcport')} → ${last('udp.dstport')} Len=${Math.max(0, Number(last('udp.length')) - 8)}`;
    case 'tcp':
      return `${last('tcp.srcport')} → ${last('tcp.dstport')} [${text('tcp.flags')}]`;
    case 'icmp':
    case 'icmpv6': {
      const code = text(`${protocol}.code`);
      return `${text(`${protocol}.type`)}${code === '' || code === 'Code' ? '' : ` (${code})`}`;
    }
    case 'arp': {
      const [sender, target] = [last('arp.src.proto_ipv4'), last('arp.dst.proto_ipv4')];
      return last('arp.opcode') === '2' ? `${sender} is at ${last('arp.src.hw_mac')}` : `Who has ${target}? Tell ${sender}`;
    }
    default:
      return layers.at(-1)?.label ?? '';
  }
}
