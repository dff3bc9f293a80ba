// ICMP and ICMPv6; an error's quoted packet is dissected as a layer of its own, below the error.
import { addChecksum, type PseudoHeader } from './checksum.ts';
import { ICMP_CODES, ICMP_TYPES, ICMPV6_CODES, ICMPV6_TYPES } from './names.ts';
import type { FieldTree, Next } from './tree.ts';

const ICMP_ERRORS: ReadonlySet<number> = new Set([3, 4, 5, 11, 12]);

export function icmp(tree: FieldTree, at: number, end: number, pseudo: PseudoHeader | null): Next | null {
  const [type, code] = [tree.u8(at), tree.u8(at + 1)];
  tree.open('icmp', 'Internet Control Message Protocol', at, 8);
  tree.num('icmp.type', 'Type', at, 1, { text: `${ICMP_TYPES[type] ?? 'Unknown'} (${type})` });
  tree.num('icmp.code', 'Code', at + 1, 1, { text: `${ICMP_CODES[(type << 8) | code] ?? 'Code'} (${code})` });
  addMessageChecksum(tree, 'icmp.checksum', at, end, null, pseudo?.whole ?? true);
  if (type === 0 || type === 8) {
    echo(tree, 'icmp', at);
    return { protocol: 'data', at: at + 8, end };
  }
  if (type === 3 && code === 4) tree.num('icmp.mtu', 'MTU of next hop', at + 6, 2);
  else if (type === 5) tree.ip4('icmp.redir_gw', 'Gateway Address', at + 4);
  else if (type === 12) tree.num('icmp.pointer', 'Pointer', at + 4, 1);
  else tree.raw('icmp.unused', 'Unused', at + 4, 4);
  return ICMP_ERRORS.has(type) ? { protocol: 'quoted.ip', at: at + 8, end } : null;
}

export function icmpv6(tree: FieldTree, at: number, end: number, pseudo: PseudoHeader | null): Next | null {
  const [type, code] = [tree.u8(at), tree.u8(at + 1)];
  tree.open('icmpv6', 'Internet Control Message Protocol v6', at, 8);
  tree.num('icmpv6.type', 'Type', at, 1, { text: `${ICMPV6_TYPES[type] ?? 'Unknown'} (${type})` });
  tree.num('icmpv6.code', 'Code', at + 1, 1, { text: `${ICMPV6_CODES[(type << 8) | code] ?? 'Code'} (${code})` });
  addMessageChecksum(tree, 'icmpv6.checksum', at, end, pseudo, pseudo?.whole ?? true);
  if (type === 128 || type === 129) {
    tree.hex('icmpv6.echo.identifier', 'Identifier', at + 4, 2);
    tree.num('icmpv6.echo.sequence_number', 'Sequence', at + 6, 2);
    return { protocol: 'data', at: at + 8, end };
  }
  if (type === 2) tree.num('icmpv6.mtu', 'MTU', at + 4, 4);
  else if (type === 4) tree.num('icmpv6.pointer', 'Pointer', at + 4, 4);
  else if (type === 135 || type === 136) {
    if (type === 135) tree.raw('icmpv6.reserved', 'Reserved', at + 4, 4);
    tree.ip6(`icmpv6.nd.${type === 135 ? 'ns' : 'na'}.target_address`, 'Target Address', at + 8);
  } else tree.raw('icmpv6.reserved', 'Reserved', at + 4, 4);
  return type >= 1 && type <= 4 ? { protocol: 'quoted.ipv6', at: at + 8, end } : null;
}

function addMessageChecksum(tree: FieldTree, name: string, at: number, end: number, pseudo: PseudoHeader | null, whole: boolean): void {
  if (whole) addChecksum(tree, name, 'Checksum', at + 2, at, end, pseudo);
  else tree.hex(name, 'Checksum', at + 2, 2);
}

/** Windows and Linux differ in the byte order of these two: Wireshark shows both. */
function echo(tree: FieldTree, name: string, at: number): void {
  const swapped = (value: number): string => String(((value & 0xff) << 8) | (value >> 8));
  tree.num(`${name}.ident`, 'Identifier (BE)', at + 4, 2);
  tree.add(`${name}.ident_le`, 'Identifier (LE)', at + 4, 2, swapped(tree.u16(at + 4)));
  tree.num(`${name}.seq`, 'Sequence Number (BE)', at + 6, 2);
  tree.add(`${name}.seq_le`, 'Sequence Number (LE)', at + 6, 2, swapped(tree.u16(at + 6)));
}
