// More tunnels: VXLAN-GPE, NSH, L2TP, Teredo, EtherIP.
import type { FieldTree, Next } from './tree.ts';

const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`;

/** Next protocols of VXLAN-GPE and NSH: name, and what reads it. */
const NEXT: Readonly<Record<number, readonly [string, string]>> = {
  1: ['IPv4', 'ip'],
  2: ['IPv6', 'ipv6'],
  3: ['Ethernet', 'eth'],
  4: ['NSH', 'nsh'],
  5: ['MPLS', 'mpls'],
};
const nextText = (value: number): string => `${NEXT[value]?.[0] ?? 'Unknown'} (${value})`;

/** Source: draft-ietf-nvo3-vxlan-gpe-13 §3. */
export function vxlanGpe(tree: FieldTree, at: number, end: number): Next | null {
  const next = tree.u8(at + 3);
  tree.open('vxlan', `Virtual eXtensible Local Area Network, VNI: ${tree.u24(at + 4)}`, at, 8);
  tree.open('vxlan.flags', 'Flags', at, 1, hex(tree.u8(at), 2));
  tree.bits('vxlan.ver', 'Version', at, 1, 0x30);
  tree.bits('vxlan.i_bit', 'Instance', at, 1, 0x08);
  tree.bits('vxlan.p_bit', 'Next Protocol Bit', at, 1, 0x04);
  tree.bits('vxlan.o_bit', 'OAM bit', at, 1, 0x01);
  tree.add('vxlan.flags_reserved', 'Reserved(R)', at, 1, String(tree.u8(at) & 0xc2), { mask: 0xc2 });
  tree.close();
  tree.num('vxlan.reserved_16', 'Reserved', at + 1, 2);
  tree.num('vxlan.next_proto', 'Next Protocol', at + 3, 1, { text: nextText(next) });
  tree.num('vxlan.vni', 'VXLAN Network Identifier (VNI)', at + 4, 3);
  tree.num('vxlan.reserved8', 'Reserved', at + 7, 1);
  return { protocol: NEXT[next]?.[1] ?? 'data', at: at + 8, end };
}

const FIXED_CONTEXT = 1;
const VARIABLE_CONTEXT = 2;

/** Source: RFC 8300 §2. */
export function nsh(tree: FieldTree, at: number, end: number): Next | null {
  const length = (tree.u16(at) & 0x3f) * 4;
  const kind = tree.u8(at + 2);
  const next = tree.u8(at + 3);
  tree.open('nsh', 'Network Service Header', at, Math.max(8, length));
  tree.bits('nsh.version', 'Version', at, 2, 0xc000);
  tree.bits('nsh.Obit', 'O Bit', at, 2, 0x2000);
  tree.bits('nsh.CBit', 'C Bit', at, 2, 0x1000);
  tree.add('nsh.ttl', 'Time to live', at, 2, hex((tree.u16(at) >> 6) & 0x3f, 4), { mask: 0xfc0 });
  tree.add('nsh.length', 'Length', at, 2, String(length / 4), { mask: 0x3f, text: `${length} bytes` });
  tree.num('nsh.mdtype', 'MD Type', at + 2, 1);
  tree.num('nsh.nextproto', 'Next Protocol', at + 3, 1, { text: nextText(next) });
  tree.num('nsh.spi', 'SPI', at + 4, 3);
  tree.num('nsh.si', 'SI', at + 7, 1);
  if (length < 8) {
    tree.halt('malformed', at, 8);
    return null;
  }
  if (kind === FIXED_CONTEXT) for (let i = 8; i + 4 <= length; i += 4) tree.raw('nsh.contextheader', 'Context Header', at + i, 4);
  if (kind === VARIABLE_CONTEXT) metadata(tree, at + 8, at + length);
  return { protocol: NEXT[next]?.[1] ?? 'data', at: at + length, end };
}

function metadata(tree: FieldTree, from: number, end: number): void {
  for (let at = from; at + 4 <= end && !tree.stop; ) {
    tree.num('nsh.metadataclass', 'TLV Class', at, 2);
    tree.num('nsh.metadatatype', 'Type', at + 2, 1);
    const octets = tree.u8(at + 3) & 0x7f;
    tree.add('nsh.metadataunassignedbit', 'Unassigned Bit', at + 3, 1, hex(tree.u8(at + 3) >> 7, 2), { mask: 0x80 });
    tree.add('nsh.metadatalen', 'Length', at + 3, 1, hex(octets, 2), { mask: 0x7f });
    if (octets > 0) tree.raw('nsh.metadata', 'Variable Metadata', at + 4, octets);
    at += 4 + ((octets + 3) & ~3);
  }
}

const PRESENT = ['not present', 'present'] as const;

/** Version 2; control messages end with their header. Source: RFC 2661 §3.1. */
export function l2tp(tree: FieldTree, at: number, end: number): Next | null {
  const flags = tree.u16(at);
  const isControl = (flags & 0x8000) !== 0;
  const [hasLength, hasNumbers, hasOffset] = [(flags & 0x4000) !== 0, (flags & 0x0800) !== 0, (flags & 0x0200) !== 0];
  const offsetAt = at + 6 + (hasLength ? 2 : 0) + (hasNumbers ? 4 : 0);
  const length = offsetAt - at + (hasOffset ? 2 + tree.u16(offsetAt) : 0);
  tree.open('l2tp', 'Layer 2 Tunneling Protocol', at, length);
  tree.open('l2tp.flags', 'Flags', at, 2, hex(flags, 4));
  tree.bits('l2tp.type', 'Type', at, 2, 0x8000, isControl ? 'Control Message (1)' : 'Data Message (0)');
  tree.flag('l2tp.length_bit', 'Length Bit', at, 2, 0x4000, PRESENT);
  tree.flag('l2tp.seq_bit', 'Sequence Bit', at, 2, 0x0800, PRESENT);
  tree.flag('l2tp.offset_bit', 'Offset bit', at, 2, 0x0200, PRESENT);
  tree.flag('l2tp.priority', 'Priority', at, 2, 0x0100, ['No priority', 'This data message has priority']);
  const version = tree.bits('l2tp.version', 'Version', at, 2, 0x000f);
  tree.close();
  if (version !== 2) return { protocol: 'data', at: at + 2, end };
  let next = at + 2;
  if (hasLength) {
    tree.num('l2tp.length', 'Length', next, 2);
    next += 2;
  }
  tree.num('l2tp.tunnel', 'Tunnel ID', next, 2);
  tree.num('l2tp.session', 'Session ID', next + 2, 2);
  next += 4;
  if (hasNumbers) {
    tree.num('l2tp.Ns', 'Ns', next, 2);
    tree.num('l2tp.Nr', 'Nr', next + 2, 2);
  }
  if (hasOffset) tree.num('l2tp.offset', 'Offset', offsetAt, 2);
  return { protocol: isControl ? 'data' : 'ppp', at: at + length, end };
}

const AUTHENTICATION = 1;
const ORIGIN = 0;

/** Source: RFC 4380 §5.1.1. Port and address of the origin are stored inverted. */
export function teredo(tree: FieldTree, at: number, end: number): Next | null {
  let next = at;
  const [idLength, valueLength] = [tree.u8(at + 2), tree.u8(at + 3)];
  const isAuthenticated = tree.has(at, 4) && tree.u16(at) === AUTHENTICATION;
  if (isAuthenticated) next += 13 + idLength + valueLength;
  const originAt = next;
  const hasOrigin = tree.has(next, 8) && tree.u16(next) === ORIGIN;
  if (hasOrigin) next += 8;
  tree.open('teredo', 'Teredo IPv6 over UDP tunneling', at, next - at);
  if (isAuthenticated) {
    tree.open('teredo.auth', 'Teredo Authentication header', at, originAt - at);
    tree.num('teredo.auth.idlen', 'Client identifier length', at + 2, 1);
    tree.num('teredo.auth.aulen', 'Authentication value length', at + 3, 1);
    if (idLength > 0) tree.raw('teredo.auth.id', 'Client identifier', at + 4, idLength);
    if (valueLength > 0) tree.raw('teredo.auth.value', 'Authentication value', at + 4 + idLength, valueLength);
    tree.raw('teredo.auth.nonce', 'Nonce value', originAt - 9, 8);
    tree.raw('teredo.auth.conf', 'Confirmation byte', originAt - 1, 1);
    tree.close();
  }
  if (hasOrigin) {
    tree.open('teredo.orig', 'Teredo Origin Indication header', originAt, 8);
    tree.add('teredo.orig.port', 'Origin UDP port', originAt + 2, 2, String(tree.u16(originAt + 2) ^ 0xffff));
    const address = [4, 5, 6, 7].map((i) => tree.u8(originAt + i) ^ 0xff).join('.');
    tree.add('teredo.orig.addr', 'Origin IPv4 address', originAt + 4, 4, address);
    tree.close();
  }
  return { protocol: tree.u8(next) >> 4 === 6 ? 'ipv6' : 'data', at: next, end };
}

/** Source: RFC 3378 §3. */
export function etherip(tree: FieldTree, at: number, end: number): Next | null {
  tree.open('etherip', `EtherIP, Version ${tree.u8(at) >> 4}`, at, 2);
  tree.bits('etherip.ver', 'Version', at, 2, 0xf000);
  tree.add('etherip.reserved', 'Reserved', at, 2, hex(tree.u16(at) & 0xfff, 4), { mask: 0xfff });
  return { protocol: 'eth', at: at + 2, end };
}
