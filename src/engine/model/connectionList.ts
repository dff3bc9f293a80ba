// What the connection list, the path header and the clock panel ask for: few rows, in words of the tables.
import type { JoinReason, TapPosition } from './correlation.ts';
import type { PacketRef, PathId, TapId } from './units.ts';

/** What must be true of a connection to be listed; absent: no matter. */
export interface ConnectionFilter {
  /** Words, all of which must occur in an address, a port or a service's address: `10.148.74.37`, `:15010`, `48640`. */
  readonly text: string;
  readonly reset: boolean;
  readonly leak: boolean;
  readonly nat: boolean;
  readonly retransmission: boolean;
}

export type ConnectionOrder = 'start' | 'duration' | 'packets' | 'bytes' | 'retransmissions' | 'resets' | 'leaks' | 'client' | 'server';

export interface ConnectionListRequest {
  readonly filter: ConnectionFilter;
  readonly order: ConnectionOrder;
  readonly descending: boolean;
  readonly from: number;
  readonly count: number;
}

/** Times: reference clock, Nanos since the workspace epoch. */
export interface ConnectionRow {
  readonly path: PathId;
  readonly client: string;
  readonly service: string | null;
  readonly server: string;
  /** Capture points that saw it, from client to server. */
  readonly taps: readonly TapId[];
  readonly firstTime: number;
  readonly duration: number;
  readonly packets: number;
  /** Payload, both directions. */
  readonly bytes: number;
  readonly retransmissions: number;
  readonly resets: number;
  /** Some RST ended it. */
  readonly killed: boolean;
  readonly leaks: number;
  readonly opened: boolean;
}

export interface ConnectionListAnswer {
  readonly total: number;
  readonly matched: number;
  readonly from: number;
  readonly rows: readonly ConnectionRow[];
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
  /** The packet to begin with. */
  readonly first: PacketRef | null;
}

/** One clock with the bounds its offset comes from. Offsets: nanoseconds, this clock minus the neighbour's. */
export interface ClockDetail {
  readonly tap: TapId;
  readonly position: TapPosition;
  readonly reference: boolean;
  readonly offset: number;
  /** Infinity: nothing bounds it. */
  readonly uncertainty: number;
  readonly skewPpm: number;
  readonly matched: number;
  readonly violations: number;
  readonly steps: readonly { readonly time: number; readonly by: number }[];
  /** Pairs of own time (since the tap's first packet) and bound: the offset lies below every one of `above`, over every one of `below`. */
  readonly above: Float64Array;
  readonly below: Float64Array;
}
