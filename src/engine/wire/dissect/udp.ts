// UDP, and by its port the tunnel inside.
import { addChecksum, type PseudoHeader } from './checksum.ts';
import { udpShimKey } from './shim.ts';
import type { FieldTree, Next } from './tree.ts';

/** Destination ports of tunnels over UDP. 8472 is what Linux and flannel used for VXLAN before it had a port of its own. */
const TUNNELS: Readonly<Record<number, string>> = {
  1701: 'l2tp',
  2123: 'gtp',
  2152: 'gtp',
  3386: 'gtp',
  3544: 'teredo',
  4789: 'vxlan',
  4754: 'gre',
  4790: 'vxlangpe',
  6081: 'geneve',
  6635: 'mpls',
  8472: 'vxlan',
};

const tunnelOf = (port: number): string | undefined => TUNNELS[port] ?? udpShimKey(port);

export function udp(tree: FieldTree, at: number, end: number, pseudo: PseudoHeader | null, quoted: boolean): Next | null {
  const [source, destination, length] = [tree.u16(at), tree.u16(at + 2), tree.u16(at + 4)];
  tree.open('udp', `User Datagram Protocol, Src Port: ${source}, Dst Port: ${destination}`, at, 8);
  tree.num('udp.srcport', 'Source Port', at, 2);
  tree.num('udp.dstport', 'Destination Port', at + 2, 2);
  tree.num('udp.length', 'Length', at + 4, 2);
  const datagramEnd = length < 8 ? end : Math.min(end, at + length);
  addChecksum(tree, 'udp.checksum', 'Checksum', at + 6, at, datagramEnd, pseudo, true);
  const there = Math.min(datagramEnd, tree.bytes.length) - at - 8;
  if (!tree.stop && there > 0) tree.raw('udp.payload', 'UDP payload', at + 8, there, { text: `${datagramEnd - at - 8} bytes` });
  const tunnel = quoted || (length > 0 && length < 8) ? undefined : (tunnelOf(destination) ?? tunnelOf(source));
  return tunnel ? { protocol: tunnel, at: at + 8, end: datagramEnd } : null;
}
