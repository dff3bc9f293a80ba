// Every wrapping that is read, one packet each: the same TCP segment, port 1234 to 5678, inside.
import { concat, encodeIp, ethernet, ipPacket, u16, u32 } from './packets.ts';

const v4 = encodeIp({ src: '10.1.0.1:1234', dst: '10.1.0.2:5678', seq: 42, payload: 9, ts: [1, 2] });
const v6 = encodeIp({ src: '[fd00::1]:1234', dst: '[fd00::2]:5678', seq: 42, payload: 9 });
const inner = ethernet(v4);
const [A, B] = ['192.0.2.1', '192.0.2.2'];
const [A6, B6] = ['[2001:db8::1]', '[2001:db8::2]'];
const bytes = (...octets: number[]): Uint8Array => Uint8Array.from(octets);

const udp = (port: number, body: Uint8Array): Uint8Array =>
  ethernet(ipPacket(A, B, 17, concat(u16(40_000), u16(port), u16(8 + body.length), u16(0), body)));
const gre = (flags: number, type: number, body: Uint8Array): Uint8Array =>
  ethernet(ipPacket(A, B, 47, concat(u16(flags), u16(type), body)));
const tagged = (type: number, body: Uint8Array): Uint8Array => ethernet(body, type);
const onIp6 = (protocol: number, body: Uint8Array): Uint8Array => ethernet(ipPacket(A6, B6, protocol, body));
const wlan = concat(bytes(0x08, 0x01, 0, 0), new Uint8Array(20), bytes(0xaa, 0xaa, 3, 0, 0, 0), u16(0x0800), v4);

export interface Wrapping {
  readonly name: string;
  readonly linkType: number;
  readonly bytes: Uint8Array;
  /** Of the table, outermost first. */
  readonly layers: string;
}

const CASES: readonly (readonly [name: string, linkType: number, bytes: Uint8Array, layers: string])[] = [
  ['Ethernet', 1, inner, 'eth'],
  ['802.1Q', 1, tagged(0x8100, concat(u16(7), u16(0x0800), v4)), 'eth vlan'],
  ['QinQ', 1, tagged(0x88a8, concat(u16(7), u16(0x8100), u16(8), u16(0x86dd), v6)), 'eth vlan vlan'],
  ['MPLS, two labels', 1, tagged(0x8847, concat(u32(0x00010040), u32(0x00011140), v4)), 'eth mpls'],
  ['Ethernet over MPLS', 1, tagged(0x8847, concat(u32(0x00011140), u32(0), inner)), 'eth mpls eth'],
  ['PPPoE', 1, tagged(0x8864, concat(bytes(0x11, 0), u16(1), u16(v4.length + 2), u16(0x21), v4)), 'eth pppoes ppp'],
  ['LLC/SNAP', 1, ethernet(concat(bytes(0xaa, 0xaa, 3, 0, 0, 0), u16(0x0800), v4), 8 + v4.length), 'eth llc'],
  ['GRE', 1, gre(0, 0x0800, v4), 'eth ip gre'],
  ['GRE with checksum, key and sequence', 1, gre(0xb000, 0x86dd, concat(u32(0), u32(5), u32(6), v6)), 'eth ip gre'],
  ['GRE, transparent Ethernet', 1, gre(0x2000, 0x6558, concat(u32(5), inner)), 'eth ip gre eth'],
  ['GRE with MPLS', 1, gre(0, 0x8847, concat(u32(0x00011140), v4)), 'eth ip gre mpls'],
  ['ERSPAN I', 1, gre(0, 0x88be, inner), 'eth ip gre erspan eth'],
  ['ERSPAN II', 1, gre(0x1000, 0x88be, concat(u32(9), u32(0x10010001), u32(0), inner)), 'eth ip gre erspan eth'],
  ['ERSPAN III', 1, gre(0x1000, 0x22eb, concat(u32(9), u32(0x20010001), u32(0), u32(0), inner)), 'eth ip gre erspan eth'],
  ['VXLAN', 1, udp(4789, concat(u32(0x08000000), u32(0x500), inner)), 'eth ip udp vxlan eth'],
  ['VXLAN on the port of Linux', 1, udp(8472, concat(u32(0x08000000), u32(0x500), inner)), 'eth ip udp vxlan eth'],
  ['VXLAN-GPE', 1, udp(4790, concat(u32(0x0c000001), u32(0x500), v4)), 'eth ip udp vxlan_gpe'],
  [
    'Geneve with options',
    1,
    udp(6081, concat(u16(0x0200), u16(0x6558), u32(0x500), u32(0x01020301), u32(7), inner)),
    'eth ip udp geneve eth',
  ],
  ['Geneve with IP', 1, udp(6081, concat(u16(0), u16(0x0800), u32(0x500), v4)), 'eth ip udp geneve'],
  ['GTP-U', 1, udp(2152, concat(bytes(0x30, 0xff), u16(v4.length), u32(7), v4)), 'eth ip udp gtp'],
  [
    'GTP-U with an extension',
    1,
    udp(2152, concat(bytes(0x34, 0xff), u16(v4.length + 8), u32(7), bytes(0, 0, 0, 0x85, 1, 0x10, 9, 0), v4)),
    'eth ip udp gtp',
  ],
  ['Teredo', 1, udp(3544, v6), 'eth ip udp teredo'],
  ['MPLS in UDP', 1, udp(6635, concat(u32(0x00011140), v4)), 'eth ip udp mpls'],
  ['IP in IP', 1, ethernet(ipPacket(A, B, 4, v4)), 'eth ip'],
  ['6in4', 1, ethernet(ipPacket(A, B, 41, v6)), 'eth ip'],
  ['4in6', 1, onIp6(4, v4), 'eth ipv6'],
  ['IPv6 in IPv6 in IPv4', 1, ethernet(ipPacket(A, B, 41, ipPacket(A6, B6, 41, v6))), 'eth ip ipv6'],
  ['AH', 1, ethernet(ipPacket('10.1.0.1', '10.1.0.2', 51, concat(bytes(6, 4), new Uint8Array(22), v4.subarray(20)))), 'eth'],
  [
    'hop-by-hop and destination options',
    1,
    ethernet(ipPacket('[fd00::1]', '[fd00::2]', 0, concat(bytes(60, 0, 1, 4, 0, 0, 0, 0), bytes(6, 0, 1, 4, 0, 0, 0, 0), v6.subarray(40)))),
    'eth',
  ],
  ['EtherIP', 1, ethernet(ipPacket(A, B, 97, concat(u16(0x3000), inner))), 'eth ip etherip eth'],
  ['BSD loopback, little endian', 0, concat(u32(2, true), v4), 'null'],
  ['BSD loopback, big endian, IPv6 of FreeBSD', 0, concat(u32(28), v6), 'null'],
  ['OpenBSD loopback', 108, concat(u32(2), v4), 'null'],
  ['PPP', 9, concat(u16(0xff03), u16(0x21), v4), 'ppp'],
  ['PPP in HDLC', 50, concat(u16(0xff03), u16(0x57), v6), 'ppp'],
  ['Cisco HDLC', 104, concat(bytes(0x0f, 0), u16(0x0800), v4), 'chdlc'],
  ['raw', 101, v6, 'raw'],
  ['raw IPv4', 228, v4, ''],
  ['raw IPv6', 229, v6, ''],
  ['Linux cooked', 113, concat(u16(4), u16(1), u16(6), new Uint8Array(8), u16(0x0800), v4), 'sll'],
  ['Linux cooked with VLAN', 113, concat(u16(0), u16(1), u16(6), new Uint8Array(8), u16(0x8100), u16(5), u16(0x0800), v4), 'sll vlan'],
  ['Linux cooked 2', 276, concat(u16(0x86dd), u16(0), u32(3), u16(1), bytes(4, 6), new Uint8Array(8), v6), 'sll'],
  ['802.11', 105, wlan, 'wlan llc'],
  ['radiotap', 127, concat(bytes(0, 0, 8, 0, 0, 0, 0, 0), wlan), 'radiotap wlan llc'],
  ['PPI', 192, concat(bytes(0, 0, 8, 0, 1, 0, 0, 0), inner), 'ppi eth'],
  ['nflog', 239, concat(bytes(2, 0, 0, 0), u16(4 + v4.length, true), u16(9, true), v4), 'nflog'],
  ['NSH', 1, tagged(0x894f, concat(u16(0x0fc6), bytes(1, 1), u32(0x00000aff), new Uint8Array(16), v4)), 'eth nsh'],
  [
    'NSH with metadata, Ethernet inside',
    1,
    tagged(0x894f, concat(u16(0x0fc4), bytes(2, 3), u32(0x00000aff), bytes(1, 0, 3, 4), u32(7), inner)),
    'eth nsh eth',
  ],
  [
    'NSH in VXLAN-GPE',
    1,
    udp(4790, concat(u32(0x0c000004), u32(0x500), u16(0x0fc2), bytes(2, 2), u32(0x00000aff), v6)),
    'eth ip udp vxlan_gpe nsh',
  ],
  ['L2TP', 1, udp(1701, concat(u16(0x0002), u16(5), u16(6), u16(0xff03), u16(0x21), v4)), 'eth ip udp l2tp ppp'],
  [
    'L2TP with length, numbers and padding',
    1,
    udp(1701, concat(u16(0x4a02), u16(18 + v4.length), u16(5), u16(6), u16(1), u16(2), u16(2), u16(0), u16(0x21), v4)),
    'eth ip udp l2tp ppp',
  ],
  [
    'Teredo with authentication and origin',
    1,
    udp(3544, concat(bytes(0, 1, 0, 0), new Uint8Array(9), bytes(0, 0, 1, 2, 3, 4, 5, 6), v6)),
    'eth ip udp teredo',
  ],
  [
    '802.11 between access points, with QoS',
    105,
    concat(bytes(0x88, 0x03, 0, 0), new Uint8Array(20), new Uint8Array(6), bytes(0, 0), bytes(0xaa, 0xaa, 3, 0, 0, 0), u16(0x0800), v4),
    'wlan llc',
  ],
  [
    '802.11 from an access point',
    105,
    concat(bytes(0x08, 0x0a, 7, 0), new Uint8Array(18).fill(3), bytes(0x21, 0x43), bytes(0xaa, 0xaa, 3, 0, 0, 0), u16(0x0800), v4),
    'wlan llc',
  ],
  ['pf log', 117, concat(bytes(61, 2, 0, 0), new Uint8Array(60), v4), 'pflog'],
];

export const WRAPPINGS: readonly Wrapping[] = CASES.map(([name, linkType, bytes, layers]) => ({ name, linkType, bytes, layers }));
