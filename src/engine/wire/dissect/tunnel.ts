// Tunnels: GRE, ERSPAN, VXLAN, Geneve, GTP-U.
import { isFrame } from '../shims.ts';
import { EOIP, isAruba } from '../tunnels.ts';
import { addChecksum } from './checksum.ts';
import { byEtherType } from './link.ts';
import { ETHERTYPES } from './names.ts';
import type { FieldTree, Next } from './tree.ts';

const ENHANCED_GRE = 1;

/** Source: RFC 2784, 2890, 2637 §4.1 (version 1). */
export function gre(tree: FieldTree, at: number, end: number): Next | null {
  const flags = tree.u16(at);
  const version = flags & 7;
  const type = tree.u16(at + 2);
  const [checksum, routing, key, sequence] = [
    (flags & 0x8000) !== 0,
    (flags & 0x4000) !== 0,
    (flags & 0x2000) !== 0,
    (flags & 0x1000) !== 0,
  ];
  const acknowledged = version === ENHANCED_GRE && (flags & 0x80) !== 0;
  const length = 4 + (checksum || routing ? 4 : 0) + (key ? 4 : 0) + (sequence ? 4 : 0) + (acknowledged ? 4 : 0);
  tree.open('gre', `Generic Routing Encapsulation (${ETHERTYPES[type]?.[0] ?? 'unknown'})`, at, length);
  tree.open('gre.flags_and_version', 'Flags and Version', at, 2, `0x${flags.toString(16).padStart(4, '0')}`);
  tree.flag('gre.flags.checksum', 'Checksum Bit', at, 2, 0x8000, ['No', 'Yes']);
  tree.flag('gre.flags.routing', 'Routing Bit', at, 2, 0x4000, ['No', 'Yes']);
  tree.flag('gre.flags.key', 'Key Bit', at, 2, 0x2000, ['No', 'Yes']);
  tree.flag('gre.flags.sequence_number', 'Sequence Number Bit', at, 2, 0x1000, ['No', 'Yes']);
  tree.flag('gre.flags.strict_source_route', 'Strict Source Route Bit', at, 2, 0x0800, ['No', 'Yes']);
  tree.bits('gre.flags.recursion_control', 'Recursion control', at, 2, 0x0700);
  if (version === ENHANCED_GRE && type !== EOIP) tree.flag('gre.flags.ack', 'Acknowledgment', at, 2, 0x80, ['No', 'Yes']);
  tree.bits('gre.flags.reserved', 'Flags (Reserved)', at, 2, 0xf8);
  tree.bits('gre.flags.version', 'Version', at, 2, 0x7);
  tree.close();
  tree.hex('gre.proto', 'Protocol Type', at + 2, 2, {
    text: `${ETHERTYPES[type]?.[0] ?? 'Unknown'} (0x${type.toString(16).padStart(4, '0')})`,
  });
  let next = at + 4;
  if (checksum || routing) {
    if (checksum) addChecksum(tree, 'gre.checksum', 'Checksum', next, at, end, null);
    else {
      tree.hex('gre.checksum', 'Checksum', next, 2);
      tree.derived('gre.checksum.status', 'Checksum Status', '2');
    }
    tree.num('gre.offset', 'Offset', next + 2, 2);
    next += 4;
  }
  if (key) {
    tree.hex('gre.key', 'Key', next, 4);
    next += 4;
  }
  if (sequence) {
    tree.num('gre.sequence_number', 'Sequence Number', next, 4);
    next += 4;
  }
  if (acknowledged) {
    tree.num('gre.ack_number', 'Acknowledgment Number', next, 4);
    next += 4;
  }
  if (routing) next = routes(tree, next);
  if (type === 0x88be && !sequence) return { protocol: 'eth', at: next, end };
  return { protocol: ETHERTYPES[type]?.[1] ?? (isAruba(type) ? 'wlan' : 'data'), at: next, end };
}

/** Source routes of RFC 1701, up to the empty one that ends them. */
function routes(tree: FieldTree, from: number): number {
  let at = from;
  for (let isLast = false; !isLast && !tree.stop; ) {
    const length = tree.u8(at + 3);
    isLast = tree.u16(at) === 0 && length === 0;
    tree.open('gre.routing', 'Routing', at, 4 + length);
    tree.num('gre.routing.address_family', 'Address Family', at, 2);
    tree.num('gre.routing.sre_offset', 'SRE Offset', at + 2, 1);
    tree.num('gre.routing.src_length', 'SRE Length', at + 3, 1);
    if (length > 0) tree.raw('gre.routing.information', 'Routing Information', at + 4, length);
    tree.close();
    at += 4 + length;
  }
  return at;
}

/** Types I to III share the first word. Source: draft-foschiano-erspan-03 §4. */
export function erspan(tree: FieldTree, at: number, end: number): Next | null {
  const version = tree.u8(at) >> 4;
  const third = version === 2;
  const sub = third && (tree.u16(at + 10) & 1) === 1;
  tree.open('erspan', `Encapsulated Remote Switch Packet ANalysis Type ${third ? 'III' : 'II'}`, at, third ? (sub ? 20 : 12) : 8);
  tree.bits('erspan.version', 'Version', at, 2, 0xf000);
  tree.bits('erspan.vlan', 'Vlan', at, 2, 0x0fff);
  tree.bits('erspan.cos', 'COS', at + 2, 2, 0xe000);
  tree.bits(third ? 'erspan.bso' : 'erspan.encap', third ? 'Bad/Short/Oversized' : 'Encap', at + 2, 2, 0x1800);
  tree.bits('erspan.truncated', 'Truncated', at + 2, 2, 0x0400);
  tree.bits('erspan.spanid', 'SpanID', at + 2, 2, 0x03ff);
  if (!third) {
    tree.bits('erspan.reserved', 'Reserved', at + 4, 4, 0xfff00000);
    tree.bits('erspan.index', 'Index', at + 4, 4, 0x000fffff);
    return { protocol: 'eth', at: at + 8, end };
  }
  tree.num('erspan.timestamp', 'Timestamp', at + 4, 4);
  tree.num('erspan.sgt', 'Security Group Tag', at + 8, 2);
  tree.bits('erspan.p', 'Has Ethernet PDU', at + 10, 2, 0x8000);
  const frameType = tree.bits('erspan.ft', 'Frame Type', at + 10, 2, 0x7c00);
  tree.bits('erspan.hw', 'Hardware ID', at + 10, 2, 0x03f0);
  tree.flag('erspan.direction', 'Direction', at + 10, 2, 0x0008, ['Ingress', 'Egress']);
  tree.bits('erspan.gra', 'Timestamp granularity', at + 10, 2, 0x0006);
  tree.bits('erspan.o', 'Optional Sub headers', at + 10, 2, 0x0001);
  if (sub) tree.bits('erspan.platid', 'Platform ID', at + 12, 4, 0xfc000000);
  const next = at + (sub ? 20 : 12);
  if (frameType === 2) return { protocol: tree.u8(next) >> 4 === 6 ? 'ipv6' : 'ip', at: next, end };
  return { protocol: 'eth', at: next, end };
}

/** Source: RFC 7348 §5. */
export function vxlan(tree: FieldTree, at: number, end: number): Next | null {
  tree.open('vxlan', `Virtual eXtensible Local Area Network, VNI: ${tree.u24(at + 4)}`, at, 8);
  tree.open('vxlan.flags', 'Flags', at, 2, `0x${tree.u16(at).toString(16).padStart(4, '0')}`);
  tree.flag('vxlan.flag_g', 'GBP Extension', at, 2, 0x8000, ['Not defined', 'Defined']);
  tree.flag('vxlan.flag_i', 'VXLAN Network ID (VNI)', at, 2, 0x0800, ['False', 'True']);
  tree.flag('vxlan.flag_d', "Don't Learn", at, 2, 0x0040, ['False', 'True']);
  tree.flag('vxlan.flag_a', 'Policy Applied', at, 2, 0x0008, ['False', 'True']);
  tree.add('vxlan.flags_reserved', 'Reserved(R)', at, 2, `0x${(tree.u16(at) & 0x77b7).toString(16).padStart(4, '0')}`, { mask: 0x77b7 });
  tree.close();
  tree.num('vxlan.gbp', 'Group Policy ID', at + 2, 2);
  tree.num('vxlan.vni', 'VXLAN Network Identifier (VNI)', at + 4, 3);
  tree.num('vxlan.reserved8', 'Reserved', at + 7, 1);
  return { protocol: 'eth', at: at + 8, end };
}

/** Source: RFC 8926 §3.4. */
export function geneve(tree: FieldTree, at: number, end: number): Next | null {
  const optionsLength = (tree.u8(at) & 0x3f) * 4;
  const type = tree.u16(at + 2);
  tree.open(
    'geneve',
    `Generic Network Virtualization Encapsulation, VNI: 0x${tree
      .u24(at + 4)
      .toString(16)
      .padStart(6, '0')}`,
    at,
    8 + optionsLength,
  );
  tree.bits('geneve.version', 'Version', at, 1, 0xc0);
  tree.add('geneve.option.length', 'Length', at, 1, String(optionsLength), { mask: 0x3f, text: `${optionsLength} bytes` });
  tree.open(
    'geneve.flags',
    'Flags',
    at + 1,
    1,
    `0x${tree
      .u8(at + 1)
      .toString(16)
      .padStart(2, '0')}`,
  );
  tree.flag('geneve.flags.oam', 'Operations, Administration and Management Frame', at + 1, 1, 0x80, ['False', 'True']);
  tree.flag('geneve.flags.critical', 'Critical Options Present', at + 1, 1, 0x40, ['False', 'True']);
  tree.flag('geneve.flags.reserved', 'Reserved', at + 1, 1, 0x3f, ['False', 'True']);
  tree.close();
  tree.hex('geneve.proto_type', 'Protocol Type', at + 2, 2, {
    text: `${ETHERTYPES[type]?.[0] ?? 'Unknown'} (0x${type.toString(16).padStart(4, '0')})`,
  });
  tree.hex('geneve.vni', 'Virtual Network Identifier (VNI)', at + 4, 3, { text: `${tree.u24(at + 4)}` });
  if (tree.u8(at + 7) !== 0) tree.hex('geneve.reserved', 'Reserved', at + 7, 1);
  if (optionsLength > 0) tree.open('geneve.options', 'Geneve Options', at + 8, optionsLength, tree.hexOf(at + 8, optionsLength));
  const next = at + 8 + optionsLength;
  let option = at + 8;
  while (option + 4 <= next && !tree.stop) {
    const length = 4 + (tree.u8(option + 3) & 0x1f) * 4;
    if (option + length > next) {
      tree.halt('malformed', option, length);
      return null;
    }
    const critical = (tree.u8(option + 2) & 0x80) !== 0;
    tree.open('geneve.option', 'Option', option, length, tree.hexOf(option, length), {
      text: `Class 0x${tree.u16(option).toString(16).padStart(4, '0')}, Type 0x${tree
        .u8(option + 2)
        .toString(16)
        .padStart(2, '0')}`,
    });
    tree.hex('geneve.option.class', 'Class', option, 2);
    tree.hex('geneve.option.type', 'Type', option + 2, 1, { text: critical ? 'Critical' : 'Non-critical' });
    tree.flag('geneve.option.flags.reserved', 'Reserved', option + 3, 1, 0xe0);
    tree.add('geneve.option.length', 'Length', option + 3, 1, String(length));
    if (length > 4) tree.raw('geneve.option.unknown.data', 'Unknown Option Data', option + 4, length - 4);
    tree.close();
    option += length;
  }
  return byEtherType(tree, type, next, end);
}

const G_PDU = 255;

/** What a G-PDU carries: no field says so. */
function userPacket(tree: FieldTree, at: number, end: number): Next {
  const version = tree.u8(at) >> 4;
  if (version === 4 || version === 6) return { protocol: version === 4 ? 'ip' : 'ipv6', at, end };
  return { protocol: isFrame(tree.view, at, tree.limit) ? 'eth' : 'data', at, end };
}

/** Version 0, of twenty octets. Source: 3GPP TS 09.60 §6. */
function gtpVersion0(tree: FieldTree, at: number, end: number): Next | null {
  const flags = tree.u8(at);
  tree.open('gtp', 'GPRS Tunneling Protocol', at, 20);
  tree.open('gtp.flags', 'Flags', at, 1, `0x${flags.toString(16).padStart(2, '0')}`);
  tree.bits('gtp.flags.version', 'Version', at, 1, 0xe0);
  tree.bits('gtp.flags.payload', 'Protocol type', at, 1, 0x10);
  tree.bits('gtp.flags.reserved', 'Reserved', at, 1, 0x0e);
  tree.flag('gtp.flags.snn', 'Is SNDCP N-PDU included?', at, 1, 1, ['No', 'Yes']);
  tree.close();
  const message = tree.hex('gtp.message', 'Message Type', at + 1, 1);
  const length = tree.num('gtp.length', 'Length', at + 2, 2);
  tree.hex('gtp.seq_number', 'Sequence number', at + 4, 2);
  tree.hex('gtp.flow_label', 'Flow label', at + 6, 2);
  tree.hex('gtp.sndcp_number', 'SNDCP N-PDU LLC Number', at + 8, 1);
  tree.raw('gtp.tid', 'TID', at + 12, 8);
  const inner = Math.min(end, at + 20 + length);
  return message === G_PDU ? userPacket(tree, at + 20, inner) : { protocol: 'data', at: at + 20, end: inner };
}

/** GTP-U version 1. Source: 3GPP TS 29.281 §5.1. */
export function gtpU(tree: FieldTree, at: number, end: number): Next | null {
  const flags = tree.u8(at);
  if (flags >> 4 === 1) return gtpVersion0(tree, at, end);
  const optional = (flags & 7) !== 0;
  tree.open('gtp', 'GPRS Tunneling Protocol', at, optional ? 12 : 8);
  tree.open('gtp.flags', 'Flags', at, 1, `0x${flags.toString(16).padStart(2, '0')}`);
  tree.bits('gtp.flags.version', 'Version', at, 1, 0xe0);
  tree.bits('gtp.flags.payload', 'Protocol type', at, 1, 0x10);
  tree.bits('gtp.flags.reserved', 'Reserved', at, 1, 0x08);
  tree.flag('gtp.flags.e', 'Is Next Extension Header present?', at, 1, 4, ['No', 'Yes']);
  tree.flag('gtp.flags.s', 'Is Sequence Number present?', at, 1, 2, ['No', 'Yes']);
  tree.flag('gtp.flags.pn', 'Is N-PDU number present?', at, 1, 1, ['No', 'Yes']);
  tree.close();
  const message = tree.hex('gtp.message', 'Message Type', at + 1, 1, { text: tree.u8(at + 1) === G_PDU ? 'T-PDU (0xff)' : '' });
  const length = tree.num('gtp.length', 'Length', at + 2, 2);
  tree.hex('gtp.teid', 'TEID', at + 4, 4);
  let next = at + 8;
  if (optional) {
    if (flags & 2) tree.hex('gtp.seq_number', 'Sequence number', at + 8, 2);
    if (flags & 1) tree.hex('gtp.npdu_number', 'N-PDU Number', at + 10, 1);
    next = extensionHeaders(tree, at + 11, at + 12, (flags & 4) !== 0);
  }
  const inner = Math.min(end, at + 8 + length);
  return message === G_PDU ? userPacket(tree, next, inner) : { protocol: 'data', at: next, end: inner };
}

function extensionHeaders(tree: FieldTree, typeAt: number, start: number, present: boolean): number {
  let [type, at] = [tree.u8(typeAt), start];
  if (present) tree.hex('gtp.ext_hdr.next', 'Next extension header type', typeAt, 1);
  while (present && type !== 0 && !tree.stop) {
    const length = tree.u8(at) * 4;
    if (length === 0) {
      tree.halt(tree.has(at, 1) ? 'malformed' : 'cut', at, 4);
      break;
    }
    tree.open('gtp.ext_hdr', 'Extension header', at, length, tree.hexOf(at, length));
    tree.num('gtp.ext_hdr.length', 'Extension Header Length', at, 1);
    tree.hex('gtp.ext_hdr.next', 'Next extension header type', at + length - 1, 1);
    tree.close();
    type = tree.u8(at + length - 1);
    at += length;
  }
  return at;
}
