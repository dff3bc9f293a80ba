// Rows → connections: which lifetime of its five-tuple each TCP segment belongs to.
import { DUPLICATE_RECORD, PORTS_REUSED } from '../model/connection.ts';
import { ACK, IS_TCP, type PacketTable, SYN } from '../model/packetTable.ts';

/** Row-parallel connection ids (+ 1) and marks, and what each connection started with. */
export interface Assignment {
  readonly count: number;
  readonly connection: Uint32Array;
  readonly marks: Uint16Array;
  /** Tuple id of each connection. */
  readonly tuple: Uint32Array;
  readonly packetCount: Uint32Array;
}

/**
 * A SYN whose sequence number differs from the first one seen in its direction starts another connection on the same five-tuple
 * (Wireshark's rule: `tcp.stream` counts the same). A repeated SYN, even after a RST, belongs to the attempt it repeats.
 * Rows that were read before (`packets.repeats`) belong to none, and are marked.
 */
export function assignConnections(packets: PacketTable): Assignment {
  const { length, tuple, seq, ack, flags } = packets;
  const connection = new Uint32Array(length);
  const marks = new Uint16Array(length);
  const latest = new Uint32Array(packets.tuples.length);
  let capacity = Math.max(16, packets.tuples.length);
  let ofTuple = new Uint32Array(capacity);
  let counts = new Uint32Array(capacity);
  let base = new Uint32Array(2 * capacity);
  let hasBase = new Uint8Array(2 * capacity);
  let count = 0;
  const repeats = packets.repeats ?? [];
  let repeatAt = 0;
  for (let row = 0; row < length; row++) {
    const repeat = repeats[repeatAt];
    if (repeat !== undefined && row === repeat.from) {
      marks.fill(DUPLICATE_RECORD, repeat.from, repeat.to);
      row = repeat.to - 1;
      repeatAt++;
      continue;
    }
    const f = flags[row];
    if ((f & IS_TCP) === 0) continue;
    const t = tuple[row] >>> 1;
    if (t === 0) continue;
    const d = tuple[row] & 1;
    let c = latest[t] - 1;
    const opens = (f & SYN) !== 0 && c >= 0 && hasBase[2 * c + d] === 1 && base[2 * c + d] !== seq[row];
    if (opens) marks[row] |= PORTS_REUSED;
    if (c < 0 || (opens && (f & ACK) === 0)) {
      if (count === capacity) {
        capacity *= 2;
        ofTuple = grown(ofTuple, capacity);
        counts = grown(counts, capacity);
        base = grown(base, 2 * capacity);
        const wider = new Uint8Array(2 * capacity);
        wider.set(hasBase);
        hasBase = wider;
      }
      c = count++;
      ofTuple[c] = t;
      latest[t] = c + 1;
    }
    connection[row] = c + 1;
    counts[c]++;
    if (hasBase[2 * c + d] === 0) {
      hasBase[2 * c + d] = 1;
      base[2 * c + d] = (f & SYN) !== 0 ? seq[row] : seq[row] - 1;
    }
    const reverse = 2 * c + (1 - d);
    if (hasBase[reverse] === 0 && (f & ACK) !== 0) {
      hasBase[reverse] = 1;
      base[reverse] = ack[row] - 1;
    }
  }
  return { count, connection, marks, tuple: ofTuple.slice(0, count), packetCount: counts.slice(0, count) };
}

function grown(column: Uint32Array<ArrayBuffer>, capacity: number): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(capacity);
  wider.set(column);
  return wider;
}
