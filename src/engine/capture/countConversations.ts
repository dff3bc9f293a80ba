// How many connections a capture holds, as Wireshark numbers them (tcp.stream): a light count for `facts`, without judging segments.
import { ACK, CUT, IS_TCP, OPTIONS_CUT, type PacketTable, RST, SYN } from '../model/packetTable.ts';

/** A base sequence number is known for this direction. */
const BASE = 1;
/** What was met of a tuple: a row of it, and one that begins a conversation. */
const SEEN = 1;
const BEGUN = 2;
const TCP_FLAGS = 0x1ff;

/** Fed rows in file order, all of one table or piece by piece. A reused five-tuple starts another conversation when a SYN brings another number. */
export class ConversationCounter {
  conversations = 0;
  rstConversations = 0;
  tuples = 0;
  #seen = new Uint8Array(0);
  #known = new Uint8Array(0);
  #base = new Uint32Array(0);
  /** Did the tuple's present conversation have a RST? */
  #reset = new Uint8Array(0);

  /** @param tuples how many there are, id 0 included: above every number in the rows */
  add(packets: Pick<PacketTable, 'flags' | 'tuple' | 'seq' | 'ack'>, from: number, to: number, tuples: number): void {
    if (tuples > this.#seen.length) this.#makeRoom(2 * tuples);
    const seen = this.#seen;
    const known = this.#known;
    const base = this.#base;
    const reset = this.#reset;
    for (let row = from; row < to; row++) {
      const flags = packets.flags[row];
      const word = packets.tuple[row];
      if ((flags & IS_TCP) === 0 || word === 0) continue;
      const tuple = word >>> 1;
      const forward = word;
      const reverse = word ^ 1;
      if ((seen[tuple] & SEEN) === 0) {
        seen[tuple] |= SEEN;
        this.tuples++;
      }
      // A header that was cut before its flags belongs to no conversation yet; one that is malformed does.
      if ((flags & (CUT | OPTIONS_CUT | TCP_FLAGS)) === CUT) continue;
      if ((seen[tuple] & BEGUN) === 0) {
        seen[tuple] |= BEGUN;
        this.conversations++;
      }
      const seq = packets.seq[row];
      if ((flags & (SYN | ACK)) === SYN && known[forward] === BASE && base[forward] !== seq) {
        this.conversations++;
        known[forward] = 0;
        known[reverse] = 0;
        reset[tuple] = 0;
      }
      if (known[forward] === 0) {
        known[forward] = BASE;
        base[forward] = (flags & SYN) !== 0 ? seq : seq - 1;
      }
      if (known[reverse] === 0 && (flags & ACK) !== 0) {
        known[reverse] = BASE;
        base[reverse] = packets.ack[row] - 1;
      }
      if ((flags & RST) !== 0 && reset[tuple] === 0) {
        reset[tuple] = 1;
        this.rstConversations++;
      }
    }
  }

  #makeRoom(tuples: number): void {
    const longer = <T extends Uint8Array | Uint32Array>(old: T, column: T): T => {
      column.set(old);
      return column;
    };
    this.#seen = longer(this.#seen, new Uint8Array(tuples));
    this.#known = longer(this.#known, new Uint8Array(2 * tuples));
    this.#base = longer(this.#base, new Uint32Array(2 * tuples));
    this.#reset = longer(this.#reset, new Uint8Array(tuples));
  }
}
