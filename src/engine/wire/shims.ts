// Headers of which nothing is wanted but where they end and what they wrap: read by the walk, and shown by the inspector, from one table.
import { ETHERNET, IP, LINK, LLC, PPP, WLAN } from './cursor.ts';
import * as L from './layers.ts';

export interface Shim {
  readonly layer: number;
  /** As the inspector shows it. */
  readonly title: string;
  /**
   * What the header at `at` takes and wraps, as `octetsOf` and `nextOf` tell it: one number, so that walking allocates nothing.
   * 0 where it is cut before `end`, or wraps nothing that is read.
   */
  readonly measure: (view: DataView, at: number, end: number) => number;
}

/** @param next a step of the cursor, LINK + a link type, or an EtherType */
const wraps = (octets: number, next: number): number => octets * 0x10000 + next;
export const octetsOf = (measured: number): number => measured >>> 16;
export const nextOf = (measured: number): number => measured & 0xffff;

/** Types below are lengths. */
const LOWEST_ETHERTYPE = 0x0600;
const wrapsType = (octets: number, type: number): number => (type >= LOWEST_ETHERTYPE ? wraps(octets, type) : 0);

/** Always so long, always with the same inside. */
const fixed =
  (octets: number, next: number): Shim['measure'] =>
  (_, at, end) =>
    at + octets <= end ? wraps(octets, next) : 0;

/** Always so long, with an EtherType in it. */
const typed =
  (octets: number, typeAt: number): Shim['measure'] =>
  (view, at, end) =>
    at + octets <= end ? wrapsType(octets, view.getUint16(at + typeAt)) : 0;

/** IEEE 802.1AE §9.3: in clear text unless E or C is set; the channel's name is optional. */
function macsec(view: DataView, at: number, end: number): number {
  if (at + 6 > end) return 0;
  const control = view.getUint8(at);
  const octets = (control & 0x20) !== 0 ? 16 : 8;
  return (control & 0x0c) === 0 && at + octets <= end ? wrapsType(octets, view.getUint16(at + octets - 2)) : 0;
}

/** RFC 6325 §3.2: options by words of four octets. */
const trill: Shim['measure'] = (view, at, end) => (at + 6 <= end ? wraps(6 + 4 * ((view.getUint16(at) >> 6) & 31), ETHERNET) : 0);

/** Arista's time stamps: subtype, version that says how long the time is, time, EtherType. */
function arista(view: DataView, at: number, end: number): number {
  if (at + 4 > end || view.getUint16(at) !== 1) return 0;
  const octets = (view.getUint16(at + 2) & 0xff) === 0x10 ? 14 : 12;
  return at + octets <= end ? wrapsType(octets, view.getUint16(at + octets - 2)) : 0;
}

/** batman-adv, version 15: a unicast packet, with four addresses or two. */
function batman(view: DataView, at: number, end: number): number {
  if (at + 2 > end || view.getUint8(at + 1) !== 15) return 0;
  const kind = view.getUint8(at);
  const octets = kind === 0x40 ? 10 : kind === 0x42 ? 18 : 0;
  return octets > 0 && at + octets <= end ? wraps(octets, ETHERNET) : 0;
}

/** Behind these EtherTypes. */
export const ETHERTYPE_SHIMS: ReadonlyMap<number, Shim> = new Map([
  [0x4305, { layer: L.L_BATADV, title: 'B.A.T.M.A.N. Advanced', measure: batman }],
  [0x22f3, { layer: L.L_TRILL, title: 'TRILL', measure: trill }],
  [0x8903, { layer: L.L_CFP, title: 'Cisco FabricPath', measure: fixed(2, ETHERNET) }],
  [0x8909, { layer: L.L_CMD, title: 'Cisco MetaData', measure: typed(8, 6) }],
  [0x88e5, { layer: L.L_MACSEC, title: '802.1AE Security Tag', measure: macsec }],
  [0x88e7, { layer: L.L_PBB, title: 'IEEE 802.1ah', measure: fixed(4, ETHERNET) }],
  [0x8926, { layer: L.L_VNTAG, title: 'VN-Tag', measure: typed(6, 4) }],
  [0xd28b, { layer: L.L_AVSP, title: 'Arista Vendor Specific Protocol', measure: arista }],
  [0xf1c1, { layer: L.L_RTAG, title: '802.1CB R-TAG', measure: typed(6, 4) }],
]);

/** RFC 2427, and Cisco's way: an EtherType where the control octet would be. */
function frameRelay(view: DataView, at: number, end: number): number {
  let octets = 2;
  while (octets < 4 && at + octets <= end && (view.getUint8(at + octets - 1) & 1) === 0) octets++;
  if (at + octets + 2 > end) return 0;
  if (view.getUint8(at + octets) !== 3) return wrapsType(octets + 2, view.getUint16(at + octets));
  let protocolAt = at + octets + 1;
  if (view.getUint8(protocolAt) === 0 && protocolAt + 1 < end) protocolAt++;
  const protocol = view.getUint8(protocolAt);
  octets = protocolAt + 1 - at;
  if (protocol === 0xcc || protocol === 0x8e) return wraps(octets, IP);
  if (protocol === 0xcf) return wraps(octets, PPP);
  if (protocol !== 0x80 || protocolAt + 6 > end) return 0;
  const oui = view.getUint32(protocolAt) & 0xffffff;
  const type = view.getUint16(protocolAt + 4);
  if (oui === 0) return wrapsType(octets + 5, type);
  return oui === 0x0080c2 && (type === 1 || type === 7) ? wraps(octets + 5, ETHERNET) : 0;
}

/** IEEE 802.5: routing information if the source address has its group bit. Only LLC frames carry anything. */
function tokenRing(view: DataView, at: number, end: number): number {
  if (at + 15 > end || view.getUint8(at + 1) >> 6 !== 1) return 0;
  return wraps(14 + ((view.getUint8(at + 8) & 0x80) !== 0 ? view.getUint8(at + 14) & 31 : 0), LLC);
}

/** RFC 1201: type, and unless an exception follows, flag and sequence. @param typeAt behind the addresses (and Linux's offset) */
const arcnet =
  (typeAt: number): Shim['measure'] =>
  (view, at, end) => {
    if (at + typeAt + 4 > end || view.getUint8(at + typeAt) !== 0xd4) return 0;
    return wraps(typeAt + (view.getUint8(at + typeAt + 1) === 0xff ? 8 : 4), IP);
  };

const fddi: Shim['measure'] = (view, at, end) => (at + 13 <= end && (view.getUint8(at) & 0xf0) === 0x50 ? wraps(13, LLC) : 0);

/** LAN emulation, or LLC. */
function sunAtm(view: DataView, at: number, end: number): number {
  if (at + 6 > end) return 0;
  const kind = view.getUint8(at) & 15;
  return kind === 1 ? wraps(6, ETHERNET) : kind === 2 ? wraps(4, LLC) : 0;
}

const AVS_MAGIC = 0x80211000;
const avs: Shim['measure'] = (view, at, end) => (at + 8 <= end ? wraps(view.getUint32(at + 4) & 0xffff, WLAN) : 0);

/** Prism's own header, or AVS's, which took its place. */
function prism(view: DataView, at: number, end: number): number {
  if (at + 8 > end) return 0;
  return (view.getUint32(at) & 0xfffff000) >>> 0 === AVS_MAGIC ? avs(view, at, end) : wraps(144, WLAN);
}

/** Apple's: a header that names the link type of what follows. Its number is also a user's own: then it hardly begins like this. */
function pktap(view: DataView, at: number, end: number): number {
  if (at + 12 > end) return 0;
  const octets = view.getUint32(at, true);
  const linkType = view.getUint32(at + 8, true);
  return octets >= 108 && octets < 0x8000 && view.getUint32(at + 4, true) === 1 && linkType < 256 ? wraps(octets, LINK + linkType) : 0;
}

/** "MGC", flags, and if they say so extensions. Without the layer 2 header that `next` is, nothing is read. */
const juniper =
  (next: number): Shim['measure'] =>
  (view, at, end) => {
    if (at + 6 > end || view.getUint32(at) >>> 8 !== 0x4d4743) return 0;
    const flags = view.getUint8(at + 3);
    return (flags & 2) === 0 ? wraps(4 + ((flags & 0x80) !== 0 ? 2 + view.getUint16(at + 4) : 0), next) : 0;
  };

const CLIP: Shim = { layer: L.L_CLIP, title: 'Classical IP over ATM', measure: fixed(0, IP) };
const PKTAP: Shim = { layer: L.L_PKTAP, title: 'Packet Tap', measure: pktap };
const juniperOf = (next: number): Shim => ({ layer: L.L_JUNIPER, title: 'Juniper', measure: juniper(next) });
export const FRAME_RELAY: Shim = { layer: L.L_FR, title: 'Frame Relay', measure: frameRelay };

/** In records of these link types. */
export const LINK_SHIMS: ReadonlyMap<number, Shim> = new Map([
  [6, { layer: L.L_TOKEN_RING, title: 'Token-Ring', measure: tokenRing }],
  [7, { layer: L.L_ARCNET, title: 'ARCNET', measure: arcnet(2) }],
  [10, { layer: L.L_FDDI, title: 'Fiber Distributed Data Interface', measure: fddi }],
  [16, CLIP],
  [18, CLIP],
  [19, CLIP],
  [99, { layer: L.L_SYMANTEC, title: 'Symantec Enterprise Firewall', measure: typed(44, 6) }],
  [106, CLIP],
  [107, FRAME_RELAY],
  [109, { layer: L.L_ENC, title: 'Enc', measure: fixed(12, IP) }],
  [119, { layer: L.L_PRISM, title: 'Prism capture header', measure: prism }],
  [122, { layer: L.L_IPFC, title: 'IP over Fibre Channel', measure: fixed(16, LLC) }],
  [123, { layer: L.L_ATM, title: 'ATM', measure: sunAtm }],
  [129, { layer: L.L_ARCNET, title: 'ARCNET', measure: arcnet(4) }],
  [138, { layer: L.L_AP1394, title: 'Apple IP-over-IEEE 1394', measure: typed(18, 16) }],
  [149, PKTAP],
  [163, { layer: L.L_AVS, title: 'AVS WLAN capture header', measure: avs }],
  [178, juniperOf(ETHERNET)],
  [179, juniperOf(PPP)],
  [180, juniperOf(LINK + 107)],
  [181, juniperOf(LINK + 104)],
  [258, PKTAP],
]);

/** RFC 6830 §5: eight octets, then IP. */
const lisp = fixed(8, IP);

/** draft-massar-v6ops-ayiya-02: lengths of identity and signature in the first two octets; only what is forwarded carries a packet. */
function ayiya(view: DataView, at: number, end: number): number {
  if (at + 8 > end || (view.getUint8(at + 2) & 15) !== 1) return 0;
  const next = view.getUint8(at + 3);
  const octets = 8 + (1 << (view.getUint8(at) >> 4)) + 4 * (view.getUint8(at + 1) >> 4);
  return (next === 4 || next === 41) && octets < 0x8000 ? wraps(octets, IP) : 0;
}

/** TaZmen Sniffer Protocol: version, type, protocol, then tags up to the one that ends them. */
function tzsp(view: DataView, at: number, end: number): number {
  if (at + 5 > end || view.getUint8(at) !== 1) return 0;
  const protocol = view.getUint16(at + 2);
  const next = protocol === 1 ? ETHERNET : protocol === 0x12 ? WLAN : 0;
  for (let tag = at + 4; tag < end; tag += view.getUint8(tag) === 0 || tag + 1 >= end ? 1 : 2 + view.getUint8(tag + 1)) {
    if (view.getUint8(tag) === 1) return next === 0 ? 0 : wraps(tag + 1 - at, next);
  }
  return 0;
}

/** RFC 5415 §4.3, data: the length counts words of four octets. Keep-alives and fragments carry no packet that could be read here. */
function capwap(view: DataView, at: number, end: number): number {
  if (at + 8 > end || (view.getUint8(at) & 15) !== 0) return 0;
  const word = view.getUint32(at);
  const octets = ((word >>> 19) & 31) * 4;
  if (octets < 8 || (word & 0x88) !== 0) return 0;
  // The frame is Ethernet, or in its own form, which 802.11's may be.
  return (word & 0x100) === 0 ? wraps(octets, ETHERNET) : ((word >>> 9) & 31) === 1 ? wraps(octets, WLAN) : 0;
}

/** RFC 3519 §3.1: a tunnelled packet, of IP. */
const mobileIp: Shim['measure'] = (view, at, end) =>
  at + 4 <= end && view.getUint8(at) === 4 && view.getUint8(at + 1) === 4 ? wraps(4, IP) : 0;

/** Juniper packet mirroring: eight octets, and what follows is told by its first. */
function mirrored(view: DataView, at: number, end: number): number {
  const nibble = at + 9 > end ? 0 : view.getUint8(at + 8) >> 4;
  return nibble === 4 || nibble === 6 ? wraps(8, IP) : 0;
}

/** RFC 7761 §4.9.3: a multicast packet that its router sends to where it is told on. */
const pimRegister: Shim['measure'] = (view, at, end) => (at + 8 <= end && view.getUint8(at) === 0x21 ? wraps(8, IP) : 0);

/** As protocols of IP. */
export const IP_SHIMS: ReadonlyMap<number, Shim> = new Map([
  [103, { layer: L.L_PIM, title: 'Protocol Independent Multicast', measure: pimRegister }],
]);

/** In UDP, to or from these ports. */
export const UDP_SHIMS: ReadonlyMap<number, Shim> = new Map([
  [434, { layer: L.L_MIP, title: 'Mobile IP', measure: mobileIp }],
  [4341, { layer: L.L_LISP, title: 'Locator/ID Separation Protocol (Data)', measure: lisp }],
  [5072, { layer: L.L_AYIYA, title: 'Anything in Anything Protocol', measure: ayiya }],
  [5247, { layer: L.L_CAPWAP, title: 'Control And Provisioning of Wireless Access Points - Data', measure: capwap }],
  [30_030, { layer: L.L_JMIRROR, title: 'Juniper Packet Mirror', measure: mirrored }],
  [37_008, { layer: L.L_TZSP, title: 'TZSP', measure: tzsp }],
]);

/** Cisco's inter-switch link: told by its destination address, 26 octets before the Ethernet frame. */
export const ISL: Shim = { layer: L.L_ISL, title: 'Cisco ISL', measure: fixed(26, ETHERNET) };
export const isIsl = (view: DataView, at: number): boolean =>
  (view.getUint32(at) === 0x01000c00 || view.getUint32(at) === 0x03000c00) && view.getUint8(at + 4) === 0;

/**
 * Where the Ethernet frame of a pseudowire starts: behind a control word (RFC 4448 §4.6) or, as the word is optional, at once. −1 if what is
 * there is no frame. Told by what its type says against what follows it; a control word that can't be told is believed.
 */
export function pseudowireFrame(view: DataView, at: number, end: number): number {
  const isWord = at < end && view.getUint8(at) >> 4 === 0;
  if (isWord && isFrame(view, at + 4, end)) return at + 4;
  if (isFrame(view, at, end)) return at;
  return isWord && at + 18 <= end ? at + 4 : -1;
}

const TYPES_OF_FRAMES = new Set([0x0806, 0x8100, 0x8847, 0x8848, 0x8863, 0x8864, 0x88a8, 0x88cc, 0x88e5, 0x9100]);

/** Does an Ethernet frame start here? */
export function isFrame(view: DataView, at: number, end: number): boolean {
  if (at + 15 > end) return false;
  const type = view.getUint16(at + 12);
  const nibble = view.getUint8(at + 14) >> 4;
  if (type === 0x0800) return nibble === 4;
  return type === 0x86dd ? nibble === 6 : TYPES_OF_FRAMES.has(type);
}
