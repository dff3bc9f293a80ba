// Rows of a capture point → connections, one pass in file order. Here the ordinary segment: one that goes on where its side stood, on a
// connection that is under way, and of which there is nothing to say. All others: `follower.ts`.

import type { FlowAnalysis } from '../model/connection.ts';
import { DUPLICATE_RECORD } from '../model/connection.ts';
import { ACK, CUT, FIN, HAS_SACK, IS_TCP, type PacketTable, RST, SYN } from '../model/packetTable.ts';
import { digestOf, Follower, fillsWindow, kindOf, ONE_CONNECTION, otherDigestOf } from './follower.ts';
import * as S from './state.ts';

/** Rows per call of the hot loop: it is compiled when it was called a few times, with all that comes after its loop. */
const ROWS = 512;
const WATCHED = IS_TCP | CUT | HAS_SACK | SYN | FIN | RST | ACK;
const ORDINARY = IS_TCP | ACK;
/** Of a side that has sent, and of one that was answered. */
const GOES_ON = S.HAS_NEXT | S.HAS_ACK | S.HAS_MAX | S.FIRST_ACK | S.HAS_LAST | S.HAS_BASE | S.HAS_SND_NXT | S.SETTLED;
const IS_ANSWERED = S.HAS_BASE | S.HAS_LAST | S.HAS_MAX;

/** What the rows of a capture point told: see `Follower`. */
export interface Followed extends Pick<Follower, 'count' | 'connection' | 'marks' | 'sides' | 'sideTimes' | 'words'> {
  readonly captured: FlowAnalysis['captured'];
}

/** Rows that were read before (`packets.repeats`) belong to no connection, and are marked. */
export function followConnections(packets: PacketTable): Followed {
  const follower = new Follower(packets);
  const captured = { first: Infinity, last: -Infinity };
  let from = 0;
  for (const repeated of [...(packets.repeats ?? []), { from: packets.length, to: packets.length }]) {
    for (; from < repeated.from; from = Math.min(repeated.from, from + ROWS))
      followRows(follower, captured, from, Math.min(repeated.from, from + ROWS));
    follower.marks.fill(DUPLICATE_RECORD, repeated.from, repeated.to);
    from = repeated.to;
  }
  const { count, connection, marks, sides, sideTimes, words } = follower;
  return { count, connection, marks, sides, sideTimes, words, captured };
}

/** The hot loop over all rows, hence its length. What it does not take it has not touched. */
function followRows(follower: Follower, captured: { first: number; last: number }, from: number, to: number): void {
  const { packets, tuple, seq, ack, tsval, connection, latest } = follower;
  const { flags, payloadLength, window, time, ipId, ttl } = packets;
  let { sides: side, sideTimes: times } = follower;
  let { first, last } = captured;
  for (let row = from; row < to; row++) {
    const f = flags[row];
    const now = time[row];
    if (now < first) first = now;
    if (now > last) last = now;
    const c = latest[tuple[row] >>> 1] - 1;
    if ((f & WATCHED) === ORDINARY && c >= 0) {
      const fwd = (2 * c + (tuple[row] & 1)) * S.SIDE_WORDS;
      const rev = fwd ^ S.SIDE_WORDS;
      const at = fwd >> 1;
      const s = seq[row];
      const a = ack[row];
      const len = payloadLength[row];
      const win = window[row];
      const next = side[fwd + S.NEXT_SEQ];
      const end = (s + len) | 0;
      const isSameAck = a === side[fwd + S.LAST_ACK];
      const lastSeq = side[fwd + S.LAST_SEQ];
      if (
        (side[fwd + S.STATE] & GOES_ON) === GOES_ON &&
        (side[rev + S.STATE] & IS_ANSWERED) === IS_ANSWERED &&
        s === next &&
        win !== 0 &&
        len !== 1 &&
        ((a - side[rev + S.MAX_TO_ACK]) | 0) <= 0 &&
        Math.abs((s - lastSeq) | 0) <= ONE_CONNECTION &&
        ((s - side[fwd + S.ISN]) | 0) >= 0 &&
        side[fwd + S.TTL] === ttl[row] &&
        now >= times[at + S.LAST_SENT] &&
        (len === 0
          ? !isSameAck
          : !(isSameAck && s === lastSeq) &&
            ((end - side[fwd + S.SND_NXT]) | 0) > 0 &&
            ((end - side[rev + S.LAST_ACK]) | 0) > 0 &&
            !fillsWindow(side, rev, end))
      ) {
        connection[row] = c + 1;
        const kind = kindOf(f, ipId[row]);
        const ts = tsval[row];
        side[fwd + S.DIGEST] = digestOf(side[fwd + S.DIGEST], s, a, len, ts, kind);
        side[fwd + S.DIGEST_2] = otherDigestOf(side[fwd + S.DIGEST_2], s, a, len, ts, kind);
        side[fwd + S.COUNT]++;
        times[at + S.LAST_SENT] = now;
        times[at + S.LAST_TIME] = now;
        times[at + S.PAYLOAD] += len;
        if (((end - side[fwd + S.SND_NXT]) | 0) > 0) side[fwd + S.SND_NXT] = end;
        if (len > 0) {
          side[fwd + S.NEXT_SEQ] = end;
          times[at + S.NEXT_TIME] = now;
          if (s === side[fwd + S.MAX_TO_ACK]) side[fwd + S.MAX_TO_ACK] = end;
        }
        if (!isSameAck) side[fwd + S.DUP_ACKS] = 0;
        side[fwd + S.LAST_SEQ] = s;
        side[fwd + S.LAST_ROW] = row;
        side[fwd + S.LAST_WINDOW] = win;
        side[fwd + S.LAST_ACK] = a;
        side[fwd + S.SACK_OF] = 0;
        side[fwd + S.STATE] &= S.STATE_BITS;
        continue;
      }
    }
    follower.take(row);
    ({ sides: side, sideTimes: times } = follower);
  }
  captured.first = first;
  captured.last = last;
}
