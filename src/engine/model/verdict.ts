// What conntrack thought of the packets of a path: the output of engine/replay.
import type { Direction, JourneyId, PathId } from './units.ts';

export type Profile = '4.15' | '5.4' | '5.10' | '5.15' | '6.1' | '6.18';
export const PROFILES: readonly Profile[] = ['4.15', '5.4', '5.10', '5.15', '6.1', '6.18'];

/** The tracker's sysctls as spelled under net.netfilter, and what the node does around it. Absent: the kernel's default. */
export interface TrackerSettings {
  readonly be_liberal?: boolean;
  readonly loose?: boolean;
  readonly ignore_invalid_rst?: boolean;
  readonly checksum?: boolean;
  readonly max_retrans?: number;
  /** Seconds per state, names as in the sysctls: `established`, `close_wait`, `unacknowledged` … */
  readonly timeouts?: Readonly<Record<string, number>>;
  /** A rule drops `ct state invalid` in FORWARD. */
  readonly dropInvalid?: boolean;
  readonly masquerade?: boolean;
}

export type TcpState =
  | 'NONE'
  | 'SYN_SENT'
  | 'SYN_RECV'
  | 'ESTABLISHED'
  | 'FIN_WAIT'
  | 'CLOSE_WAIT'
  | 'LAST_ACK'
  | 'TIME_WAIT'
  | 'CLOSE'
  | 'SYN_SENT2';

/** Values of `PathVerdicts.verdict`. */
export const V_UNKNOWN = 0;
export const V_NEW = 1;
export const V_ESTABLISHED = 2;
/** Accepted and translated, but nothing was learnt from it (kernel ≥ 6.1 window "ignore", or a state-table ignore). */
export const V_IGNORED = 3;
export const V_INVALID = 4;
/** INVALID and a rule drops it, or an entry could not be replaced. */
export const V_DROPPED = 5;

/** The four window bounds a segment was judged against, at that moment, and the one it broke. Octets and raw sequence numbers. */
export interface WindowJudgement {
  readonly journey: JourneyId;
  readonly direction: Direction;
  readonly state: TcpState;
  readonly seq: number;
  readonly end: number;
  readonly ack: number;
  /** Sender's td_end, td_maxend, td_maxwin and the receiver's, as before this packet. */
  readonly sender: { readonly end: number; readonly maxend: number; readonly maxwin: number; readonly scale: number };
  readonly receiver: { readonly end: number; readonly maxend: number; readonly maxwin: number; readonly scale: number };
  /** I seq ≤ maxend, II end > sender.end − receiver.maxwin − 1, III ack ≤ receiver.end, IV ack > receiver.end − W − 1. */
  readonly bounds: { readonly seqUpper: number; readonly seqLower: number; readonly ackUpper: number; readonly ackLower: number };
  readonly broken: 'I' | 'II' | 'III' | 'IV' | null;
  /** How far beyond the broken bound, octets; 0 when none is broken. */
  readonly by: number;
  /** The kernel's own log sentence of the profile, so that people can grep for it; null when it would log nothing. */
  readonly log: string | null;
}

/** The tracker's opinion of every journey of one path under one profile and settings. Arrays are parallel to the path's journeys. */
export interface PathVerdicts {
  readonly path: PathId;
  readonly profile: Profile;
  readonly settings: TrackerSettings;
  readonly verdict: Uint8Array;
  /** Index in `reasons`, 0 none. */
  readonly reason: Uint8Array;
  readonly reasons: readonly string[];
  /** Index in the TcpState order above, after the packet. */
  readonly state: Uint8Array;
  /** 1 where another possible order of arrival gives another verdict. */
  readonly orderDependent: Uint8Array;
  /** Packets observed untranslated that were predicted INVALID (or NEW in reverse), and translated ones predicted valid, of all comparable. */
  readonly agreement: { readonly agree: number; readonly of: number; readonly disagreeing: readonly JourneyId[] };
  /** Where the order of arrival at the node comes from. */
  readonly order: 'node-tap' | 'inferred';
}

/** Which profiles fit what was observed on a path, and for the main one the verdicts. */
export interface PathReplay {
  readonly path: PathId;
  readonly fits: readonly Profile[];
  readonly verdicts: PathVerdicts;
  /** Agreement of every profile tried, under the settings in force. */
  readonly tried: readonly { readonly profile: Profile; readonly agree: number; readonly of: number }[];
}
