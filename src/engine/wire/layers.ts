// Numbers of the layers that can wrap the innermost IP, and their names in Wireshark's spelling.

export const L_ETH = 1;
export const L_VLAN = 2;
export const L_MPLS = 3;
export const L_PPPOES = 4;
export const L_PPP = 5;
export const L_LLC = 6;
export const L_SLL = 7;
export const L_NULL = 8;
export const L_RAW = 9;
export const L_IP = 10;
export const L_IPV6 = 11;
export const L_UDP = 12;
export const L_GRE = 13;
export const L_ERSPAN = 14;
export const L_VXLAN = 15;
export const L_GENEVE = 16;
export const L_GTP = 17;
export const L_AH = 18;
export const L_RADIOTAP = 19;
export const L_WLAN = 20;
export const L_MACSEC_TAG = 21;
export const L_CHDLC = 22;
export const L_NFLOG = 23;
export const L_PFLOG = 24;
export const L_ETHERIP = 25;
export const L_TEREDO = 26;
export const L_PPI = 27;
export const L_VXLAN_GPE = 28;
export const L_NSH = 29;
export const L_FR = 30;
export const L_L2TP = 31;

export const LAYER_NAMES: readonly string[] = [
  '?',
  'eth',
  'vlan',
  'mpls',
  'pppoes',
  'ppp',
  'llc',
  'sll',
  'null',
  'raw',
  'ip',
  'ipv6',
  'udp',
  'gre',
  'erspan',
  'vxlan',
  'geneve',
  'gtp',
  'ah',
  'radiotap',
  'wlan',
  'cmd',
  'chdlc',
  'nflog',
  'pflog',
  'etherip',
  'teredo',
  'ppi',
  'vxlan_gpe',
  'nsh',
  'fr',
  'l2tp',
];
