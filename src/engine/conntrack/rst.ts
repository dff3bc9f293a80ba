// What conntrack does with a RST before the window test. Source: nf_conntrack_proto_tcp.c nf_conntrack_tcp_packet(), case CLOSE.
import { type Entry, isEstablished, MAXACK_SET } from './entry.ts';
import type { Rules } from './profiles.ts';
import type { Segment } from './segment.ts';
import { CLOSE, FIN_WAIT, KIND_ACK, KIND_SYN, SYN_SENT } from './states.ts';

/** Bits of the result; 0: test the window, new state CLOSE. */
export const RST_REFUSED = 1;
export const RST_SKIPS_WINDOW = 2;
/** The sequence number is in the window but not exact: the state stays, so that a challenge ACK can pass. */
export const RST_KEEPS_STATE = 4;

export function judgeRst(entry: Entry, dir: number, s: Segment, rules: Rules): number {
  const { on } = rules;
  if (on.forgivesRst && entry.state >= FIN_WAIT && entry.state <= CLOSE) return RST_SKIPS_WINDOW;
  const receiver = entry.sides[1 - dir];
  let result = 0;
  if (receiver.flags & MAXACK_SET && !(on.forgivesRst && entry.lastKind === KIND_SYN)) {
    if (on.forgivesRst && s.seq === 0 && !isEstablished(entry)) return 0;
    if (((s.seq - receiver.maxack) | 0) < 0 && !rules.ignoresInvalidRst) return RST_REFUSED;
    if (on.needsExactRst) {
      if (!isEstablished(entry) || s.seq === receiver.maxack) return 0;
      if (entry.lastKind === KIND_ACK && entry.lastDir === dir && s.seq === entry.lastEnd) return 0;
      result = RST_KEEPS_STATE;
    }
  }
  if (answersWhatWeLetThrough(entry, dir, s, on.rstAnswersOtherDirection)) return result | RST_SKIPS_WINDOW;
  const answersChallenge =
    on.knowsChallengeAck && entry.state === SYN_SENT && entry.lastKind === KIND_ACK && entry.lastDir === 1 && s.seq === entry.lastAck;
  return answersChallenge ? result | RST_SKIPS_WINDOW : result;
}

/** A RST that answers a SYN or ACK which was ignored (the ACK field counts even without the flag, and `lastEnd` starts as 0). */
function answersWhatWeLetThrough(entry: Entry, dir: number, s: Segment, otherDirectionOnly: boolean): boolean {
  if (s.ack !== entry.lastEnd) return false;
  if (entry.hasSeenReply && entry.lastKind === KIND_SYN && (!otherDirectionOnly || entry.lastDir !== dir)) return true;
  return !entry.isAssured && entry.lastKind === KIND_ACK;
}
