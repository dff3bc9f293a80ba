// What the ladder draws: rows of decisive packets, folds of the ordinary rest, silences. The output of engine/query/ladder*.
//
// Objects exist only for what is on screen (hundreds). Everything here survives structured cloning; words come from the dictionaries.
import type { Endpoint } from './address.ts';
import type { Confidence, ResetCauseKind, ResetOrigin, TapPosition } from './correlation.ts';
import type { Direction, JourneyId, Nanos, PacketRef, PathId, Row, TapId } from './units.ts';
import type { Profile, TcpState, TrackerSettings } from './verdict.ts';
import type { Assumption, Fate } from './whatIf.ts';

export const MAX_LANES = 12;
/** States of one path's entry that a ladder tells; an endless alternation is cut there. */
export const MAX_STATES = 256;

/** A capture point that saw the paths and has no lane. */
export interface FoldedTap {
  readonly name: string;
  /** Index of the lane that comes before it on the way from the client. */
  readonly clientSideLane: number;
}

/** A vertical lifeline. `inferred`: no capture was taken there; that it exists follows from what changed between the others. */
export interface LadderLane {
  /** Stable across queries: `tap:2`, `node`, `client`, `server`. */
  readonly id: string;
  readonly kind: 'observed' | 'inferred';
  readonly role: TapPosition;
  readonly tap: TapId | null;
  /** Tap name, or the name known for the address; empty: the role's own word. */
  readonly name: string;
  /** Endpoint of this end of the (first) path, as text; null in mid-path. */
  readonly endpoint: Endpoint | null;
  /** Of the lane where NAT happens: what the client side sees and what it becomes. */
  readonly translation: { readonly from: Endpoint; readonly to: Endpoint } | null;
  /** Names of capture files (observed), or of the taps it was inferred from. */
  readonly from: readonly string[];
}

/** One path drawn in this ladder. Several share a ladder when one replaced the other. */
export interface LadderPath {
  readonly path: PathId;
  readonly client: Endpoint;
  readonly service: Endpoint | null;
  readonly server: Endpoint;
  /** Raw initial sequence numbers [original, reply]; relative numbers count from here. Null: from the lowest number seen. */
  readonly isn: readonly [number, number];
  readonly firstTime: Nanos;
  readonly lastTime: Nanos;
  readonly journeys: number;
}

/** One packet at one lane. `time`: reference clock, Nanos since `Ladder.epoch`. */
export interface LadderSighting {
  readonly lane: number;
  readonly tap: TapId;
  readonly row: Row;
  readonly frame: number;
  readonly time: Nanos;
  readonly source: Endpoint;
  readonly destination: Endpoint;
}

/** Why a packet is drawn in full. In rising order of weight. */
export type LadderReason = 'ordinary' | 'context' | 'end' | 'handshake' | 'evidence' | 'twin' | 'original' | 'cause' | 'reset' | 'leak';

/** What conntrack thought, in the kernel's own words. */
export interface LadderVerdict {
  readonly verdict: 'NEW' | 'ESTABLISHED' | 'IGNORED' | 'INVALID' | 'DROPPED';
  /** The kernel's sentence of the profile; empty where it has none. */
  readonly reason: string;
  readonly state: TcpState;
  readonly orderDependent: boolean;
}

export interface LadderLeak {
  readonly kind: 'data' | 'ack' | 'fin' | 'rst' | 'syn-ack';
  readonly expectedSource: Endpoint | null;
  readonly expectedDestination: Endpoint | null;
  readonly bytesBehind: number | null;
  readonly twin: JourneyId | null;
}

export interface LadderReset {
  readonly origin: ResetOrigin;
  readonly cause: ResetCauseKind;
  readonly effect: 'kills' | 'ignored';
  readonly confidence: Confidence;
}

/** A packet as it is named at one capture point, whether that has a lane or not. */
export interface NamedPacket {
  readonly journey: JourneyId;
  readonly packet: PacketRef;
  /** Id of its lane, and the name of the capture point. */
  readonly lane: string;
  readonly tap: string;
  readonly frame: number;
}

/**
 * What would have become of a packet under an assumption. `same`: as recorded. `otherwise`: sent, but with another fate at the node.
 * `not-sent`: it answers what would not have happened. `unknown`: its sender would have seen something else by then.
 */
export interface LadderWould {
  readonly kind: 'same' | 'otherwise' | 'not-sent' | 'unknown';
  readonly fate: Fate;
  readonly verdict: LadderVerdict | null;
  /** The packet from which `not-sent` or `unknown` follows. */
  readonly because: NamedPacket | null;
}

/** How many packets would have fared otherwise, would not have been sent, or cannot be foretold. */
export interface LadderWouldCounts {
  readonly otherwise: number;
  readonly notSent: number;
  readonly unknown: number;
}

/** The assumption under which a ladder also says what would have been. */
export interface LadderAssumption extends LadderWouldCounts {
  readonly asked: Assumption;
  readonly profile: Profile;
  readonly settings: TrackerSettings;
  readonly profileBefore: Profile;
  readonly settingsBefore: TrackerSettings;
  /** From here on its ends would have sent other packets; null: nothing of what they saw would have been different. */
  readonly openFrom: Nanos | null;
}

/** One transmission, drawn as an arrow from where it was first seen to where it was last seen. */
export interface LadderPacket {
  readonly kind: 'packet';
  readonly journey: JourneyId;
  /** Position among all journeys of this ladder in order of time; folds count in the same numbers. */
  readonly ordinal: number;
  /** Index in `Ladder.paths`. */
  readonly path: number;
  readonly direction: Direction;
  readonly reason: LadderReason;
  /** In order of travel, at least one. */
  readonly sightings: readonly LadderSighting[];
  /** Low nine TCP flags. */
  readonly flags: number;
  /** Bits of SegmentTable.marks, all sightings together. */
  readonly marks: number;
  /** Bits of JourneyTable.flags. */
  readonly journeyFlags: number;
  /** Raw, as at the first sighting. */
  readonly seq: number;
  readonly ack: number;
  readonly length: number;
  /** Octets, scaled where the scale is known. */
  readonly window: number;
  readonly windowScaled: boolean;
  /** The node's tuple changed between its first and its last sighting. */
  readonly translated: boolean;
  /** Held back beyond the usual delay; 0 not held. */
  readonly held: Nanos;
  readonly leak: LadderLeak | null;
  readonly reset: LadderReset | null;
  readonly verdict: LadderVerdict | null;
  /** Only where the clocks as they stand contradict it: by how much it arrives before it was sent. */
  readonly early?: Nanos;
  /** Only in a ladder that assumes something. */
  readonly would?: LadderWould;
}

/** What a run of packets amounts to. Pairs are [original, reply]. */
export interface LadderTotals {
  readonly packets: readonly [number, number];
  readonly bytes: readonly [number, number];
  readonly retransmissions: number;
  readonly outOfOrder: number;
  readonly duplicateAcks: number;
  readonly zeroWindows: number;
  readonly keepAlives: number;
  readonly leaks: number;
  readonly resets: number;
  readonly lost: number;
  readonly injected: number;
  readonly held: number;
  /** Translated as they should be, of those that crossed the NAT. */
  readonly translated: number;
  readonly untranslated: number;
  /** Every octet sent in the run was acknowledged, in it or later. */
  readonly acknowledged: boolean;
}

/** A run of packets that is told in one line until somebody opens it. */
export interface LadderFold {
  readonly kind: 'fold';
  /** First and count in ordinals. */
  readonly first: number;
  readonly count: number;
  readonly from: Nanos;
  readonly to: Nanos;
  readonly totals: LadderTotals;
  /** Longest time without a packet inside. */
  readonly longestPause: Nanos;
  readonly profile: LadderProfile;
  /** Only in a ladder that assumes something. */
  readonly would?: LadderWouldCounts;
}

/** Octets per equal slice of a fold's time, and where something was sent again: the texture of its band. */
export interface LadderProfile {
  readonly original: Float32Array;
  readonly reply: Float32Array;
  readonly retransmissions: Uint32Array;
}

/** Time in which no path of the ladder carried anything. */
export interface LadderSilence {
  readonly kind: 'silence';
  readonly from: Nanos;
  readonly to: Nanos;
}

/** Another path begins: its name stands in the ladder where it does. Only in ladders of several paths. */
export interface LadderOpening {
  readonly kind: 'opening';
  readonly path: number;
  readonly from: Nanos;
}

export type LadderRow = LadderPacket | LadderFold | LadderSilence | LadderOpening;

/** Between two packets: what the first brought about (or repeats), and the lane where that happened. */
export interface LadderLink {
  readonly kind: 'cause' | 'twin';
  readonly from: JourneyId;
  readonly to: JourneyId;
  readonly lane: number;
  readonly says: 'no-socket' | 'closes' | 'answers' | 'same-bytes' | 'aborted' | 'entry-gone';
}

/** A finding's place in the ladder, for jumping from one to the next. */
export interface LadderFinding {
  /** Index in Diagnosis.findings. */
  readonly finding: number;
  readonly from: Nanos;
  readonly to: Nanos;
  readonly journeys: readonly JourneyId[];
}

/** How long the conntrack entry of a path was in one state. */
export interface LadderState {
  /** Index in `Ladder.paths`. */
  readonly path: number;
  /** NONE: there was an entry, and there is none any more. */
  readonly state: TcpState;
  readonly why: 'packet' | 'expired' | 'removed';
  /** The packet that brought it about; of an expiry the last one before it. */
  readonly by: NamedPacket | null;
  readonly direction: Direction | null;
  readonly from: Nanos;
  readonly to: Nanos;
  /** What it then had to live without another packet. */
  readonly timeoutSeconds: number;
  /** The entry was made by a packet of the server's: replies are its original direction. */
  readonly isReversed: boolean;
}

export interface Ladder {
  /** Nanoseconds since 1970 of time 0: Workspace.epoch. */
  readonly epoch: bigint;
  readonly firstTime: Nanos;
  readonly lastTime: Nanos;
  /** Server side first. At most MAX_LANES. */
  readonly lanes: readonly LadderLane[];
  /** Capture points without a lane, where there are more than lanes. */
  readonly folded: readonly FoldedTap[];
  readonly paths: readonly LadderPath[];
  /** In order of time. Every journey of the paths is in exactly one row. */
  readonly rows: readonly LadderRow[];
  readonly links: readonly LadderLink[];
  readonly findings: readonly LadderFinding[];
  readonly journeys: number;
  /** States of the entries by time, path by path; at most `MAX_STATES` of each. Absent: no path crosses NAT. */
  readonly states?: readonly LadderState[];
  /** Absent: the ladder shows what was observed and nothing else. */
  readonly assumed?: LadderAssumption;
}

/** Columns of equal time over part of a ladder; every array has `length` entries. Transferable. */
export interface LadderDensity {
  readonly from: Nanos;
  readonly to: Nanos;
  readonly length: number;
  readonly packets: Uint32Array;
  readonly originalBytes: Float64Array;
  readonly replyBytes: Float64Array;
  readonly retransmissions: Uint32Array;
  readonly leaks: Uint32Array;
  readonly resets: Uint32Array;
}

/** Packets of an open fold, `first … first + packets.length − 1` in ordinals. */
export interface LadderWindow {
  readonly first: number;
  readonly packets: readonly LadderPacket[];
}

/** Packets between two times; none where they are more than were asked for. */
export interface LadderSpan extends LadderWindow {
  readonly count: number;
}

/** What a stretch of time or a set of packets adds up to. */
export interface LadderSelectionTotals {
  readonly from: Nanos;
  readonly to: Nanos;
  readonly totals: LadderTotals;
}

/** Where a packet stands: in the ladder asked about (first seen at `time`), or in that of another path. */
export type LadderPlace =
  | { readonly kind: 'here'; readonly ordinal: number; readonly journey: JourneyId; readonly time: Nanos }
  | { readonly kind: 'elsewhere'; readonly path: PathId };
