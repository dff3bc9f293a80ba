// What is known across capture points: clocks, paths, journeys, leaks, resets. The output of engine/correlate.

import type { Endpoint } from './address.ts';
import type { Tap } from './capture.ts';
import type { FlowAnalysis } from './connection.ts';
import type { ConnectionId, Direction, JourneyId, Nanos, PacketRef, PathId, Row, TapId } from './units.ts';

/** Where a capture point lies between the ends of the paths it saw. */
export const TAP_POSITIONS = ['client', 'client-side', 'node', 'server-side', 'server', 'unknown'] as const;
export type TapPosition = (typeof TAP_POSITIONS)[number];

export interface ClockStep {
  readonly row: number;
  readonly time: Nanos;
  /** About 0 where only the drift changed. */
  readonly by: Nanos;
  /** Parts per million, added to those before; 0 where the clock was only set. */
  readonly driftPpm: number;
}

/** This tap's clock minus the reference tap's. Bounds come from matched packets in both directions, never from a guess. */
export interface Clock {
  readonly reference: boolean;
  /** The first of those capture points that saw the same packets, directly or through others; itself where none did. Clocks of others say nothing of this one. */
  readonly related: TapId;
  /** At this tap's first packet; against the first of its related ones where these are not the reference's. */
  readonly offset: Nanos;
  /**
   * Half the interval that the matched packets leave open at that moment, however the clocks' drift changed within what clocks do; Infinity
   * where nothing matched.
   */
  readonly uncertainty: Nanos;
  /** Set by hand: `offset` is what was set, `uncertainty` 0, and `inferred` what the packets say. Elsewhere the two are the same. */
  readonly pinned: boolean;
  readonly inferred: { readonly offset: Nanos; readonly uncertainty: Nanos };
  /** Drift against the reference, parts per million. */
  readonly skewPpm: number;
  /**
   * Where the clock was set, or began to drift otherwise: from `row` on `by` and, with the time since, `driftPpm` are added. `time` is when that
   * was (own clock, Nanos since the tap's epoch); it does not tell the two sides apart where the clock was set back.
   */
  readonly steps: readonly ClockStep[];
  /** Of the bounds those that the clock breaks beyond the uncertainty: packets that would arrive before they were sent. */
  readonly violations: number;
  readonly matched: number;
  /**
   * For the plot: two-way delay bounds over time, at most a few hundred pairs each (own time, Nanos since the tap's epoch; own minus
   * reference clock), and the rows of the packets that set them, at the capture point `tap`.
   */
  readonly bounds: {
    readonly forward: Float64Array;
    readonly backward: Float64Array;
    readonly tap: TapId;
    readonly forwardRows: Uint32Array;
    readonly backwardRows: Uint32Array;
  };
}

/** A path's part at one capture point: one connection there, under the tuple it has there. Several legs may share a tap (`-i any`). */
export interface Leg {
  readonly tap: TapId;
  readonly connection: ConnectionId;
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** Which direction of the leg's tuple is ORIGINAL: row.tuple & 1 equal to this travels from the client. */
  readonly originalDirection: 0 | 1;
  readonly packets: number;
  /** Only the rows of these encapsulations belong to this leg; null: all (it takes several interfaces in one capture to need it). */
  readonly encapsulations: readonly number[] | null;
  /** Only these, in file order; null: all. Where one interface saw packets before and after a router, nothing shorter tells which are whose. */
  readonly rows: Uint32Array | null;
}

/** Why two legs are one connection, in order of weight. `score` of the join is the sum of what `counts` prove, 0…1. */
export interface JoinReason {
  readonly kind: 'isn-pair' | 'isn' | 'sequence-ranges' | 'timestamps' | 'payload' | 'ip-id' | 'same-tuple' | 'single-tap';
  /** Packets that agreed. */
  readonly count: number;
}

/** Segments of a path's sender under a tuple that does not belong at this tap; never a connection of their own on screen. */
export interface Stray {
  readonly tap: TapId;
  readonly connection: ConnectionId;
  readonly direction: Direction;
  /** Rows, ascending. */
  readonly rows: readonly Row[];
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /**
   * leak: translation missing; answer: what a host answered to a leak (a RST); port-changed: NAT chose another port in mid-stream;
   * rebalanced: NAT chose another server in mid-stream.
   */
  readonly kind: 'leak' | 'answer' | 'port-changed' | 'rebalanced';
}

/** A translation on the path. `from` is what the client side sees, `to` what the server side sees. */
export interface Translation {
  readonly from: Endpoint;
  readonly to: Endpoint;
}

/** One connection end to end: its legs in order from client to server, joined across NAT. */
export interface Path {
  readonly id: PathId;
  readonly client: Endpoint;
  /** What the client connected to, if that is not the server itself (or if the server side was not seen but NAT is known): else null. */
  readonly service: Endpoint | null;
  readonly server: Endpoint;
  /** From client to server. */
  readonly legs: readonly Leg[];
  readonly strays: readonly Stray[];
  readonly dnat: Translation | null;
  readonly snat: Translation | null;
  /** Index i: the NAT lies between legs[i − 1] and legs[i]; −1 none or unknown. */
  readonly natBefore: number;
  /** Initial sequence numbers [original, reply], raw; null without a SYN of that side. */
  readonly isn: readonly [number | null, number | null];
  /** Window shifts [original, reply]; null unknown. */
  readonly windowScale: readonly [number | null, number | null];
  /** Every leg saw the same packets in the same order, and none was astray. */
  readonly isWhole: boolean;
  /** First and last packet anywhere, reference clock, Nanos since `Workspace.epoch`. */
  readonly firstTime: Nanos;
  readonly lastTime: Nanos;
  readonly packets: number;
  readonly payloadBytes: readonly [number, number];
  readonly retransmissions: number;
  readonly resets: number;
}

/** Bits of `JourneyTable.flags`. */
export const J_TRANSLATED = 0x0001;
/** Seen beyond the NAT under an untranslated tuple. */
export const J_LEAKED = 0x0002;
/** Seen at a tap and then not at a later one that saw its neighbours. */
export const J_LOST = 0x0004;
/** First seen in mid-path by a tap although an earlier tap saw its neighbours. */
export const J_INJECTED = 0x0008;
/** Seen more than once at one tap in a way that is no retransmission. */
export const J_DUPLICATED = 0x0010;
/** Overtaken: much slower than its neighbours. See `held`. */
export const J_HELD = 0x0020;
export const J_RETRANSMISSION = 0x0040;
/** Cut or merged differently at different taps (segmentation offload). */
export const J_RESEGMENTED = 0x0080;
export const J_PORT_CHANGED = 0x0100;
/** A segment that is part of no path's expected tuple at the tap (any stray). */
export const J_STRAY = 0x0200;

/**
 * One row per transmission of a segment of a path; those of a path lie together, ordered by first sighting (reference clock). Sightings in
 * order of travel: `sightingTap/Row[start[j] … start[j + 1] − 1]`. Where offload merges, a larger packet is shared by several journeys.
 */
export interface JourneyTable {
  /** Of all paths, made or not. */
  readonly length: number;
  readonly path: Uint32Array;
  /** Direction: 0 original, 1 reply. */
  readonly direction: Uint8Array;
  readonly flags: Uint16Array;
  /** As at the first sighting. */
  readonly seq: Uint32Array;
  readonly payloadLength: Uint32Array;
  /** TCP flags at the first sighting (low nine bits). */
  readonly tcpFlags: Uint16Array;
  /** Reference clock, Nanos since Workspace.epoch, at first and last sighting. */
  readonly firstTime: Float64Array;
  readonly lastTime: Float64Array;
  /** Held back beyond the path's usual delay, Nanos; 0 where not J_HELD. */
  readonly held: Float64Array;
  readonly start: Uint32Array;
  readonly sightingTap: Uint8Array;
  readonly sightingRow: Uint32Array;
  /** Path p owns the journeys pathStart[p] … pathEnd[p] − 1; none before they are made. */
  readonly pathStart: Uint32Array;
  readonly pathEnd: Uint32Array;
}

/** A packet of a translated connection that arrived beyond the NAT node untranslated. */
export interface Leak {
  readonly path: PathId;
  readonly journey: JourneyId;
  readonly direction: Direction;
  /** Sightings beyond the node, untranslated. */
  readonly packets: readonly PacketRef[];
  readonly kind: 'data' | 'ack' | 'fin' | 'rst' | 'syn-ack';
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly expectedSource: Endpoint | null;
  readonly expectedDestination: Endpoint | null;
  readonly seq: number;
  readonly length: number;
  readonly sentAs: PacketRef | null;
  /** From its first octet to the highest octet sent before it reached the node; negative: ahead of the stream. null unknown. */
  readonly bytesBehind: number | null;
  readonly held: Nanos | null;
  /** The packet that carried the same bytes through in the meantime, if any. */
  readonly twin: PacketRef | null;
}

export type ResetOrigin = 'client' | 'server' | 'node' | 'middlebox' | 'unknown';
export type ResetCauseKind = 'leaked-packet' | 'no-socket' | 'application-close' | 'forged' | 'entry-gone' | 'unknown';
export type Confidence = 'certain' | 'likely' | 'possible';

/** What speaks for who sent a RST, and for what it did. The dictionaries have a sentence for each. `end`: whose packets it is compared with. */
export type ResetReason =
  | { readonly kind: 'unseenNearer'; readonly tap: string; readonly end: 'client' | 'server' }
  | { readonly kind: 'seenFirstSameSide' | 'seenFirst' | 'seenFirstBeside' | 'unseenIncomplete'; readonly tap: string }
  | { readonly kind: 'otherTtl' | 'fewerHops'; readonly ttl: number; readonly usual: number; readonly end: 'client' | 'server' }
  | { readonly kind: 'sameTtl'; readonly ttl: number; readonly end: 'client' | 'server' }
  | { readonly kind: 'noTtl' | 'sentOn'; readonly end: 'client' | 'server' }
  | { readonly kind: 'exactNext' | 'finInCloseWait' | 'edgeOfHeld'; readonly seq: number }
  | { readonly kind: 'beyondNext' | 'belowNext'; readonly octets: number }
  | {
      readonly kind:
        | 'notSeenToArrive'
        | 'noConnection'
        | 'notSeenAtReceiver'
        | 'alreadyDead'
        | 'alreadyClosing'
        | 'refusesOpening'
        | 'notForTheSyn'
        | 'nothingElseCaptured'
        | 'olderConnection';
    };

/** One RST with all its sightings. */
export interface Reset {
  readonly path: PathId | null;
  readonly journey: JourneyId | null;
  readonly packets: readonly PacketRef[];
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly direction: Direction;
  readonly origin: ResetOrigin;
  readonly cause: { readonly kind: ResetCauseKind; readonly packet: PacketRef | null };
  readonly effect: 'kills' | 'ignored';
  readonly confidence: Confidence;
  /** Observations it rests on: who sent it, then what it did. */
  readonly because: readonly ResetReason[];
}

/** All capture points of a session, before anything is known across them. */
export interface Workspace {
  /** Nanoseconds since 1970 that reference-clock times count from. */
  readonly epoch: bigint;
  readonly taps: readonly Tap[];
  /** Parallel to taps. */
  readonly flows: readonly FlowAnalysis[];
}

/** The user's corrections; everything absent is inferred. */
export interface CorrelationHints {
  readonly positions?: ReadonlyMap<TapId, TapPosition>;
  /** Capture points from client to server. */
  readonly order?: readonly TapId[];
  readonly pinnedOffsets?: ReadonlyMap<TapId, Nanos>;
}

/** How completely the capture points recorded: by what others saw pass and they do not hold, and by what is acknowledged and they do not hold. */
export interface Completeness {
  /** How surely none of what passed at these times is what this tap does not hold: reference clock, Nanos since `Workspace.epoch`. */
  absence(tap: number, times: readonly number[]): Confidence;
  /** How surely what this tap recorded up to that time is all there was. */
  presence(tap: number, time: number): Confidence;
  /** Does it lose packets of both directions? One direction alone may have gone another way. */
  isLossy(tap: number): boolean;
  /** Do these together, whichever loses which? What they record of one connection does not tell then what any of them never saw. */
  areLossy(taps: readonly number[]): boolean;
}

export interface Correlation {
  readonly clocks: readonly Clock[];
  readonly positions: readonly TapPosition[];
  /** The same on one path: who is the client of one connection may be the server of another. */
  readonly positionsOn: (path: PathId) => readonly TapPosition[];
  readonly completeness: Completeness;
  readonly paths: readonly Path[];
  readonly journeyCount: number;
  /** Of all paths. Where all that a path's capture points saw was the same, its journeys are made when somebody asks. */
  readonly journeys: JourneyTable;
  /** The same, in which only this path's journeys need be made and numbered. Numbers of journeys that were made never change. */
  readonly journeysOf: (path: PathId) => JourneyTable;
  /** Path of each connection of each tap: `pathOf[tap][connection]`, −1 none. A stray's connection points to its path. */
  readonly pathOf: readonly Int32Array[];
  readonly leaks: readonly Leak[];
  readonly resets: readonly Reset[];
}
