// What the connection list, the path header and the clock panel ask for: few rows, in words of the tables.
import type { Confidence, JoinReason, ResetOrigin, TapPosition } from './correlation.ts';
import type { PacketRef, PathId, TapId } from './units.ts';

/** What must be true of a connection to be listed; absent: no matter. */
export interface ConnectionFilter {
  /**
   * Words, all of which must hold: part of an address, a port or a service's address (`10.148.74.37`, `:15010`), a flag (`has:rst`,
   * `has leak`, `crosses NAT`, `has:fin`), a close kind (`is:open`), or a column compared (`rtt>20ms`, `bytes>=1MB`, `retrans>10`).
   */
  readonly text: string;
  readonly reset: boolean;
  readonly leak: boolean;
  readonly nat: boolean;
  readonly retransmission: boolean;
}

/** How a connection ended; the first that applies, `half-open` before all others. */
export type CloseKind =
  /** A RST ended it. */
  | 'reset'
  /** Both sides sent FIN. */
  | 'fin'
  /** One side did. */
  | 'half-closed'
  /** One end has it no more and the other was not told: see `HalfOpen`. A RST may have ended one end of it, or told the other in the end. */
  | 'half-open'
  /** A SYN that nobody answered. */
  | 'unanswered'
  /** Its last data was sent again, more than once, and never acknowledged. */
  | 'timed-out'
  | 'open';
export const CLOSE_KINDS: readonly CloseKind[] = ['open', 'timed-out', 'unanswered', 'half-open', 'half-closed', 'fin', 'reset'];

/** A connection that one end has closed, aborted or lost without the knowledge of the other (RFC 9293 §3.5.1). */
export interface HalfOpen {
  /** The end that still had it, when last captured or until a RST told it. */
  readonly heldBy: 'client' | 'server';
  readonly why:
    | /** The other end had lost it without FIN or RST: it answered what belongs to the connection as a host without it (§3.10.7.1). */ 'lost'
    | /** A RST ended the other end; none that this end obeys came to it. */ 'untold'
    | /** The other end closed; its FIN, sent again and again, never came by here. */ 'fin-lost'
    | /** SYN-RECEIVED: the SYN/ACK, sent again, was never acknowledged (RFC 4987 §1). */ 'embryonic';
}

/** How a connection ended, as far as all its capture points tell. */
export interface Ending {
  readonly close: CloseKind;
  /** Who sent the RST that ended it, or one end of it; who sent the only FIN. */
  readonly closedBy: ResetOrigin | null;
  readonly halfOpen: HalfOpen | null;
}

export type ConnectionOrder =
  | 'start'
  | 'duration'
  | 'packets'
  | 'bytes'
  | 'bytesOut'
  | 'bytesBack'
  | 'handshake'
  | 'rttLeast'
  | 'rttMedian'
  | 'inFlight'
  | 'retransmissions'
  | 'resets'
  | 'leaks'
  | 'close'
  | 'completeness'
  | 'whatIf'
  | 'taps'
  | 'client'
  | 'server';

export interface ConnectionListRequest {
  readonly filter: ConnectionFilter;
  readonly order: ConnectionOrder;
  readonly descending: boolean;
  readonly from: number;
  readonly count: number;
}

/** Times: reference clock, Nanos since the workspace epoch. What is NaN was not captured. */
export interface ConnectionRow extends Ending {
  readonly path: PathId;
  readonly client: string;
  readonly service: string | null;
  readonly server: string;
  /** Capture points that saw it, from client to server. */
  readonly taps: readonly TapId[];
  readonly firstTime: number;
  readonly duration: number;
  readonly packets: number;
  /** Payload, both directions; then from the client, from the server. */
  readonly bytes: number;
  readonly bytesOut: number;
  readonly bytesBack: number;
  /** From SYN to the ACK of its SYN/ACK: a whole round trip wherever it is measured (Wireshark's iRTT). Nanos. */
  readonly handshake: number;
  /** From a segment to its ACK, at the capture point nearest to the segment's sender. Nanos. */
  readonly rttLeast: number;
  readonly rttMedian: number;
  /** Most octets of one direction that were sent and not yet acknowledged, at the capture point nearest to their sender. */
  readonly inFlight: number;
  readonly retransmissions: number;
  readonly resets: number;
  /** Some RST ended it. */
  readonly killed: boolean;
  readonly leaks: number;
  /** Wireshark's `tcp.completeness`, all capture points together. */
  readonly completeness: number;
  /** It crosses NAT, so that its packets can be replayed under another kernel or other settings. */
  readonly whatIf: boolean;
  readonly opened: boolean;
}

export interface ConnectionListAnswer {
  /** A word of the filter's text that compares something, but nothing known. */
  readonly unknownWord?: string;
  readonly total: number;
  readonly matched: number;
  readonly from: number;
  readonly rows: readonly ConnectionRow[];
}

/** What one end offered in its SYN, as capture points next to each other saw it. `value`: null where it was not offered, 1 of an option without one. */
export interface OptionSeen {
  readonly value: number | null;
  readonly taps: readonly TapId[];
}

export interface HandshakeOption {
  /** `windowScale`: shift as sent. */
  readonly option: 'mss' | 'windowScale' | 'sack' | 'timestamps';
  /** Of the client's SYN and the server's, in order of travel: one entry, unless it was changed on the way. Empty: not captured. */
  readonly ends: readonly [readonly OptionSeen[], readonly OptionSeen[]];
}

export interface Handshake {
  /** SYN, SYN/ACK and the ACK of it at some capture point; one of the SYNs; nothing. */
  readonly captured: 'whole' | 'part' | 'none';
  readonly options: readonly HandshakeOption[];
}

/** Another connection that carries the same payload under other numbers: not the same path, but what one sends the other passes on. */
export interface Relay {
  readonly path: PathId;
  /** `proxied`: TCP ends between the two and begins anew. `rewritten`: something on the way changes sequence numbers only. */
  readonly kind: 'proxied' | 'rewritten';
  /** Segments whose content agrees, both directions, and their octets. */
  readonly segments: number;
  readonly octets: number;
  readonly confidence: Exclude<Confidence, 'certain'>;
}

/** One leg as the path header draws it. */
export interface PathHeaderLeg {
  readonly tap: TapId;
  readonly client: string;
  readonly server: string;
  readonly packets: number;
  /** The NAT lies before this leg. */
  readonly beyondNat: boolean;
}

export interface PathHeader {
  readonly path: PathId;
  readonly legs: readonly PathHeaderLeg[];
  readonly strays: readonly {
    readonly tap: TapId;
    readonly source: string;
    readonly destination: string;
    readonly kind: string;
    readonly packets: number;
  }[];
  readonly score: number;
  readonly reasons: readonly JoinReason[];
  readonly isn: readonly [number | null, number | null];
  readonly windowScale: readonly [number | null, number | null];
  readonly handshake: Handshake;
  readonly ending: Ending;
  /** How it ended, in a sentence. */
  readonly ended: string;
  /** Another connection with the same payload, and that in a sentence. */
  readonly relay: { readonly path: PathId; readonly says: string } | null;
  /** The packet to begin with. */
  readonly first: PacketRef | null;
}

/** One clock with the bounds its offset comes from. Offsets: nanoseconds, this clock minus the reference. */
export interface ClockDetail {
  readonly tap: TapId;
  readonly position: TapPosition;
  readonly reference: boolean;
  readonly offset: number;
  /** Infinity: nothing bounds it. */
  readonly uncertainty: number;
  /** Where nothing bounds it against the reference: why, in words with the capture point as subject; empty elsewhere. */
  readonly apart: string;
  /** Set by hand; `inferred` is what the packets say. */
  readonly pinned: boolean;
  readonly inferred: { readonly offset: number; readonly uncertainty: number };
  readonly skewPpm: number;
  readonly matched: number;
  /** Bounds that the clock breaks, and a few of the packets that set them, those that arrive earliest before they were sent first. */
  readonly violations: number;
  readonly early: readonly PacketRef[];
  readonly steps: readonly { readonly time: number; readonly by: number; readonly driftPpm: number }[];
  /** Pairs of own time (since the tap's first packet) and bound: the offset lies below every one of `above`, over every one of `below`. */
  readonly above: Float64Array;
  readonly below: Float64Array;
}
