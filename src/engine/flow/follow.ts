// Rows of a capture point → connections, one pass in file order: which lifetime of its five-tuple each segment belongs to, what is said of the
// connection as a whole, and each segment judged as Wireshark's tcp.analysis.* does (packet-tcp.c tcp_analyze_sequence_number(), v4.0).
//
// Where we differ from Wireshark on purpose, and why:
//  - A sequence number of exactly 0 is a number like any other; Wireshark takes it for "nothing seen yet".
//  - Wireshark forgets new segments while 10,000 are unacknowledged; we need no list of them and judge on.
//  - Fast retransmission by SACK asks whether the first block of the last SACK holds the segment. Wireshark compares the left edge of
//    each block with the right edge of the next, so that it calls some of these out of order or plain retransmissions.
//  - After data that nobody captured is acknowledged, the next indication comes with the next data; Wireshark's differs in rare orders.
//  - Segments whose numbers both have nothing to do with those before, in a connection of which no SYN was seen, start another.
//  - The same record twice at one capture point (`-i any`, seam of rotated files) is DUPLICATE_RECORD besides what Wireshark calls it.

import type { FlowAnalysis } from '../model/connection.ts';
import * as C from '../model/connection.ts';
import { ACK, CUT, FIN, findRow, HAS_SACK, HAS_TS, IS_TCP, type PacketTable, RST, SYN } from '../model/packetTable.ts';
import * as S from './state.ts';

/** Retransmissions within this long of the highest segment are out of order, where no handshake tells the round trip (Wireshark's 3 ms). */
const OUT_OF_ORDER_NANOS = 3_000_000;
/** A repair this soon after the duplicate ACKs is a fast retransmission (Wireshark's 20 ms). */
const FAST_NANOS = 20_000_000;
/** Octets that segments of one connection lie apart at most, to be taken for one where no SYN was seen: by chance others do in one of a thousand cases. */
const ONE_CONNECTION = 2 ** 26;
const CONTROL = SYN | FIN | RST;
/** Of the flags: what is equal wherever a segment was seen. */
const ANYWHERE = SYN | FIN | RST | ACK | HAS_TS;
const RETRANSMITTED = C.RETRANSMISSION | C.FAST_RETRANSMISSION | C.SPURIOUS_RETRANSMISSION;
const BOTH_SYNS = C.SYN_SEEN | C.SYN_ACK_SEEN;

/** Connections of a capture point as `state.ts` lays them out; row-parallel columns as in `SegmentTable`. */
export interface Followed {
  readonly count: number;
  readonly connection: Uint32Array;
  readonly marks: Uint16Array;
  /** Of sides and of connections; doubles are views of the same octets. */
  readonly sides: Int32Array;
  readonly sideTimes: Float64Array;
  readonly words: Int32Array;
  readonly captured: FlowAnalysis['captured'];
}

/**
 * A SYN whose sequence number differs from the first one seen in its direction starts another connection on the same five-tuple
 * (Wireshark's rule: `tcp.stream` counts the same); so do, where no SYN was seen, numbers of another connection. A repeated SYN, even after a RST, belongs to the attempt it repeats.
 * Rows that were read before (`packets.repeats`) belong to none, and are marked.
 * One hot loop over all rows, hence its length: three loops that share this state read every column three times.
 */
export function followConnections(packets: PacketTable): Followed {
  const { length, flags, payloadLength, window, time, ipId, ttl, sacks } = packets;
  const [tuple, seq, ack, tsval] = [signed(packets.tuple), signed(packets.seq), signed(packets.ack), signed(packets.tsval)];
  const connection = new Uint32Array(length);
  const marks = new Uint16Array(length);
  const latest = new Uint32Array(packets.tuples.length);
  let capacity = Math.max(16, packets.tuples.length);
  let times = new Float64Array(2 * capacity * S.SIDE_DOUBLES);
  let side = new Int32Array(times.buffer);
  let wholeTimes = new Float64Array(capacity * S.CONNECTION_DOUBLES);
  let whole = new Int32Array(wholeTimes.buffer);
  let count = 0;
  let sackAt = 0;
  let [first, last] = [Infinity, -Infinity];
  const repeats = packets.repeats ?? [];
  let repeatAt = 0;
  let repeatFrom = repeats[0]?.from ?? -1;
  for (let row = 0; row < length; row++) {
    if (row === repeatFrom) {
      const { from, to } = repeats[repeatAt++];
      marks.fill(C.DUPLICATE_RECORD, from, to);
      repeatFrom = repeats[repeatAt]?.from ?? -1;
      row = to - 1;
      continue;
    }
    const f = flags[row];
    const now = time[row];
    if (now < first) first = now;
    if (now > last) last = now;
    const t = tuple[row] >>> 1;
    if ((f & IS_TCP) === 0 || t === 0) continue;
    const d = tuple[row] & 1;
    const s = seq[row];
    const a = ack[row];
    const len = payloadLength[row];
    let mark = 0;

    // Whose it is.
    let c = latest[t] - 1;
    if ((f & SYN) !== 0 && c >= 0) {
      const at = (2 * c + d) * S.SIDE_WORDS;
      if ((side[at + S.STATE] & S.HAS_BASE) !== 0 && side[at + S.BASE] !== s) {
        mark = C.PORTS_REUSED;
        if ((f & ACK) === 0) c = -1;
      }
    }
    // Numbers that have nothing to do with those before them, and no SYN to say so: another connection that leaked here, or was under way.
    if (
      c >= 0 &&
      (f & (SYN | RST | ACK)) === ACK &&
      (whole[c * S.CONNECTION_WORDS + S.FLAGS] & BOTH_SYNS) === 0 &&
      isOther(side, (2 * c + d) * S.SIDE_WORDS, s, a)
    )
      c = -1;
    if (c < 0) {
      if (count === capacity) {
        capacity *= 2;
        times = grown(times);
        side = new Int32Array(times.buffer);
        wholeTimes = grown(wholeTimes);
        whole = new Int32Array(wholeTimes.buffer);
      }
      c = count++;
      latest[t] = count;
      whole[c * S.CONNECTION_WORDS + S.TUPLE] = t;
    }
    connection[row] = c + 1;
    const fwd = (2 * c + d) * S.SIDE_WORDS;
    const rev = fwd ^ S.SIDE_WORDS;
    const fwdTimes = fwd >> 1;
    const conn = c * S.CONNECTION_WORDS;
    let state = side[fwd + S.STATE];
    if ((state & S.HAS_BASE) === 0) {
      state |= S.HAS_BASE;
      side[fwd + S.BASE] = (f & SYN) !== 0 ? s : s - 1;
    }
    if ((f & ACK) !== 0 && (side[rev + S.STATE] & S.HAS_BASE) === 0) {
      side[rev + S.STATE] |= S.HAS_BASE;
      side[rev + S.BASE] = a - 1;
    }

    // The connection as a whole.
    const kind = (f & ANYWHERE) | (ipId[row] << 16);
    const ts = tsval[row];
    let digest =
      side[fwd + S.DIGEST] ^
      (Math.imul(s, 0x9e3779b1) +
        Math.imul(a, 0x85ebca77) +
        Math.imul(len, 0xc2b2ae3d) +
        Math.imul(ts, 0x27d4eb2f) +
        Math.imul(kind, 0x165667b1));
    digest = Math.imul(digest ^ (digest >>> 15), 0x2c1b3c6d);
    side[fwd + S.DIGEST] = digest;
    let digest2 =
      (side[fwd + S.DIGEST_2] +
        Math.imul(s, 0x297a2d39) +
        Math.imul(a, 0x6c8e9cf5) +
        Math.imul(len, 0x5bd1e995) +
        Math.imul(ts, 0x1b873593) +
        Math.imul(kind, 0x4cf5ad43)) |
      0;
    digest2 = Math.imul(digest2 ^ (digest2 >>> 13), 0x7feb352d);
    side[fwd + S.DIGEST_2] = digest2;
    const hops = ttl[row];
    if (side[fwd + S.COUNT]++ === 0) {
      side[fwd + S.TTL] = hops;
      times[fwdTimes + S.FIRST_SENT] = now;
      times[fwdTimes + S.LAST_SENT] = now;
    } else {
      if (side[fwd + S.TTL] !== hops) side[fwd + S.TTL] = -1;
      if (now >= times[fwdTimes + S.LAST_SENT]) times[fwdTimes + S.LAST_SENT] = now;
      else {
        whole[conn + S.FLAGS] |= C.EVENTFUL;
        if (now < times[fwdTimes + S.FIRST_SENT]) times[fwdTimes + S.FIRST_SENT] = now;
      }
    }
    times[fwdTimes + S.PAYLOAD] += len;
    if ((f & (SYN | RST)) === 0) {
      const top = side[fwd + S.SND_NXT];
      const octets = len + (f & FIN);
      const hasTop = (state & S.HAS_SND_NXT) !== 0;
      if (!hasTop || ((s + octets - top) | 0) > 0) {
        side[fwd + S.SND_NXT] = s + octets;
        // The SYN/ACK told it already, if that was seen.
      } else if (octets > 0) {
        // Two may share a bit: then nothing is lost but a look at them.
        const bit = 1 << ((Math.imul(s + d, 0x9e3779b1) >>> 27) & 31);
        if ((whole[conn + S.AGAIN] & bit) !== 0) whole[conn + S.FLAGS] |= C.EVENTFUL;
        whole[conn + S.AGAIN] |= bit;
      }
      const told = whole[conn + S.FLAGS];
      const isTold = (state & S.HAS_SYN) !== 0 || ((told & C.SYN_ACK_SEEN) !== 0 && d === whole[conn + S.OPENER]);
      if (!isTold && (!hasTop || ((s - side[fwd + S.ISN]) | 0) < 0)) side[fwd + S.ISN] = s;
      state |= S.HAS_SND_NXT;
      if ((f & FIN) !== 0 && (told & (C.FIN_SEEN_A << d)) === 0) {
        whole[conn + S.FLAGS] |= C.FIN_SEEN_A << d;
        times[fwdTimes + S.FIN_TIME] = now;
      }
      if ((told & (BOTH_SYNS | C.HANDSHAKE_SEEN)) !== (BOTH_SYNS | C.HANDSHAKE_SEEN)) {
        if ((told & BOTH_SYNS) === BOTH_SYNS) {
          if (d === whole[conn + S.OPENER] && a === ((side[rev + S.ISN] + 1) | 0)) whole[conn + S.FLAGS] |= C.HANDSHAKE_SEEN;
        } else if ((told & C.SYN_SEEN) !== 0 && (side[rev + S.STATE] & S.HAS_SYN) !== 0) whole[conn + S.FLAGS] |= C.EVENTFUL;
      }
    } else if ((f & SYN) !== 0) {
      const at = findRow(packets.synOptions.row, packets.synOptions.length, row);
      if (at >= 0) {
        const shift = packets.synOptions.windowScale[at];
        side[fwd + S.OFFERED_SCALE] = shift === 255 ? 0 : shift + 1;
      }
      side[fwd + S.ISN] = s;
      let told = whole[conn + S.FLAGS];
      if ((state & S.HAS_SYN) !== 0) told |= C.EVENTFUL;
      state |= S.HAS_SYN;
      if ((f & ACK) === 0) {
        told |= C.SYN_SEEN;
        whole[conn + S.OPENER] = d;
      } else {
        if ((told & BOTH_SYNS) === 0) whole[conn + S.OPENER] = 1 - d;
        if ((told & C.SYN_SEEN) === 0) side[rev + S.ISN] = a - 1;
        told |= C.SYN_ACK_SEEN;
      }
      whole[conn + S.FLAGS] = told;
      if ((side[rev + S.STATE] & S.HAS_SYN) !== 0) {
        const both = side[fwd + S.OFFERED_SCALE] !== 0 && side[rev + S.OFFERED_SCALE] !== 0;
        side[fwd + S.SCALE] = both ? Math.min(15, side[fwd + S.OFFERED_SCALE]) : 1;
        side[rev + S.SCALE] = both ? Math.min(15, side[rev + S.OFFERED_SCALE]) : 1;
      }
      const end = s + len + 1 + (f & FIN);
      if ((state & S.HAS_SND_NXT) === 0 || ((end - side[fwd + S.SND_NXT]) | 0) > 0) side[fwd + S.SND_NXT] = end;
      state |= S.HAS_SND_NXT;
    } else {
      whole[conn + S.FLAGS] |= C.RST_SEEN_A << d;
      side[fwd + S.RESETS]++;
    }
    if ((f & CUT) !== 0) {
      side[fwd + S.STATE] = state;
      if (mark !== 0) marks[row] = mark;
      continue;
    }

    // The segment by itself.
    const other = side[rev + S.STATE];
    const hasNext = (state & S.HAS_NEXT) !== 0;
    const next = side[fwd + S.NEXT_SEQ];
    const plain = (f & CONTROL) === 0;
    const win = window[row];
    if ((f & SYN) !== 0) {
      if ((f & ACK) === 0) {
        wholeTimes[c * S.CONNECTION_DOUBLES + S.SYN_TIME] = now;
        if (!hasNext) state |= S.SAW_SYN;
      } else if (!hasNext) state |= S.SAW_SYN_ACK;
    } else if (
      (state & S.SAW_SYN) !== 0 &&
      (other & S.SAW_SYN_ACK) !== 0 &&
      wholeTimes[c * S.CONNECTION_DOUBLES + S.FIRST_RTT] === 0 &&
      (f & ACK) !== 0 &&
      s === next
    ) {
      wholeTimes[c * S.CONNECTION_DOUBLES + S.FIRST_RTT] = now - wholeTimes[c * S.CONNECTION_DOUBLES + S.SYN_TIME];
    }

    const isProbe = len === 1 && hasNext && s === next && side[rev + S.LAST_WINDOW] === 0 && (other & S.HAS_LAST) !== 0;
    if (isProbe) mark |= C.ZERO_WINDOW_PROBE;
    else {
      if (win === 0 && plain) mark |= C.ZERO_WINDOW;
      if (hasNext && ((s - next) | 0) > 0 && (f & RST) === 0) mark |= C.LOST_SEGMENT;
      if (len <= 1 && hasNext && s === ((next - 1) | 0) && plain) {
        mark |= C.KEEP_ALIVE;
        whole[conn + S.FLAGS] |= C.KEPT_ALIVE;
      }
      if (len > 0 && plain && (other & S.HAS_LAST) !== 0) {
        const scale = side[rev + S.SCALE];
        const shift = (other & S.FIRST_ACK) !== 0 ? scale - 1 : 0;
        if (scale > 0 && ((s + len) | 0) === ((side[rev + S.LAST_ACK] + (side[rev + S.LAST_WINDOW] << shift)) | 0)) mark |= C.WINDOW_FULL;
      }
      // A bare ACK where the sender stands: what it says depends on what changed and what went before.
      if (len === 0 && plain && hasNext && s === next && (state & S.HAS_LAST) !== 0) {
        const lastAck = side[fwd + S.LAST_ACK];
        const sameAck = a === lastAck;
        const sameWindow = win === side[fwd + S.LAST_WINDOW];
        if (win !== 0 && sameAck) {
          if (!sameWindow) mark |= C.WINDOW_UPDATE;
          else if ((other & (C.KEEP_ALIVE << 16)) !== 0) mark |= C.KEEP_ALIVE_ACK;
          else {
            side[fwd + S.DUP_ACKS]++;
            mark |= C.DUPLICATE_ACK;
          }
        } else if (win === 0 && sameWindow && (other & (C.ZERO_WINDOW_PROBE << 16)) !== 0) {
          const isTaken = a === ((lastAck + 1) | 0);
          if (sameAck || isTaken) mark |= C.ZERO_WINDOW_PROBE_ACK;
          if (isTaken) {
            side[rev + S.NEXT_SEQ]++;
            side[rev + S.MAX_TO_ACK]++;
          }
        }
      }
    }
    if ((state & S.HAS_LAST) === 0 || a !== side[fwd + S.LAST_ACK]) side[fwd + S.DUP_ACKS] = 0;
    if ((other & S.HAS_MAX) !== 0 && (f & ACK) !== 0 && ((a - side[rev + S.MAX_TO_ACK]) | 0) > 0) {
      mark |= C.ACKED_UNSEEN;
      whole[conn + S.FLAGS] |= C.UNSEEN_ACKED;
      // Said once; the next data of the other side starts the count again.
      side[rev + S.STATE] = other & ~S.HAS_MAX;
    }

    const end = (s + len + ((f & (SYN | FIN)) !== 0 ? 1 : 0)) | 0;
    // Retransmission, fast, spurious or out of order.
    if (len > 0 || (f & (SYN | FIN)) !== 0) {
      let behind = hasNext && ((s - next) | 0) < 0;
      if (!(behind && (mark & C.KEEP_ALIVE) !== 0)) {
        if (len > 1 && ((next - 1) | 0) === s) behind = false;
        if (len > 0 && (other & S.HAS_ACK) !== 0 && ((s + len - side[rev + S.LAST_ACK]) | 0) <= 0) mark |= C.SPURIOUS_RETRANSMISSION;
        else if (behind) {
          const soon = now - times[(rev >> 1) + S.LAST_TIME] < FAST_NANOS && side[rev + S.DUP_ACKS] >= 2;
          const rtt = wholeTimes[c * S.CONNECTION_DOUBLES + S.FIRST_RTT];
          const threshold = rtt > 0 ? rtt : OUT_OF_ORDER_NANOS;
          if (soon && (side[rev + S.LAST_ACK] === s || (side[rev + S.SACK_OF] > 0 && !isSacked(sacks, side[rev + S.SACK_OF] - 1, s))))
            mark |= C.FAST_RETRANSMISSION;
          else if (now - times[fwdTimes + S.NEXT_TIME] < threshold && next !== end) mark |= C.OUT_OF_ORDER;
          else mark |= C.RETRANSMISSION;
        }
      }
    }

    if (!isProbe) {
      if (!hasNext || ((end - next) | 0) > 0) {
        side[fwd + S.NEXT_SEQ] = end;
        times[fwdTimes + S.NEXT_TIME] = now;
        state |= S.HAS_NEXT;
      }
      if ((state & S.HAS_MAX) === 0 || s === side[fwd + S.MAX_TO_ACK]) {
        side[fwd + S.MAX_TO_ACK] = side[fwd + S.NEXT_SEQ];
        state |= S.HAS_MAX;
      }
    }
    // The row before it lies far away in memory: it is asked last.
    const isAgain = s === side[fwd + S.LAST_SEQ] && (state & S.HAS_LAST) !== 0 && a === side[fwd + S.LAST_ACK];
    if (isAgain && win === side[fwd + S.LAST_WINDOW] && isSameRecord(packets, side[fwd + S.LAST_ROW], row)) mark |= C.DUPLICATE_RECORD;
    side[fwd + S.LAST_SEQ] = s;
    side[fwd + S.LAST_ROW] = row;
    side[fwd + S.LAST_WINDOW] = win;
    side[fwd + S.LAST_ACK] = a;
    times[fwdTimes + S.LAST_TIME] = now;
    state |= S.HAS_LAST;
    if ((f & ACK) !== 0) state |= (f & SYN) === 0 ? S.HAS_ACK | S.FIRST_ACK : S.HAS_ACK;
    else state &= ~S.HAS_ACK;
    if ((f & HAS_SACK) !== 0) {
      while (sackAt < sacks.length && sacks.row[sackAt] < row) sackAt++;
      side[fwd + S.SACK_OF] = sackAt + 1;
    } else side[fwd + S.SACK_OF] = 0;
    side[fwd + S.STATE] = (state & S.STATE_BITS) | (mark << 16);
    if (mark !== 0) {
      marks[row] = mark;
      if ((mark & RETRANSMITTED) !== 0 && (mark & C.DUPLICATE_RECORD) === 0) side[fwd + S.RETRANSMISSIONS]++;
    }
  }
  return { count, connection, marks, sides: side, sideTimes: times, words: whole, captured: { first, last } };
}

/** Are both numbers of a segment far from the last ones of its own direction, or of the other where its own said nothing yet? */
function isOther(side: Int32Array, fwd: number, s: number, a: number): boolean {
  const rev = fwd ^ S.SIDE_WORDS;
  const [mine, theirs] = [side[fwd + S.STATE], side[rev + S.STATE]];
  // A RST without ACK acknowledges nothing: its number is what the other side acknowledged.
  const isFarOn =
    (mine & S.HAS_LAST) !== 0 ? isFar(s, side[fwd + S.LAST_SEQ]) : (theirs & S.HAS_ACK) !== 0 && isFar(s, side[rev + S.LAST_ACK]);
  if (!isFarOn) return false;
  if ((mine & S.HAS_ACK) !== 0) return isFar(a, side[fwd + S.LAST_ACK]);
  return (theirs & S.HAS_LAST) !== 0 && isFar(a, side[rev + S.LAST_SEQ]);
}

const isFar = (a: number, b: number): boolean => Math.abs((a - b) | 0) > ONE_CONNECTION;

const signed = (column: Uint32Array): Int32Array => new Int32Array(column.buffer, column.byteOffset, column.length);

function grown(from: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const to = new Float64Array(2 * from.length);
  to.set(from);
  return to;
}

/** Given equal numbers and window: the same IP ID (or, where IP has none, the same time) and the same TCP timestamp? Then it is one packet. */
function isSameRecord({ payloadLength, flags, tsval, ipId, time }: PacketTable, before: number, row: number): boolean {
  if (payloadLength[before] !== payloadLength[row] || flags[before] !== flags[row] || tsval[before] !== tsval[row]) return false;
  if (ipId[row] !== ipId[before]) return false;
  return ipId[row] !== 0 ? Math.abs(time[row] - time[before]) < FAST_NANOS : time[row] === time[before];
}

function isSacked(sacks: PacketTable['sacks'], at: number, s: number): boolean {
  return ((s - sacks.firstLeft[at]) | 0) >= 0 && ((s - sacks.firstRight[at]) | 0) <= 0;
}
