// IPv4 with options, IPv6 with extension headers, AH.
import { addChecksum, type PseudoHeader } from './checksum.ts';
import { DSCP, ECN, IP_OPTIONS, IP_PROTOCOLS, IPV6_OPTIONS } from './names.ts';
import type { FieldTree, Next } from './tree.ts';

/** The next layer with what a transport needs to judge its checksum. */
export interface IpNext extends Next {
  readonly pseudo: PseudoHeader;
}

const protocolText = (value: number): string => `${IP_PROTOCOLS[value]?.[0] ?? 'Unknown'} (${value})`;

export function ipv4(tree: FieldTree, at: number, end: number): IpNext | null {
  const headerLength = (tree.u8(at) & 15) * 4;
  const total = tree.u16(at + 2);
  tree.open('ip', `Internet Protocol Version 4, Src: ${tree.ip4Of(at + 12)}, Dst: ${tree.ip4Of(at + 16)}`, at, Math.max(20, headerLength));
  const version = tree.bits('ip.version', 'Version', at, 1, 0xf0);
  tree.add('ip.hdr_len', 'Header Length', at, 1, String(headerLength), { mask: 0x0f, text: `${headerLength} bytes` });
  if (tree.has(at, 1) && (version !== 4 || headerLength < 20)) {
    tree.halt('malformed', at, 20);
    return null;
  }
  dsField(tree, at + 1);
  // Segmentation offload leaves the length 0: it is what the record holds.
  tree.num('ip.len', 'Total Length', at + 2, 2, total === 0 ? { text: '0 (segmentation offload)', judgement: 'note' } : {});
  tree.hex('ip.id', 'Identification', at + 4, 2, {
    text: `0x${tree
      .u16(at + 4)
      .toString(16)
      .padStart(4, '0')} (${tree.u16(at + 4)})`,
  });
  tree.open('ip.flags', 'Flags', at + 6, 1, `0x${(tree.u8(at + 6) >> 5).toString(16).padStart(2, '0')}`, { mask: 0xe0 });
  tree.flag('ip.flags.rb', 'Reserved bit', at + 6, 1, 0x80);
  tree.flag('ip.flags.df', "Don't fragment", at + 6, 1, 0x40);
  const more = tree.flag('ip.flags.mf', 'More fragments', at + 6, 1, 0x20);
  tree.close();
  const fragment = tree.u16(at + 6) & 0x1fff;
  tree.add('ip.frag_offset', 'Fragment Offset', at + 6, 2, String(fragment), { mask: 0x1fff, text: `${fragment * 8} bytes (${fragment})` });
  tree.num('ip.ttl', 'Time to Live', at + 8, 1);
  const protocol = tree.num('ip.proto', 'Protocol', at + 9, 1, { text: protocolText(tree.u8(at + 9)) });
  addChecksum(tree, 'ip.checksum', 'Header Checksum', at + 10, at, at + headerLength, null);
  tree.ip4('ip.src', 'Source Address', at + 12);
  tree.ip4('ip.dst', 'Destination Address', at + 16);
  if (headerLength > 20) ipOptions(tree, at + 20, at + headerLength);
  const packetEnd = total === 0 ? end : Math.min(end, at + total);
  const pseudo = {
    addressesAt: at + 12,
    addressesLength: 8,
    protocol,
    whole: !more && fragment === 0 && (total === 0 || at + total <= end),
  };
  const next = fragment > 0 ? 'data' : (IP_PROTOCOLS[protocol]?.[1] ?? 'data');
  return { protocol: next.startsWith('ipv6.') ? 'data' : next, at: at + headerLength, end: packetEnd, pseudo };
}

function dsField(tree: FieldTree, at: number): void {
  const value = tree.u8(at);
  const dscp = DSCP[value >> 2] ?? 'Unknown';
  tree.open('ip.dsfield', 'Differentiated Services Field', at, 1, `0x${value.toString(16).padStart(2, '0')}`, {
    text: `DSCP ${dscp}, ECN ${value & 3}`,
  });
  tree.bits('ip.dsfield.dscp', 'Differentiated Services Codepoint', at, 1, 0xfc, `${dscp} (${value >> 2})`);
  tree.bits('ip.dsfield.ecn', 'Explicit Congestion Notification', at, 1, 0x03, `${ECN[value & 3]} (${value & 3})`);
  tree.close();
}

function ipOptions(tree: FieldTree, from: number, to: number): void {
  let at = from;
  while (at < to && !tree.stop) {
    const type = tree.u8(at);
    const length = type < 2 ? 1 : Math.max(2, tree.u8(at + 1));
    if (at + length > to) {
      tree.halt('malformed', at, length);
      return;
    }
    const [name, label] = IP_OPTIONS[type] ?? ['unknown', `Unknown (${type})`];
    tree.open(`ip.options.${name}`, `IP Option - ${label}`, at, length, tree.hexOf(at, length));
    tree.open('ip.opt.type', 'Type', at, 1, String(type));
    tree.flag('ip.opt.type.copy', 'Copy on fragmentation', at, 1, 0x80, ['No', 'Yes']);
    tree.bits('ip.opt.type.class', 'Class', at, 1, 0x60);
    tree.bits('ip.opt.type.number', 'Number', at, 1, 0x1f);
    tree.close();
    if (length > 1) tree.num('ip.opt.len', 'Length', at + 1, 1);
    if (type === 148 && length === 4) tree.num('ip.opt.ra', 'Router Alert', at + 2, 2);
    tree.close();
    if (type === 0) break;
    at += length;
  }
}

/** Where addresses are for the transports behind extension headers: set by the IPv6 header, changed by a routing header. */
export function ipv6(tree: FieldTree, at: number, end: number): IpNext | null {
  const length = tree.u16(at + 4);
  const first = tree.u32(at);
  tree.open('ipv6', `Internet Protocol Version 6, Src: ${tree.ip6Of(at + 8)}, Dst: ${tree.ip6Of(at + 24)}`, at, 40);
  const version = tree.bits('ipv6.version', 'Version', at, 1, 0xf0);
  if (tree.has(at, 1) && version !== 6) {
    tree.halt('malformed', at, 40);
    return null;
  }
  const tclass = (first >>> 20) & 0xff;
  tree.open('ipv6.tclass', 'Traffic Class', at, 4, `0x${tclass.toString(16).padStart(8, '0')}`, {
    mask: 0x0ff00000,
    text: `0x${tclass.toString(16).padStart(2, '0')}`,
  });
  tree.bits(
    'ipv6.tclass.dscp',
    'Differentiated Services Codepoint',
    at,
    4,
    0x0fc00000,
    `${DSCP[tclass >> 2] ?? 'Unknown'} (${tclass >> 2})`,
  );
  tree.bits('ipv6.tclass.ecn', 'Explicit Congestion Notification', at, 4, 0x00300000, `${ECN[tclass & 3]} (${tclass & 3})`);
  tree.close();
  tree.add('ipv6.flow', 'Flow Label', at + 1, 3, `0x${(first & 0xfffff).toString(16).padStart(6, '0')}`, { mask: 0x000fffff });
  tree.num('ipv6.plen', 'Payload Length', at + 4, 2);
  const nextHeader = tree.num('ipv6.nxt', 'Next Header', at + 6, 1, { text: protocolText(tree.u8(at + 6)) });
  tree.num('ipv6.hlim', 'Hop Limit', at + 7, 1);
  tree.ip6('ipv6.src', 'Source Address', at + 8);
  tree.ip6('ipv6.dst', 'Destination Address', at + 24);
  // Length 0 is a jumbogram or segmentation offload.
  const packetEnd = length === 0 ? end : Math.min(end, at + 40 + length);
  const pseudo = { addressesAt: at + 8, addressesLength: 32, protocol: nextHeader, whole: length === 0 || at + 40 + length <= end };
  return { protocol: nextProtocol(nextHeader), at: at + 40, end: packetEnd, pseudo };
}

const nextProtocol = (nextHeader: number): string => IP_PROTOCOLS[nextHeader]?.[1] ?? 'data';

/** One extension header: options, routing, fragment, Shim6 or authentication. */
export function ipv6Extension(tree: FieldTree, kind: string, at: number, end: number, pseudo: PseudoHeader): IpNext | null {
  const nextHeader = tree.u8(at);
  const isFragment = kind === 'ipv6.fraghdr';
  const isAh = kind === 'ah';
  const length = isFragment ? 8 : isAh ? (tree.u8(at + 1) + 2) * 4 : (tree.u8(at + 1) + 1) * 8;
  tree.open(kind, EXTENSIONS[kind] ?? 'Extension Header', at, length);
  tree.num(isAh ? 'ah.next_header' : `${kind}.nxt`, 'Next Header', at, 1, { text: protocolText(nextHeader) });
  if (isAh) tree.raw('ah.reserved', 'Reserved', at + 2, 2);
  if (!isFragment) tree.num(isAh ? 'ah.length' : `${kind}.len`, 'Length', at + 1, 1, { text: `${length} bytes` });
  if (!isFragment && !isAh) tree.add(`${kind}.len_oct`, 'Length in octets', at + 1, 1, String(length));
  let whole = pseudo.whole;
  let next = nextProtocol(nextHeader);
  if (isFragment) {
    const offset = fragmentFields(tree, at);
    whole = whole && offset === 0 && (tree.u16(at + 2) & 1) === 0;
    if (offset > 0) next = 'data';
  } else if (kind === 'ipv6.routing') {
    tree.num('ipv6.routing.type', 'Type', at + 2, 1);
    const left = tree.num('ipv6.routing.segleft', 'Segments Left', at + 3, 1);
    // The final destination counts in the pseudo header, and it is not the one in the IPv6 header yet.
    if (left > 0) whole = false;
    if (tree.u8(at + 2) === SEGMENT_ROUTING) segments(tree, at, length);
    else if (length > 4) tree.raw('ipv6.routing.src.reserved', 'Reserved', at + 4, Math.min(4, length - 4));
  } else if (isAh) {
    tree.hex('ah.spi', 'AH SPI', at + 4, 4);
    tree.num('ah.sequence', 'AH Sequence', at + 8, 4);
    if (length > 12) tree.raw('ah.icv', 'AH ICV', at + 12, length - 12);
  } else if (kind !== 'ipv6.shim6') {
    ipv6Options(tree, at + 2, at + length);
  }
  if (at + length > end) tree.halt(tree.has(at, length) ? 'malformed' : 'cut', at, length);
  return { protocol: next, at: at + length, end, pseudo: { ...pseudo, protocol: nextHeader, whole } };
}

const SEGMENT_ROUTING = 4;

/** Source: RFC 8754 §2. */
function segments(tree: FieldTree, at: number, length: number): void {
  const last = tree.num('ipv6.routing.srh.last_entry', 'Last Entry', at + 4, 1);
  tree.hex('ipv6.routing.srh.flags', 'Flags', at + 5, 1);
  tree.raw('ipv6.routing.srh.tag', 'Tag', at + 6, 2);
  for (let i = 0; i <= last && 24 + 16 * i <= length; i++) tree.ip6('ipv6.routing.srh.addr', `Address[${i}]`, at + 8 + 16 * i);
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'ipv6.hopopts': 'IPv6 Hop-by-Hop Option',
  'ipv6.dstopts': 'Destination Options for IPv6',
  'ipv6.routing': 'Routing Header for IPv6',
  'ipv6.fraghdr': 'Fragment Header for IPv6',
  'ipv6.shim6': 'Shim6 Protocol',
  ah: 'Authentication Header',
};

function fragmentFields(tree: FieldTree, at: number): number {
  tree.hex('ipv6.fraghdr.reserved_octet', 'Reserved octet', at + 1, 1);
  tree.bits('ipv6.fraghdr.offset', 'Offset', at + 2, 2, 0xfff8);
  tree.bits('ipv6.fraghdr.reserved_bits', 'Reserved bits', at + 2, 2, 0x0006);
  tree.flag('ipv6.fraghdr.more', 'More Fragments', at + 2, 2, 0x0001, ['No', 'Yes']);
  tree.hex('ipv6.fraghdr.ident', 'Identification', at + 4, 4);
  return tree.u16(at + 2) >> 3;
}

function ipv6Options(tree: FieldTree, from: number, to: number): void {
  let at = from;
  while (at < to && !tree.stop) {
    const type = tree.u8(at);
    const length = type === 0 ? 1 : 2 + tree.u8(at + 1);
    if (at + length > to) {
      tree.halt(tree.has(at, length) ? 'malformed' : 'cut', at, length);
      return;
    }
    tree.open('ipv6.opt', 'IPv6 Option', at, length, '', { text: IPV6_OPTIONS[type] ?? `Unknown (${type})` });
    tree.open('ipv6.opt.type', 'Type', at, 1, `0x${type.toString(16).padStart(2, '0')}`);
    tree.bits('ipv6.opt.type.action', 'Action', at, 1, 0xc0);
    tree.flag('ipv6.opt.type.change', 'May Change', at, 1, 0x20, ['No', 'Yes']);
    tree.add('ipv6.opt.type.rest', 'Low-Order Bits', at, 1, `0x${(type & 0x1f).toString(16).padStart(2, '0')}`, { mask: 0x1f });
    tree.close();
    if (length > 1) tree.num('ipv6.opt.length', 'Length', at + 1, 1);
    if (type === 1 && length > 2) tree.raw('ipv6.opt.padn', 'PadN', at + 2, length - 2);
    else if (type === 5 && length === 4) tree.num('ipv6.opt.router_alert', 'Router Alert', at + 2, 2);
    else if (type === 0xc2 && length === 6) tree.num('ipv6.opt.jumbo', 'Payload Length', at + 2, 4);
    tree.close();
    at += length;
  }
}
