// Rows of a capture point → connections, one pass in file order. Here the ordinary segment: one that goes on where its side stood, on a
// connection that is under way, and of which there is nothing to say but that it may update the window. All others: `follower.ts`.

import { DUPLICATE_RECORD, type FlowAnalysis, SET_BACK_NANOS, WINDOW_UPDATE } from '../model/connection.ts';
import { ACK, CUT, FIN, HAS_SACK, IS_TCP, type PacketTable, RST, SYN } from '../model/packetTable.ts';
import { digestOf, Follower, fillsWindow, kindOf, otherDigestOf, wordOf } from './follower.ts';
import * as S from './state.ts';

/** Rows per call of the hot loop: it is compiled when it was called a few times, with all that comes after its loop. */
const ROWS = 512;
const WATCHED = IS_TCP | CUT | HAS_SACK | SYN | FIN | RST | ACK;
const ORDINARY = IS_TCP | ACK;
/** Of a side that goes on where it stood. */
const GOES_ON = S.ENDS_MEET | S.CALM;

/** What the rows of a capture point told: see `Follower`. */
export interface Followed extends Pick<Follower, 'count' | 'connection' | 'marks' | 'sides' | 'sideTimes' | 'words'> {
  readonly captured: FlowAnalysis['captured'];
}

/** Rows that were read before (`packets.repeats`) belong to no connection, and are marked. */
export function followConnections(packets: PacketTable): Followed {
  const follower = new Follower(packets);
  const captured = { first: Infinity, last: -Infinity, mayFallBack: packets.repeats !== undefined };
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

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The hot loop over all rows, hence its length. What it does not take it has not touched; of what it takes it writes what the next needs, and
 * leaves the rest to the bits that say what that is.
 */
function followRows(follower: Follower, captured: Writable<FlowAnalysis['captured']>, from: number, to: number): void {
  const { packets, tuple, seq, ack, tsval, connection, marks, latest } = follower;
  const { flags, payloadLength, window, time, ipId, ttl } = packets;
  let { sides: side, sideTimes: times } = follower;
  let first = Math.min(captured.first, time[from]);
  let { last } = captured;
  for (let row = from; row < to; row++) {
    const now = time[row];
    if (now > last) last = now;
    else if (now < last) {
      first = Math.min(first, now);
      if (last - now > SET_BACK_NANOS) captured.mayFallBack = true;
    }
    const f = flags[row];
    const t = tuple[row];
    const c = latest[t >>> 1] - 1;
    if ((f & WATCHED) === ORDINARY && c >= 0) {
      const fwd = (2 * c + (t & 1)) * S.SIDE_WORDS;
      const rev = fwd ^ S.SIDE_WORDS;
      const s = seq[row];
      const a = ack[row];
      const len = payloadLength[row];
      const win = window[row];
      const end = (s + len) | 0;
      const state = side[fwd + S.STATE];
      if (
        (state & GOES_ON) === GOES_ON &&
        (side[rev + S.STATE] & S.ENDS_MEET) !== 0 &&
        s === side[fwd + S.NEXT_SEQ] &&
        win !== 0 &&
        ((a - side[rev + S.NEXT_SEQ]) | 0) <= 0 &&
        side[fwd + S.TTL] === ttl[row] &&
        (now === last || now >= times[(fwd >> 1) + S.LAST_SENT]) &&
        (len > 1 ? !fillsWindow(side, rev, end) : len === 0 && (a !== side[fwd + S.LAST_ACK] || win !== side[fwd + S.LAST_WINDOW]))
      ) {
        connection[row] = c + 1;
        const at = fwd >> 1;
        if (len === 0 && a === side[fwd + S.LAST_ACK]) {
          marks[row] = WINDOW_UPDATE;
          side[fwd + S.STATE] = (state & S.STATE_BITS) | (WINDOW_UPDATE << 16);
        } else side[fwd + S.STATE] = state & S.STATE_BITS;
        const said = wordOf(s, a, len, tsval[row], kindOf(f, ipId[row]));
        side[fwd + S.DIGEST] = digestOf(side[fwd + S.DIGEST], said);
        side[fwd + S.DIGEST_2] = otherDigestOf(side[fwd + S.DIGEST_2], said);
        side[fwd + S.COUNT]++;
        side[fwd + S.LAST_ROW] = row;
        side[fwd + S.LAST_WINDOW] = win;
        side[fwd + S.LAST_ACK] = a;
        times[at + S.LAST_SENT] = now;
        if (len !== 0) {
          times[at + S.NEXT_TIME] = now;
          times[at + S.PAYLOAD] += len;
          side[fwd + S.NEXT_SEQ] = end;
        }
        continue;
      }
    }
    follower.take(row);
    ({ sides: side, sideTimes: times } = follower);
  }
  captured.first = first;
  captured.last = last;
}
