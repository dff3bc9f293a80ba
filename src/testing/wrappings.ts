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
  ['TRILL', 1, tagged(0x22f3, concat(u16(0x0048), u16(1), u16(2), new Uint8Array(4), inner)), 'eth trill eth'],
  ['FabricPath', 1, tagged(0x8903, concat(u16(0x1001), inner)), 'eth cfp eth'],
  ['Cisco MetaData', 1, tagged(0x8909, concat(u16(0x0101), u16(1), u16(5), u16(0x0800), v4)), 'eth cmd'],
  ['MACsec in clear text', 1, tagged(0x88e5, concat(u16(0), u32(1), u16(0x0800), v4, new Uint8Array(16))), 'eth macsec'],
  ['MACsec that names its channel', 1, tagged(0x88e5, concat(u16(0x2000), u32(1), u32(2), u32(3), u16(0x86dd), v6)), 'eth macsec'],
  ['802.1ah', 1, tagged(0x88e7, concat(u32(0x123), inner)), 'eth ieee8021ah eth'],
  ['VN-Tag', 1, tagged(0x8926, concat(u32(0), u16(0x0800), v4)), 'eth vntag'],
  ['802.1CB', 1, tagged(0xf1c1, concat(u16(0), u16(1), u16(0x0800), v4)), 'eth ieee8021cb'],
  ['Arista time stamps', 1, tagged(0xd28b, concat(u16(1), u16(0x10), u32(0), u32(0), u16(0x0800), v4)), 'eth avsp'],
  ['ISL', 1, concat(bytes(1, 0, 0x0c, 0, 0, 0), new Uint8Array(20), inner, u32(0)), 'isl eth'],
  [
    'SNAP in a VLAN by length',
    1,
    tagged(0x8100, concat(u16(7), u16(8 + v4.length), bytes(0xaa, 0xaa, 3, 0, 0, 0), u16(0x0800), v4)),
    'eth vlan llc',
  ],
  [
    'bridged Ethernet in SNAP',
    1,
    ethernet(concat(bytes(0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 7, 0, 0), inner), 10 + inner.length),
    'eth llc eth',
  ],
  ['Ethernet over MPLS without a control word', 1, tagged(0x8847, concat(u32(0x00011140), inner)), 'eth mpls eth'],
  ['GRE with routing', 1, gre(0x4000, 0x0800, concat(u32(0), u16(0x0800), bytes(0, 4, 1, 2, 3, 4), u32(0), v4)), 'eth ip gre'],
  ['GRE with Frame Relay', 1, gre(0, 0x6559, concat(u16(0x1841), bytes(3, 0xcc), v4)), 'eth ip gre fr'],
  ['GRE in UDP', 1, udp(4754, concat(u16(0), u16(0x0800), v4)), 'eth ip udp gre'],
  ['VXLAN-GPE with MPLS', 1, udp(4790, concat(u32(0x0c000005), u32(0x500), u32(0x00011140), v4)), 'eth ip udp vxlan_gpe mpls'],
  ['GTP-U with Ethernet', 1, udp(2152, concat(bytes(0x30, 0xff), u16(inner.length), u32(7), inner)), 'eth ip udp gtp eth'],
  ['GTP version 0', 1, udp(3386, concat(bytes(0x1e, 0xff), u16(v4.length), new Uint8Array(16), v4)), 'eth ip udp gtp'],
  ['LISP', 1, udp(4341, concat(u32(0x80000000), u32(1), v6)), 'eth ip udp lisp-data'],
  ['AYIYA', 1, udp(5072, concat(bytes(0x44, 0x50, 0x41, 41), u32(1), new Uint8Array(36), v6)), 'eth ip udp ayiya'],
  ['TZSP', 1, udp(37_008, concat(bytes(1, 0, 0, 1, 10, 1, 5, 0, 1), inner)), 'eth ip udp tzsp eth'],
  ['Ethernet in segment routing', 1, onIp6(43, concat(bytes(143, 2, 4, 0, 0, 0, 0, 0), new Uint8Array(16), inner)), 'eth ipv6 eth'],
  ['PPP, several links, one fragment', 9, concat(u16(0xff03), u16(0x3d), u32(0xc0000001), u16(0x21), v4), 'ppp ppp'],
  ['PPP, bridged', 9, concat(u16(0xff03), u16(0x31), u16(1), inner), 'ppp eth'],
  ['Cisco HDLC on a serial line', 50, concat(bytes(0x0f, 0), u16(0x0800), v4), 'chdlc'],
  ['Frame Relay, routed', 107, concat(u16(0x1841), bytes(3, 0xcc), v4), 'fr'],
  ['Frame Relay, four octets of address', 107, concat(bytes(0x18, 0x40, 0, 0x41), bytes(3, 0, 0x80, 0, 0, 0), u16(0x0800), v4), 'fr'],
  ['Frame Relay, bridged', 107, concat(u16(0x1841), bytes(3, 0, 0x80, 0, 0x80, 0xc2, 0, 7), inner), 'fr eth'],
  ['Frame Relay, Cisco', 107, concat(u16(0x1841), u16(0x86dd), v6), 'fr'],
  [
    'token ring, source routed',
    6,
    concat(bytes(0x10, 0x40), new Uint8Array(6), bytes(0x80), new Uint8Array(5), bytes(2, 0x30, 0xaa, 0xaa, 3, 0, 0, 0), u16(0x0800), v4),
    'tr llc',
  ],
  ['FDDI', 10, concat(bytes(0x50), new Uint8Array(12), bytes(0xaa, 0xaa, 3, 0, 0, 0), u16(0x0800), v4), 'fddi llc'],
  ['ARCNET', 7, concat(bytes(1, 2, 0xd4, 0, 0, 0), v4), 'arcnet'],
  ['IP over ATM', 106, v4, 'clip'],
  ['ATM, routed', 100, concat(bytes(0xfe, 0xfe, 3, 0xcc), v4), 'llc'],
  ['Sun ATM', 123, concat(bytes(2, 0, 0, 0x20, 0xaa, 0xaa, 3, 0, 0, 0), u16(0x0800), v4), 'atm llc'],
  ['IP over Fibre Channel', 122, concat(new Uint8Array(16), bytes(0xaa, 0xaa, 3, 0, 0, 0), u16(0x0800), v4), 'ipfc llc'],
  ['IP over IEEE 1394', 138, concat(new Uint8Array(16), u16(0x0800), v4), 'ap1394'],
  ['Symantec firewall', 99, concat(new Uint8Array(6), u16(0x0800), new Uint8Array(36), v4), 'symantec'],
  ['OpenBSD enc', 109, concat(u32(2, true), u32(1), u32(0), v4), 'enc'],
  ['Prism', 119, concat(u32(0x44), u32(144), new Uint8Array(136), wlan), 'prism wlan llc'],
  ['AVS', 163, concat(u32(0x80211001), u32(64), new Uint8Array(56), wlan), 'wlancap wlan llc'],
  ['Apple pktap', 258, concat(u32(108, true), u32(1, true), u32(1, true), new Uint8Array(96), inner), 'pktap eth'],
  ['Juniper Ethernet, with extensions', 178, concat(bytes(0x4d, 0x47, 0x43, 0x80), u16(8), new Uint8Array(8), inner), 'juniper eth'],
  ['Juniper Frame Relay', 180, concat(bytes(0x4d, 0x47, 0x43, 0), u16(0x1841), bytes(3, 0xcc), v4), 'juniper fr'],
  ['BSD loopback with an EtherType', 0, concat(u32(0x0800, true), v4), 'null'],
  ['PPP in BSD loopback', 0, concat(u16(0xff03), u16(0x21), v4), 'ppp'],
  ['Linux cooked with Ethernet', 113, concat(u16(0), u16(1), u16(6), new Uint8Array(8), u16(3), inner), 'sll eth'],
  [
    'radiotap that says the data is padded',
    127,
    concat(
      bytes(0, 0, 17, 0),
      u32(3, true),
      new Uint8Array(8),
      bytes(0x20),
      bytes(0x88, 0x01, 0, 0),
      new Uint8Array(20),
      bytes(0, 0, 0, 0),
      wlan.subarray(24),
    ),
    'radiotap wlan llc',
  ],
  [
    'several frames in one of 802.11',
    105,
    concat(bytes(0x88, 0x01, 0, 0), new Uint8Array(20), bytes(0x80, 0), new Uint8Array(12), u16(8 + v4.length), wlan.subarray(24)),
    'wlan llc',
  ],
  ['pf log', 117, concat(bytes(61, 2, 0, 0), new Uint8Array(60), v4), 'pflog'],
];

export const WRAPPINGS: readonly Wrapping[] = CASES.map(([name, linkType, bytes, layers]) => ({ name, linkType, bytes, layers }));
