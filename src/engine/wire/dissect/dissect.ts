// Takes one record apart, layer by layer, into fields named as in Wireshark. For one packet at a time, when somebody looks.
import type { Dissection } from '../../model/dissection.ts';
import { ciscoHdlc, nflog, pflog, ppi } from './captured.ts';
import type { PseudoHeader } from './checksum.ts';
import { icmp, icmpv6 } from './icmp.ts';
import { type IpNext, ipv4, ipv6, ipv6Extension } from './ip.ts';
import {
  arp,
  ethernet,
  linkProtocol,
  llc,
  mpls,
  nullLoop,
  ppp,
  pppBridging,
  pppMultilink,
  pppoe,
  pppWithDirection,
  providerBridge,
  pseudowire,
  raw,
  serial,
  sll,
  sll2,
  vlan,
} from './link.ts';
import { etherip, l2tp, nsh, teredo, vxlanGpe } from './serviceTunnel.ts';
import { shimLayers } from './shim.ts';
import { NO_CONTEXT, type TcpContext, tcp } from './tcp.ts';
import { FieldTree, type Next } from './tree.ts';
import { erspan, geneve, gre, gtpU, vxlan } from './tunnel.ts';
import { udp } from './udp.ts';
import { radiotap, wlan } from './wireless.ts';

/** More layers than any real stack has; a packet of nothing but VLAN tags ends here instead of filling the screen. */
const MAX_LAYERS = 64;

type Layer = (tree: FieldTree, at: number, end: number) => Next | null;

/** Layers that need nothing but their octets. The rest is in `step`. */
const LAYERS: Readonly<Record<string, Layer>> = {
  eth: ethernet,
  llc,
  vlan,
  ieee8021ad: providerBridge,
  sll,
  sll2,
  null: nullLoop,
  loop: nullLoop,
  raw,
  ppp,
  serial,
  pppmp: pppMultilink,
  pppbcp: pppBridging,
  pppdir: pppWithDirection,
  pppoes: pppoe,
  pppoed: pppoe,
  mpls,
  pwethcw: pseudowire,
  arp,
  gre,
  erspan,
  erspan3: erspan,
  vxlan,
  geneve,
  gtp: gtpU,
  vxlangpe: vxlanGpe,
  nsh,
  l2tp,
  teredo,
  etherip,
  chdlc: ciscoHdlc,
  ppi,
  nflog,
  pflog,
  radiotap,
  wlan,
  ...shimLayers(linkProtocol),
};

/** Wireshark's name in `frame.protocols` where ours differs. */
const PROTOCOL_NAMES: Readonly<Record<string, string>> = {
  sll2: 'sll',
  pppdir: 'ppp',
  pppmp: 'mp',
  pppbcp: 'bcp_bpdu',
  loop: 'null',
  erspan3: 'erspan',
  vxlangpe: 'vxlan',
};
/** Readers that only choose another. */
const UNNAMED = new Set(['serial']);

interface EthernetFrame {
  readonly layer: number;
  readonly at: number;
  readonly end: number;
  networkEnd: number | null;
}

interface Progress {
  pseudo: PseudoHeader | null;
  /** Inside the packet that an ICMP error quotes. */
  quoted: boolean;
  /** Ethernet frames, outermost first: what follows their network layer is padding or a trailer. */
  readonly ethernets: EthernetFrame[];
}

/**
 * Never throws, whatever the octets: what can't be read ends it with a `stop`, and all before it is kept.
 * @param bytes the captured octets of the record
 * @param originalLength octets on the wire: beyond `bytes` they were cut, not missing
 */
export function dissect(bytes: Uint8Array, linkType: number, originalLength: number, context: TcpContext = NO_CONTEXT): Dissection {
  const tree = new FieldTree(bytes);
  const protocol = linkProtocol(linkType);
  const wire = Math.max(bytes.length, originalLength);
  let next: Next | null = protocol ? { protocol, at: 0, end: wire } : { protocol: 'data', at: 0, end: wire };
  if (!protocol) tree.halt('unsupported', 0, bytes.length);
  const progress: Progress = { pseudo: null, quoted: false, ethernets: [] };
  tree.isCut = originalLength > bytes.length;
  while (next && next.protocol !== 'data' && !tree.stop) {
    if (tree.layers.length >= MAX_LAYERS) {
      tree.halt('tooDeep', next.at, 0);
      break;
    }
    if (!UNNAMED.has(next.protocol)) tree.protocols.push(PROTOCOL_NAMES[next.protocol] ?? next.protocol.replace(/^quoted\.|#\d+$/g, ''));
    next = step(tree, next, progress, context);
    tree.closeAll();
  }
  if (next?.protocol === 'data') data(tree, next);
  tree.limit = bytes.length;
  for (const frame of progress.ethernets) trailer(tree, frame);
  return { layers: tree.layers, protocols: tree.protocols, stop: tree.stop };
}

function step(tree: FieldTree, layer: Next, progress: Progress, context: TcpContext): Next | null {
  const { at, end } = layer;
  const protocol = layer.protocol.replace('quoted.', '');
  if (protocol !== layer.protocol) {
    progress.quoted = true;
    tree.isCut = true;
  }
  tree.limit = Math.max(at, Math.min(tree.bytes.length, end));
  if (protocol === 'tcp') return tcp(tree, at, end, progress.pseudo, progress.quoted ? NO_CONTEXT : context, progress.quoted);
  if (protocol === 'udp') return udp(tree, at, end, progress.pseudo, progress.quoted);
  if (protocol === 'icmp') return icmp(tree, at, end, progress.pseudo);
  if (protocol === 'icmpv6') return icmpv6(tree, at, end, progress.pseudo);
  const plain = LAYERS[protocol];
  if (plain) {
    if (protocol === 'eth') progress.ethernets.push({ layer: tree.layers.length, at, end, networkEnd: null });
    const next = plain(tree, at, end);
    if (next && next.end < end) endNetwork(progress, next.end);
    return next;
  }
  const next = ip(tree, protocol, at, end, progress.pseudo);
  if (next) {
    progress.pseudo = next.pseudo;
    endNetwork(progress, next.end);
  }
  return next;
}

function endNetwork(progress: Progress, at: number): void {
  const frame = progress.ethernets.at(-1);
  if (frame) frame.networkEnd ??= at;
}

const NO_PSEUDO: PseudoHeader = { addressesAt: 0, addressesLength: 0, protocol: 0, whole: false };

function ip(tree: FieldTree, protocol: string, at: number, end: number, pseudo: PseudoHeader | null): IpNext | null {
  if (protocol === 'ip') return ipv4(tree, at, end);
  if (protocol === 'ipv6') return ipv6(tree, at, end);
  return ipv6Extension(tree, protocol, at, end, pseudo ?? NO_PSEUDO);
}

function data(tree: FieldTree, from: Next): void {
  const length = Math.min(from.end, tree.bytes.length) - from.at;
  if (length <= 0 || tree.stop?.kind === 'cut' || tree.stop?.kind === 'malformed') return;
  tree.protocols.push('data');
  const stop = tree.stop;
  tree.stop = null;
  tree.open('data', `Data (${length} bytes)`, from.at, length);
  tree.raw('data.data', 'Data', from.at, length);
  tree.derived('data.len', 'Length', String(length));
  tree.closeAll();
  tree.stop = stop;
}

/** An Ethernet frame is padded to this, its checksum not counted. Source: IEEE 802.3 §3.2.8. */
const SHORTEST_FRAME = 60;
const FCS_LENGTH = 4;

/** Octets of an Ethernet frame behind its network layer: zeros up to the shortest frame are padding, four at the end a checksum. */
function trailer(tree: FieldTree, frame: EthernetFrame): void {
  const end = Math.min(frame.end, tree.bytes.length);
  const from = frame.networkEnd;
  if (from === null || from >= end) return;
  const padEnd = Math.min(end, Math.max(from, frame.at + SHORTEST_FRAME));
  const isPadding = padEnd > from && tree.bytes.subarray(from, padEnd).every((octet) => octet === 0);
  const rest = isPadding ? padEnd : from;
  const fcs = end - rest >= FCS_LENGTH && end - frame.at >= SHORTEST_FRAME + FCS_LENGTH ? FCS_LENGTH : 0;
  const stop = tree.stop;
  tree.stop = null;
  tree.reopen(frame.layer);
  if (isPadding) tree.raw('eth.padding', 'Padding', from, padEnd - from);
  if (rest < end - fcs) tree.raw('eth.trailer', 'Trailer', rest, end - fcs - rest);
  if (fcs > 0) tree.hex('eth.fcs', 'Frame check sequence', end - fcs, fcs);
  tree.closeAll();
  tree.stop = stop;
}
