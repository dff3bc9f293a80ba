// What would change under another kernel or other settings, and the window over time: answers of engine/replay for the page.
import type { Direction, JourneyId, PacketRef, PathId } from './units.ts';
import type { InferredSetting, Profile, TrackerSettings } from './verdict.ts';

/** What becomes of a packet behind the node. */
export type Fate = 'translated' | 'untranslated' | 'port-changed' | 'gone' | 'elsewhere' | 'unknown';

/** What is assumed instead of what is in force. */
export interface Assumption {
  /** Absent: the profile in force. */
  readonly profile?: Profile;
  /** Laid over the settings in force. */
  readonly settings: TrackerSettings;
}

export interface WhatIfRequest extends Assumption {
  /** null: every path that crosses NAT. */
  readonly path: PathId | null;
}

/** One packet that would fare otherwise. Verdicts are V_…. */
export interface WhatIfChange {
  readonly path: PathId;
  readonly journey: JourneyId;
  readonly packet: PacketRef;
  readonly direction: Direction;
  /** Reference clock, Nanos since `Workspace.epoch`. */
  readonly time: number;
  readonly seq: number;
  readonly length: number;
  readonly tcpFlags: number;
  readonly before: { readonly verdict: number; readonly fate: Fate; readonly reason: string };
  readonly after: { readonly verdict: number; readonly fate: Fate; readonly reason: string };
}

export interface WhatIfCount {
  readonly before: number;
  readonly after: number;
}

/** A RST that was seen; by time, at most `MAX_CHANGES` in an answer. */
export interface WhatIfReset {
  readonly journey: JourneyId | null;
  readonly packet: PacketRef;
  readonly path: PathId;
  readonly direction: Direction;
  readonly time: number;
  readonly kills: boolean;
  readonly avoided: boolean;
}

/** What the change does besides: ids of sentences in `views/whatif`. */
export interface SideEffect {
  readonly id:
    | 'liberal-keeps-invalid-rst'
    | 'liberal-weakens-checks'
    | 'drop-also-drops'
    | 'drop-breaks-asymmetric'
    | 'drop-stalls'
    | 'strict-refuses-pickup'
    | 'newer-kernel-still-refuses'
    | 'shorter-timeout-expires';
  readonly values: Readonly<Record<string, number>>;
}

export interface WhatIfAnswer {
  readonly profile: Profile;
  readonly settings: TrackerSettings;
  readonly profileBefore: Profile;
  readonly settingsBefore: TrackerSettings;
  readonly packets: number;
  /** Packets that leave untranslated where translation was due. */
  readonly leaks: WhatIfCount;
  readonly dropped: WhatIfCount;
  readonly invalid: WhatIfCount;
  readonly portChanges: WhatIfCount;
  /** RSTs seen, and those of them that answer a packet which would not have leaked, or follow from such a RST. */
  readonly resets: { readonly seen: number; readonly avoided: number; readonly list: readonly WhatIfReset[] };
  /** By time; at most `MAX_CHANGES`. */
  readonly changes: readonly WhatIfChange[];
  readonly changeCount: number;
  /** Packets of which nothing can be said, as their sender would have seen something else by then. */
  readonly unknown: number;
  readonly sideEffects: readonly SideEffect[];
}

/** How the replay of a path went. */
export interface ReplaySummary {
  readonly path: PathId;
  readonly profile: Profile;
  readonly settings: TrackerSettings;
  readonly fits: readonly Profile[];
  readonly tried: readonly { readonly profile: Profile; readonly agree: number; readonly of: number }[];
  readonly inferred: readonly InferredSetting[];
  readonly agree: number;
  readonly of: number;
  readonly disagreeing: readonly PacketRef[];
  readonly order: 'node-tap' | 'inferred';
  /** Packets whose verdict depends on an order of arrival that nothing decides. */
  readonly orderDependent: number;
  readonly invalid: number;
  readonly ignored: number;
  readonly packets: number;
}

export interface BandRequest {
  readonly path: PathId;
  /** Whose sequence numbers: the packets of this direction against the window that the other side left open. */
  readonly direction: Direction;
  /** Columns of the answer; a few per CSS pixel are enough. */
  readonly columns: number;
}

/**
 * The window of one direction over time. Sequence numbers are octets after the first one seen, unwrapped. Bounds are per column; where
 * nothing was seen in a column both are NaN.
 */
export interface WindowBand {
  readonly path: PathId;
  readonly direction: Direction;
  /** Reference clock, Nanos since `Workspace.epoch`. */
  readonly from: number;
  readonly to: number;
  /** Lower bound of the end and upper bound of the start, as of the last packet of each column. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Lowest start and highest end of the packets that fitted. */
  readonly packetLow: Float64Array;
  readonly packetHigh: Float64Array;
  /** td_end of the sender as of the column's last packet. */
  readonly end: Float64Array;
  /** Packets outside the band, by time; at most a few hundred, the farthest first to be kept. */
  readonly offenders: readonly BandOffender[];
  readonly offenderCount: number;
}

export interface BandOffender {
  readonly packet: PacketRef;
  readonly journey: JourneyId;
  readonly time: number;
  readonly start: number;
  readonly end: number;
  readonly verdict: number;
  readonly broken: 'I' | 'II' | 'III' | 'IV' | null;
  readonly by: number;
}
