// Connections of one capture point and what was judged of each of their segments: the output of engine/flow.

/** Bits of `SegmentTable.marks`. Where Wireshark has the same judgement (`tcp.analysis.*`) the meaning is Wireshark's. */
export const RETRANSMISSION = 0x0001;
export const FAST_RETRANSMISSION = 0x0002;
export const SPURIOUS_RETRANSMISSION = 0x0004;
export const OUT_OF_ORDER = 0x0008;
/** `tcp.analysis.lost_segment`: a gap before this segment was not captured (yet). */
export const LOST_SEGMENT = 0x0010;
export const DUPLICATE_ACK = 0x0020;
export const ZERO_WINDOW = 0x0040;
export const ZERO_WINDOW_PROBE = 0x0080;
export const ZERO_WINDOW_PROBE_ACK = 0x0100;
export const WINDOW_UPDATE = 0x0200;
export const WINDOW_FULL = 0x0400;
export const KEEP_ALIVE = 0x0800;
export const KEEP_ALIVE_ACK = 0x1000;
/** `tcp.analysis.ack_lost_segment`: acknowledges data that was not captured. */
export const ACKED_UNSEEN = 0x2000;
/** The same packet again at the same capture point (seam of rotated files, `-i any`): not counted twice. */
export const DUPLICATE_RECORD = 0x4000;
export const PORTS_REUSED = 0x8000;

/** Bits of `ConnectionTable.flags`. */
export const SYN_SEEN = 0x01;
export const SYN_ACK_SEEN = 0x02;
/** SYN, SYN/ACK and an ACK of it: sequence numbers, scales and direction are certain. */
export const HANDSHAKE_SEEN = 0x04;
export const FIN_SEEN_A = 0x08;
export const FIN_SEEN_B = 0x10;
export const RST_SEEN_A = 0x20;
export const RST_SEEN_B = 0x40;
/**
 * Something besides an exchange that takes its course: a SYN again or answered oddly, a segment sent again twice, times that go back. Without
 * it, and without RSTs, nothing stood still on the connection.
 */
export const EVENTFUL = 0x80;
/** Some segment is marked ACKED_UNSEEN. */
export const UNSEEN_ACKED = 0x100;
/** Some segment is marked KEEP_ALIVE. */
export const KEPT_ALIVE = 0x200;

/** Records that stand in a file less out of order than this came from two processors at a time; more, and a clock was set back. */
export const SET_BACK_NANOS = 5e6;

/**
 * One row per TCP connection at one capture point: one lifetime of a five-tuple (port reuse starts another). Per-direction columns
 * hold two entries a row, at `2 * id + direction`, where direction is the tuple's own: 0 is a → b (see TupleTable).
 */
export interface ConnectionTable {
  readonly length: number;
  /** Tuple id. */
  readonly tuple: Uint32Array;
  readonly flags: Uint16Array;
  /** The direction that opened the connection: certain with SYN_SEEN or SYN_ACK_SEEN, else inferred (well-known port, lower port). */
  readonly opener: Uint8Array;
  readonly packetCount: Uint32Array;
  readonly payloadBytes: Float64Array;
  /** SeqNum of the SYN; where no SYN was seen, the lowest sequence number seen (see flags). */
  readonly isn: Uint32Array;
  /** Window shift in force: of the SYN options, both present; −1 unknown (no handshake). */
  readonly windowScale: Int8Array;
  /** Highest seq + length (SYN and FIN count 1) seen from this direction. */
  readonly sndNxt: Uint32Array;
  readonly retransmissions: Uint32Array;
  readonly resets: Uint32Array;
  /** Nanos since the table's epoch, minimum and maximum over the connection's packets. */
  readonly firstTime: Float64Array;
  readonly lastTime: Float64Array;
  /** Per direction: packets, the earliest and the latest (infinite without any), the first FIN (see flags). Nanos since the table's epoch. */
  readonly sent: Uint32Array;
  readonly firstSent: Float64Array;
  readonly lastSent: Float64Array;
  readonly finTime: Float64Array;
  /** TTL or hop limit of all packets of a direction; 0 where they differ. */
  readonly ttl: Uint8Array;
  /**
   * Two words a direction, of what is equal wherever its packets were seen (numbers, lengths, timestamp, IP ID, SYN, FIN, RST, ACK) and of
   * their order: where another capture point has the same two, it saw the same packets in the same order.
   */
  readonly digest: Int32Array;
}

/** Row-parallel to the PacketTable, plus the rows of each connection in file order: `rows[rowStart[c] … rowStart[c + 1] − 1]`. */
export interface SegmentTable {
  /** Connection id + 1 of each row; 0 for rows of no TCP connection. */
  readonly connection: Uint32Array;
  readonly marks: Uint16Array;
  readonly rowStart: Uint32Array;
  readonly rows: Uint32Array;
  /** Parallel to `rows`: the direction of the tuple that each travels in. */
  readonly direction: Uint8Array;
}

/** What engine/flow makes of one capture point. */
export interface FlowAnalysis {
  readonly connections: ConnectionTable;
  readonly segments: SegmentTable;
  /**
   * Earliest and latest record of the capture point, but those read before (`packets.repeats`); infinite without any. Nanos since the table's
   * epoch. `mayFallBack`: without it no record is earlier than the one before it by more than SET_BACK_NANOS.
   */
  readonly captured: { readonly first: number; readonly last: number; readonly mayFallBack: boolean };
}
