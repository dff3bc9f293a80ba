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
  /** A rule answers SYNs in the servers' place. */
  readonly synproxy?: boolean;
  /** `nf_conntrack_max`: entries that the table holds. */
  readonly maxEntries?: number;
  /** Translation is done by IPVS, conntrack runs beside it (`vs.conntrack`). */
  readonly ipvs?: boolean;
  /** `net.ipv4.vs.conntrack`: 0 leaves what IPVS forwards untracked. kube-proxy sets 1, which is what absence means. */
  readonly vsConntrack?: boolean;
}

/** A setting that nobody stated: it was tried because the default disagrees with what was observed, and it agrees better. */
export interface InferredSetting {
  /** As in TrackerSettings, a timeout as `timeouts.established`. */
  readonly name: string;
  readonly value: boolean | number;
  /** Timeouts: what was observed leaves this interval, seconds: the longest silence survived, and the shortest that was not. */
  readonly between: readonly [number, number] | null;
  /** Agreement with the default and with this value. */
  readonly agreeBefore: number;
  readonly agreeAfter: number;
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

/**
 * The four window bounds a segment was judged against, at that moment, and the one it broke. Octets and raw sequence numbers.
 *     bounds.seqLower < end … seq < bounds.seqUpper          (II, I)
 *     bounds.ackLower < ack < bounds.ackUpper                (IV, III)
 * A bound is the number that the kernel prints: the first value that does not pass.
 */
export interface WindowJudgement {
  readonly journey: JourneyId;
  readonly profile: Profile;
  readonly settings: TrackerSettings;
  readonly direction: Direction;
  readonly state: TcpState;
  readonly seq: number;
  readonly end: number;
  /** Highest of the ACK number and SACK edges, as the kernel took it. */
  readonly ack: number;
  /** Sender's td_end, td_maxend, td_maxwin and the receiver's, as before this packet. */
  readonly sender: WindowRecord;
  readonly receiver: WindowRecord;
  /** I: maxend + 1. II: sender.end − receiver.maxwin − 1. III: receiver.end + 1. IV: receiver.end − max(sender.maxwin, 66000) − 1. */
  readonly bounds: { readonly seqUpper: number; readonly seqLower: number; readonly ackUpper: number; readonly ackLower: number };
  /** The condition that failed first in kernel order, also where be_liberal let the packet pass. */
  readonly broken: 'I' | 'II' | 'III' | 'IV' | null;
  /** From the broken bound to the number that broke it, octets; 0 when none is broken. For II: `bytesBelowWindow`. */
  readonly by: number;
  /** V_…: what became of the packet. */
  readonly verdict: number;
  /** False: the window did not decide (flags, state table, a RST rule, no entry); the numbers are for the picture. */
  readonly isDecisive: boolean;
  /** False: the packet met no entry, so that there are no records. */
  readonly hasRecords: boolean;
  /** The kernel's own log sentence of the profile, so that people can grep for it; null when it would log nothing. */
  readonly log: string | null;
}

export interface WindowRecord {
  readonly end: number;
  readonly maxend: number;
  readonly maxwin: number;
  readonly scale: number;
}

/** Values of `StateChanges.why`. */
export const C_PACKET = 0;
/** Its time ran out. */
export const C_EXPIRED = 1;
/** A packet removed it: a RST on an entry without an answer. */
export const C_REMOVED = 2;

/** When the entries of the paths that share a tracker changed their state. Parallel columns, in order of time: few, whatever the packets. */
export interface StateChanges {
  /** Index of the path in its group. */
  readonly path: readonly number[];
  /** Journey of the packet that brought it about; of an expiry the last packet before it. */
  readonly journey: readonly number[];
  /** Index in the TcpState order, 0 where there is no entry any more. */
  readonly state: readonly number[];
  readonly why: readonly number[];
  /** When, at the node: reference clock, Nanos since `Workspace.epoch`. */
  readonly time: readonly number[];
  /** Seconds that the entry then had to live without another packet. */
  readonly seconds: readonly number[];
  /** 1: the entry was made by a packet of the server: its original direction is the reply's. */
  readonly reversed: readonly number[];
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
  /** Which of the possible orders the verdicts stand for: a number of engine/replay's own. */
  readonly orderIndex: number;
  /** Journeys that reached the node, as far as the taps tell; a packet lost before it did not. 1 yes. */
  readonly arrived: Uint8Array;
  /** Of all paths of the group, shared by them; null: not kept, ask engine/replay's `stateChanges`. */
  readonly changes: StateChanges | null;
  /** This path's number in `changes`. */
  readonly groupIndex: number;
}

/** What the tracker said of a path's packets under the profile and settings that explain what was observed. */
export interface PathReplay {
  readonly path: PathId;
  readonly verdicts: PathVerdicts;
  /** Settings that were not stated but found by trying; empty where the defaults explain what was observed. */
  readonly inferred: readonly InferredSetting[];
  /** A packet of it, or of a path that shares its tracker, was refused or met a fate that tells profiles apart. */
  readonly isEventful: boolean;
}
