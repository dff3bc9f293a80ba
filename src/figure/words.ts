// What the ladder says: one function per sentence, so that each language keeps its own word order. Field terms stay as in Wireshark.
import type { LadderLane, LadderPacket, LadderState, LadderTotals, LadderWouldCounts } from '../engine/model/ladder.ts';
import type { TcpState } from '../engine/model/verdict.ts';
import type { Fate } from '../engine/model/whatIf.ts';

export interface LadderWords {
  readonly roles: Readonly<Record<LadderLane['role'], string>>;
  readonly observed: (from: readonly string[]) => string;
  readonly inferred: (from: readonly string[]) => string;
  /** State of the conntrack entry once the packet is through. */
  readonly entryState: (state: string) => string;
  readonly entry: EntryWords;
  readonly would: WouldWords;
  readonly heldBack: (time: string) => string;
  /** By that much, as the clocks stand. */
  readonly early: (time: string) => string;
  readonly lost: string;
  readonly injected: string;
  readonly notTranslated: string;
  readonly invalidBehind: (verdict: string, bytes: string) => string;
  readonly invalidAhead: (verdict: string, bytes: string) => string;
  readonly passedUntranslated: string;
  readonly aroundTheNode: string;
  readonly pastTheNat: string;
  readonly sameBytes: string;
  readonly links: Readonly<Record<'no-socket' | 'closes' | 'answers' | 'same-bytes' | 'aborted' | 'entry-gone', string>>;
  readonly marks: Readonly<Record<MarkWord, string>>;
  readonly natures: Readonly<Record<Nature, string>>;
  readonly foldTitle: (segments: string, bytes: string, duration: string) => string;
  readonly segments: (count: string) => string;
  readonly foldOpen: string;
  readonly foldClose: string;
  readonly foldDetails: (totals: LadderTotals, format: (n: number) => string) => readonly string[];
  readonly silence: (duration: string) => string;
  readonly pathOpens: (client: string, server: string) => string;
  readonly loading: string;
  readonly pinnedTo: (what: string) => string;
  readonly sentence: (parts: SentenceParts) => string;
  readonly packetSeen: (lane: string, frame: string, time: string) => string;
  readonly and: (parts: readonly string[]) => string;
}

/** The conntrack entry over time. */
export interface EntryWords {
  readonly title: string;
  readonly gone: Readonly<Record<LadderState['why'], string>>;
  readonly since: (packet: string, time: string) => string;
  readonly after: (packet: string, time: string) => string;
  readonly timeout: (seconds: string) => string;
  readonly made: Readonly<Record<'client' | 'server', string>>;
  readonly sentBy: Readonly<Record<'client' | 'server', string>>;
  /** In a band of packets: what becomes of the entry there. */
  readonly changes: (states: readonly string[]) => string;
  /** By which packets an entry comes into a state. */
  readonly means: Readonly<Record<TcpState, string>>;
}

/** What would have been, under an assumption. */
export interface WouldWords {
  /** Says of a text that it is foretold, not seen. */
  readonly predicted: (what: string) => string;
  readonly fates: Readonly<Record<Fate, string>>;
  readonly dropped: string;
  readonly notSent: string;
  readonly notSentAfter: (packet: string) => string;
  readonly unknown: string;
  readonly unknownAfter: (packet: string) => string;
  /** At the height from which what follows is unknown; longest first. */
  readonly openFrom: readonly string[];
  readonly counts: (counts: LadderWouldCounts, format: (n: number) => string) => readonly string[];
  /** Title of everything that is foretold. */
  readonly title: string;
  readonly asIf: (assumed: readonly string[]) => string;
  readonly kernel: (profile: string) => string;
  readonly settings: Readonly<Record<'drop' | 'noDrop', string>>;
  readonly legend: Readonly<Record<'same' | 'otherwise' | 'not-sent' | 'unknown', string>>;
}

export type MarkWord =
  | 'retransmission'
  | 'fastRetransmission'
  | 'spuriousRetransmission'
  | 'outOfOrder'
  | 'lostSegment'
  | 'duplicateAck'
  | 'zeroWindow'
  | 'zeroWindowProbe'
  | 'windowUpdate'
  | 'windowFull'
  | 'keepAlive'
  | 'ackedUnseen';

/** What a packet is, before anything else is said of it: the name under which a screen reader finds it. */
export type Nature =
  | 'leak'
  | 'leakedReset'
  | 'reset'
  | 'lost'
  | 'injected'
  | 'held'
  | 'retransmission'
  | 'syn'
  | 'synAck'
  | 'fin'
  | 'data'
  | 'ack';

export interface SentenceParts {
  readonly packet: LadderPacket;
  readonly nature: string;
  readonly flags: string;
  readonly from: string;
  readonly to: string;
  readonly seq: string;
  readonly ack: string | null;
  readonly length: string;
  readonly marks: readonly string[];
  readonly expected: string | null;
  readonly verdict: string | null;
}
