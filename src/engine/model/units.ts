// The numbers every table is made of, branded so that a time is never taken for a row.
import type { Brand } from '../../base/brand.ts';

/** Nanoseconds since an epoch named where it is used; integers stay exact for 104 days. */
export type Nanos = Brand<number, 'Nanos'>;
export const nanos = (value: number): Nanos => value as Nanos;

/** uint32 modulo 2^32: compare only with seqBefore(). */
export type SeqNum = Brand<number, 'SeqNum'>;
export const seqNum = (value: number): SeqNum => (value >>> 0) as SeqNum;

/** Is `a` earlier than `b` on the 2^32 circle? Source: RFC 9293 §3.4. Meaningless at distance 2^31. */
export const seqBefore = (a: number, b: number): boolean => ((a - b) | 0) < 0;
/** Signed distance from `b` to `a` on the 2^32 circle, octets. */
export const seqDistance = (a: number, b: number): number => (a - b) | 0;

/** Index of a capture point in `Workspace.taps`. */
export type TapId = Brand<number, 'TapId'>;
export const tapId = (value: number): TapId => value as TapId;
/** Row of one tap's PacketTable. */
export type Row = Brand<number, 'Row'>;
export const row = (value: number): Row => value as Row;
/** Row of one tap's ConnectionTable. */
export type ConnectionId = Brand<number, 'ConnectionId'>;
export const connectionId = (value: number): ConnectionId => value as ConnectionId;
/** Index in `Correlation.paths`. */
export type PathId = Brand<number, 'PathId'>;
export const pathId = (value: number): PathId => value as PathId;
/** Row of the JourneyTable. */
export type JourneyId = Brand<number, 'JourneyId'>;
export const journeyId = (value: number): JourneyId => value as JourneyId;

/** One packet of the workspace: where it was seen and as which row. */
export interface PacketRef {
  readonly tap: TapId;
  readonly row: Row;
}

/** conntrack's words for direction: original is the direction of the packet that opened the connection (client to server). */
export type Direction = 0 | 1;
export const ORIGINAL = 0 satisfies Direction;
export const REPLY = 1 satisfies Direction;
export const opposite = (direction: Direction): Direction => (direction === ORIGINAL ? REPLY : ORIGINAL);
