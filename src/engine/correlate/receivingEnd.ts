// One end of a connection as the RSTs towards it meet it: kills only where it had this connection, it was alive and not closing, and the number was right.
import type { ResetReason } from '../model/correlation.ts';
import { ACK, FIN, RST, SYN } from '../model/packetTable.ts';
import { Receiver } from './receiver.ts';

export interface Verdict {
  readonly kills: boolean;
  readonly because: ResetReason;
  /** The path of the connection that it killed, where that is an older one of the same tuple. */
  readonly path: number | null;
  /** What was captured of this end does not tell: it may have been closing before. */
  readonly isOpen: boolean;
}

/** Fed with what passed between the two ends, in order. */
export class ReceivingEnd {
  readonly #receiver = new Receiver();
  #isDead = false;
  /** By a RST of which it is not sure when it came. */
  #isDoubtful = false;
  /** It answered with a RST of no socket: what it says afterwards shows that only that segment found none (a leak). */
  #isSilent = false;
  #isClosing = false;
  /** Acknowledged by its FIN. */
  #closedAt = 0;
  /** It closed its half only: it goes on acknowledging what comes. */
  #isReading = false;
  /** It sent a SYN and waits. */
  #synSent: number | null = null;
  /** Instead of answering a SYN it acknowledged something else: it has a connection of before. */
  #hasOther = false;
  /** It was seen to open the connection, or to send data: nobody does after his FIN. */
  #wasOpen = false;

  /** The other end sent it this. */
  hear(f: number, seq: number, length: number): void {
    if ((f & SYN) !== 0) {
      this.#receiver.reset(seq);
      if ((f & ACK) === 0) this.#isDead = this.#isSilent = false;
      this.#synSent = null;
      if (length > 0) this.#receiver.receive(seq + 1, length, false);
    } else this.#receiver.receive(seq, length, (f & FIN) !== 0);
  }

  /** It sent this itself. */
  say(f: number, seq: number, ack: number, length: number): void {
    if ((f & SYN) !== 0) {
      this.#isDead = this.#isDoubtful = false;
      this.#isSilent = false;
      this.#isClosing = false;
      this.#isReading = false;
      this.#wasOpen = true;
      this.#hasOther = false;
      if ((f & ACK) === 0) this.#synSent = (seq + 1) >>> 0;
    } else if ((f & RST) !== 0) {
      // From a live socket, or because there is none: either way nothing is left to kill. A SYN_SENT socket survives its own RST.
      if (this.#synSent !== null) return;
      if ((f & ACK) === 0 && !this.#isDead) this.#isSilent = true;
      else this.#isDead = true;
    } else {
      this.#isSilent = false;
      this.#wasOpen ||= length > 0;
      const { next } = this.#receiver;
      this.#hasOther ||= !this.#wasOpen && (f & ACK) !== 0 && next !== null && ((ack - next) | 0) < 0;
      if ((f & ACK) !== 0) this.#receiver.acknowledge(ack);
      if (this.#isClosing) this.#isReading ||= (f & ACK) !== 0 && ((ack - this.#closedAt) | 0) > 0;
      else if ((f & FIN) !== 0) {
        this.#isClosing = true;
        this.#closedAt = ack;
      }
    }
  }

  /** A RST killed it. @param isDoubtful it is not sure when that came */
  die(isDoubtful: boolean): void {
    this.#isDead = true;
    this.#isDoubtful = isDoubtful;
  }

  /** @param older asked where the number is wrong for this connection: it may be right for the one that used the port before, unless it opened this one */
  judge(flags: number, seq: number, ack: number, older: () => number | null): Verdict {
    const verdict = (kills: boolean, because: ResetReason, isOpen = false): Verdict => ({ kills, because, path: null, isOpen });
    if (this.#isDead || this.#isSilent) return verdict(false, { kind: 'alreadyDead' }, this.#isDoubtful);
    if (this.#isClosing && !(this.#isReading && !this.#receiver.hasFin)) return verdict(false, { kind: 'alreadyClosing' });
    const { next } = this.#receiver;
    if (this.#synSent !== null && next === null) {
      const acceptable = (flags & ACK) !== 0 && ack === this.#synSent;
      return verdict(acceptable, { kind: acceptable ? 'refusesOpening' : 'notForTheSyn' });
    }
    if (next === null) return verdict(true, { kind: 'nothingElseCaptured' }, true);
    if (seq === next) return verdict(true, { kind: 'exactNext', seq }, !this.#wasOpen);
    if (this.#receiver.hasFin && seq === (next - 1) >>> 0) return verdict(true, { kind: 'finInCloseWait', seq }, !this.#wasOpen);
    // Linux takes it where SACK is in use, others challenge it.
    if (seq === this.#receiver.edge) return verdict(true, { kind: 'edgeOfHeld', seq }, true);
    const path = this.#wasOpen && !this.#hasOther ? null : older();
    if (path !== null) return { kills: true, because: { kind: 'olderConnection' }, path, isOpen: false };
    const distance = (seq - next) | 0;
    return verdict(false, { kind: distance > 0 ? 'beyondNext' : 'belowNext', octets: Math.abs(distance) }, this.#hasOther);
  }
}
