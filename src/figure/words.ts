// What the ladder says: one function per sentence, so that each language keeps its own word order. Field terms stay as in Wireshark.
import type { LadderLane, LadderPacket, LadderTotals } from '../engine/model/ladder.ts';

export interface LadderWords {
  readonly roles: Readonly<Record<LadderLane['role'], string>>;
  readonly observed: (from: readonly string[]) => string;
  readonly inferred: (from: readonly string[]) => string;
  /** State of the conntrack entry once the packet is through. */
  readonly entryState: (state: string) => string;
  readonly heldBack: (time: string) => string;
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
