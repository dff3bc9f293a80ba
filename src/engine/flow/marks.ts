// Judges every segment as Wireshark's tcp.analysis.* does (packet-tcp.c tcp_analyze_sequence_number(), v4.0).
//
// Where we differ on purpose, and why:
//  - A sequence number of exactly 0 is a number like any other; Wireshark takes it for "nothing seen yet".
//  - Wireshark forgets new segments while 10,000 are unacknowledged; we need no list of them and judge on.
//  - Fast retransmission by SACK asks whether the first block of the last SACK holds the segment. Wireshark compares the left edge of
//    each block with the right edge of the next, so that it calls some of these out of order or plain retransmissions.
//  - After data that nobody captured is acknowledged, the next indication comes with the next data; Wireshark's differs in rare orders.
//  - The same record twice at one capture point (`-i any`, seam of rotated files) is DUPLICATE_RECORD besides what Wireshark calls it.
import {
  ACKED_UNSEEN,
  type ConnectionTable,
  DUPLICATE_ACK,
  DUPLICATE_RECORD,
  FAST_RETRANSMISSION,
  KEEP_ALIVE,
  KEEP_ALIVE_ACK,
  LOST_SEGMENT,
  OUT_OF_ORDER,
  RETRANSMISSION,
  SPURIOUS_RETRANSMISSION,
  WINDOW_FULL,
  WINDOW_UPDATE,
  ZERO_WINDOW,
  ZERO_WINDOW_PROBE,
  ZERO_WINDOW_PROBE_ACK,
} from '../model/connection.ts';
import { ACK, CUT, FIN, HAS_SACK, type PacketTable, RST, SYN } from '../model/packetTable.ts';
import type { Assignment } from './assign.ts';

/** Retransmissions within this long of the highest segment are out of order, where no handshake tells the round trip (Wireshark's 3 ms). */
const OUT_OF_ORDER_NANOS = 3_000_000;
/** A repair this soon after the duplicate ACKs is a fast retransmission (Wireshark's 20 ms). */
const FAST_NANOS = 20_000_000;
const CONTROL = SYN | FIN | RST;

/**
 * What is known of each side of a connection, one cache line each: a row touches two of them, and eleven columns would cost it twenty.
 * Words of 32 bits; the two times before them are doubles in the same octets.
 */
const SIDE_WORDS = 16;
const SIDE_DOUBLES = SIDE_WORDS / 2;
const NEXT_TIME = 0;
const LAST_ACK_TIME = 1;
const NEXT_SEQ = 4;
const MAX_TO_ACK = 5;
const LAST_ACK = 6;
const LAST_SEQ = 7;
const LAST_ROW = 8;
const LAST_WINDOW = 9;
const DUP_ACKS = 10;
const LAST_MARKS = 11;
const STATE = 12;
/** Place of its last SACK in `sacks` + 1; 0: its last segment had none. */
const SACK_OF = 13;
/** Shift of its windows + 1; 0 unknown. */
const SCALE = 14;

const HAS_NEXT = 1;
const HAS_ACK = 2;
const HAS_MAX = 4;
const FIRST_ACK = 8;
const SAW_SYN = 16;
const SAW_SYN_ACK = 32;
const HAS_LAST = 64;

/** Fills `assigned.marks` and counts `connections.retransmissions`. One hot loop over all rows in file order, hence its length. */
export function markSegments(packets: PacketTable, assigned: Assignment, connections: ConnectionTable): void {
  const { length, seq, ack, flags, payloadLength, window, time, tuple, ipId, tsval, sacks } = packets;
  const { connection, marks } = assigned;
  const sides = 2 * assigned.count;
  const times = new Float64Array(sides * SIDE_DOUBLES);
  const side = new Uint32Array(times.buffer);
  for (let i = 0; i < sides; i++) side[i * SIDE_WORDS + SCALE] = connections.windowScale[i] + 1;
  const synTime = new Float64Array(assigned.count);
  const firstRtt = new Float64Array(assigned.count);
  let sackAt = 0;
  for (let row = 0; row < length; row++) {
    const c = connection[row] - 1;
    if (c < 0) continue;
    const f = flags[row];
    if ((f & CUT) !== 0) continue;
    const own = 2 * c + (tuple[row] & 1);
    const fwd = own * SIDE_WORDS;
    const rev = (own ^ 1) * SIDE_WORDS;
    const fwdTimes = own * SIDE_DOUBLES;
    const revTimes = (own ^ 1) * SIDE_DOUBLES;
    const s = seq[row];
    const a = ack[row];
    const len = payloadLength[row];
    const win = window[row];
    const now = time[row];
    let mark = marks[row];
    const hasNext = (side[fwd + STATE] & HAS_NEXT) !== 0;
    const next = side[fwd + NEXT_SEQ];
    const plain = (f & CONTROL) === 0;

    // Handshake bookkeeping for the round trip.
    if ((f & SYN) !== 0) {
      if ((f & ACK) === 0) {
        synTime[c] = now;
        if (!hasNext) side[fwd + STATE] |= SAW_SYN;
      } else if (!hasNext) side[fwd + STATE] |= SAW_SYN_ACK;
    } else if (
      (side[fwd + STATE] & SAW_SYN) !== 0 &&
      firstRtt[c] === 0 &&
      (side[rev + STATE] & SAW_SYN_ACK) !== 0 &&
      (f & ACK) !== 0 &&
      s === next
    ) {
      firstRtt[c] = now - synTime[c];
    }

    const isProbe = len === 1 && hasNext && s === next && side[rev + LAST_WINDOW] === 0 && (side[rev + STATE] & HAS_LAST) !== 0;
    if (isProbe) mark |= ZERO_WINDOW_PROBE;
    else {
      if (win === 0 && plain) mark |= ZERO_WINDOW;
      if (hasNext && ((s - next) | 0) > 0 && (f & RST) === 0) mark |= LOST_SEGMENT;
      if (len <= 1 && hasNext && s === (next - 1) >>> 0 && plain) mark |= KEEP_ALIVE;
      const scale = side[rev + SCALE];
      if (len > 0 && plain && scale > 0 && (side[rev + STATE] & HAS_LAST) !== 0) {
        const shift = (side[rev + STATE] & FIRST_ACK) !== 0 ? scale - 1 : 0;
        if ((s + len) >>> 0 === (side[rev + LAST_ACK] + (side[rev + LAST_WINDOW] << shift)) >>> 0) mark |= WINDOW_FULL;
      }
      // A bare ACK where the sender stands: what it says depends on what changed and what went before.
      if (len === 0 && plain && hasNext && s === next && (side[fwd + STATE] & HAS_LAST) !== 0) {
        const sameAck = a === side[fwd + LAST_ACK];
        const sameWindow = win === side[fwd + LAST_WINDOW];
        if (win !== 0 && !sameWindow && sameAck) mark |= WINDOW_UPDATE;
        if (win !== 0 && sameWindow && sameAck) {
          if ((side[rev + LAST_MARKS] & KEEP_ALIVE) !== 0) mark |= KEEP_ALIVE_ACK;
          else {
            side[fwd + DUP_ACKS]++;
            mark |= DUPLICATE_ACK;
          }
        } else if (win === 0 && sameWindow && (side[rev + LAST_MARKS] & ZERO_WINDOW_PROBE) !== 0) {
          if (sameAck || a === (side[fwd + LAST_ACK] + 1) >>> 0) mark |= ZERO_WINDOW_PROBE_ACK;
          if (a === (side[fwd + LAST_ACK] + 1) >>> 0) {
            side[rev + NEXT_SEQ]++;
            side[rev + MAX_TO_ACK]++;
          }
        }
      }
    }
    if ((side[fwd + STATE] & HAS_LAST) === 0 || a !== side[fwd + LAST_ACK]) side[fwd + DUP_ACKS] = 0;
    if ((side[rev + STATE] & HAS_MAX) !== 0 && (f & ACK) !== 0 && ((a - side[rev + MAX_TO_ACK]) | 0) > 0) {
      mark |= ACKED_UNSEEN;
      // Said once; the next data of the other side starts the count again.
      side[rev + STATE] &= ~HAS_MAX;
    }

    const end = (s + len + ((f & (SYN | FIN)) !== 0 ? 1 : 0)) >>> 0;
    // Retransmission, fast, spurious or out of order.
    if (len > 0 || (f & (SYN | FIN)) !== 0) {
      let behind = hasNext && ((s - next) | 0) < 0;
      if (!(behind && (mark & KEEP_ALIVE) !== 0)) {
        if (len > 1 && (next - 1) >>> 0 === s) behind = false;
        if (len > 0 && (side[rev + STATE] & HAS_ACK) !== 0 && ((s + len - side[rev + LAST_ACK]) | 0) <= 0) mark |= SPURIOUS_RETRANSMISSION;
        else if (behind) {
          const soon = now - times[revTimes + LAST_ACK_TIME] < FAST_NANOS && side[rev + DUP_ACKS] >= 2;
          const threshold = firstRtt[c] > 0 ? firstRtt[c] : OUT_OF_ORDER_NANOS;
          if (soon && (side[rev + LAST_ACK] === s || (side[rev + SACK_OF] > 0 && !isSacked(sacks, side[rev + SACK_OF] - 1, s))))
            mark |= FAST_RETRANSMISSION;
          else if (now - times[fwdTimes + NEXT_TIME] < threshold && next !== end) mark |= OUT_OF_ORDER;
          else mark |= RETRANSMISSION;
        }
      }
    }

    if (!isProbe && (!hasNext || ((end - next) | 0) > 0)) {
      side[fwd + NEXT_SEQ] = end;
      times[fwdTimes + NEXT_TIME] = now;
      side[fwd + STATE] |= HAS_NEXT;
    }
    if (!isProbe && ((side[fwd + STATE] & HAS_MAX) === 0 || s === side[fwd + MAX_TO_ACK])) {
      side[fwd + MAX_TO_ACK] = side[fwd + NEXT_SEQ];
      side[fwd + STATE] |= HAS_MAX;
    }
    // The row before it lies far away in memory: it is asked last.
    const isAgain = (side[fwd + STATE] & HAS_LAST) !== 0 && s === side[fwd + LAST_SEQ] && a === side[fwd + LAST_ACK];
    if (isAgain && win === side[fwd + LAST_WINDOW] && isSameRecord(side[fwd + LAST_ROW], row)) mark |= DUPLICATE_RECORD;
    side[fwd + LAST_SEQ] = s;
    side[fwd + LAST_ROW] = row;
    side[fwd + LAST_WINDOW] = win;
    side[fwd + LAST_ACK] = a;
    times[fwdTimes + LAST_ACK_TIME] = now;
    side[fwd + LAST_MARKS] = mark;
    side[fwd + STATE] |= HAS_LAST;
    if ((f & ACK) !== 0) side[fwd + STATE] |= (f & SYN) === 0 ? HAS_ACK | FIRST_ACK : HAS_ACK;
    if ((f & HAS_SACK) !== 0) {
      while (sackAt < sacks.length && sacks.row[sackAt] < row) sackAt++;
      side[fwd + SACK_OF] = sackAt + 1;
    } else side[fwd + SACK_OF] = 0;
    marks[row] = mark;
    if ((mark & (RETRANSMISSION | FAST_RETRANSMISSION | SPURIOUS_RETRANSMISSION)) !== 0 && (mark & DUPLICATE_RECORD) === 0) {
      connections.retransmissions[own]++;
    }
  }

  /** Given equal numbers and window: the same IP ID (or, where IP has none, the same time) and the same TCP timestamp? Then it is one packet. */
  function isSameRecord(before: number, row: number): boolean {
    if (payloadLength[before] !== payloadLength[row] || flags[before] !== flags[row] || tsval[before] !== tsval[row]) return false;
    if (ipId[row] !== ipId[before]) return false;
    return ipId[row] !== 0 ? Math.abs(time[row] - time[before]) < FAST_NANOS : time[row] === time[before];
  }
}

function isSacked(sacks: PacketTable['sacks'], at: number, s: number): boolean {
  return ((s - sacks.firstLeft[at]) | 0) >= 0 && ((s - sacks.firstRight[at]) | 0) <= 0;
}
