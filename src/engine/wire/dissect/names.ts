// Names of the numbers in headers, as Wireshark prints them: data without logic.

/** EtherType → [name, protocol that dissect.ts reads next, or null]. */
export const ETHERTYPES: Readonly<Record<number, readonly [string, string | null]>> = {
  2048: ['IPv4', 'ip'],
  2054: ['ARP', 'arp'],
  25944: ['Transparent Ethernet bridging', 'eth'],
  33024: ['802.1Q Virtual LAN', 'vlan'],
  34525: ['IPv6', 'ipv6'],
  34887: ['MPLS label switched packet', 'mpls'],
  34888: ['MPLS multicast', 'mpls'],
  34915: ['PPPoE Discovery', 'pppoed'],
  34916: ['PPPoE Session', 'pppoes'],
  34984: ['802.1ad Provider Bridge (Q-in-Q)', 'ieee8021ad'],
  35006: ['ERSPAN', 'erspan'],
  8939: ['ERSPAN Type III', 'erspan3'],
  35020: ['802.1 Link Layer Discovery Protocol (LLDP)', null],
  34827: ['PPP', 'ppp'],
  35151: ['Network Service Header', 'nsh'],
  37120: ['QinQ: old standard', 'vlan'],
  37376: ['QinQ', 'vlan'],
  8947: ['TRILL', 'trill#8947'],
  17157: ['B.A.T.M.A.N. Advanced', 'batadv#17157'],
  25600: ['MikroTik EoIP', 'eth'],
  35075: ['Cisco FabricPath', 'cfp#35075'],
  35081: ['Cisco MetaData', 'cmd#35081'],
  35045: ['802.1AE (MACsec)', 'macsec#35045'],
  35047: ['802.1ah Provider Backbone Bridge', 'ieee8021ah#35047'],
  35110: ['VN-Tag', 'vntag#35110'],
  53899: ['Arista Vendor Specific Protocol', 'avsp#53899'],
  61889: ['802.1CB Frame Replication and Elimination for Reliability', 'ieee8021cb#61889'],
  25945: ['Frame Relay', 'fr'],
};

/** IP protocol → [name, protocol that dissect.ts reads next, or null]. */
export const IP_PROTOCOLS: Readonly<Record<number, readonly [string, string | null]>> = {
  0: ['IPv6 Hop-by-Hop Option', 'ipv6.hopopts'],
  1: ['ICMP', 'icmp'],
  2: ['IGMP', null],
  4: ['IPIP', 'ip'],
  6: ['TCP', 'tcp'],
  17: ['UDP', 'udp'],
  41: ['IPv6', 'ipv6'],
  43: ['Routing Header for IPv6', 'ipv6.routing'],
  44: ['Fragment Header for IPv6', 'ipv6.fraghdr'],
  47: ['Generic Routing Encapsulation', 'gre'],
  50: ['Encap Security Payload', null],
  51: ['Authentication Header', 'ah'],
  58: ['ICMPv6', 'icmpv6'],
  59: ['IPv6 No Next Header', null],
  60: ['Destination Options for IPv6', 'ipv6.dstopts'],
  89: ['OSPF IGP', null],
  97: ['Ethernet within IP', 'etherip'],
  103: ['Protocol Independent Multicast', 'pim#103'],
  112: ['Virtual Router Redundancy Protocol', null],
  132: ['SCTP', null],
  135: ['Mobile IPv6', null],
  137: ['MPLS-in-IP', 'mpls'],
  140: ['Shim6 Protocol', 'ipv6.shim6'],
  143: ['Ethernet', 'eth'],
};

/** PPP protocol → [name, next]. */
export const PPP_PROTOCOLS: Readonly<Record<number, readonly [string, string | null]>> = {
  33: ['Internet Protocol version 4', 'ip'],
  87: ['Internet Protocol version 6', 'ipv6'],
  49: ['Bridging PDU', 'pppbcp'],
  61: ['Multilink', 'pppmp'],
  641: ['MPLS Unicast', 'mpls'],
  643: ['MPLS Multicast', 'mpls'],
  32801: ['Internet Protocol Control Protocol', null],
  32855: ['IPv6 Control Protocol', null],
  49185: ['Link Control Protocol', null],
  49187: ['Password Authentication Protocol', null],
  49699: ['Challenge Handshake Authentication Protocol', null],
};

/** Address family of BSD loopback captures: IPv6 differs from system to system. */
export const NULL_FAMILIES: Readonly<Record<number, readonly [string, string | null]>> = {
  2: ['IP', 'ip'],
  10: ['IPv6 Linux', 'ipv6'],
  23: ['IPv6 Windows', 'ipv6'],
  24: ['IPv6 BSD', 'ipv6'],
  28: ['IPv6 FreeBSD', 'ipv6'],
  30: ['IPv6 Darwin', 'ipv6'],
};

export const SLL_PACKET_TYPES: readonly string[] = ['Unicast to us', 'Broadcast', 'Multicast', 'Unicast to another host', 'Sent by us'];

export const DSCP: Readonly<Record<number, string>> = {
  0: 'CS0',
  1: 'LE',
  8: 'CS1',
  10: 'AF11',
  12: 'AF12',
  14: 'AF13',
  16: 'CS2',
  18: 'AF21',
  20: 'AF22',
  22: 'AF23',
  24: 'CS3',
  26: 'AF31',
  28: 'AF32',
  30: 'AF33',
  32: 'CS4',
  34: 'AF41',
  36: 'AF42',
  38: 'AF43',
  40: 'CS5',
  44: 'VOICE-ADMIT',
  46: 'EF PHB',
  48: 'CS6',
  56: 'CS7',
};
export const ECN: readonly string[] = [
  'Not ECN-Capable Transport',
  'ECN-Capable Transport ECT(1)',
  'ECN-Capable Transport ECT(0)',
  'Congestion Experienced',
];

/** IPv4 option type → [last part of its field name, label]. */
export const IP_OPTIONS: Readonly<Record<number, readonly [string, string]>> = {
  0: ['eol', 'End of Options List (EOL)'],
  1: ['nop', 'No Operation (NOP)'],
  7: ['recordroute', 'Record Route'],
  25: ['qs', 'Quick-Start'],
  68: ['timestamp', 'Time Stamp'],
  130: ['security', 'Security'],
  131: ['lsr', 'Loose Source Route'],
  134: ['cipso', 'Commercial Security'],
  136: ['sid', 'Stream ID'],
  137: ['ssr', 'Strict Source Route'],
  148: ['routeralert', 'Router Alert'],
};

export const IPV6_OPTIONS: Readonly<Record<number, string>> = {
  0: 'Pad1',
  1: 'PadN',
  4: 'Tunnel Encapsulation Limit',
  5: 'Router Alert',
  7: 'CALIPSO',
  38: 'Quick-Start',
  48: 'Minimum Path MTU Hop-by-Hop',
  49: 'IOAM',
  109: 'MPL',
  194: 'Jumbo Payload',
  201: 'Home Address',
};

export const TCP_OPTIONS: Readonly<Record<number, string>> = {
  0: 'End of Option List (EOL)',
  1: 'No-Operation (NOP)',
  2: 'Maximum segment size',
  3: 'Window scale',
  4: 'SACK permitted',
  5: 'SACK',
  6: 'Echo',
  7: 'Echo reply',
  8: 'Timestamps',
  11: 'CC',
  12: 'CC.NEW',
  13: 'CC.ECHO',
  19: 'TCP MD5 signature',
  27: 'Quick-Start Response',
  28: 'User Timeout Option',
  29: 'TCP Authentication Option (TCP-AO)',
  30: 'Multipath TCP',
  34: 'TCP Fast Open',
  69: 'Encryption Negotiation (TCP-ENO)',
  172: 'Accurate ECN Order 0',
  174: 'Accurate ECN Order 1',
  253: 'RFC3692-style Experiment 1',
  254: 'RFC3692-style Experiment 2',
};

export const MPTCP_SUBTYPES: readonly string[] = [
  'Multipath Capable',
  'Join Connection',
  'Data Sequence Signal',
  'Add Address',
  'Remove Address',
  'Change Subflow Priority',
  'TCP Fallback',
  'Fast Close',
  'TCP Reset',
];

export const ICMP_TYPES: Readonly<Record<number, string>> = {
  0: 'Echo (ping) reply',
  3: 'Destination unreachable',
  4: 'Source quench (flow control)',
  5: 'Redirect',
  8: 'Echo (ping) request',
  9: 'Router advertisement',
  10: 'Router solicitation',
  11: 'Time-to-live exceeded',
  12: 'Parameter problem',
  13: 'Timestamp request',
  14: 'Timestamp reply',
};

/** `type << 8 | code`. */
export const ICMP_CODES: Readonly<Record<number, string>> = {
  768: 'Network unreachable',
  769: 'Host unreachable',
  770: 'Protocol unreachable',
  771: 'Port unreachable',
  772: 'Fragmentation needed',
  773: 'Source route failed',
  774: 'Network unknown',
  775: 'Host unknown',
  777: 'Network administratively prohibited',
  778: 'Host administratively prohibited',
  779: 'Network unreachable for TOS',
  780: 'Host unreachable for TOS',
  781: 'Communication administratively filtered',
  1280: 'Redirect for network',
  1281: 'Redirect for host',
  2816: 'Time to live exceeded in transit',
  2817: 'Fragment reassembly time exceeded',
};

export const ICMPV6_TYPES: Readonly<Record<number, string>> = {
  1: 'Destination Unreachable',
  2: 'Packet Too Big',
  3: 'Time Exceeded',
  4: 'Parameter Problem',
  128: 'Echo (ping) request',
  129: 'Echo (ping) reply',
  130: 'Multicast Listener Query',
  131: 'Multicast Listener Report',
  132: 'Multicast Listener Done',
  133: 'Router Solicitation',
  134: 'Router Advertisement',
  135: 'Neighbor Solicitation',
  136: 'Neighbor Advertisement',
  137: 'Redirect',
  143: 'Multicast Listener Report Message v2',
};

export const ICMPV6_CODES: Readonly<Record<number, string>> = {
  256: 'no route to destination',
  257: 'Administratively prohibited',
  258: 'beyond scope of source address',
  259: 'Address unreachable',
  260: 'Port unreachable',
  261: 'Source address failed ingress/egress policy',
  262: 'Reject route to destination',
  768: 'hop limit exceeded in transit',
  769: 'fragment reassembly time exceeded',
};
