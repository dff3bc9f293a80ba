// IPv4, IPv6 and what stands between them and the transport: extension headers, fragments, tunnels in IP.
import { type Cursor, ETHERNET, ICMP, IP, MOST_NESTED_IP, MPLS, OTHER, STOP, TCP, TRANSPORT } from './cursor.ts';
import { keptOctets } from './fragments.ts';
import * as L from './layers.ts';
import { pass } from './linkLayers.ts';
import { IP_SHIMS } from './shims.ts';
import { gre, udp } from './tunnels.ts';

const HOP_BY_HOP = 0;
const ICMP_V4 = 1;
const IP_IN_IP = 4;
const TCP_PROTOCOL = 6;
const UDP_PROTOCOL = 17;
const IPV6_IN_IP = 41;
const ROUTING = 43;
const FRAGMENT = 44;
const GRE = 47;
const AUTHENTICATION = 51;
const ICMP_V6 = 58;
const DESTINATION_OPTIONS = 60;
const ETHER_IP = 97;
const MPLS_IN_IP = 137;
/** RFC 8986 §11: Ethernet as the last header of segment routing. */
const ETHERNET_IN_IP = 143;
const SHIM6 = 140;

/** More fragments, and the offset in units of eight octets (RFC 791 §3.1). */
const MORE = 0x2000;
const OFFSET = 0x1fff;

export function ip(c: Cursor): void {
  if (!c.has(1)) {
    c.next = STOP;
    return;
  }
  const version = c.view.getUint8(c.at) >> 4;
  if (version === 4) ipv4(c);
  else if (version === 6) ipv6(c);
  else c.next = STOP;
}

export function ipv4(c: Cursor): void {
  c.next = STOP;
  c.found = OTHER;
  if (!c.has(20) || ++c.nested > MOST_NESTED_IP) return;
  const { view, at } = c;
  const first = view.getUint8(at);
  if (first >> 4 === 6) {
    c.nested--;
    ipv6(c);
    return;
  }
  const header = (first & 15) * 4;
  if (first >> 4 !== 4 || header < 20) return;
  // Segmentation offload leaves the length 0: then the packet fills the record.
  const total = view.getUint16(at + 2) || c.limit - at;
  // Nothing behind the header on the wire: what it claims to carry is not there.
  if (total < header || at + header >= c.limit) return;
  c.family = 4;
  c.source = at + 12;
  c.destination = at + 16;
  c.ttl = view.getUint8(at + 8);
  c.ipId = view.getUint16(at + 4);
  c.protocol = view.getUint8(at + 9);
  c.limit = at + total;
  if (c.limit < c.end) c.end = c.limit;
  c.at = at + header;
  c.next = TRANSPORT;
  const fragment = view.getUint16(at + 6);
  if ((fragment & (MORE | OFFSET)) !== 0) fragmentV4(c, fragment);
}

function fragmentV4(c: Cursor, fragment: number): void {
  const { view } = c;
  const offset = (fragment & OFFSET) * 8;
  if (c.end < c.limit || c.at > c.end) {
    // Cut by the snap length: cannot be reassembled, but a first fragment still shows its header.
    if (offset !== 0) c.next = STOP;
    return;
  }
  const key = (c.protocol << 16) | c.ipId;
  takeFragment(c, view.getInt32(c.source), view.getInt32(c.destination), key, 4, offset, (fragment & MORE) !== 0);
}

function takeFragment(c: Cursor, key0: number, key1: number, key2: number, family: number, offset: number, more: boolean): void {
  const addressOctets = family === 4 ? 4 : 16;
  const octets = c.end - c.at;
  c.next = STOP;
  const key3 = (c.vlan << 4) | family;
  const whole = c.reassembler.add(key0, key1, key2, key3, c.view, c.source, c.destination, addressOctets, c.at, octets, offset, more);
  if (!whole) return;
  c.view = whole.view;
  c.source = whole.source;
  c.destination = whole.destination;
  c.at = whole.at;
  c.end = whole.at + keptOctets(whole.octets);
  c.limit = whole.at + whole.octets;
  c.isReassembled = true;
  c.next = TRANSPORT;
}

export function ipv6(c: Cursor): void {
  c.next = STOP;
  c.found = OTHER;
  if (!c.has(40) || ++c.nested > MOST_NESTED_IP) return;
  const { view, at } = c;
  if (view.getUint8(at) >> 4 !== 6) {
    c.nested--;
    if (view.getUint8(at) >> 4 === 4) ipv4(c);
    return;
  }
  const payload = view.getUint16(at + 4);
  c.family = 6;
  c.source = at + 8;
  c.destination = at + 24;
  c.ttl = view.getUint8(at + 7);
  c.ipId = 0;
  c.protocol = view.getUint8(at + 6);
  c.at = at + 40;
  // 0 with offload, and in jumbograms (RFC 2675): then the packet fills the record.
  if (payload !== 0) c.limit = c.at + payload;
  if (c.limit < c.end) c.end = c.limit;
  c.next = TRANSPORT;
}

/** By `protocol`: walks extension headers, stops at a transport, or says what is wrapped. */
export function transport(c: Cursor): void {
  c.next = STOP;
  switch (c.protocol) {
    case TCP_PROTOCOL:
      // Headers that run past what was captured, or leave nothing to TCP, are damage.
      if (c.at < c.limit && c.at <= c.end) c.found = TCP;
      return;
    case UDP_PROTOCOL:
      udp(c);
      return;
    case ICMP_V4:
    case ICMP_V6:
      c.found = ICMP;
      return;
    case HOP_BY_HOP:
    case ROUTING:
    case DESTINATION_OPTIONS:
    case SHIM6:
      if (c.has(2)) extension(c, (c.view.getUint8(c.at + 1) + 1) * 8);
      return;
    case AUTHENTICATION:
      if (c.has(2)) extension(c, (c.view.getUint8(c.at + 1) + 2) * 4);
      return;
    case FRAGMENT:
      fragmentV6(c);
      return;
    case IP_IN_IP:
    case IPV6_IN_IP:
      c.enter(c.family === 6 ? L.L_IPV6 : L.L_IP, 0, IP);
      return;
    case GRE:
      gre(c);
      return;
    case ETHER_IP:
      c.layers.push(c.family === 6 ? L.L_IPV6 : L.L_IP);
      c.enter(L.L_ETHERIP, 2, ETHERNET);
      return;
    case ETHERNET_IN_IP:
      c.enter(c.family === 6 ? L.L_IPV6 : L.L_IP, 0, ETHERNET);
      return;
    case MPLS_IN_IP:
      c.enter(c.family === 6 ? L.L_IPV6 : L.L_IP, 0, MPLS);
      return;
    default: {
      const shim = IP_SHIMS.get(c.protocol);
      if (!shim) return;
      const outer = c.family === 6 ? L.L_IPV6 : L.L_IP;
      if (shim.measure(c.view, c.at, c.end) === 0) return;
      c.layers.push(outer);
      pass(c, shim);
    }
  }
}

function extension(c: Cursor, octets: number): void {
  c.protocol = c.view.getUint8(c.at);
  c.at += octets;
  c.next = TRANSPORT;
}

function fragmentV6(c: Cursor): void {
  if (!c.has(8)) return;
  const { view, at } = c;
  const field = view.getUint16(at + 2);
  const identification = view.getInt32(at + 4);
  c.protocol = view.getUint8(at);
  c.at = at + 8;
  c.next = TRANSPORT;
  const offset = field & 0xfff8;
  const more = (field & 1) === 1;
  // An "atomic" fragment is a whole datagram (RFC 6946).
  if (offset === 0 && !more) return;
  if (c.end < c.limit || c.at > c.end) {
    if (offset !== 0) c.next = STOP;
    return;
  }
  takeFragment(c, fold(view, c.source), fold(view, c.destination), identification, 6, offset, more);
}

const fold = (view: DataView, at: number): number => {
  let h = 0;
  for (let i = 0; i < 16; i += 4) h = Math.imul(h ^ view.getInt32(at + i), 0x9e3779b1) ^ (h >>> 15);
  return h;
};
