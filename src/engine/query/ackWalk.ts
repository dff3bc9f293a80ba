// Follows a connection's segments until they are acknowledged: round trips, octets in flight, what stayed unanswered at the end.
import { FAST_RETRANSMISSION, OUT_OF_ORDER, RETRANSMISSION, SPURIOUS_RETRANSMISSION } from '../model/connection.ts';
import { ACK, CUT, FIN, type PacketTable, SYN } from '../model/packetTable.ts';

/** An ACK of octets sent twice can't tell which it answers. Source: Karn and Partridge 1987; RFC 6298 §3. */
export const AMBIGUOUS = RETRANSMISSION | FAST_RETRANSMISSION | SPURIOUS_RETRANSMISSION | OUT_OF_ORDER;

/** Direction is the tuple's own, as in `ConnectionTable`. */
export interface AckSink {
  /** `row` acknowledges exactly the end of the segment at `of`, first sent `nanos` before. `isAmbiguous`: that was sent more than once. */
  readonly acked: (row: number, of: number, nanos: number, direction: 0 | 1, isAmbiguous: boolean) => void;
  /** Octets not yet acknowledged after the segment at `row` was sent. */
  readonly sent: (row: number, inFlight: number, direction: 0 | 1) => void;
}

/** What was left unacknowledged when the capture ended, per direction: how often its oldest segment was sent, 0 where nothing was left. */
export type Unanswered = readonly [number, number];

/** Segments that wait for their ACK, by the number after their last octet; raw numbers modulo 2^32, compared by distance. */
class Waiting {
  private start = new Int32Array(16);
  private end = new Int32Array(16);
  private row = new Int32Array(16);
  private copies = new Uint16Array(16);
  private head = 0;
  private tail = 0;
  lastCopies = 0;

  clear(): void {
    this.head = 0;
    this.tail = 0;
  }
  get oldestCopies(): number {
    return this.head === this.tail ? 0 : (this.copies[this.head] as number);
  }
  get octets(): number {
    return this.head === this.tail ? 0 : ((this.end[this.tail - 1] as number) - (this.start[this.head] as number)) >>> 0;
  }

  /** A segment that ends where another did is a copy of it: the first one stays. */
  add(start: number, end: number, row: number): void {
    let at = this.tail;
    while (at > this.head && (((this.end[at - 1] as number) - end) | 0) > 0) at--;
    if (at > this.head && this.end[at - 1] === end) {
      this.copies[at - 1]++;
      if (((start - (this.start[at - 1] as number)) | 0) < 0) this.start[at - 1] = start;
      return;
    }
    if (this.tail === this.end.length) this.makeRoom();
    if (at > this.tail) at = this.tail;
    for (const column of [this.start, this.end, this.row, this.copies]) column.copyWithin(at + 1, at, this.tail);
    this.start[at] = start;
    this.end[at] = end;
    this.row[at] = row;
    this.copies[at] = 1;
    this.tail++;
  }

  /** Takes off what `ack` covers. @returns row of the segment that ends exactly there, −1 where none does; its copies in `lastCopies` */
  take(ack: number): number {
    let found = -1;
    while (this.head < this.tail && (((this.end[this.head] as number) - ack) | 0) <= 0) {
      if (this.end[this.head] === ack) {
        found = this.row[this.head] as number;
        this.lastCopies = this.copies[this.head] as number;
      }
      this.head++;
    }
    if (this.head < this.tail && ((ack - (this.start[this.head] as number)) | 0) > 0) this.start[this.head] = ack;
    if (this.head === this.tail) this.clear();
    return found;
  }

  private makeRoom(): void {
    const { head, tail } = this;
    const isHalfFree = head > this.end.length / 2;
    const size = isHalfFree ? this.end.length : 2 * this.end.length;
    const moved = <T extends Int32Array | Uint16Array>(from: T, to: T): T => {
      to.set(from.subarray(head, tail));
      return to;
    };
    this.start = moved(this.start, new Int32Array(size));
    this.end = moved(this.end, new Int32Array(size));
    this.row = moved(this.row, new Int32Array(size));
    this.copies = moved(this.copies, new Uint16Array(size));
    this.head = 0;
    this.tail = tail - head;
  }
}

const sides = [new Waiting(), new Waiting()] as const;

/**
 * @param rows of one connection, in file order
 * @returns what nobody acknowledged
 */
export function walkAcks(packets: PacketTable, marks: Uint16Array, rows: Uint32Array, sink: AckSink): Unanswered {
  const { seq, ack, payloadLength, flags, tuple, time } = packets;
  for (const side of sides) side.clear();
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const f = flags[row];
    if ((f & CUT) !== 0) continue;
    const direction = (tuple[row] & 1) as 0 | 1;
    const own = sides[direction];
    const octets = payloadLength[row] + ((f & (SYN | FIN)) !== 0 ? 1 : 0);
    if (octets > 0) own.add(seq[row] | 0, (seq[row] + octets) | 0, row);
    const other = sides[direction === 0 ? 1 : 0];
    const answered = (f & ACK) === 0 ? -1 : other.take(ack[row] | 0);
    if (answered >= 0) {
      const isAmbiguous = other.lastCopies > 1 || (marks[answered] & AMBIGUOUS) !== 0;
      sink.acked(row, answered, time[row] - time[answered], direction, isAmbiguous);
    }
    if (payloadLength[row] > 0) sink.sent(row, own.octets, direction);
  }
  return [sides[0].oldestCopies, sides[1].oldestCopies];
}
