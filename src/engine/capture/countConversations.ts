// How many connections a table holds, as Wireshark numbers them (tcp.stream): a light count for `facts`, without judging segments.
import { ACK, CUT, IS_TCP, OPTIONS_CUT, type PacketTable, RST, SYN } from '../model/packetTable.ts';

/** A base sequence number is known for this direction. */
const BASE = 1;
/** What was met of a tuple: a row of it, and one that begins a conversation. */
const SEEN = 1;
const BEGUN = 2;
const TCP_FLAGS = 0x1ff;

export interface ConversationCounts {
  readonly conversations: number;
  readonly rstConversations: number;
  readonly tuples: number;
}

/** Rows `from` to `to` of a table. A reused five-tuple starts another conversation when a SYN brings another number. */
export function countConversations(packets: PacketTable, from: number, to: number): ConversationCounts {
  const tuples = packets.tuples.length;
  const seen = new Uint8Array(tuples);
  const known = new Uint8Array(2 * tuples);
  const base = new Uint32Array(2 * tuples);
  /** Did the tuple's present conversation have a RST? */
  const reset = new Uint8Array(tuples);
  let conversations = 0;
  let rstConversations = 0;
  let distinct = 0;
  for (let row = from; row < to; row++) {
    const flags = packets.flags[row];
    const word = packets.tuple[row];
    if ((flags & IS_TCP) === 0 || word === 0) continue;
    const tuple = word >>> 1;
    const forward = word;
    const reverse = word ^ 1;
    if ((seen[tuple] & SEEN) === 0) {
      seen[tuple] |= SEEN;
      distinct++;
    }
    // A header that was cut before its flags belongs to no conversation yet; one that is malformed does.
    if ((flags & (CUT | OPTIONS_CUT | TCP_FLAGS)) === CUT) continue;
    if ((seen[tuple] & BEGUN) === 0) {
      seen[tuple] |= BEGUN;
      conversations++;
    }
    const seq = packets.seq[row];
    if ((flags & (SYN | ACK)) === SYN && known[forward] === BASE && base[forward] !== seq) {
      conversations++;
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
      rstConversations++;
    }
  }
  return { conversations, rstConversations, tuples: distinct };
}
