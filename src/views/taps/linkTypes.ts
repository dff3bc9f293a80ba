// Names of link types as people know them. Numbers: tcpdump.org LINKTYPE_.
const NAMES: Readonly<Record<number, string>> = {
  0: 'BSD loopback',
  1: 'Ethernet',
  9: 'PPP',
  12: 'Raw IP',
  14: 'Raw IP',
  50: 'PPP (HDLC)',
  51: 'PPPoE',
  101: 'Raw IP',
  104: 'Cisco HDLC',
  105: '802.11',
  108: 'OpenBSD loopback',
  113: 'Linux cooked (any)',
  119: '802.11 (Prism)',
  127: '802.11 (radiotap)',
  228: 'Raw IPv4',
  229: 'Raw IPv6',
  239: 'NFLOG',
  276: 'Linux cooked v2 (any)',
};

export const linkTypeName = (linkType: number): string => NAMES[linkType] ?? `LINKTYPE ${linkType}`;
