// What conntrack remembers of a connection.
import { ESTABLISHED, KIND_NONE, NONE } from './states.ts';

/** Bits of `Side.flags` and `Entry.lastFlags`; numbers as in the kernel (`IP_CT_TCP_FLAG_*`). */
export const WINDOW_SCALE = 0x01;
export const SACK_PERM = 0x02;
export const CLOSE_INIT = 0x04;
export const LIBERAL = 0x08;
/** Has data outstanding. */
export const UNACKED = 0x10;
export const MAXACK_SET = 0x20;
/** Only in `lastFlags`. */
export const EXPECT_CHALLENGE_ACK = 0x40;
export const SIMULTANEOUS_OPEN = 0x80;

/** One direction's record (`struct ip_ct_tcp_state`). Sequence numbers and windows are uint32, windows already scaled. */
export class Side {
  /** Highest seq + length this side has sent. */
  end = 0;
  /** Highest sequence number this side may send up to. */
  maxend = 0;
  /** Largest window this side announced; 0: nothing seen from it yet. */
  maxwin = 0;
  /** Highest ACK number this side sent; holds with MAXACK_SET. */
  maxack = 0;
  scale = 0;
  flags = 0;
}

/** One entry (`struct nf_conn`): both tuples, the state, what was noted of the last packet, and the deadline. */
export class Entry {
  /** Row in the entry table, −1 while not confirmed or after removal. */
  row = -1;
  /** [source address, source port, destination address, destination port] of the original, then of the reply direction. */
  readonly tuples = new Int32Array(8);
  readonly sides: readonly [Side, Side] = [new Side(), new Side()];
  state = NONE;
  isAssured = false;
  hasSeenReply = false;
  lastKind = KIND_NONE;
  lastDir = 0;
  lastSeq = 0;
  lastAck = 0;
  lastEnd = 0;
  /** Unscaled. */
  lastWin = 0;
  lastScale = 0;
  lastFlags = 0;
  retrans = 0;
  /** Nanoseconds on the caller's clock: from this moment on the entry does not exist. */
  deadline = 0;
  /** NAT had to choose another source port because the reply tuple was taken. */
  hasChangedPort = false;
}

/** `nf_conntrack_tcp_established()`. */
export const isEstablished = (entry: Entry): boolean => entry.state === ESTABLISHED && entry.isAssured;

/** Copies all but the place in the table. */
export function copyEntry(from: Entry, to: Entry): void {
  to.tuples.set(from.tuples);
  copySide(from.sides[0], to.sides[0]);
  copySide(from.sides[1], to.sides[1]);
  to.state = from.state;
  to.isAssured = from.isAssured;
  to.hasSeenReply = from.hasSeenReply;
  to.lastKind = from.lastKind;
  to.lastDir = from.lastDir;
  to.lastSeq = from.lastSeq;
  to.lastAck = from.lastAck;
  to.lastEnd = from.lastEnd;
  to.lastWin = from.lastWin;
  to.lastScale = from.lastScale;
  to.lastFlags = from.lastFlags;
  to.retrans = from.retrans;
  to.deadline = from.deadline;
  to.hasChangedPort = from.hasChangedPort;
}

function copySide(from: Side, to: Side): void {
  to.end = from.end;
  to.maxend = from.maxend;
  to.maxwin = from.maxwin;
  to.maxack = from.maxack;
  to.scale = from.scale;
  to.flags = from.flags;
}
