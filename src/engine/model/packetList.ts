// Rows of the packet list as they cross to the page: a window's worth at a time.
import type { FilterError, FilterHint } from './filter.ts';
import type { PacketRef, TapId } from './units.ts';

export interface PacketListRequest {
  readonly filter: string;
  /** By reference clock, or capture point after capture point. */
  readonly sort: 'time' | 'tap';
  readonly descending: boolean;
  readonly from: number;
  readonly count: number;
}

/** Packets that can be selected at once. Each is drawn and kept as selected: more are a matter for a filter. */
export const MOST_SELECTED = 5000;

/** Bits of `PacketRow.marks`: what stands out about a packet across capture points; segment judgements are in `analysis`. */
export const M_LEAK = 0x0001;
export const M_RESET = 0x0002;
export const M_RESET_KILLS = 0x0004;
export const M_LOST = 0x0008;
export const M_INJECTED = 0x0010;
export const M_HELD = 0x0020;
export const M_DUPLICATED = 0x0040;
export const M_TRANSLATED = 0x0080;
export const M_STRAY = 0x0100;
export const M_LEAKED = 0x0200;

export interface PacketRow extends PacketRef {
  readonly frame: number;
  /** Reference clock, Nanos since `Workspace.epoch`. */
  readonly time: number;
  /** As recorded: own clock of the capture point, nanoseconds since 1970. */
  readonly ownTime: bigint;
  /** Since the row before in this list, Nanos; 0 for the first. */
  readonly delta: number;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  /** Octets on the wire. */
  readonly length: number;
  /** Wireshark's info text. */
  readonly info: string;
  /** conntrack's word in the replay, or empty. */
  readonly verdict: string;
  readonly marks: number;
  /** Bits of `SegmentTable.marks`. */
  readonly analysis: number;
}

export interface PacketListAnswer {
  readonly error: FilterError | null;
  readonly hints: readonly FilterHint[];
  /** Packets of all capture points, and how many of them have been asked so far. */
  readonly total: number;
  readonly scanned: number;
  readonly done: boolean;
  readonly matched: number;
  readonly from: number;
  readonly rows: readonly PacketRow[];
  /** Rows that could not be read again from their files; they pass no filter that needs them. */
  readonly unread: number;
}

/** Totals of a selection. */
export interface PacketTotals {
  readonly packets: number;
  readonly octets: number;
  readonly payload: number;
  readonly retransmissions: number;
  readonly resets: number;
  /** Nanos from the first to the last. */
  readonly span: number;
  readonly perTap: readonly { readonly tap: TapId; readonly packets: number }[];
}
