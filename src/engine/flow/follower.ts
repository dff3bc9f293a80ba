// What is known of the connections of a capture point while its rows are read, and what any row changes of it: which lifetime of its five-tuple
// a segment belongs to, what is said of the connection as a whole, and the segment judged as Wireshark's tcp.analysis.* does
// (packet-tcp.c tcp_analyze_sequence_number(), v4.0). `follow.ts` takes the ordinary segment without a call; all others come here.
//
// Where we differ from Wireshark on purpose, and why:
//  - A sequence number of exactly 0 is a number like any other; Wireshark takes it for "nothing seen yet".
//  - Wireshark forgets new segments while 10,000 are unacknowledged; we need no list of them and judge on.
//  - Fast retransmission by SACK asks whether the first block of the last SACK holds the segment. Wireshark compares the left edge of
//    each block with the right edge of the next, so that it calls some of these out of order or plain retransmissions.
//  - After data that nobody captured is acknowledged, the next indication comes with the next data; Wireshark repeats it while the gap stays.
//  - Who acknowledges the octet of a zero window probe takes it, and moves its sender on, as in Wireshark since 4.2.
//  - A window shift that only one SYN tells of is unknown; one that offers none has none for both.
//  - Segments whose numbers both have nothing to do with those before, in a connection of which no SYN was seen, start another.
//  - The same record twice at one capture point (`-i any`, seam of rotated files) is DUPLICATE_RECORD besides what Wireshark calls it.
//
// Over 400 lines because all of it reads and writes one state. Many short functions on purpose: each is compiled by itself, when it is needed, and what the compiler then learns late costs little.

import * as C from '../model/connection.ts';
import { ACK, CUT, FIN, findRow, HAS_SACK, HAS_TS, IS_TCP, OPTIONS_CUT, type PacketTable, RST, SYN } from '../model/packetTable.ts';
import * as S from './state.ts';

/** Retransmissions within this long of the highest segment are out of order, where no handshake tells the round trip (Wireshark's 3 ms). */
const OUT_OF_ORDER_NANOS = 3_000_000;
/** A repair this soon after the duplicate ACKs is a fast retransmission (Wireshark's 20 ms). */
const FAST_NANOS = 20_000_000;
/** Octets that segments of one connection lie apart at most, to be taken for one where no SYN was seen: by chance others do in one of a thousand cases. */
const ONE_CONNECTION = 2 ** 26;
/** `SynOptionTable.windowScale` where the option is absent. */
const NO_SCALE = 255;
const CONTROL = SYN | FIN | RST;
/** Of the flags: what is equal wherever a segment was seen. */
const ANYWHERE = SYN | FIN | RST | ACK | HAS_TS;
const RETRANSMITTED = C.RETRANSMISSION | C.FAST_RETRANSMISSION | C.SPURIOUS_RETRANSMISSION;
const BOTH_SYNS = C.SYN_SEEN | C.SYN_ACK_SEEN;
const OPENED = BOTH_SYNS | C.HANDSHAKE_SEEN;
/** Of a side that has sent and acknowledged, and of whose opening all is known. */
const GOES_ON = S.HAS_NEXT | S.HAS_ACK | S.HAS_MAX | S.FIRST_ACK | S.HAS_LAST | S.HAS_BASE | S.HAS_SND_NXT | S.SETTLED;

/** Connections of a capture point as `state.ts` lays them out; row-parallel columns as in `SegmentTable`. */
export class Follower {
  readonly packets: PacketTable;
  /** Numbers of the packets, read signed: so those that are small cost nothing to convert. */
  readonly tuple: Int32Array;
  readonly seq: Int32Array;
  readonly ack: Int32Array;
  readonly tsval: Int32Array;
  readonly connection: Uint32Array;
  readonly marks: Uint16Array;
  /** By tuple: its latest connection + 1; 0 none. */
  readonly latest: Int32Array;
  /** Of sides and of connections; doubles are views of the same octets. Others take their place when connections become more. */
  sides: Int32Array;
  sideTimes: Float64Array<ArrayBuffer>;
  words: Int32Array;
  wordTimes: Float64Array<ArrayBuffer>;
  count = 0;
  #capacity: number;
  #sackAt = 0;
  /** Of the row in hand. */
  #mark = 0;
  #state = 0;

  constructor(packets: PacketTable) {
    this.packets = packets;
    this.tuple = signed(packets.tuple);
    this.seq = signed(packets.seq);
    this.ack = signed(packets.ack);
    this.tsval = signed(packets.tsval);
    this.connection = new Uint32Array(packets.length);
    this.marks = new Uint16Array(packets.length);
    this.latest = new Int32Array(packets.tuples.length);
    this.#capacity = Math.max(16, packets.tuples.length);
    this.sideTimes = new Float64Array(2 * this.#capacity * S.SIDE_DOUBLES);
    this.sides = new Int32Array(this.sideTimes.buffer);
    this.wordTimes = new Float64Array(this.#capacity * S.CONNECTION_DOUBLES);
    this.words = new Int32Array(this.wordTimes.buffer);
  }

  /** Takes any row, all but those before it taken. */
  take(row: number): void {
    const { flags, payloadLength, time } = this.packets;
    const f = flags[row];
    const t = this.tuple[row] >>> 1;
    if ((f & IS_TCP) === 0 || t === 0) return;
    const d = this.tuple[row] & 1;
    const s = this.seq[row];
    const a = this.ack[row];
    this.#mark = 0;
    const c = this.#whose(t, d, f, s, a);
    this.connection[row] = c + 1;
    const side = this.sides;
    const fwd = (2 * c + d) * S.SIDE_WORDS;
    const rev = fwd ^ S.SIDE_WORDS;
    this.#unfold(fwd);
    this.#unfold(rev);
    this.#state = side[fwd + S.STATE];
    if ((this.#state & S.HAS_BASE) === 0) {
      this.#state |= S.HAS_BASE;
      side[fwd + S.BASE] = (f & SYN) !== 0 ? s : s - 1;
    }
    if ((f & ACK) !== 0 && (side[rev + S.STATE] & S.HAS_BASE) === 0) {
      side[rev + S.STATE] |= S.HAS_BASE;
      side[rev + S.BASE] = a - 1;
    }
    this.#count(row, c, fwd, f, s, a);
    if ((f & SYN) !== 0) this.#open(row, c, d, f, s, a);
    else if ((f & RST) === 0) this.#advance(row, c, d, f, s, a);
    else {
      this.words[c * S.CONNECTION_WORDS + S.FLAGS] |= C.RST_SEEN_A << d;
      side[fwd + S.RESETS]++;
    }
    if ((f & CUT) !== 0) side[fwd + S.STATE] = this.#state;
    else {
      this.#judgeAlone(row, c, fwd, f, s, a);
      this.#judgeAgain(c, fwd, f, s, a, payloadLength[row], time[row]);
      this.#remember(row, c, fwd, f, s, a);
    }
    this.#fold(fwd);
    this.#fold(rev);
    const mark = this.#mark;
    if (mark === 0) return;
    this.marks[row] = mark;
    if ((f & CUT) === 0 && (mark & RETRANSMITTED) !== 0 && (mark & C.DUPLICATE_RECORD) === 0) side[fwd + S.RETRANSMISSIONS]++;
  }

  /** Writes of a side what `followRows` left to the bits that say it. */
  #unfold(at: number): void {
    const side = this.sides;
    const state = side[at + S.STATE];
    if ((state & S.ENDS_MEET) !== 0) side[at + S.SND_NXT] = side[at + S.MAX_TO_ACK] = side[at + S.NEXT_SEQ];
    if ((state & S.CALM) !== 0) {
      side[at + S.LAST_SEQ] = this.seq[side[at + S.LAST_ROW]];
      this.sideTimes[(at >> 1) + S.LAST_TIME] = this.sideTimes[(at >> 1) + S.LAST_SENT];
    }
    side[at + S.STATE] = state & ~(S.ENDS_MEET | S.CALM);
  }

  /** Sets those bits where they hold: there an ordinary segment needs no other state. */
  #fold(at: number): void {
    const [side, times] = [this.sides, this.sideTimes];
    const rev = at ^ S.SIDE_WORDS;
    const state = side[at + S.STATE];
    if ((state & GOES_ON) !== GOES_ON) return;
    const next = side[at + S.NEXT_SEQ];
    const isBeyond = (side[rev + S.STATE] & S.HAS_ACK) !== 0 && ((side[rev + S.LAST_ACK] - next) | 0) > 0;
    if (!isBeyond && side[at + S.SND_NXT] === next && side[at + S.MAX_TO_ACK] === next) side[at + S.STATE] |= S.ENDS_MEET;
    const isLatest = times[(at >> 1) + S.LAST_TIME] === times[(at >> 1) + S.LAST_SENT];
    if (isLatest && side[at + S.DUP_ACKS] === 0 && side[at + S.SACK_OF] === 0) side[at + S.STATE] |= S.CALM;
  }

  /**
   * A SYN whose sequence number differs from the first one seen in its direction starts another connection on the same five-tuple
   * (Wireshark's rule: `tcp.stream` counts the same); so do, where no SYN was seen, numbers of another connection. A repeated SYN, even
   * after a RST, belongs to the attempt it repeats.
   */
  #whose(t: number, d: number, f: number, s: number, a: number): number {
    const side = this.sides;
    let c = this.latest[t] - 1;
    if ((f & SYN) !== 0 && c >= 0) {
      const at = (2 * c + d) * S.SIDE_WORDS;
      if ((side[at + S.STATE] & S.HAS_BASE) !== 0 && side[at + S.BASE] !== s) {
        this.#mark = C.PORTS_REUSED;
        if ((f & ACK) === 0) c = -1;
      }
    }
    // Numbers that have nothing to do with those before them, and no SYN to say so: another connection that leaked here, or was under way.
    if (
      c >= 0 &&
      (f & (SYN | RST | ACK)) === ACK &&
      (this.words[c * S.CONNECTION_WORDS + S.FLAGS] & BOTH_SYNS) === 0 &&
      isOther(side, (2 * c + d) * S.SIDE_WORDS, s, a)
    )
      c = -1;
    return c >= 0 ? c : this.#begin(t);
  }

  #begin(t: number): number {
    if (this.count === this.#capacity) {
      this.#capacity *= 2;
      this.sideTimes = grown(this.sideTimes);
      this.sides = new Int32Array(this.sideTimes.buffer);
      this.wordTimes = grown(this.wordTimes);
      this.words = new Int32Array(this.wordTimes.buffer);
    }
    const c = this.count++;
    this.latest[t] = this.count;
    this.words[c * S.CONNECTION_WORDS + S.TUPLE] = t;
    return c;
  }

  /** What every segment adds to its side: digest, number, octets, times, TTL. */
  #count(row: number, c: number, fwd: number, f: number, s: number, a: number): void {
    const { payloadLength, time, ipId, ttl } = this.packets;
    const [side, times] = [this.sides, this.sideTimes];
    const at = fwd >> 1;
    const now = time[row];
    const len = payloadLength[row];
    const said = wordOf(s, a, len, this.tsval[row], kindOf(f, ipId[row]));
    side[fwd + S.DIGEST] = digestOf(side[fwd + S.DIGEST], said);
    side[fwd + S.DIGEST_2] = otherDigestOf(side[fwd + S.DIGEST_2], said);
    if (side[fwd + S.COUNT]++ === 0) {
      side[fwd + S.TTL] = ttl[row];
      times[at + S.FIRST_SENT] = now;
      times[at + S.LAST_SENT] = now;
    } else {
      if (side[fwd + S.TTL] !== ttl[row]) side[fwd + S.TTL] = -1;
      if (now >= times[at + S.LAST_SENT]) times[at + S.LAST_SENT] = now;
      else {
        this.words[c * S.CONNECTION_WORDS + S.FLAGS] |= C.EVENTFUL;
        if (now < times[at + S.FIRST_SENT]) times[at + S.FIRST_SENT] = now;
      }
    }
    times[at + S.PAYLOAD] += len;
  }

  #open(row: number, c: number, d: number, f: number, s: number, a: number): void {
    const { synOptions, payloadLength } = this.packets;
    const [side, whole] = [this.sides, this.words];
    const fwd = (2 * c + d) * S.SIDE_WORDS;
    const rev = fwd ^ S.SIDE_WORDS;
    const conn = c * S.CONNECTION_WORDS;
    const at = findRow(synOptions.row, synOptions.length, row);
    const offered = at < 0 ? NO_SCALE : synOptions.windowScale[at];
    if (offered !== NO_SCALE) side[fwd + S.OFFERED_SCALE] = offered + 2;
    else if ((f & (CUT | OPTIONS_CUT)) === 0) side[fwd + S.OFFERED_SCALE] = 1;
    side[fwd + S.ISN] = s;
    let told = whole[conn + S.FLAGS];
    if ((this.#state & S.HAS_SYN) !== 0) told |= C.EVENTFUL;
    this.#state |= S.HAS_SYN;
    if ((f & ACK) === 0) {
      told |= C.SYN_SEEN;
      whole[conn + S.OPENER] = d;
    } else {
      if ((told & BOTH_SYNS) === 0) whole[conn + S.OPENER] = 1 - d;
      if ((told & C.SYN_SEEN) === 0) side[rev + S.ISN] = a - 1;
      told |= C.SYN_ACK_SEEN;
    }
    whole[conn + S.FLAGS] = told;
    side[rev + S.STATE] &= ~S.SETTLED;
    const [own, theirs] = [side[fwd + S.OFFERED_SCALE], side[rev + S.OFFERED_SCALE]];
    // One that offers none has none for both (RFC 7323 §2.2), whatever the other's SYN says, if that was seen at all.
    if (own === 1 || theirs === 1) side[fwd + S.SCALE] = side[rev + S.SCALE] = 1;
    else if (own > 1 && theirs > 1) {
      side[fwd + S.SCALE] = Math.min(15, own - 1);
      side[rev + S.SCALE] = Math.min(15, theirs - 1);
    }
    const end = s + payloadLength[row] + 1 + (f & FIN);
    if ((this.#state & S.HAS_SND_NXT) === 0 || ((end - side[fwd + S.SND_NXT]) | 0) > 0) side[fwd + S.SND_NXT] = end;
    this.#state |= S.HAS_SND_NXT;
  }

  #advance(row: number, c: number, d: number, f: number, s: number, a: number): void {
    const [side, whole] = [this.sides, this.words];
    const fwd = (2 * c + d) * S.SIDE_WORDS;
    const rev = fwd ^ S.SIDE_WORDS;
    const conn = c * S.CONNECTION_WORDS;
    const octets = this.packets.payloadLength[row] + (f & FIN);
    const top = side[fwd + S.SND_NXT];
    const hasTop = (this.#state & S.HAS_SND_NXT) !== 0;
    if (!hasTop || ((s + octets - top) | 0) > 0) side[fwd + S.SND_NXT] = s + octets;
    else if (octets > 0) {
      // Two may share a bit: then nothing is lost but a look at them.
      const bit = 1 << ((Math.imul(s + d, 0x9e3779b1) >>> 27) & 31);
      if ((whole[conn + S.AGAIN] & bit) !== 0) whole[conn + S.FLAGS] |= C.EVENTFUL;
      whole[conn + S.AGAIN] |= bit;
    }
    const told = whole[conn + S.FLAGS];
    // The SYN/ACK told it already, if that was seen.
    const isTold = (this.#state & S.HAS_SYN) !== 0 || ((told & C.SYN_ACK_SEEN) !== 0 && d === whole[conn + S.OPENER]);
    // What lies further below went round: no segment is that late.
    const below = (side[fwd + S.ISN] - s) | 0;
    if (!isTold && (!hasTop || (below > 0 && below <= ONE_CONNECTION))) side[fwd + S.ISN] = s;
    this.#state |= S.HAS_SND_NXT;
    if ((f & FIN) !== 0 && (told & (C.FIN_SEEN_A << d)) === 0) {
      whole[conn + S.FLAGS] |= C.FIN_SEEN_A << d;
      this.sideTimes[(fwd >> 1) + S.FIN_TIME] = this.packets.time[row];
    }
    if ((told & OPENED) === OPENED) return;
    if ((told & BOTH_SYNS) === BOTH_SYNS) {
      if (d === whole[conn + S.OPENER] && a === ((side[rev + S.ISN] + 1) | 0)) whole[conn + S.FLAGS] |= C.HANDSHAKE_SEEN;
    } else if ((told & C.SYN_SEEN) !== 0 && (side[rev + S.STATE] & S.HAS_SYN) !== 0) whole[conn + S.FLAGS] |= C.EVENTFUL;
  }

  /** What a segment says by its numbers and those of its side so far. */
  #judgeAlone(row: number, c: number, fwd: number, f: number, s: number, a: number): void {
    const { payloadLength, window, time } = this.packets;
    const side = this.sides;
    const rev = fwd ^ S.SIDE_WORDS;
    const len = payloadLength[row];
    const win = window[row];
    const other = side[rev + S.STATE];
    const hasNext = (this.#state & S.HAS_NEXT) !== 0;
    const next = side[fwd + S.NEXT_SEQ];
    const plain = (f & CONTROL) === 0;
    this.#timeHandshake(c, f, time[row]);
    if (isProbe(len, hasNext && s === next, other, side[rev + S.LAST_WINDOW])) {
      this.#mark |= C.ZERO_WINDOW_PROBE;
      return;
    }
    if (win === 0 && plain) this.#mark |= C.ZERO_WINDOW;
    if (hasNext && ((s - next) | 0) > 0 && (f & RST) === 0) this.#mark |= C.LOST_SEGMENT;
    if (len <= 1 && hasNext && s === ((next - 1) | 0) && plain) {
      this.#mark |= C.KEEP_ALIVE;
      this.words[c * S.CONNECTION_WORDS + S.FLAGS] |= C.KEPT_ALIVE;
    }
    if (len > 0 && plain && (other & S.HAS_LAST) !== 0 && fillsWindow(side, rev, (s + len) | 0)) this.#mark |= C.WINDOW_FULL;
    // A bare ACK where the sender stands: what it says depends on what changed and what went before.
    if (len === 0 && plain && hasNext && s === next && (this.#state & S.HAS_LAST) !== 0) this.#judgeAck(fwd, a, win, other);
  }

  /** Wireshark's iRTT: from the last bare SYN to the first ACK without one. */
  #timeHandshake(c: number, f: number, now: number): void {
    const times = this.wordTimes;
    const at = c * S.CONNECTION_DOUBLES;
    if ((f & (SYN | ACK)) === SYN) times[at + S.SYN_TIME] = now;
    else if (
      (f & (SYN | ACK)) === ACK &&
      times[at + S.FIRST_RTT] === 0 &&
      (this.words[c * S.CONNECTION_WORDS + S.FLAGS] & C.SYN_SEEN) !== 0
    )
      times[at + S.FIRST_RTT] = now - times[at + S.SYN_TIME];
  }

  #judgeAck(fwd: number, a: number, win: number, other: number): void {
    const side = this.sides;
    const rev = fwd ^ S.SIDE_WORDS;
    const lastAck = side[fwd + S.LAST_ACK];
    const sameAck = a === lastAck;
    const sameWindow = win === side[fwd + S.LAST_WINDOW];
    if (win !== 0 && sameAck) {
      if (!sameWindow) this.#mark |= C.WINDOW_UPDATE;
      else if ((other & (C.KEEP_ALIVE << 16)) !== 0) this.#mark |= C.KEEP_ALIVE_ACK;
      else {
        side[fwd + S.DUP_ACKS]++;
        this.#mark |= C.DUPLICATE_ACK;
      }
    } else if (win === 0 && sameWindow && (other & (C.ZERO_WINDOW_PROBE << 16)) !== 0) {
      // Who takes the probe's octet moves its sender on, which probing did not.
      const isTaken = a === ((side[rev + S.NEXT_SEQ] + 1) | 0);
      if (sameAck || isTaken) this.#mark |= C.ZERO_WINDOW_PROBE_ACK;
      if (isTaken) {
        side[rev + S.NEXT_SEQ] = a;
        side[rev + S.MAX_TO_ACK] = a;
      }
    }
  }

  /** Retransmission, fast, spurious or out of order; and what it acknowledges. */
  #judgeAgain(c: number, fwd: number, f: number, s: number, a: number, len: number, now: number): void {
    const [side, times] = [this.sides, this.sideTimes];
    const rev = fwd ^ S.SIDE_WORDS;
    const other = side[rev + S.STATE];
    const hasNext = (this.#state & S.HAS_NEXT) !== 0;
    const next = side[fwd + S.NEXT_SEQ];
    if ((this.#state & S.HAS_LAST) === 0 || a !== side[fwd + S.LAST_ACK]) side[fwd + S.DUP_ACKS] = 0;
    if ((other & S.HAS_MAX) !== 0 && (f & ACK) !== 0 && ((a - side[rev + S.MAX_TO_ACK]) | 0) > 0) {
      this.#mark |= C.ACKED_UNSEEN;
      this.words[c * S.CONNECTION_WORDS + S.FLAGS] |= C.UNSEEN_ACKED;
      // Said once; the next data of the other side starts the count again.
      side[rev + S.STATE] = other & ~S.HAS_MAX;
    }
    if (len === 0 && (f & (SYN | FIN)) === 0) return;
    let behind = hasNext && ((s - next) | 0) < 0;
    if (behind && (this.#mark & C.KEEP_ALIVE) !== 0) return;
    if (len > 1 && ((next - 1) | 0) === s) behind = false;
    if (len > 0 && (other & S.HAS_ACK) !== 0 && ((s + len - side[rev + S.LAST_ACK]) | 0) <= 0) this.#mark |= C.SPURIOUS_RETRANSMISSION;
    else if (behind) {
      const soon = now - times[(rev >> 1) + S.LAST_TIME] < FAST_NANOS && side[rev + S.DUP_ACKS] >= 2;
      const rtt = this.wordTimes[c * S.CONNECTION_DOUBLES + S.FIRST_RTT];
      const threshold = rtt > 0 ? rtt : OUT_OF_ORDER_NANOS;
      const { sacks } = this.packets;
      if (soon && (side[rev + S.LAST_ACK] === s || (side[rev + S.SACK_OF] > 0 && !isSacked(sacks, side[rev + S.SACK_OF] - 1, s))))
        this.#mark |= C.FAST_RETRANSMISSION;
      else if (now - times[(fwd >> 1) + S.NEXT_TIME] < threshold && next !== endOf(f, s, len)) this.#mark |= C.OUT_OF_ORDER;
      else this.#mark |= C.RETRANSMISSION;
    }
  }

  /** The segment becomes the last of its side. */
  #remember(row: number, c: number, fwd: number, f: number, s: number, a: number): void {
    const { payloadLength, window, time, sacks } = this.packets;
    const [side, times] = [this.sides, this.sideTimes];
    let state = this.#state;
    const win = window[row];
    if ((this.#mark & C.ZERO_WINDOW_PROBE) === 0) {
      const end = endOf(f, s, payloadLength[row]);
      if ((state & S.HAS_NEXT) === 0 || ((end - side[fwd + S.NEXT_SEQ]) | 0) > 0) {
        side[fwd + S.NEXT_SEQ] = end;
        times[(fwd >> 1) + S.NEXT_TIME] = time[row];
        state |= S.HAS_NEXT;
      }
      if ((state & S.HAS_MAX) === 0 || s === side[fwd + S.MAX_TO_ACK]) {
        side[fwd + S.MAX_TO_ACK] = side[fwd + S.NEXT_SEQ];
        state |= S.HAS_MAX;
      }
    }
    // The row before it lies far away in memory: it is asked last.
    const isAgain = s === side[fwd + S.LAST_SEQ] && (state & S.HAS_LAST) !== 0 && a === side[fwd + S.LAST_ACK];
    if (isAgain && win === side[fwd + S.LAST_WINDOW] && isSameRecord(this.packets, side[fwd + S.LAST_ROW], row))
      this.#mark |= C.DUPLICATE_RECORD;
    side[fwd + S.LAST_SEQ] = s;
    side[fwd + S.LAST_ROW] = row;
    side[fwd + S.LAST_WINDOW] = win;
    side[fwd + S.LAST_ACK] = a;
    times[(fwd >> 1) + S.LAST_TIME] = time[row];
    state |= S.HAS_LAST;
    if ((f & ACK) !== 0) state |= (f & SYN) === 0 ? S.HAS_ACK | S.FIRST_ACK : S.HAS_ACK;
    else state &= ~S.HAS_ACK;
    if ((f & HAS_SACK) !== 0) {
      while (this.#sackAt < sacks.length && sacks.row[this.#sackAt] < row) this.#sackAt++;
      side[fwd + S.SACK_OF] = this.#sackAt + 1;
    } else side[fwd + S.SACK_OF] = 0;
    state = this.#isSettled(c, state) ? state | S.SETTLED : state & ~S.SETTLED;
    side[fwd + S.STATE] = (state & S.STATE_BITS) | (this.#mark << 16);
  }

  /** Is all known that SYNs and what answers them tell? Only a SYN changes that. */
  #isSettled(c: number, state: number): boolean {
    const told = this.words[c * S.CONNECTION_WORDS + S.FLAGS];
    if ((told & BOTH_SYNS) === 0) return true;
    if ((told & OPENED) !== OPENED || (state & S.HAS_SYN) === 0) return false;
    return (told & C.SYN_SEEN) === 0 || this.wordTimes[c * S.CONNECTION_DOUBLES + S.FIRST_RTT] !== 0;
  }
}

/** The number after the highest that a side sent. */
export const sndNxtOf = (sides: Int32Array, at: number): number =>
  (sides[at + S.STATE] & S.ENDS_MEET) !== 0 ? sides[at + S.NEXT_SEQ] : sides[at + S.SND_NXT];

/** Of a segment: what is equal wherever it was seen, beside its numbers. */
export const kindOf = (f: number, ipId: number): number => (f & ANYWHERE) | (ipId << 16);

/** A segment in one word, of all that is equal wherever it was seen. */
export const wordOf = (s: number, a: number, len: number, ts: number, kind: number): number =>
  (Math.imul(s, 0x9e3779b1) +
    Math.imul(a, 0x85ebca77) +
    Math.imul(len, 0xc2b2ae3d) +
    Math.imul(ts, 0x27d4eb2f) +
    Math.imul(kind, 0x165667b1)) |
  0;

/** A digest of a side with one segment more, and another that goes its own way: what follows on segments that differ is not equal in both. */
export const digestOf = (before: number, said: number): number => {
  const h = before ^ said;
  return Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
};
export const otherDigestOf = (before: number, said: number): number => {
  const h = (before + said) | 0;
  return Math.imul(h ^ (h >>> 13), 0x7feb352d);
};

/** Does data reach the very end of the window that the other side announced last? */
export const fillsWindow = (side: Int32Array, rev: number, end: number): boolean => {
  const scale = side[rev + S.SCALE];
  const shift = (side[rev + S.STATE] & S.FIRST_ACK) !== 0 ? scale - 1 : 0;
  return scale > 0 && end === ((side[rev + S.LAST_ACK] + (side[rev + S.LAST_WINDOW] << shift)) | 0);
};

const isProbe = (len: number, isNext: boolean, other: number, window: number): boolean =>
  len === 1 && isNext && window === 0 && (other & S.HAS_LAST) !== 0;

const endOf = (f: number, s: number, len: number): number => (s + len + ((f & (SYN | FIN)) !== 0 ? 1 : 0)) | 0;

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

const signed = (column: Uint32Array): Int32Array => new Int32Array(column.buffer, column.byteOffset, column.length);
