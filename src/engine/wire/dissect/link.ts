// Link layers: Ethernet, LLC/SNAP, VLAN tags, Linux cooked, BSD loopback, raw IP, PPP, PPPoE, MPLS.
import { isIsl, pseudowireFrame } from '../shims.ts';
import { ETHERTYPES, NULL_FAMILIES, PPP_PROTOCOLS, SLL_PACKET_TYPES } from './names.ts';
import { linkShimKey } from './shim.ts';
import type { FieldTree, Next } from './tree.ts';

/** DLT/LINKTYPE number → the protocol that dissect.ts reads first; null: a link type we can't read. */
export function linkProtocol(linkType: number): string | null {
  return LINK_TYPES[linkType] ?? linkShimKey(linkType);
}
const LINK_TYPES: Readonly<Record<number, string>> = {
  0: 'null',
  1: 'eth',
  9: 'serial',
  11: 'llc',
  12: 'raw',
  14: 'raw',
  50: 'serial',
  51: 'pppoes',
  100: 'llc',
  101: 'raw',
  104: 'chdlc',
  105: 'wlan',
  108: 'loop',
  113: 'sll',
  117: 'pflog',
  127: 'radiotap',
  192: 'ppi',
  204: 'pppdir',
  228: 'ip',
  229: 'ipv6',
  239: 'nflog',
  276: 'sll2',
};

const hex4 = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;
const named = (table: Readonly<Record<number, readonly [string, string | null]>>, value: number): string =>
  `${table[value]?.[0] ?? 'Unknown'} (${hex4(value)})`;

/** The next layer by EtherType; values up to 1500 are an 802.3 length. */
export function byEtherType(tree: FieldTree, type: number, at: number, end: number): Next {
  const protocol = ETHERTYPES[type]?.[1] ?? 'data';
  tree.protocols.push('ethertype');
  return { protocol, at, end };
}

export function ethernet(tree: FieldTree, at: number, end: number): Next | null {
  if (tree.has(at, 26) && isIsl(tree.view, at)) return { protocol: 'isl', at, end };
  tree.open('eth', `Ethernet II, Src: ${tree.macOf(at + 6)}, Dst: ${tree.macOf(at)}`, at, 14);
  address(tree, 'eth.dst', 'Destination', at);
  address(tree, 'eth.src', 'Source', at + 6);
  const type = tree.u16(at + 12);
  if (type > 1500) {
    tree.hex('eth.type', 'Type', at + 12, 2, { text: named(ETHERTYPES, type) });
    return byEtherType(tree, type, at + 14, end);
  }
  tree.num('eth.len', 'Length', at + 12, 2);
  return { protocol: 'llc', at: at + 14, end: Math.min(end, at + 14 + type) };
}

function address(tree: FieldTree, name: string, label: string, at: number): void {
  tree.open(name, label, at, 6, tree.macOf(at));
  tree.flag(`${name}.lg`, 'LG bit', at, 3, 0x020000, ['Globally unique address (factory default)', 'Locally administered address']);
  tree.flag(`${name}.ig`, 'IG bit', at, 3, 0x010000, ['Individual address (unicast)', 'Group address (multicast/broadcast)']);
  tree.close();
}

export function vlan(tree: FieldTree, at: number, end: number): Next | null {
  const tag = tree.u16(at);
  tree.open('vlan', `802.1Q Virtual LAN, PRI: ${tag >> 13}, DEI: ${(tag >> 12) & 1}, ID: ${tag & 0xfff}`, at, 4);
  tree.bits('vlan.priority', 'Priority', at, 2, 0xe000);
  tree.flag('vlan.dei', 'DEI', at, 2, 0x1000, ['Ineligible', 'Eligible']);
  tree.bits('vlan.id', 'ID', at, 2, 0x0fff);
  const type = tree.u16(at + 2);
  if (type > 1500) {
    tree.hex('vlan.etype', 'Type', at + 2, 2, { text: named(ETHERTYPES, type) });
    return byEtherType(tree, type, at + 4, end);
  }
  tree.num('vlan.len', 'Length', at + 2, 2);
  return { protocol: 'llc', at: at + 4, end: Math.min(end, at + 4 + type) };
}

export function providerBridge(tree: FieldTree, at: number, end: number): Next | null {
  const tag = tree.u16(at);
  tree.open('ieee8021ad', `IEEE 802.1ad, ID: ${tag & 0xfff}`, at, 4);
  tree.bits('ieee8021ad.priority', 'Priority', at, 1, 0xe0);
  tree.bits('ieee8021ad.dei', 'DEI', at, 1, 0x10);
  tree.bits('ieee8021ad.id', 'ID', at, 2, 0x0fff);
  const type = tree.u16(at + 2);
  tree.hex('ieee8021ah.etype', 'Type', at + 2, 2, { text: named(ETHERTYPES, type) });
  return byEtherType(tree, type, at + 4, end);
}

export function llc(tree: FieldTree, at: number, end: number): Next | null {
  tree.open('llc', 'Logical-Link Control', at, tree.u16(at) === 0xaaaa ? 8 : 3);
  const dsap = sap(tree, 'llc.dsap', 'DSAP', at, 'ig');
  const ssap = sap(tree, 'llc.ssap', 'SSAP', at + 1, 'cr');
  const control = tree.u8(at + 2);
  const wide = (control & 3) !== 3;
  llcControl(tree, at + 2, wide);
  const rest = at + (wide ? 4 : 3);
  // Frames that are neither information nor unnumbered information carry nothing.
  if (wide ? (control & 1) === 1 : (control & 0xef) !== 3) return { protocol: 'data', at: rest, end };
  if (dsap === 0xaa && ssap === 0xaa) return snap(tree, rest, end);
  if (dsap === 0x06) return { protocol: 'ip', at: rest, end };
  return dsap === 0xfe ? { protocol: ISO_PROTOCOLS[tree.u8(rest)] ?? 'data', at: rest + 1, end } : { protocol: 'data', at: rest, end };
}

/** RFC 1483 routed: numbers that ISO gave to network layers. */
const ISO_PROTOCOLS: Readonly<Record<number, string>> = { 142: 'ipv6', 204: 'ip', 207: 'ppp' };
const BRIDGED = 0x0080c2;

function snap(tree: FieldTree, at: number, end: number): Next {
  const oui = tree.num('llc.oui', 'Organization Code', at, 3);
  const type = tree.u16(at + 3);
  if (oui === 0 || oui === 0xf8) {
    tree.hex('llc.type', 'Type', at + 3, 2, { text: named(ETHERTYPES, type) });
    return { protocol: ETHERTYPES[type]?.[1] ?? 'data', at: at + 5, end };
  }
  tree.hex('llc.pid', 'Protocol ID', at + 3, 2);
  // RFC 2684: two octets of padding, then the frame.
  return oui === BRIDGED && (type === 1 || type === 7) ? { protocol: 'eth', at: at + 7, end } : { protocol: 'data', at: at + 5, end };
}

/** One octet for unnumbered frames, two for the others; Wireshark prints four digits for both. */
function llcControl(tree: FieldTree, at: number, wide: boolean): void {
  const value = wide ? tree.u16(at) : tree.u8(at);
  tree.open('llc.control', 'Control field', at, wide ? 2 : 1, hex4(value));
  if (!wide) {
    tree.add('llc.control.u_modifier_cmd', 'Command', at, 1, `0x${(value & 0xec).toString(16).padStart(2, '0')}`, { mask: 0xec });
    tree.add('llc.control.ftype', 'Frame type', at, 1, `0x${(value & 3).toString(16).padStart(2, '0')}`, { mask: 3 });
  }
  tree.close();
}

function sap(tree: FieldTree, name: string, label: string, at: number, bit: string): number {
  const value = tree.u8(at);
  const text = value === 0xaa ? 'SNAP (0xaa)' : `0x${value.toString(16).padStart(2, '0')}`;
  tree.open(name, label, at, 1, `0x${value.toString(16).padStart(2, '0')}`, { text });
  tree.add(`${name}.sap`, 'SAP', at, 1, String(value >> 1), { mask: 0xfe });
  tree.flag(
    `${name}.${bit}`,
    bit === 'ig' ? 'IG Bit' : 'CR Bit',
    at,
    1,
    1,
    bit === 'ig' ? ['Individual', 'Group'] : ['Command', 'Response'],
  );
  tree.close();
  return value;
}

/** Linux cooked, version 1: 16 octets, the EtherType last. */
export function sll(tree: FieldTree, at: number, end: number): Next | null {
  tree.open('sll', 'Linux cooked capture v1', at, 16);
  tree.num('sll.pkttype', 'Packet type', at, 2, { text: packetType(tree.u16(at)) });
  const hatype = tree.num('sll.hatype', 'Link-layer address type', at + 2, 2);
  const length = tree.num('sll.halen', 'Link-layer address length', at + 4, 2);
  cookedAddress(tree, at + 6, length, hatype);
  return cookedType(tree, at + 14, at + 16, end);
}

/** Linux cooked, version 2: 20 octets, the EtherType first, with the interface's index. */
export function sll2(tree: FieldTree, at: number, end: number): Next | null {
  tree.open('sll', 'Linux cooked capture v2', at, 20);
  const next = cookedType(tree, at, at + 20, end);
  tree.num('sll.ifindex', 'Interface index', at + 4, 4);
  const hatype = tree.num('sll.hatype', 'Link-layer address type', at + 8, 2);
  tree.num('sll.pkttype', 'Packet type', at + 10, 1, { text: packetType(tree.u8(at + 10)) });
  const length = tree.num('sll.halen', 'Link-layer address length', at + 11, 1);
  cookedAddress(tree, at + 12, length, hatype);
  return next;
}

const packetType = (value: number): string => `${SLL_PACKET_TYPES[value] ?? 'Unknown'} (${value})`;

/** Eight octets of which `length` are the sender's address. */
function cookedAddress(tree: FieldTree, at: number, length: number, hatype: number): void {
  const used = Math.min(length, 8);
  if (used === 6) tree.mac('sll.src.eth', 'Source', at);
  else if (used === 4 && hatype !== 1) tree.ip4('sll.src.ipv4', 'Source', at);
  else if (used > 0) tree.raw('sll.src.other', 'Source', at, used);
  if (used < 8) tree.raw('sll.unused', 'Unused', at + used, 8 - used);
}

function cookedType(tree: FieldTree, typeAt: number, at: number, end: number): Next {
  const type = tree.u16(typeAt);
  if (type > 1500) {
    tree.hex('sll.etype', 'Protocol', typeAt, 2, { text: named(ETHERTYPES, type) });
    return byEtherType(tree, type, at, end);
  }
  tree.hex('sll.ltype', 'Protocol', typeAt, 2);
  return { protocol: type === 4 ? 'llc' : type === 3 ? 'eth' : 'data', at, end };
}

/** BSD loopback: an address family in the capturing host's byte order (`loop` has it in network order). */
export function nullLoop(tree: FieldTree, at: number, end: number): Next | null {
  if (tree.u16(at) === 0xff03) return { protocol: 'ppp', at, end };
  tree.open('null', 'Null/Loopback', at, 4);
  const big = tree.u32(at);
  const little = ((big >>> 24) | ((big >>> 8) & 0xff00) | ((big & 0xff00) << 8) | (big << 24)) >>> 0;
  const family = big < little ? big : little;
  if (family >= 0x600 && family <= 0xffff) {
    tree.add('null.type', 'Type', at, 4, hex4(family), { text: named(ETHERTYPES, family) });
    return byEtherType(tree, family, at + 4, end);
  }
  tree.add('null.family', 'Family', at, 4, String(family), { text: `${NULL_FAMILIES[family]?.[0] ?? 'Unknown'} (${family})` });
  return { protocol: NULL_FAMILIES[family]?.[1] ?? 'data', at: at + 4, end };
}

/** No link layer: the version in the first octet tells. */
export function raw(tree: FieldTree, at: number, end: number): Next | null {
  const version = tree.u8(at) >> 4;
  tree.open('raw', 'Raw packet data', at, 0);
  return { protocol: version === 6 ? 'ipv6' : version === 4 ? 'ip' : 'data', at, end };
}

/** A serial line: PPP, or Cisco's framing by its first octet. */
export function serial(tree: FieldTree, at: number, end: number): Next {
  const isCisco = (tree.u8(at) & 0x7f) === 0x0f && tree.u8(at + 1) === 0;
  return { protocol: isCisco ? 'chdlc' : 'ppp', at, end };
}

/** Multilink: a packet that is one fragment (RFC 1990 §3). */
export function pppMultilink(tree: FieldTree, at: number, end: number): Next | null {
  tree.open('mp', 'PPP Multilink Protocol', at, 4);
  return { protocol: tree.u8(at) >> 6 === 3 ? 'ppp' : 'data', at: at + 4, end };
}

/** Bridged frames (RFC 3518 §4.2). */
export function pppBridging(tree: FieldTree, at: number, end: number): Next | null {
  tree.open('bcp_bpdu', 'PPP Bridging Control Protocol Bridged PDU', at, 2);
  return { protocol: tree.u8(at + 1) === 1 ? 'eth' : 'data', at: at + 2, end };
}

export function ppp(tree: FieldTree, at: number, end: number): Next | null {
  const framed = tree.u16(at) === 0xff03;
  const start = framed ? at + 2 : at;
  const short = (tree.u8(start) & 1) === 1;
  tree.open('ppp', 'Point-to-Point Protocol', at, (framed ? 2 : 0) + (short ? 1 : 2));
  if (framed) {
    tree.hex('ppp.address', 'Address', at, 1);
    tree.hex('ppp.control', 'Control', at + 1, 1);
  }
  const value = short ? tree.u8(start) : tree.u16(start);
  tree.add('ppp.protocol', 'Protocol', start, short ? 1 : 2, hex4(value), { text: named(PPP_PROTOCOLS, value) });
  return { protocol: PPP_PROTOCOLS[value]?.[1] ?? 'data', at: start + (short ? 1 : 2), end };
}

/** PPP with a direction octet in front. */
export function pppWithDirection(tree: FieldTree, at: number, end: number): Next | null {
  tree.open('ppp', 'Point-to-Point Protocol', at, 1);
  tree.num('ppp.direction', 'Direction', at, 1, { text: tree.u8(at) === 0 ? 'DTE->DCE (0)' : `DCE->DTE (${tree.u8(at)})` });
  return { protocol: 'ppp', at: at + 1, end };
}

export function pppoe(tree: FieldTree, at: number, end: number): Next | null {
  tree.open('pppoe', 'PPP-over-Ethernet', at, 6);
  tree.bits('pppoe.version', 'Version', at, 1, 0xf0);
  tree.bits('pppoe.type', 'Type', at, 1, 0x0f);
  const code = tree.hex('pppoe.code', 'Code', at + 1, 1);
  tree.hex('pppoe.session_id', 'Session ID', at + 2, 2);
  const length = tree.num('pppoe.payload_length', 'Payload Length', at + 4, 2);
  return { protocol: code === 0 ? 'ppp' : 'data', at: at + 6, end: Math.min(end, at + 6 + length) };
}

export function mpls(tree: FieldTree, at: number, end: number): Next | null {
  const entry = tree.u32(at);
  const bottom = (entry & 0x100) !== 0;
  tree.open('mpls', `MultiProtocol Label Switching Header, Label: ${entry >>> 12}, TTL: ${entry & 0xff}`, at, 4);
  tree.bits('mpls.label', 'MPLS Label', at, 4, 0xfffff000);
  tree.bits('mpls.exp', 'MPLS Experimental Bits', at, 4, 0xe00);
  tree.bits('mpls.bottom', 'MPLS Bottom Of Label Stack', at, 4, 0x100);
  tree.bits('mpls.ttl', 'MPLS TTL', at, 4, 0xff);
  if (!bottom) return { protocol: 'mpls', at: at + 4, end };
  const version = tree.u8(at + 4) >> 4;
  if (version === 4 || version === 6) return { protocol: version === 4 ? 'ip' : 'ipv6', at: at + 4, end };
  const frame = pseudowireFrame(tree.view, at + 4, tree.limit);
  if (frame < 0) return { protocol: 'data', at: at + 4, end };
  return { protocol: frame === at + 4 ? 'eth' : 'pwethcw', at: at + 4, end };
}

/** Control word before Ethernet in a pseudowire. Source: RFC 4448 §4.6. */
export function pseudowire(tree: FieldTree, at: number, end: number): Next | null {
  tree.open('pwethcw', 'PW Ethernet Control Word', at, 4);
  tree.num('pweth.cw.sequence_number', 'Sequence Number', at + 2, 2);
  return { protocol: 'eth', at: at + 4, end };
}

export function arp(tree: FieldTree, at: number): null {
  const opcode = tree.u16(at + 6);
  const [hlen, plen] = [tree.u8(at + 4), tree.u8(at + 5)];
  tree.open(
    'arp',
    `Address Resolution Protocol (${opcode === 1 ? 'request' : opcode === 2 ? 'reply' : opcode})`,
    at,
    8 + 2 * (hlen + plen),
  );
  tree.num('arp.hw.type', 'Hardware type', at, 2);
  tree.hex('arp.proto.type', 'Protocol type', at + 2, 2);
  tree.num('arp.hw.size', 'Hardware size', at + 4, 1);
  tree.num('arp.proto.size', 'Protocol size', at + 5, 1);
  tree.num('arp.opcode', 'Opcode', at + 6, 2, { text: opcode === 1 ? 'request (1)' : opcode === 2 ? 'reply (2)' : String(opcode) });
  if (hlen !== 6 || plen !== 4) return null;
  tree.mac('arp.src.hw_mac', 'Sender MAC address', at + 8);
  tree.ip4('arp.src.proto_ipv4', 'Sender IP address', at + 14);
  tree.mac('arp.dst.hw_mac', 'Target MAC address', at + 18);
  tree.ip4('arp.dst.proto_ipv4', 'Target IP address', at + 24);
  return null;
}
