// Link layers and shims: from the first octet of a record to the EtherType of what it carries.
import { type Cursor, ETHERNET, IP, LLC, MPLS, PPP, STOP, WLAN } from './cursor.ts';
import * as L from './layers.ts';
import { ISL, isIsl, LINK_SHIMS, nextOf, octetsOf, pseudowireFrame, type Shim } from './shims.ts';
import { radiotap } from './wireless.ts';

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
/** Type fields below this are lengths (IEEE 802.3 §3.2.6). */
export const LOWEST_ETHERTYPE = 0x0600;
const LONGEST_8023 = 1500;
/** A stack of labels deeper than this is an attack. */
const MOST_LABELS = 32;

/** Begins the walk at the link layer. @param linkType as in the file (LINKTYPE_*, tcpdump.org/linktypes.html) */
export function startLink(c: Cursor, linkType: number): void {
  switch (linkType) {
    case 1:
      c.next = ETHERNET;
      return;
    case 0:
    case 108:
      loopback(c, linkType === 108);
      return;
    case 12:
    case 14:
    case 101:
      c.layers.push(L.L_RAW);
      c.next = IP;
      return;
    case 228:
      c.next = ETHERTYPE_IPV4;
      return;
    case 229:
      c.next = ETHERTYPE_IPV6;
      return;
    case 9:
    case 50:
      serial(c);
      return;
    case 204: // PPP_WITH_DIR: one octet of direction first
      c.at += 1;
      c.next = PPP;
      return;
    case 51:
      pppoe(c);
      return;
    case 104:
      ciscoHdlc(c);
      return;
    case 105:
      c.next = WLAN;
      return;
    case 127:
      radiotap(c);
      return;
    case 192:
      ppi(c);
      return;
    case 113:
      sll(c);
      return;
    case 276:
      sll2(c);
      return;
    case 117:
      pflog(c);
      return;
    case 239:
      nflog(c);
      return;
    case 11:
    case 100: // RFC 1483 LLC encapsulation
      c.next = LLC;
      return;
    default: {
      c.next = STOP;
      const shim = LINK_SHIMS.get(linkType);
      if (shim) pass(c, shim);
    }
  }
}

/** Moves past a header of which only its end matters. */
export function pass(c: Cursor, shim: Shim): void {
  const measured = shim.measure(c.view, c.at, c.end);
  if (measured === 0) c.next = STOP;
  else c.enter(shim.layer, octetsOf(measured), nextOf(measured));
}

export function ethernet(c: Cursor): void {
  if (!c.has(14)) {
    c.next = STOP;
    return;
  }
  const type = c.view.getUint16(c.at + 12);
  if (isIsl(c.view, c.at)) {
    pass(c, ISL);
    return;
  }
  c.enter(L.L_ETH, 14, type);
  lengthOrType(c, type);
}

/** 802.1Q, 802.1ad and the older QinQ: four octets, of which the last two are a type again. */
export function vlan(c: Cursor): void {
  if (!c.has(4)) {
    c.next = STOP;
    return;
  }
  c.vlan = c.view.getUint16(c.at) & 0xfff;
  const type = c.view.getUint16(c.at + 2);
  c.enter(L.L_VLAN, 4, type);
  lengthOrType(c, type);
}

function lengthOrType(c: Cursor, type: number): void {
  if (type >= LOWEST_ETHERTYPE) return;
  if (type > LONGEST_8023) {
    c.next = STOP;
    return;
  }
  if (c.at + type < c.limit) c.limit = c.at + type;
  if (c.limit < c.end) c.end = c.limit;
  c.next = LLC;
}

export function llc(c: Cursor): void {
  c.next = STOP;
  if (!c.has(3)) return;
  const control = c.view.getUint8(c.at + 2);
  // Unnumbered information in one octet, numbered in two: other frames carry nothing.
  const octets = (control & 0xef) === 0x03 ? 3 : (control & 1) === 0 ? 4 : 0;
  if (octets === 0) return;
  const dsap = c.view.getUint8(c.at);
  if (dsap === 0x06) {
    c.enter(L.L_LLC, octets, ETHERTYPE_IPV4);
    return;
  }
  // RFC 1483 routed: an ISO protocol number follows, as in Frame Relay.
  if (dsap === 0xfe && c.has(4)) {
    isoProtocol(c, octets, c.view.getUint8(c.at + octets));
    return;
  }
  if (dsap !== 0xaa || !c.has(octets + 5)) return;
  const oui = c.view.getUint32(c.at + octets - 1) & 0xffffff;
  const type = c.view.getUint16(c.at + octets + 3);
  // Encapsulated Ethernet, and RFC 1042's other form for bridges.
  if (oui === 0 || oui === 0x0000f8) c.enter(L.L_LLC, octets + 5, type);
  // RFC 2684 bridged Ethernet: two octets of padding, with or without FCS.
  else if (oui === 0x0080c2 && (type === 0x0007 || type === 0x0001)) c.enter(L.L_LLC, octets + 7, ETHERNET);
  if (c.next !== STOP && c.next !== ETHERNET && c.next < LOWEST_ETHERTYPE) c.next = STOP;
}

function isoProtocol(c: Cursor, octets: number, protocol: number): void {
  if (protocol === 0xcc || protocol === 0x8e) c.enter(L.L_LLC, octets + 1, IP);
  else if (protocol === 0xcf) c.enter(L.L_LLC, octets + 1, PPP);
}

export function mpls(c: Cursor): void {
  c.layers.push(L.L_MPLS);
  c.next = STOP;
  for (let labels = 0; labels < MOST_LABELS && c.has(4); labels++) {
    const bottom = (c.view.getUint8(c.at + 2) & 1) === 1;
    c.at += 4;
    if (!bottom) continue;
    if (!c.has(1)) return;
    const nibble = c.view.getUint8(c.at) >> 4;
    if (nibble === 4 || nibble === 6) {
      c.next = IP;
      return;
    }
    const frame = pseudowireFrame(c.view, c.at, c.end);
    if (frame < 0) return;
    c.at = frame;
    c.next = ETHERNET;
    return;
  }
}

/** A serial line: PPP, or Cisco's framing by its first octet. */
function serial(c: Cursor): void {
  c.next = PPP;
  if (c.has(4) && (c.view.getUint8(c.at) & 0x7f) === 0x0f && c.view.getUint8(c.at + 1) === 0) ciscoHdlc(c);
}

/** PPP with or without the HDLC address and control octets, protocol field compressed or not (RFC 1661 §6.5–6.6). */
export function ppp(c: Cursor): void {
  c.next = STOP;
  if (c.has(2) && c.view.getUint8(c.at) === 0xff && c.view.getUint8(c.at + 1) === 0x03) c.at += 2;
  if (!c.has(1)) return;
  const first = c.view.getUint8(c.at);
  const short = (first & 1) === 1;
  if (!short && !c.has(2)) return;
  const protocol = short ? first : c.view.getUint16(c.at);
  const octets = short ? 1 : 2;
  if (protocol === 0x21) c.enter(L.L_PPP, octets, ETHERTYPE_IPV4);
  else if (protocol === 0x57) c.enter(L.L_PPP, octets, ETHERTYPE_IPV6);
  else if (protocol === 0x0281 || protocol === 0x0283) c.enter(L.L_PPP, octets, MPLS);
  // Multilink (RFC 1990): a packet that is one fragment. Bridging (RFC 3518): a frame of Ethernet's kind.
  else if (protocol === 0x3d && c.has(octets + 4) && c.view.getUint8(c.at + octets) >> 6 === 3) c.enter(L.L_PPP, octets + 4, PPP);
  else if (protocol === 0x31 && c.has(octets + 2) && c.view.getUint8(c.at + octets + 1) === 1) c.enter(L.L_PPP, octets + 2, ETHERNET);
}

/** RFC 2516 session stage. */
export function pppoe(c: Cursor): void {
  c.next = STOP;
  if (!c.has(6)) return;
  const length = c.view.getUint16(c.at + 4);
  c.enter(L.L_PPPOES, 6, PPP);
  if (c.at + length < c.limit) c.limit = c.at + length;
  if (c.limit < c.end) c.end = c.limit;
}

/** BSD loopback: an address family in the byte order of the machine that captured (0) or of the network (108); some write an EtherType, some PPP. */
function loopback(c: Cursor, network: boolean): void {
  if (!c.has(4)) return;
  if (c.view.getUint16(c.at) === 0xff03) {
    c.next = PPP;
    return;
  }
  let family = c.view.getUint32(c.at);
  if (!network && family > 0xffff) family = c.view.getUint32(c.at, true);
  if (family === 2) c.enter(L.L_NULL, 4, ETHERTYPE_IPV4);
  // AF_INET6 is 10 on Linux, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS.
  else if (family === 10 || family === 24 || family === 28 || family === 30) c.enter(L.L_NULL, 4, ETHERTYPE_IPV6);
  else if (family >= LOWEST_ETHERTYPE && family <= 0xffff) c.enter(L.L_NULL, 4, family);
}

/** ARPHRD values whose protocol field is no EtherType. */
const ARPHRD_NETLINK = 824;
const ARPHRD_RADIOTAP = 803;

function sll(c: Cursor): void {
  if (!c.has(16)) return;
  c.packetType = c.view.getUint16(c.at);
  linuxProtocol(c, c.view.getUint16(c.at + 2), c.view.getUint16(c.at + 14), 16);
}

function sll2(c: Cursor): void {
  if (!c.has(20)) return;
  c.packetType = c.view.getUint8(c.at + 10);
  c.interfaceIndex = c.view.getUint32(c.at + 4);
  linuxProtocol(c, c.view.getUint16(c.at + 8), c.view.getUint16(c.at), 20);
}

function linuxProtocol(c: Cursor, hardware: number, protocol: number, octets: number): void {
  if (hardware === ARPHRD_NETLINK) return;
  if (hardware === ARPHRD_RADIOTAP) {
    c.layers.push(L.L_SLL);
    c.at += octets;
    radiotap(c);
  } else if (protocol === 4) c.enter(L.L_SLL, octets, LLC);
  // "Every packet", as a dummy type: Ethernet.
  else if (protocol === 3) c.enter(L.L_SLL, octets, ETHERNET);
  else c.enter(L.L_SLL, octets, protocol >= LOWEST_ETHERTYPE ? protocol : STOP);
}

function ciscoHdlc(c: Cursor): void {
  if (!c.has(4)) return;
  const type = c.view.getUint16(c.at + 2);
  c.enter(L.L_CHDLC, 4, type >= LOWEST_ETHERTYPE ? type : STOP);
}

function ppi(c: Cursor): void {
  if (!c.has(8)) return;
  const length = c.view.getUint16(c.at + 2, true);
  const linkType = c.view.getUint32(c.at + 4, true);
  if (length < 8 || linkType === 192) return;
  c.layers.push(L.L_PPI);
  c.at += length;
  startLink(c, linkType);
}

/** OpenBSD pf: length, address family and so on, padded to four octets. */
function pflog(c: Cursor): void {
  if (!c.has(4)) return;
  const length = (c.view.getUint8(c.at) + 3) & ~3;
  if (length < 4) return;
  c.enter(L.L_PFLOG, length, IP);
}

/** Linux nflog: family, version, resource id, then TLVs of which type 9 is the packet. */
function nflog(c: Cursor): void {
  if (!c.has(4)) return;
  const family = c.view.getUint8(c.at);
  let at = c.at + 4;
  for (let steps = 0; steps < 64 && at + 4 <= c.end; steps++) {
    // TLVs are in host order of the capturing machine: try the plausible one.
    const little = c.view.getUint16(at + 2, true) <= 0xff;
    const length = c.view.getUint16(at, little);
    const type = c.view.getUint16(at + 2, little);
    if (length < 4) return;
    if (type === 9) {
      c.enter(L.L_NFLOG, at + 4 - c.at, family === 2 || family === 10 ? IP : STOP);
      if (at + length < c.limit) c.limit = at + length;
      if (c.limit < c.end) c.end = c.limit;
      return;
    }
    at += (length + 3) & ~3;
  }
}
