// One TCP segment as the tracker reads it, and the checks that need no state.
import { ACK, FIN, RST, SYN, URG } from '../model/packetTable.ts';
import { KIND_ACK, KIND_FIN, KIND_NONE, KIND_RST, KIND_SYN, KIND_SYNACK } from './states.ts';

/** Values of `Segment.health`. */
export const HEALTHY = 0;
/** The IP packet ends inside the 20 octets of header (not: the capture does). */
export const ENDS_IN_HEADER = 1;
/** Data offset below 5 words, or beyond the packet. */
export const BAD_DATA_OFFSET = 2;
export const BAD_CHECKSUM = 3;

/** A scratch row: the caller fills it again for every packet; the tracker keeps nothing of it. */
export class Segment {
  /** Nanoseconds since any epoch. */
  time = 0;
  /** Addresses are numbers of the caller's; equal means equal. */
  sourceAddress = 0;
  sourcePort = 0;
  destinationAddress = 0;
  destinationPort = 0;
  seq = 0;
  /** The field as sent, also without the ACK flag. */
  ack = 0;
  /** Highest right edge of a SACK block after `ack`, else `ack`. */
  sack = 0;
  /** The 16-bit field, unscaled. */
  window = 0;
  /** Octets of payload. */
  length = 0;
  /** TCP flags, low nine bits. */
  flags = 0;
  /** Any option at all. */
  hasOptions = false;
  /** Shift as sent, −1 without the option. Read from SYN and SYN/ACK only. */
  windowScale = -1;
  sackPermitted = false;
  health = HEALTHY;
  /** Made by the node itself: it enters at OUTPUT, where checksums are not looked at. */
  isOfNode = false;
  /** Delivered to the node itself: it passes INPUT, where a rule in FORWARD does not see it. */
  isToNode = false;
}

const KINDS = new Uint8Array(256);
const LEGAL = new Uint8Array(256);
const IRRELEVANT = ~(FIN | SYN | RST | ACK | URG);
const LEGAL_FLAGS = [SYN, SYN | URG, SYN | ACK, RST, RST | ACK, FIN | ACK, FIN | ACK | URG, ACK, ACK | URG];
for (let flags = 0; flags < 256; flags++) {
  KINDS[flags] = kind(flags);
  LEGAL[flags] = LEGAL_FLAGS.includes(flags & ~IRRELEVANT) ? 1 : 0;
}

function kind(flags: number): number {
  if (flags & RST) return KIND_RST;
  if (flags & SYN) return flags & ACK ? KIND_SYNACK : KIND_SYN;
  if (flags & FIN) return KIND_FIN;
  return flags & ACK ? KIND_ACK : KIND_NONE;
}

/** The kernel's packet kind, in its order of precedence: RST, SYN, FIN, ACK. */
export const kindOf = (flags: number): number => KINDS[flags & 0xff];
/** PSH, ECE, CWR and AE aside, one of nine combinations. Source: nf_conntrack_proto_tcp.c tcp_valid_flags[]. */
export const isLegalCombination = (flags: number): boolean => LEGAL[flags & 0xff] === 1;
/** seq + payload + SYN + FIN, modulo 2^32. */
export const endOf = (s: Segment): number => (s.seq + s.length + ((s.flags & SYN) >> 1) + (s.flags & FIN)) >>> 0;
