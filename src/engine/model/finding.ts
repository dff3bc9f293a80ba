// What is wrong and why: the output of engine/diagnose. A finding without packets as evidence cannot be built.
import type { Confidence } from './correlation.ts';
import type { Nanos, PacketRef, PathId } from './units.ts';

export type Severity = 'critical' | 'warning' | 'info';

/** A sentence that the dictionaries render: English and Simplified Chinese come from the same id and values. */
export interface Sentence {
  readonly id: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** A packet and what it shows. */
export interface Evidence {
  readonly packet: PacketRef;
  readonly says: Sentence;
}
export type NonEmpty<T> = readonly [T, ...T[]];

/** One numbered step from first cause to what the application logged. */
export interface ChainStep {
  readonly says: Sentence;
  readonly packets: readonly PacketRef[];
}

export interface Rival {
  /** Slug of the rule it would be. */
  readonly kind: string;
  readonly because: Sentence;
}

export interface Remedy {
  readonly id: string;
  readonly says: Sentence;
  /** Versions it needs and what it breaks, as sentences. */
  readonly caveats: readonly Sentence[];
  /** What-if parameters that show its effect, when the model can replay it. */
  readonly whatIf: Readonly<Record<string, string>> | null;
}

/** Paths with the same signature. `minute` counts from `Workspace.epoch`; `first`/`last`: Nanos since then, when it struck. */
export interface BlastRadius {
  readonly connections: number;
  /** Of these, how many it ended or stalled. */
  readonly critical: number;
  readonly perService: readonly { readonly service: string; readonly connections: number }[];
  /** By the node of the client, where context files name it. */
  readonly perNode: readonly { readonly node: string; readonly connections: number }[];
  readonly perMinute: readonly { readonly minute: number; readonly connections: number }[];
  readonly first: Nanos;
  readonly last: Nanos;
}

export interface Finding {
  /** Slug of `design/diagnoses.md` §7: `leak-old-segment`. */
  readonly kind: string;
  /** `A1`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly path: PathId | null;
  readonly title: Sentence;
  /** At most two sentences. */
  readonly summary: readonly Sentence[];
  readonly evidence: NonEmpty<Evidence>;
  readonly against: readonly Evidence[];
  readonly chain: readonly ChainStep[];
  readonly rivals: readonly Rival[];
  readonly remedies: readonly Remedy[];
  /** Paths with the same signature, this one first. */
  readonly paths: readonly PathId[];
  readonly blast: BlastRadius | null;
}

/** A rule that could not be decided from the taps at hand, and what would decide it. */
export interface Undecided {
  readonly kind: string;
  readonly rule: string;
  readonly path: PathId | null;
  readonly missing: Sentence;
}

/** A complete tcpdump command line with what it would decide. */
export interface CaptureNext {
  readonly where: Sentence;
  readonly command: string;
  readonly decides: Sentence;
}

/** The answer on top, at most two sentences: also where nothing is wrong, or where the captures cannot tell. */
export interface VerdictText {
  readonly kind: 'incident' | 'harmless' | 'nothing' | 'undecided';
  readonly says: NonEmpty<Sentence>;
}

export interface Diagnosis {
  readonly verdict: VerdictText;
  /** The main one first. Empty: nothing wrong here. */
  readonly findings: readonly Finding[];
  readonly undecided: readonly Undecided[];
  readonly captureNext: readonly CaptureNext[];
  /** What context files say against what was observed. */
  readonly contradictions: readonly Sentence[];
}
