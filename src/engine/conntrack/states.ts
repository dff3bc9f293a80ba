// The TCP state table of conntrack, the same in 4.14 … 6.18. Data only. Source: nf_conntrack_proto_tcp.c tcp_conntracks[].
import type { TcpState } from '../model/verdict.ts';

export const NONE = 0;
export const SYN_SENT = 1;
export const SYN_RECV = 2;
export const ESTABLISHED = 3;
export const FIN_WAIT = 4;
export const CLOSE_WAIT = 5;
export const LAST_ACK = 6;
export const TIME_WAIT = 7;
export const CLOSE = 8;
export const SYN_SENT2 = 9;
/** Accepted, but nothing is learnt from it. */
export const IGNORE = 10;
export const INVALID = 11;

export const STATE_NAMES: readonly TcpState[] = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
];

/** Packet kinds in the kernel's numbering ("index" of its log sentences). */
export const KIND_SYN = 0;
export const KIND_SYNACK = 1;
export const KIND_FIN = 2;
export const KIND_ACK = 3;
export const KIND_RST = 4;
export const KIND_NONE = 5;

const [SS, SR, ES, FW, CW, LA, TW, CL, S2, IG, IV] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/** New state at `(direction * 6 + kind) * 10 + old state`. */
export const NEXT_STATE = Uint8Array.of(
  // old    NO  SS  SR  ES  FW  CW  LA  TW  CL  S2
  /* original syn    */ ...[SS, SS, IG, IG, IG, IG, IG, SS, SS, S2],
  /* original synack */ ...[IV, IV, SR, IV, IV, IV, IV, IV, IV, SR],
  /* original fin    */ ...[IV, IV, FW, FW, LA, LA, LA, TW, CL, IV],
  /* original ack    */ ...[ES, IV, ES, ES, CW, CW, TW, TW, CL, IV],
  /* original rst    */ ...[IV, CL, CL, CL, CL, CL, CL, CL, CL, CL],
  /* original none   */ ...[IV, IV, IV, IV, IV, IV, IV, IV, IV, IV],
  /* reply syn       */ ...[IV, S2, IV, IV, IV, IV, IV, SS, IV, S2],
  /* reply synack    */ ...[IV, SR, IG, IG, IG, IG, IG, IG, IG, SR],
  /* reply fin       */ ...[IV, IV, FW, FW, LA, LA, LA, TW, CL, IV],
  /* reply ack       */ ...[IV, IG, SR, ES, CW, CW, TW, TW, CL, IG],
  /* reply rst       */ ...[IV, CL, CL, CL, CL, CL, CL, CL, CL, CL],
  /* reply none      */ ...[IV, IV, IV, IV, IV, IV, IV, IV, IV, IV],
);
