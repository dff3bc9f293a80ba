// Every name a filter may use: fields of the columns, fields of the dissection, protocols.

import { SHIM_PROTOCOLS } from '../../wire/dissect/shim.ts';
import { COLUMN_FIELDS, type ColumnField } from './columns.ts';
import { DISSECTED_FIELDS } from './dissectedFields.ts';
import { TIMING_FIELDS } from './timingColumns.ts';

/** How values of a field are written and compared. */
export type ValueType = 'uint' | 'bool' | 'flag' | 'seconds' | 'moment' | 'ipv4' | 'ipv6' | 'mac' | 'bytes' | 'text' | 'none' | 'protocol';

export interface FieldEntry {
  readonly name: string;
  readonly type: ValueType;
  readonly label: string;
  readonly column: ColumnField | null;
  /** Names in a dissection that give its values; empty: other packets tell it, not this one. */
  readonly dissected: readonly string[];
}

const AGGREGATES: Readonly<Record<string, readonly string[]>> = {
  'ip.addr': ['ip.src', 'ip.dst'],
  'ipv6.addr': ['ipv6.src', 'ipv6.dst'],
  'tcp.port': ['tcp.srcport', 'tcp.dstport'],
  'udp.port': ['udp.srcport', 'udp.dstport'],
  'eth.addr': ['eth.dst', 'eth.src'],
};

const PROTOCOLS: readonly (readonly [string, string])[] = [
  ['frame', 'Frame'],
  ['eth', 'Ethernet'],
  ['vlan', '802.1Q Virtual LAN'],
  ['ieee8021ad', 'IEEE 802.1ad'],
  ['mpls', 'MultiProtocol Label Switching Header'],
  ['pppoes', 'PPP-over-Ethernet Session'],
  ['ppp', 'Point-to-Point Protocol'],
  ['llc', 'Logical-Link Control'],
  ['sll', 'Linux cooked-mode capture'],
  ['null', 'Null/Loopback'],
  ['raw', 'Raw packet data'],
  ['arp', 'Address Resolution Protocol'],
  ['ip', 'Internet Protocol Version 4'],
  ['ipv6', 'Internet Protocol Version 6'],
  ['ah', 'Authentication Header'],
  ['gre', 'Generic Routing Encapsulation'],
  ['erspan', 'Encapsulated Remote Switch Packet ANalysis'],
  ['vxlan', 'Virtual eXtensible Local Area Network'],
  ['geneve', 'Generic Network Virtualization Encapsulation'],
  ['gtp', 'GPRS Tunneling Protocol'],
  ['nsh', 'Network Service Header'],
  ['l2tp', 'Layer 2 Tunneling Protocol'],
  ['teredo', 'Teredo IPv6 over UDP tunneling'],
  ['etherip', 'Ethernet over IP'],
  ['chdlc', 'Cisco HDLC'],
  ['ppi', 'Per-Packet Information'],
  ['nflog', 'Linux Netfilter NFLOG'],
  ['pflog', 'OpenBSD Packet Filter log'],
  ['radiotap', 'IEEE 802.11 Radiotap Capture header'],
  ['wlan', 'IEEE 802.11 wireless LAN'],
  ['tcp', 'Transmission Control Protocol'],
  ['udp', 'User Datagram Protocol'],
  ['icmp', 'Internet Control Message Protocol'],
  ['icmpv6', 'Internet Control Message Protocol v6'],
  ['data', 'Data'],
  ['mp', 'PPP Multilink Protocol'],
  ['bcp_bpdu', 'PPP Bridging Control Protocol Bridged PDU'],
  ...SHIM_PROTOCOLS,
];

const COLUMN_TYPES: Readonly<Record<ColumnField['type'], ValueType>> = {
  uint: 'uint',
  bool: 'bool',
  flag: 'flag',
  seconds: 'seconds',
  moment: 'moment',
  address4: 'ipv4',
  address6: 'ipv6',
  text: 'text',
};

function build(): ReadonlyMap<string, FieldEntry> {
  const entries = new Map<string, FieldEntry>();
  for (const [name, label] of PROTOCOLS) entries.set(name, { name, type: 'protocol', label, column: null, dissected: [] });
  for (const [name, type, label] of DISSECTED_FIELDS) {
    entries.set(name, { name, type: type === 'string' ? 'text' : type, label, column: null, dissected: AGGREGATES[name] ?? [name] });
  }
  for (const column of [...COLUMN_FIELDS, ...TIMING_FIELDS]) {
    const { name, label } = column;
    entries.set(name, { name, type: COLUMN_TYPES[column.type], label, column, dissected: entries.get(name)?.dissected ?? [] });
  }
  for (const [alias, name] of ALIASES) {
    const entry = entries.get(name);
    if (entry) entries.set(alias, { ...entry, name: alias });
  }
  return entries;
}

/** Names are not looked up: a host's is its address. */
const ALIASES: readonly (readonly [string, string])[] = [
  ['ip.host', 'ip.addr'],
  ['ip.src_host', 'ip.src'],
  ['ip.dst_host', 'ip.dst'],
  ['ipv6.host', 'ipv6.addr'],
  ['ipv6.src_host', 'ipv6.src'],
  ['ipv6.dst_host', 'ipv6.dst'],
  ['frame.time', 'frame.time_epoch'],
];

/** What asks for something else: dissections we have none of, and names for the same. */
const INSTEAD: Readonly<Record<string, string>> = {
  dns: 'udp.port == 53',
  http: 'tcp.payload matches "^(GET|POST|PUT|HEAD|DELETE|HTTP/)"',
  http2: 'tcp.payload contains "PRI * HTTP/2.0"',
  grpc: 'tcp.payload contains "application/grpc"',
  tls: 'tcp.payload[0:2] == 16:03 || tcp.payload[0:2] == 17:03',
  ssl: 'tcp.payload[0:2] == 16:03 || tcp.payload[0:2] == 17:03',
  dhcp: 'udp.port == 67',
  quic: 'udp.port == 443',
  'frame.cap_len': 'frame.len',
  'tls.handshake.type': 'tcp.payload[5]',
};

export const FIELDS: ReadonlyMap<string, FieldEntry> = build();

/** The known name most like `name`, or '' when none is close. */
export function similarField(name: string): string {
  const instead =
    INSTEAD[name.toLowerCase()] ??
    (/^(dns|http2?|grpc|tls|ssl|dhcp|quic)\./.test(name) ? INSTEAD[name.slice(0, name.indexOf('.'))] : undefined);
  if (instead !== undefined) return instead;
  let best = '';
  let least = Math.max(3, Math.floor(name.length / 3));
  for (const candidate of FIELDS.keys()) {
    const distance = candidate.startsWith(name) ? 0.5 : editDistance(name, candidate, least);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein; anything above `limit` is `limit + 1`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? limit + 1;
}
