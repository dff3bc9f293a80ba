// What the tracker says of one packet: scratch rows that are filled again for the next.
import { V_UNKNOWN } from '../model/verdict.ts';
import type { Entry, Side } from './entry.ts';
import { NONE } from './states.ts';

/** Values of `Outcome.log` and `Outcome.log2`: which sentence the kernel logs. `messages.ts` has the words. */
export const L_NOTHING = 0;
export const L_TRUNCATED = 1;
export const L_CHECKSUM = 2;
export const L_FLAGS = 3;
export const L_INVALID_NEW = 4;
export const L_INVALID_STATE = 5;
export const L_IGNORED_STATE = 6;
export const L_CHALLENGE_ACK = 7;
export const L_INVALID_RST = 8;
export const L_SEQ_OVER = 9;
export const L_SEQ_UNDER = 10;
export const L_ACK_OVER = 11;
export const L_ACK_UNDER = 12;
export const L_OVERSHOT = 13;
export const L_LOWER_TIMEOUT = 14;
export const L_TABLE_FULL = 15;

/** Values of `Judgement.broken`, in the document's and the kernel's numbering. */
export const FITS = 0;
export const BROKE_I = 1;
export const BROKE_II = 2;
export const BROKE_III = 3;
export const BROKE_IV = 4;

/** The records a packet was judged against, as before it changed them, and its own numbers as the kernel took them. */
export class Judgement {
  /** Did the packet meet an entry with records at all? */
  hasRecords = false;
  /** Did the four conditions decide? Else the numbers are for the picture only. */
  isDecisive = false;
  state = NONE;
  seq = 0;
  end = 0;
  /** Highest of ACK number and SACK edge. */
  ack = 0;
  senderEnd = 0;
  senderMaxend = 0;
  senderMaxwin = 0;
  senderScale = 0;
  receiverEnd = 0;
  receiverMaxend = 0;
  receiverMaxwin = 0;
  receiverScale = 0;
  broken = FITS;

  note(sender: Side, receiver: Side, seq: number, end: number, ack: number): void {
    this.hasRecords = true;
    this.seq = seq;
    this.end = end;
    this.ack = ack;
    this.senderEnd = sender.end;
    this.senderMaxend = sender.maxend;
    this.senderMaxwin = sender.maxwin;
    this.senderScale = sender.scale;
    this.receiverEnd = receiver.end;
    this.receiverMaxend = receiver.maxend;
    this.receiverMaxwin = receiver.maxwin;
    this.receiverScale = receiver.scale;
  }
}

export class Outcome {
  /** V_NEW, V_ESTABLISHED, V_INVALID (passes on, untranslated) or V_DROPPED. */
  verdict = V_UNKNOWN;
  /** Accepted, but state, timer and windows did not learn from it. */
  isIgnored = false;
  /** Direction relative to the entry; −1 without one. */
  direction = -1;
  /** The entry attached to the packet; null: INVALID. It may have been deleted by this very packet. */
  entry: Entry | null = null;
  /** A new entry found one of its tuples taken (counter `insert_failed`): the packet is dropped. */
  isInsertFailed = false;
  /** The packet created the entry in mid-stream. */
  isPickUp = false;
  /** Addresses and ports after NAT. */
  sourceAddress = 0;
  sourcePort = 0;
  destinationAddress = 0;
  destinationPort = 0;
  isTranslated = false;
  log = L_NOTHING;
  logState = NONE;
  logKind = 0;
  logDir = 0;
  /** The bound, or the number of octets, of the sentence. */
  logNumber = 0;
  /** L_LOWER_TIMEOUT when the same packet also shortened the entry's life: kind answered, and the timeout in nanoseconds. */
  log2 = L_NOTHING;
  log2Kind = 0;
  log2Nanos = 0;
  readonly judgement = new Judgement();
}
