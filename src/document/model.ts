// The incident as a document: everything a reader adds to the captures, and what travels beside the packets.
//
// `P` is how a packet is referred to: `PacketPlace` in the program, its position in the document's packet table in a stored document
// (codec.ts turns one into the other). Records may carry fields this version does not know: they are kept as they are.

import type { TapPosition } from '../engine/model/correlation.ts';
import type { Profile, TrackerSettings } from '../engine/model/verdict.ts';
import { type ContextRecord, NO_CONTEXT_RECORD } from './context.ts';

/** The format version this program writes. Older ones are migrated (migrations.ts), newer ones refused. */
export const DOCUMENT_VERSION = 1;

/** A packet in the coordinates of the original capture files. */
export interface PacketPlace {
  /** Index in `captures`. */
  readonly capture: number;
  /** Counted from 1 as Wireshark does. */
  readonly frame: number;
}

/** A capture file the incident is about, as it was when it was read. */
export interface CaptureOrigin {
  readonly name: string;
  /** Octets as stored. */
  readonly size: number;
  readonly packets: number;
  /** Of the whole file, lower-case hexadecimal; null where it was not computed. */
  readonly sha256: string | null;
}

/** A capture point. */
export interface TapRecord {
  readonly name: string;
  /** Indexes in `captures`, in order of time. */
  readonly captures: readonly number[];
  readonly position: string;
  /** As found; stated for the reader, never applied to packet times. Nanoseconds and parts per million; uncertainty null: unbounded. */
  readonly clock: { readonly offset: number; readonly uncertainty: number | null; readonly skewPpm: number } | null;
}

/** What the reader called a lane, or that they hid it. */
export interface LaneRecord {
  /** Identity of the lane in the ladder: `tap:0`, `nat`. */
  readonly key: string;
  readonly name: string;
  readonly hidden: boolean;
}

/** What a note or a highlight is tied to. Times are nanoseconds since the document's epoch, on the reference clock. */
export type Pin<P> =
  | { readonly kind: 'incident' }
  | { readonly kind: 'packet'; readonly packet: P }
  | { readonly kind: 'span'; readonly from: number; readonly to: number }
  | { readonly kind: 'lane'; readonly lane: string }
  | { readonly kind: 'finding'; readonly finding: string; readonly packet: P | null };

export interface Note<P> {
  readonly id: string;
  readonly pin: Pin<P>;
  /** A Markdown subset (markdown.ts); never markup. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly changed: number;
}

export interface Highlight<P> {
  readonly id: string;
  readonly pin: Pin<P>;
}

/** What is on screen: enough to stand where the writer stood. */
export interface View<P> {
  /** A packet of the path that is shown; null: the main finding's. */
  readonly path: P | null;
  readonly selected: P | null;
  /** Visible span, nanoseconds since the document's epoch; null: all. */
  readonly from: number | null;
  readonly to: number | null;
  readonly scale: 'time' | 'rows';
  /** Ids of the bands that are open. */
  readonly folds: readonly string[];
  readonly flipped: boolean;
  /** Text of the packet filter. */
  readonly filter: string;
  /** Slug of the finding whose chain is shown. */
  readonly finding: string | null;
}

export interface StoryStep<P> {
  readonly id: string;
  readonly text: string;
  readonly view: View<P>;
}

/** A finding in the words in which it was written, so that a later engine can say what it judges differently. */
export interface WrittenFinding<P> {
  readonly kind: string;
  readonly rule: string;
  readonly severity: 'critical' | 'warning' | 'info';
  readonly confidence: 'certain' | 'likely' | 'possible';
  readonly title: string;
  readonly summary: string;
  /** The connection it concerns, in words: `10.0.0.1:40000 → 10.0.0.2:80`; empty where it concerns none. */
  readonly path: string;
  readonly steps: readonly { readonly text: string; readonly packets: readonly P[] }[];
  readonly rivals: readonly { readonly kind: string; readonly because: string }[];
  readonly remedies: readonly string[];
}

/** What was taken out before the document was shared: said to whoever opens it. */
export interface RedactionRecord {
  readonly payload: 'kept' | 'dropped' | 'first';
  /** Payload octets kept per packet with `first`. */
  readonly payloadOctets: number;
  readonly addresses: 'kept' | 'replaced';
  readonly hardwareAddresses: 'kept' | 'replaced';
  readonly names: 'kept' | 'replaced';
  readonly comments: 'kept' | 'dropped';
  /** Of context files: with the words of log lines and rules, without them, or nothing. */
  readonly context: 'words' | 'facts' | 'dropped';
  readonly notes: 'kept' | 'dropped';
  readonly times: 'kept' | 'shifted';
  /** Packets of the captures, and how many of them travel. */
  readonly packets: { readonly of: number; readonly kept: number };
}

export interface IncidentDocument<P = PacketPlace> {
  readonly version: typeof DOCUMENT_VERSION;
  readonly title: string;
  readonly summary: string;
  /** Nanoseconds since 1970, decimal: what the document's times count from. */
  readonly epoch: string;
  readonly captures: readonly CaptureOrigin[];
  readonly taps: readonly TapRecord[];
  readonly lanes: readonly LaneRecord[];
  /** Keys of lanes from left to right as the reader put them; null: as the engine has them. */
  readonly laneOrder: readonly string[] | null;
  /**
   * What the reader corrected; null: nothing. Offsets by tap, nanoseconds ahead of the first one; null: as the packets say. `order`: indexes
   * of taps from client to server, those that the reader placed; where it is absent, `orderPinned` says that all taps stand in that order.
   * `positions`: by tap where it lies; null: as the packets say.
   */
  readonly hints: {
    readonly orderPinned: boolean;
    readonly pinnedOffsets: readonly (number | null)[];
    readonly order?: readonly number[] | null | undefined;
    readonly positions?: readonly (TapPosition | null)[] | null | undefined;
  } | null;
  /** Address → name, for the names in use. Pairs, so that no name is ever a property. */
  readonly names: readonly (readonly [string, string])[];
  readonly notes: readonly Note<P>[];
  readonly highlights: readonly Highlight<P>[];
  readonly story: readonly StoryStep<P>[];
  readonly view: View<P> | null;
  /** What files beside the captures say of these packets. */
  readonly context: ContextRecord;
  readonly replay: { readonly profile: Profile | null; readonly settings: TrackerSettings } | null;
  readonly findings: readonly WrittenFinding<P>[];
  readonly redaction: RedactionRecord | null;
}

export const EMPTY_VIEW: View<PacketPlace> = {
  path: null,
  selected: null,
  from: null,
  to: null,
  scale: 'rows',
  folds: [],
  flipped: false,
  filter: '',
  finding: null,
};

export const EMPTY_DOCUMENT: IncidentDocument = {
  version: DOCUMENT_VERSION,
  title: '',
  summary: '',
  epoch: '0',
  captures: [],
  taps: [],
  lanes: [],
  laneOrder: null,
  hints: null,
  names: [],
  notes: [],
  highlights: [],
  story: [],
  view: null,
  context: NO_CONTEXT_RECORD,
  replay: null,
  findings: [],
  redaction: null,
};
