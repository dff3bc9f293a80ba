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
  const state = new Uint8Array(sides);
  const nextSeq = new Uint32Array(sides);
  const nextTime = new Float64Array(sides);
  const maxToAck = new Uint32Array(sides);
  const lastAck = new Uint32Array(sides);
  const lastAckTime = new Float64Array(sides);
  const lastWindow = new Uint16Array(sides);
  const dupAcks = new Uint16Array(sides);
  const lastMarks = new Uint16Array(sides);
  const lastRow = new Uint32Array(sides);
  const sackOf = new Int32Array(sides).fill(-1);
  const synTime = new Float64Array(assigned.count);
  const firstRtt = new Float64Array(assigned.count);
  let sackAt = 0;
  for (let row = 0; row < length; row++) {
    const c = connection[row] - 1;
    if (c < 0) continue;
    const f = flags[row];
    if ((f & CUT) !== 0) continue;
    const fwd = 2 * c + (tuple[row] & 1);
    const rev = fwd ^ 1;
    const s = seq[row];
    const a = ack[row];
    const len = payloadLength[row];
    const win = window[row];
    const now = time[row];
    let mark = marks[row];
    const hasNext = (state[fwd] & HAS_NEXT) !== 0;
    const next = nextSeq[fwd];
    const plain = (f & CONTROL) === 0;

    // Handshake bookkeeping for the round trip.
    if ((f & SYN) !== 0) {
      if ((f & ACK) === 0) {
        synTime[c] = now;
        if (!hasNext) state[fwd] |= SAW_SYN;
      } else if (!hasNext) state[fwd] |= SAW_SYN_ACK;
    } else if (firstRtt[c] === 0 && (state[fwd] & SAW_SYN) !== 0 && (state[rev] & SAW_SYN_ACK) !== 0 && (f & ACK) !== 0 && s === next) {
      firstRtt[c] = now - synTime[c];
    }

    const isProbe = len === 1 && hasNext && s === next && lastWindow[rev] === 0 && (state[rev] & HAS_LAST) !== 0;
    if (isProbe) mark |= ZERO_WINDOW_PROBE;
    else {
      if (win === 0 && plain) mark |= ZERO_WINDOW;
      if (hasNext && ((s - next) | 0) > 0 && (f & RST) === 0) mark |= LOST_SEGMENT;
      if (len <= 1 && hasNext && s === (next - 1) >>> 0 && plain) mark |= KEEP_ALIVE;
      const scale = connections.windowScale[rev];
      if (len > 0 && plain && scale >= 0 && (state[rev] & HAS_LAST) !== 0) {
        const shift = (state[rev] & FIRST_ACK) !== 0 ? scale : 0;
        if ((s + len) >>> 0 === (lastAck[rev] + lastWindow[rev] * 2 ** shift) >>> 0) mark |= WINDOW_FULL;
      }
      // A bare ACK where the sender stands: what it says depends on what changed and what went before.
      if (len === 0 && plain && hasNext && s === next && (state[fwd] & HAS_LAST) !== 0) {
        const sameAck = a === lastAck[fwd];
        const sameWindow = win === lastWindow[fwd];
        if (win !== 0 && !sameWindow && sameAck) mark |= WINDOW_UPDATE;
        if (win !== 0 && sameWindow && sameAck) {
          if ((lastMarks[rev] & KEEP_ALIVE) !== 0) mark |= KEEP_ALIVE_ACK;
          else {
            dupAcks[fwd]++;
            mark |= DUPLICATE_ACK;
          }
        } else if (win === 0 && sameWindow && (lastMarks[rev] & ZERO_WINDOW_PROBE) !== 0) {
          if (sameAck || a === (lastAck[fwd] + 1) >>> 0) mark |= ZERO_WINDOW_PROBE_ACK;
          if (a === (lastAck[fwd] + 1) >>> 0) {
            nextSeq[rev]++;
            maxToAck[rev]++;
          }
        }
      }
    }
    if ((state[fwd] & HAS_LAST) === 0 || a !== lastAck[fwd]) dupAcks[fwd] = 0;
    if ((state[rev] & HAS_MAX) !== 0 && (f & ACK) !== 0 && ((a - maxToAck[rev]) | 0) > 0) {
      mark |= ACKED_UNSEEN;
      // Said once; the next data of the other side starts the count again.
      state[rev] &= ~HAS_MAX;
    }

    const end = (s + len + ((f & (SYN | FIN)) !== 0 ? 1 : 0)) >>> 0;
    // Retransmission, fast, spurious or out of order.
    if (len > 0 || (f & (SYN | FIN)) !== 0) {
      let behind = hasNext && ((s - next) | 0) < 0;
      if (!(behind && (mark & KEEP_ALIVE) !== 0)) {
        if (len > 1 && (next - 1) >>> 0 === s) behind = false;
        if (len > 0 && (state[rev] & HAS_ACK) !== 0 && ((s + len - lastAck[rev]) | 0) <= 0) mark |= SPURIOUS_RETRANSMISSION;
        else if (behind) {
          const soon = now - lastAckTime[rev] < FAST_NANOS && dupAcks[rev] >= 2;
          const threshold = firstRtt[c] > 0 ? firstRtt[c] : OUT_OF_ORDER_NANOS;
          if (soon && (lastAck[rev] === s || (sackOf[rev] >= 0 && !isSacked(sacks, sackOf[rev], s)))) mark |= FAST_RETRANSMISSION;
          else if (now - nextTime[fwd] < threshold && next !== end) mark |= OUT_OF_ORDER;
          else mark |= RETRANSMISSION;
        }
      }
    }

    if (!isProbe && (!hasNext || ((end - next) | 0) > 0)) {
      nextSeq[fwd] = end;
      nextTime[fwd] = now;
      state[fwd] |= HAS_NEXT;
    }
    if (!isProbe && ((state[fwd] & HAS_MAX) === 0 || s === maxToAck[fwd])) {
      maxToAck[fwd] = nextSeq[fwd];
      state[fwd] |= HAS_MAX;
    }
    if ((state[fwd] & HAS_LAST) !== 0 && isSameRecord(packets, lastRow[fwd], row)) mark |= DUPLICATE_RECORD;
    lastRow[fwd] = row;
    lastWindow[fwd] = win;
    lastAck[fwd] = a;
    lastAckTime[fwd] = now;
    lastMarks[fwd] = mark;
    state[fwd] |= HAS_LAST;
    if ((f & ACK) !== 0) state[fwd] |= (f & SYN) === 0 ? HAS_ACK | FIRST_ACK : HAS_ACK;
    if ((f & HAS_SACK) !== 0) {
      while (sackAt < sacks.length && sacks.row[sackAt] < row) sackAt++;
      sackOf[fwd] = sackAt;
    } else sackOf[fwd] = -1;
    marks[row] = mark;
    if ((mark & (RETRANSMISSION | FAST_RETRANSMISSION | SPURIOUS_RETRANSMISSION)) !== 0 && (mark & DUPLICATE_RECORD) === 0) {
      connections.retransmissions[fwd]++;
    }
  }

  /** The same packet again: same place in the stream, same IP ID (or, where IP has none, same time) and same TCP timestamp. */
  function isSameRecord(_: PacketTable, before: number, row: number): boolean {
    if (seq[before] !== seq[row] || ack[before] !== ack[row] || payloadLength[before] !== payloadLength[row]) return false;
    if (flags[before] !== flags[row] || tsval[before] !== tsval[row] || window[before] !== window[row]) return false;
    if (ipId[row] !== ipId[before]) return false;
    return ipId[row] !== 0 ? Math.abs(time[row] - time[before]) < FAST_NANOS : time[row] === time[before];
  }
}

function isSacked(sacks: PacketTable['sacks'], at: number, s: number): boolean {
  return ((s - sacks.firstLeft[at]) | 0) >= 0 && ((s - sacks.firstRight[at]) | 0) <= 0;
}
