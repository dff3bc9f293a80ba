// The kernel's own log sentences (`nf_conntrack_log_invalid`), so that people can grep for them.
import {
  L_ACK_OVER,
  L_ACK_UNDER,
  L_CHALLENGE_ACK,
  L_CHECKSUM,
  L_FLAGS,
  L_IGNORED_STATE,
  L_INVALID_NEW,
  L_INVALID_RST,
  L_INVALID_STATE,
  L_LOWER_TIMEOUT,
  L_NOTHING,
  L_OVERSHOT,
  L_SEQ_OVER,
  L_SEQ_UNDER,
  L_TABLE_FULL,
  L_TRUNCATED,
  type Outcome,
} from './outcome.ts';
import type { Switches } from './profiles.ts';
import { STATE_NAMES } from './states.ts';

/** CONFIG_HZ of most distributions: the sentence about a lowered timeout counts in ticks. */
const USUAL_TICKS_PER_SECOND = 250;

/** Before 6.x: without numbers. */
function oldSentence(out: Outcome): string | null {
  switch (out.log) {
    case L_INVALID_STATE:
      return 'invalid state';
    case L_IGNORED_STATE:
      return `invalid packet ignored in state ${STATE_NAMES[out.logState]}`;
    case L_SEQ_OVER:
      return 'SEQ is over the upper bound (over the window of the receiver)';
    case L_SEQ_UNDER:
      return 'SEQ is under the lower bound (already ACKed data retransmitted)';
    case L_ACK_OVER:
      return 'ACK is over the upper bound (ACKed data not seen yet)';
    case L_ACK_UNDER:
      return 'ACK is under the lower bound (possible overly delayed ACK)';
    default:
      return commonSentence(out);
  }
}

function newSentence(out: Outcome): string | null {
  const packet = `packet (index ${out.logKind}) in dir ${out.logDir}`;
  switch (out.log) {
    case L_INVALID_STATE:
      return `${packet} invalid, state ${STATE_NAMES[out.logState]}`;
    case L_IGNORED_STATE:
      return `${packet} ignored, state ${STATE_NAMES[out.logState]}`;
    case L_SEQ_OVER:
      return `SEQ is over upper bound ${out.logNumber} (over the window of the receiver)`;
    case L_SEQ_UNDER:
      return `SEQ is under lower bound ${out.logNumber} (already ACKed data retransmitted)`;
    case L_ACK_OVER:
      return `ACK is over upper bound ${out.logNumber} (ACKed data not seen yet)`;
    case L_ACK_UNDER:
      return `ignored ACK under lower bound ${out.logNumber} (possible overly delayed)`;
    case L_OVERSHOT:
      return `${out.logNumber} bytes more than expected`;
    default:
      return commonSentence(out);
  }
}

function commonSentence(out: Outcome): string | null {
  switch (out.log) {
    case L_TRUNCATED:
      return 'truncated packet';
    case L_CHECKSUM:
      return 'bad checksum';
    case L_FLAGS:
      return 'invalid tcp flag combination';
    case L_INVALID_NEW:
      return 'invalid new';
    case L_TABLE_FULL:
      return 'nf_conntrack: table full, dropping packet';
    case L_CHALLENGE_ACK:
      return 'challenge-ack ignored';
    case L_INVALID_RST:
      return 'invalid rst';
    default:
      return null;
  }
}

/** The sentences logged for the packet just tracked, without the log's prefix; empty where the kernel says nothing. */
export function sentencesOf(out: Outcome, on: Switches, ticksPerSecond = USUAL_TICKS_PER_SECOND): string[] {
  if (out.log === L_NOTHING) return [];
  const first = on.logsNumbers ? newSentence(out) : oldSentence(out);
  const sentences = first === null ? [] : [first];
  if (out.log2 === L_LOWER_TIMEOUT) {
    const ticks = Math.round((out.log2Nanos / 1e9) * ticksPerSecond);
    sentences.push(`packet (index ${out.logKind}, dir ${out.logDir}) response for index ${out.log2Kind} lower timeout to ${ticks}`);
  }
  return sentences;
}
