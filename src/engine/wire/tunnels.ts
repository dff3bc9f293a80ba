// What IP carries besides TCP and wraps another packet: GRE, ERSPAN, VXLAN, Geneve, GTP-U, NSH, L2TP and the like.
import { type Cursor, ETHERNET, IP, MPLS, OTHER, PPP, STOP, UDP, WLAN } from './cursor.ts';
import * as L from './layers.ts';
import { pass } from './linkLayers.ts';
import { FRAME_RELAY, isFrame, UDP_SHIMS } from './shims.ts';

const GRE_CHECKSUM = 0x8000;
const GRE_ROUTING = 0x4000;
const GRE_KEY = 0x2000;
const GRE_SEQUENCE = 0x1000;
const GRE_ACK = 0x0080;

const TRANSPARENT_ETHERNET = 0x6558;
const ERSPAN_I_II = 0x88be;
const ERSPAN_III = 0x22eb;
const PPP_IN_GRE = 0x880b;
const WCCP = 0x883e;
const FRAME_RELAY_IN_GRE = 0x6559;
/** MikroTik's Ethernet over IP: in place of a key its length and number. */
export const EOIP = 0x6400;
/** Aruba's tunnels from access points: 0x8200, 0x8210 … 0x8370. */
export const isAruba = (type: number): boolean => type >= 0x8200 && type <= 0x8370 && (type & 15) === 0;

export const PORT_VXLAN = 4789;
/** Linux's own port for VXLAN before IANA gave one: flannel and others still use it. */
export const PORT_VXLAN_LINUX = 8472;
const PORT_VXLAN_GPE = 4790;
const PORT_GENEVE = 6081;
const PORT_GTP_U = 2152;
/** Of GTP's control plane, and of its version 0: user packets are met there, too. */
const PORT_GTP_C = 2123;
const PORT_GTP_V0 = 3386;
const PORT_GRE = 4754;
const PORT_MPLS_IN_UDP = 6635;
const PORT_TEREDO = 3544;
const PORT_L2TP = 1701;
/** EtherType of the Network Service Header. */
export const NSH = 0x894f;

/** The layer name of the IP header that was walked last: said only when something wraps on. */
const ip = (c: Cursor): number => (c.family === 6 ? L.L_IPV6 : L.L_IP);

export function gre(c: Cursor): void {
  c.found = OTHER;
  c.layers.push(ip(c));
  greHeader(c);
}

/** RFC 2784, RFC 2890, version 1 (PPTP) RFC 2637, with routing RFC 1701. */
function greHeader(c: Cursor): void {
  c.next = STOP;
  if (!c.has(4)) return;
  const flags = c.view.getUint16(c.at);
  const type = c.view.getUint16(c.at + 2);
  let octets = 4;
  if ((flags & (GRE_CHECKSUM | GRE_ROUTING)) !== 0) octets += 4;
  if ((flags & GRE_KEY) !== 0) octets += 4;
  if ((flags & GRE_SEQUENCE) !== 0) octets += 4;
  if ((flags & 7) === 1 && (flags & GRE_ACK) !== 0) octets += 4;
  if ((flags & GRE_ROUTING) !== 0) octets = behindRoutes(c, octets);
  if (octets === 0) return;
  c.enter(L.L_GRE, octets, STOP);
  if (type === TRANSPARENT_ETHERNET || type === EOIP) c.next = ETHERNET;
  else if (isAruba(type)) c.next = WLAN;
  else if (type === ERSPAN_I_II) erspan(c, (flags & GRE_SEQUENCE) === 0);
  else if (type === ERSPAN_III) erspan(c, false);
  else if (type === PPP_IN_GRE) c.next = PPP;
  else if (type === FRAME_RELAY_IN_GRE) pass(c, FRAME_RELAY);
  else if (type === WCCP) wccp(c);
  else if (type >= 0x0600) c.next = type;
}

/** Source routes: family, offset, length; the one of family 0 and length 0 is the last. @returns octets of the header, or 0 */
function behindRoutes(c: Cursor, octets: number): number {
  for (let steps = 0; steps < 16 && c.has(octets + 4); steps++) {
    const family = c.view.getUint16(c.at + octets);
    const length = c.view.getUint8(c.at + octets + 3);
    octets += 4 + length;
    if (family === 0 && length === 0) return octets;
  }
  return 0;
}

/** Type I has no header of its own; type II has eight octets; type III twelve, and eight more if its O bit says so. */
function erspan(c: Cursor, bare: boolean): void {
  if (bare) {
    c.enter(L.L_ERSPAN, 0, ETHERNET);
    return;
  }
  if (!c.has(12)) return;
  const version = c.view.getUint8(c.at) >> 4;
  if (version === 1) c.enter(L.L_ERSPAN, 8, ETHERNET);
  else if (version === 2) c.enter(L.L_ERSPAN, 12 + ((c.view.getUint8(c.at + 11) & 1) === 1 ? 8 : 0), ETHERNET);
}

/** WCCP version 2 puts a redirect header of four octets first; version 1 puts nothing. */
function wccp(c: Cursor): void {
  if (!c.has(1)) return;
  if (c.view.getUint8(c.at) >> 4 !== 4) c.at += 4;
  c.next = IP;
}

/** UDP: counted as UDP unless one of its ports is a tunnel's and what it carries fits. */
export function udp(c: Cursor): void {
  c.next = STOP;
  c.found = UDP;
  if (!c.has(8)) return;
  const from = c.view.getUint16(c.at);
  const to = c.view.getUint16(c.at + 2);
  const tunnel = tunnelOf(to) ?? tunnelOf(from);
  if (!tunnel) return;
  const stated = c.view.getUint16(c.at + 4);
  // 0 with offload and in jumbograms, as the length of IP is.
  if (stated > 0 && stated < 8) return;
  const { at, end, limit } = c;
  const before = c.layers.length;
  const { high, low } = c.layers;
  c.at += 8;
  c.layers.push(ip(c));
  c.layers.push(L.L_UDP);
  if (stated > 0 && at + stated < c.limit) c.limit = at + stated;
  if (c.limit < c.end) c.end = c.limit;
  tunnel(c);
  if (c.next !== STOP) {
    c.found = OTHER;
    return;
  }
  c.at = at;
  c.end = end;
  c.limit = limit;
  c.layers.length = before;
  c.layers.high = high;
  c.layers.low = low;
}

/** Tunnels by port: headers that are only passed among them. */
const TUNNELS = new Map<number, (c: Cursor) => void>([
  [PORT_VXLAN, vxlan],
  [PORT_VXLAN_LINUX, vxlanLinux],
  [PORT_VXLAN_GPE, vxlanGpe],
  [PORT_GENEVE, geneve],
  [PORT_GTP_U, gtp],
  [PORT_GTP_C, gtp],
  [PORT_GTP_V0, gtp],
  [PORT_GRE, greHeader],
  [PORT_MPLS_IN_UDP, mplsInUdp],
  [PORT_TEREDO, teredo],
  [PORT_L2TP, l2tp],
  ...[...UDP_SHIMS].map(([port, shim]) => [port, (c: Cursor) => pass(c, shim)] as const),
]);
const tunnelOf = (port: number): ((c: Cursor) => void) | undefined => TUNNELS.get(port);

/** RFC 7348. */
function vxlan(c: Cursor): void {
  if (c.has(8)) c.enter(L.L_VXLAN, 8, ETHERNET);
}

/** On Linux's port anything may run: only a header with exactly the VNI flag and clear reserved octets is believed. */
function vxlanLinux(c: Cursor): void {
  if (!c.has(8) || c.view.getUint32(c.at) !== 0x08000000 || c.view.getUint8(c.at + 7) !== 0) return;
  vxlan(c);
}

function vxlanGpe(c: Cursor): void {
  if (!c.has(8)) return;
  const next = c.view.getUint8(c.at + 3);
  if (next === 1 || next === 2) c.enter(L.L_VXLAN_GPE, 8, IP);
  else if (next === 3) c.enter(L.L_VXLAN_GPE, 8, ETHERNET);
  else if (next === 4) c.enter(L.L_VXLAN_GPE, 8, NSH);
  else if (next === 5) c.enter(L.L_VXLAN_GPE, 8, MPLS);
}

/** RFC 8300 §2.2: the length counts words of four octets. */
export function nsh(c: Cursor): void {
  c.next = STOP;
  if (!c.has(8)) return;
  const octets = (c.view.getUint16(c.at) & 0x3f) * 4;
  if (octets < 8) return;
  const next = c.view.getUint8(c.at + 3);
  if (next === 1 || next === 2) c.enter(L.L_NSH, octets, IP);
  else if (next === 3) c.enter(L.L_NSH, octets, ETHERNET);
  else if (next === 4) c.enter(L.L_NSH, octets, NSH);
  else if (next === 5) c.enter(L.L_NSH, octets, MPLS);
}

/** RFC 2661 §3.1, data messages only: length, sequence numbers and padding are optional. */
function l2tp(c: Cursor): void {
  if (!c.has(6)) return;
  const flags = c.view.getUint16(c.at);
  if ((flags & 0x800f) !== 2) return;
  let octets = 6 + ((flags & 0x4000) !== 0 ? 2 : 0) + ((flags & 0x0800) !== 0 ? 4 : 0);
  if ((flags & 0x0200) !== 0) {
    if (!c.has(octets + 2)) return;
    octets += 2 + c.view.getUint16(c.at + octets);
  }
  c.enter(L.L_L2TP, octets, PPP);
}

/** RFC 8926. Its version is 0 so far: others are read as Wireshark reads them. */
function geneve(c: Cursor): void {
  if (!c.has(8)) return;
  const first = c.view.getUint8(c.at);
  const type = c.view.getUint16(c.at + 2);
  const next = type === TRANSPARENT_ETHERNET ? ETHERNET : type;
  if (next === ETHERNET || next >= 0x0600) c.enter(L.L_GENEVE, 8 + (first & 0x3f) * 4, next);
}

/** 3GPP TS 29.281 §5 and version 0 (TS 09.60 §6): only G-PDUs carry a packet. */
function gtp(c: Cursor): void {
  if (!c.has(8)) return;
  const flags = c.view.getUint8(c.at);
  if (c.view.getUint8(c.at + 1) !== 0xff) return;
  const octets = flags >> 4 === 1 ? 20 : flags >> 4 === 3 ? gtpHeader(c, flags) : 0;
  if (octets === 0 || !c.has(octets + 1)) return;
  const nibble = c.view.getUint8(c.at + octets) >> 4;
  if (nibble === 4 || nibble === 6) c.enter(L.L_GTP, octets, IP);
  // 5G sessions of type Ethernet: nothing in the header says so.
  else if (isFrame(c.view, c.at + octets, c.end)) c.enter(L.L_GTP, octets, ETHERNET);
}

/** Octets of version 1's header with its extensions; 0 if they are cut or go round. */
function gtpHeader(c: Cursor, flags: number): number {
  if ((flags & 7) === 0) return 8;
  if (!c.has(12)) return 0;
  let octets = 12;
  let extension = (flags & 4) !== 0 ? c.view.getUint8(c.at + 11) : 0;
  for (let steps = 0; extension !== 0; steps++) {
    if (steps === 16 || !c.has(octets + 4)) return 0;
    const length = c.view.getUint8(c.at + octets) * 4;
    if (length === 0 || !c.has(octets + length)) return 0;
    extension = c.view.getUint8(c.at + octets + length - 1);
    octets += length;
  }
  return octets;
}

/** RFC 7510. */
function mplsInUdp(c: Cursor): void {
  if (c.has(4)) c.next = MPLS;
}

/** RFC 4380 §5.1.1: optional authentication and origin indications, then IPv6. */
function teredo(c: Cursor): void {
  let octets = 0;
  if (c.has(8) && c.view.getUint16(c.at) === 1) octets += 13 + c.view.getUint8(c.at + 2) + c.view.getUint8(c.at + 3);
  if (c.has(octets + 8) && c.view.getUint16(c.at + octets) === 0) octets += 8;
  if (c.has(octets + 40) && c.view.getUint8(c.at + octets) >> 4 === 6) c.enter(L.L_TEREDO, octets, IP);
}
