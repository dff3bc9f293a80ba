// One row per record of a capture point, in the order the packets came, as columns. What is not here is read again from the file when somebody looks.
import type { AddressTable } from './address.ts';

/** Bits of `PacketTable.flags`: the TCP header's own nine, then what we know of the row. */
export const FIN = 0x001;
export const SYN = 0x002;
export const RST = 0x004;
export const PSH = 0x008;
export const ACK = 0x010;
export const URG = 0x020;
export const ECE = 0x040;
export const CWR = 0x080;
export const AE = 0x100;
/** The row is a TCP segment with a header of its own (not one quoted by an ICMP error). Without it only time and lengths hold. */
export const IS_TCP = 0x0200;
/** The TCP header was cut by the snap length: fields behind the cut are zero. */
export const CUT = 0x0400;
/** The payload was cut by the snap length: `fingerprint` covers what is there (its length is part of the hash). */
export const PAYLOAD_CUT = 0x0800;
/** The segment carries a timestamp option: `tsval` and `tsecr` hold. */
export const HAS_TS = 0x1000;
/** The segment carries SACK blocks: see `sacks`. */
export const HAS_SACK = 0x2000;
/** The segment's options can't be read in full (cut or malformed). */
export const OPTIONS_CUT = 0x4000;
/** The row is an ICMP or ICMPv6 error that quotes a TCP header: see `icmpErrors`; `tuple` is the quoted one. */
export const IS_ICMP_ERROR = 0x8000;

/**
 * One row per record, file after file; within a file in its order, or in that in which the packets came where the file is out of order
 * (`CaptureFile.frames` then tells the frame numbers, which are row − file.firstRow + 1 otherwise, but for rare gaps). Every column has
 * `length` entries. `time` is not sorted (clocks step, interfaces interleave). 57 octets a row.
 */
export interface PacketTable {
  readonly length: number;
  /** Nanoseconds since 1970 at `time` 0: the first record's time, so that doubles stay exact. */
  readonly epoch: bigint;
  /** Where the record (pcap record header, pcapng block) starts in its plain, decompressed file. */
  readonly offset: Float64Array;
  /** Nanos since `epoch`. */
  readonly time: Float64Array;
  /** Octets on the wire, pcapng's "original length". */
  readonly originalLength: Uint32Array;
  /** `tupleId << 1 | direction`: direction 0 travels from the tuple's `a` to its `b`. 0 for rows without a tuple. */
  readonly tuple: Uint32Array;
  /** SeqNum as on the wire; relative numbers exist only in format(). */
  readonly seq: Uint32Array;
  /** SeqNum; the field as sent, also when the ACK flag is not set. */
  readonly ack: Uint32Array;
  /** Octets of TCP payload by the IP length (not by what was captured); 0 for SYN, FIN, bare ACKs. */
  readonly payloadLength: Uint32Array;
  /** The 16-bit field, unscaled. */
  readonly window: Uint16Array;
  readonly flags: Uint16Array;
  /** IPv4 identification; 0 for IPv6. */
  readonly ipId: Uint16Array;
  /** TTL or hop limit of the innermost IP header. */
  readonly ttl: Uint8Array;
  /** Index in `encapsulations`. */
  readonly encapsulation: Uint16Array;
  readonly tsval: Uint32Array;
  readonly tsecr: Uint32Array;
  /** 32-bit hash of the first 64 captured payload octets and their count; 0 without payload. Meets equal only with equal captured lengths. */
  readonly fingerprint: Uint32Array;
  readonly tuples: TupleTable;
  readonly addresses: AddressTable;
  readonly encapsulations: readonly Encapsulation[];
  readonly sacks: SackTable;
  readonly synOptions: SynOptionTable;
  readonly icmpErrors: IcmpErrorTable;
  /** Rows that were read before: the end of a file of a rotated set, once more at the head of the next. Ascending; mostly absent. */
  readonly repeats?: readonly RowRange[];
}

/** Rows `from` … `to` − 1. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** Undirected five-tuples. Id 0 is "none". `a` is the smaller endpoint by (family, octets, port), so both directions meet in one id. */
export interface TupleTable {
  readonly length: number;
  /** IP protocol number. */
  readonly protocol: Uint8Array;
  /** Address ids. */
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly aPort: Uint16Array;
  readonly bPort: Uint16Array;
}

/** What wrapped the innermost TCP, and the interface it was captured on: interned, so that equal wrapping is equal by number. */
export interface Encapsulation {
  /** Number of the interface: pcapng's within its section, or the SLL2 header's interface index; 0 where the format has none. */
  readonly interfaceId: number;
  /** Interface name where the file has one. */
  readonly interfaceName: string | null;
  readonly linkType: number;
  /** Outermost first, in Wireshark's protocol names: `['eth', 'vlan', 'ip', 'udp', 'geneve', 'eth']` — down to, not including, the inner IP. */
  readonly layers: readonly string[];
  /** SLL/SLL2 packet type: 0 to us, 4 sent by us …; −1 where the link layer has none. */
  readonly packetType: number;
}

/** Rows with HAS_SACK, ascending. `edge` is the highest right edge after the ack number, else the ack number; first block as sent. */
export interface SackTable {
  readonly length: number;
  readonly row: Uint32Array;
  readonly edge: Uint32Array;
  readonly firstLeft: Uint32Array;
  readonly firstRight: Uint32Array;
}

/** Rows with SYN, ascending. */
export interface SynOptionTable {
  readonly length: number;
  readonly row: Uint32Array;
  /** 0 where absent. */
  readonly mss: Uint16Array;
  /** Shift as sent (may exceed 14), 255 where absent. */
  readonly windowScale: Uint8Array;
  /** Bits: 1 SACK permitted, 2 timestamps, 4 Fast Open, 8 MPTCP, 16 any option at all. */
  readonly present: Uint8Array;
}

/** Rows with IS_ICMP_ERROR, ascending. */
export interface IcmpErrorTable {
  readonly length: number;
  readonly row: Uint32Array;
  readonly type: Uint8Array;
  readonly code: Uint8Array;
  /** Quoted sequence number. */
  readonly seq: Uint32Array;
  /** Next-hop MTU of "fragmentation needed" and "packet too big", else 0. */
  readonly mtu: Uint32Array;
  /** Address id of who sent the error. */
  readonly sender: Uint32Array;
}

/** Sparse tables keep `row` ascending: the entry of a row, or −1. */
export function findRow(rows: Uint32Array, length: number, wanted: number): number {
  let low = 0;
  let high = length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const at = rows[middle] as number;
    if (at === wanted) return middle;
    if (at < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
