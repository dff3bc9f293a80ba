// Link layers that a capturing system made up or framed itself: Cisco HDLC, PPI, nflog, pflog.
import { byEtherType, linkProtocol } from './link.ts';
import { ETHERTYPES } from './names.ts';
import type { FieldTree, Next } from './tree.ts';

const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`;
const FAMILIES: Readonly<Record<number, readonly [string, string]>> = {
  2: ['IPv4', 'ip'],
  10: ['IPv6', 'ipv6'],
  24: ['IPv6', 'ipv6'],
  28: ['IPv6', 'ipv6'],
  30: ['IPv6', 'ipv6'],
};

export function ciscoHdlc(tree: FieldTree, at: number, end: number): Next | null {
  const type = tree.u16(at + 2);
  tree.open('chdlc', 'Cisco HDLC', at, 4);
  tree.hex('chdlc.address', 'Address', at, 1);
  tree.hex('chdlc.control', 'Control', at + 1, 1);
  tree.hex('chdlc.protocol', 'Protocol', at + 2, 2, { text: `${ETHERTYPES[type]?.[0] ?? 'Unknown'} (${hex(type, 4)})` });
  return byEtherType(tree, type, at + 4, end);
}

/** Per-Packet Information, little endian: a link type of its own after a header of any length. */
export function ppi(tree: FieldTree, at: number, end: number): Next | null {
  const length = tree.u8(at + 2) | (tree.u8(at + 3) << 8);
  const linkType = tree.u8(at + 4) | (tree.u8(at + 5) << 8);
  tree.open('ppi', `PPI version ${tree.u8(at)}, ${length} bytes`, at, length);
  tree.num('ppi.version', 'Version', at, 1);
  tree.open('ppi.flags', 'Flags', at + 1, 1, hex(tree.u8(at + 1), 2));
  tree.flag('ppi.flags.alignment', 'Alignment', at + 1, 1, 1, ['Not aligned', '32-bit aligned']);
  tree.add('ppi.flags.reserved', 'Reserved', at + 1, 1, hex(tree.u8(at + 1) >> 1, 2), { mask: 0xfe });
  tree.close();
  tree.add('ppi.length', 'Header length', at + 2, 2, String(length));
  tree.add('ppi.dlt', 'DLT', at + 4, 4, String(linkType));
  if (length < 8) {
    tree.halt('malformed', at + 2, 8);
    return null;
  }
  const inner = linkProtocol(linkType);
  return { protocol: inner === null || inner === 'ppi' ? 'data' : inner, at: at + length, end };
}

const NFULA_PAYLOAD = 9;
const TYPE_BITS = 0x7fff;

/** Linux netfilter log: four octets, then attributes in the byte order of the machine that captured; one of them is the packet. */
export function nflog(tree: FieldTree, at: number, end: number): Next | null {
  const family = tree.u8(at);
  tree.open('nflog', 'Linux Netfilter NFLOG', at, 4);
  tree.num('nflog.family', 'Family', at, 1, { text: `${FAMILIES[family]?.[0] ?? 'Unknown'} (${family})` });
  tree.num('nflog.version', 'Version', at + 1, 1);
  tree.num('nflog.res_id', 'Resource id', at + 2, 2);
  for (let next = at + 4; tree.has(next, 4) && !tree.stop; ) {
    const isLittle = tree.u8(next + 3) === 0;
    const [length, type] = [0, 2].map((i) => (isLittle ? tree.u8(next + i) | (tree.u8(next + i + 1) << 8) : tree.u16(next + i))) as [
      number,
      number,
    ];
    if (length < 4) {
      tree.halt('malformed', next, 4);
      return null;
    }
    const isPayload = (type & TYPE_BITS) === NFULA_PAYLOAD;
    tree.open('nflog.tlv', `TLV Type ${type & TYPE_BITS}, Length: ${length}`, next, isPayload ? 4 : length);
    tree.add('nflog.tlv_length', 'Length', next, 2, String(length));
    tree.add('nflog.tlv_type', 'Type', next + 2, 2, String(type & TYPE_BITS), { mask: TYPE_BITS });
    if (!isPayload && length > 4) tree.raw('nflog.tlv_value', 'Value', next + 4, length - 4);
    tree.close();
    if (isPayload) return { protocol: FAMILIES[family]?.[1] ?? 'data', at: next + 4, end: Math.min(end, next + length) };
    next += (length + 3) & ~3;
  }
  return null;
}

/** OpenBSD pf: a header that states its length, padded to four octets. */
export function pflog(tree: FieldTree, at: number, end: number): Next | null {
  const stated = tree.u8(at);
  const length = (stated + 3) & ~3;
  const family = tree.u8(at + 1);
  tree.open('pflog', 'PF Log', at, length);
  tree.num('pflog.length', 'Header Length', at, 1);
  tree.num('pflog.af', 'Address Family', at + 1, 1, { text: `${FAMILIES[family]?.[0] ?? 'Unknown'} (${family})` });
  tree.num('pflog.action', 'Action', at + 2, 1);
  tree.num('pflog.reason', 'Reason', at + 3, 1);
  if (length < 4) {
    tree.halt('malformed', at, 4);
    return null;
  }
  if (stated >= 61) {
    tree.num('pflog.rulenr', 'Rule Number', at + 36, 4);
    tree.num('pflog.subrulenr', 'Sub Rule Number', at + 40, 4);
    tree.num('pflog.dir', 'Direction', at + 60, 1);
  }
  const version = tree.u8(at + length) >> 4;
  return { protocol: version === 4 ? 'ip' : version === 6 ? 'ipv6' : 'data', at: at + length, end };
}
