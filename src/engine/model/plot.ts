// Curves of one direction of a connection at one capture point, thinned to what a plot of some width can show.
import type { TapId } from './units.ts';

/** Bits of a segment's kind, for its colour and mark. */
export const S_DATA = 0;
export const S_RETRANSMISSION = 1;
export const S_OUT_OF_ORDER = 2;
export const S_LEAK = 3;
export const S_RESET = 4;
export const S_SYN = 5;
export const S_FIN = 6;

export interface PlotRequest {
  readonly tap: TapId;
  /** Connection id at that tap. */
  readonly connection: number;
  /** Tuple direction whose data is plotted. */
  readonly direction: 0 | 1;
  /** Connections at the same capture point that carry segments of the same path under another tuple, leaks above all. */
  readonly strays: readonly number[];
  /** Direction on the path that `direction` is; null: no path. */
  readonly pathDirection: 0 | 1 | null;
  /** Reference clock, Nanos since `Workspace.epoch`. */
  readonly from: number;
  readonly to: number;
  /** Columns of pixels: nothing is answered at a finer grain. */
  readonly width: number;
}

/**
 * tcptrace's picture. Numbers are octets relative to the direction's initial sequence number, may be negative (old segments) and are
 * unwrapped. Parallel arrays per kind; `row` is the packet behind a mark (of several, the most telling).
 */
export interface SequencePlot {
  readonly segments: {
    readonly time: Float64Array;
    readonly low: Float64Array;
    readonly high: Float64Array;
    readonly kind: Uint8Array;
    readonly row: Uint32Array;
    /** Packets that this mark stands for. */
    readonly count: Uint32Array;
  };
  /** Steps: acknowledged up to `value` from `time` on, and the window's edge. */
  readonly acks: { readonly time: Float64Array; readonly value: Float64Array; readonly edge: Float64Array };
  readonly sacks: { readonly time: Float64Array; readonly low: Float64Array; readonly high: Float64Array };
}

/** Per column of pixels; NaN where nothing was. */
export interface RatePlot {
  /** Nanos since `Workspace.epoch` where the columns start, and their width. */
  readonly start: number;
  readonly step: number;
  /** Octets per second of payload, retransmitted octets apart. */
  readonly throughput: Float64Array;
  readonly retransmitted: Float64Array;
  /** Most octets in flight within the column. */
  readonly inFlight: Float64Array;
  readonly window: Float64Array;
}

/** Round trips: from a segment to the ACK that covers it at the same capture point, Nanos, retransmissions left out. */
export interface RttPlot {
  readonly time: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly row: Uint32Array;
  readonly samples: number;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface PlotAnswer {
  readonly sequence: SequencePlot;
  readonly rates: RatePlot;
  readonly rtt: RttPlot;
  readonly summary: PlotSummary;
}

/** For the table beside the picture. */
export interface PlotSummary {
  readonly segments: number;
  readonly payload: number;
  readonly retransmissions: number;
  readonly outOfOrder: number;
  readonly duplicateAcks: number;
  readonly zeroWindows: number;
  readonly sacks: number;
  readonly resets: number;
  readonly leaks: number;
  readonly mostInFlight: number;
  readonly throughput: number;
}

/** A curve that can be chosen: one direction of one connection at one capture point. */
export interface PlotSource {
  readonly tap: TapId;
  readonly tapName: string;
  readonly connection: number;
  readonly direction: 0 | 1;
  readonly strays: readonly number[];
  readonly pathDirection: 0 | 1 | null;
  readonly label: string;
  readonly packets: number;
  readonly payload: number;
  readonly firstTime: number;
  readonly lastTime: number;
  /** A stray: segments that belong to the path under another tuple. */
  readonly stray: boolean;
}
