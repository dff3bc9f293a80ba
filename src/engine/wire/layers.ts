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
export const L_RADIOTAP = 18;
export const L_WLAN = 19;
export const L_MACSEC = 20;
export const L_CHDLC = 21;
export const L_NFLOG = 22;
export const L_PFLOG = 23;
export const L_ETHERIP = 24;
export const L_TEREDO = 25;
export const L_PPI = 26;
export const L_VXLAN_GPE = 27;
export const L_NSH = 28;
export const L_FR = 29;
export const L_L2TP = 30;
export const L_CMD = 31;
export const L_PBB = 32;
export const L_CFP = 33;
export const L_TRILL = 34;
export const L_VNTAG = 35;
export const L_RTAG = 36;
export const L_AVSP = 37;
export const L_TOKEN_RING = 38;
export const L_ARCNET = 39;
export const L_FDDI = 40;
export const L_CLIP = 41;
export const L_SYMANTEC = 42;
export const L_ENC = 43;
export const L_PRISM = 44;
export const L_AVS = 45;
export const L_IPFC = 46;
export const L_ATM = 47;
export const L_AP1394 = 48;
export const L_PKTAP = 49;
export const L_JUNIPER = 50;
export const L_ISL = 51;
export const L_LISP = 52;
export const L_AYIYA = 53;
export const L_TZSP = 54;
export const L_CAPWAP = 55;
export const L_MIP = 56;
export const L_JMIRROR = 57;
export const L_BATADV = 58;
export const L_PIM = 59;

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
  'radiotap',
  'wlan',
  'macsec',
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
  'cmd',
  'ieee8021ah',
  'cfp',
  'trill',
  'vntag',
  'ieee8021cb',
  'avsp',
  'tr',
  'arcnet',
  'fddi',
  'clip',
  'symantec',
  'enc',
  'prism',
  'wlancap',
  'ipfc',
  'atm',
  'ap1394',
  'pktap',
  'juniper',
  'isl',
  'lisp-data',
  'ayiya',
  'tzsp',
  'capwap.data',
  'mip',
  'jmirror',
  'batadv',
  'pim',
];
