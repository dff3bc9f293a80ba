// The PacketTable while it grows, batch after batch; `finish()` freezes it.
import { growableU8, growableU16, growableU32 } from '../../base/growable.ts';
import type { PacketTable } from '../model/packetTable.ts';
import { batch } from './batch.ts';
import { EncapsulationInterner } from './encapsulationInterner.ts';
import { TupleInterner } from './tupleInterner.ts';

/** Octets of a row, all columns together; sparse tables and interned ids come on top. */
export const ROW_OCTETS = 57;

/** How far ahead of what was read a forecast is believed: records at the start of a file may lie about the rest. */
const MOST_GROWTH = 16;

type Column = Float64Array | Uint32Array | Uint16Array | Uint8Array;

export class TableBuilder {
  length = 0;
  capacity: number;
  /** Set by the first record with a time. */
  epoch: bigint | null = null;
  offset: Float64Array;
  time: Float64Array;
  originalLength: Uint32Array;
  tuple: Uint32Array;
  seq: Uint32Array;
  ack: Uint32Array;
  payloadLength: Uint32Array;
  window: Uint16Array;
  flags: Uint16Array;
  ipId: Uint16Array;
  ttl: Uint8Array;
  encapsulation: Uint16Array;
  tsval: Uint32Array;
  tsecr: Uint32Array;
  fingerprint: Uint32Array;
  readonly interner = new TupleInterner();
  readonly encapsulations = new EncapsulationInterner();
  readonly sackRow = growableU32();
  readonly sackEdge = growableU32();
  readonly sackLeft = growableU32();
  readonly sackRight = growableU32();
  readonly synRow = growableU32();
  readonly synMss = growableU16();
  readonly synScale = growableU8();
  readonly synPresent = growableU8();
  readonly icmpRow = growableU32();
  readonly icmpType = growableU8();
  readonly icmpCode = growableU8();
  readonly icmpSeq = growableU32();
  readonly icmpMtu = growableU32();
  readonly icmpSender = growableU32();

  constructor(capacity = 1024) {
    this.capacity = capacity;
    this.offset = new Float64Array(capacity);
    this.time = new Float64Array(capacity);
    this.originalLength = new Uint32Array(capacity);
    this.tuple = new Uint32Array(capacity);
    this.seq = new Uint32Array(capacity);
    this.ack = new Uint32Array(capacity);
    this.payloadLength = new Uint32Array(capacity);
    this.window = new Uint16Array(capacity);
    this.flags = new Uint16Array(capacity);
    this.ipId = new Uint16Array(capacity);
    this.ttl = new Uint8Array(capacity);
    this.encapsulation = new Uint16Array(capacity);
    this.tsval = new Uint32Array(capacity);
    this.tsecr = new Uint32Array(capacity);
    this.fingerprint = new Uint32Array(capacity);
  }

  /**
   * Makes room for at least `rows` more. One column moves at a time, so that the peak is the table and one column.
   * @param expected rows foreseen in all, from the bytes read so far; 0 when unknown
   */
  reserve(rows: number, expected = 0): void {
    const need = this.length + rows;
    if (need <= this.capacity) return;
    const capacity = Math.max(need, Math.min(expected, MOST_GROWTH * need), Math.ceil(this.capacity * 1.2));
    this.#resize(capacity);
  }

  /** Adds the rows of the batch. Needs room for a full one, as whole columns are copied: a part of a column would be an object of its own. */
  append(): void {
    const at = this.length;
    this.offset.set(batch.offset, at);
    this.time.set(batch.time, at);
    this.originalLength.set(batch.originalLength, at);
    this.tuple.set(batch.tuple, at);
    this.seq.set(batch.seq, at);
    this.ack.set(batch.ack, at);
    this.payloadLength.set(batch.payloadLength, at);
    this.window.set(batch.window, at);
    this.flags.set(batch.flags, at);
    this.ipId.set(batch.ipId, at);
    this.ttl.set(batch.ttl, at);
    this.encapsulation.set(batch.encapsulation, at);
    this.tsval.set(batch.tsval, at);
    this.tsecr.set(batch.tsecr, at);
    this.fingerprint.set(batch.fingerprint, at);
    this.length = at + batch.count;
  }

  /** The table as it stands; it shares nothing with the builder, which may go on. */
  snapshot(): PacketTable {
    return this.#table((column) => column.slice(0, this.length));
  }

  /** The finished table. The builder must not be used afterwards. */
  finish(): PacketTable {
    // A little slack is kept as it is: trimming it would cost a copy of every column.
    if (this.capacity > this.length * 1.06 + 1024) this.#resize(this.length);
    return this.#table((column) => column.subarray(0, this.length));
  }

  /** Forgets the rows; addresses, tuples and encapsulations keep their numbers. */
  clear(): void {
    for (const column of [this.sackRow, this.sackEdge, this.sackLeft, this.sackRight]) column.clear();
    for (const column of [this.synRow, this.synMss, this.synScale, this.synPresent]) column.clear();
    const { icmpRow, icmpType, icmpCode, icmpSeq, icmpMtu, icmpSender } = this;
    for (const column of [icmpRow, icmpType, icmpCode, icmpSeq, icmpMtu, icmpSender]) column.clear();
    this.length = 0;
  }

  #resize(capacity: number): void {
    const grow = <T extends Column>(column: T, bigger: T): T => {
      bigger.set(column.subarray(0, this.length));
      return bigger;
    };
    this.offset = grow(this.offset, new Float64Array(capacity));
    this.time = grow(this.time, new Float64Array(capacity));
    this.originalLength = grow(this.originalLength, new Uint32Array(capacity));
    this.tuple = grow(this.tuple, new Uint32Array(capacity));
    this.seq = grow(this.seq, new Uint32Array(capacity));
    this.ack = grow(this.ack, new Uint32Array(capacity));
    this.payloadLength = grow(this.payloadLength, new Uint32Array(capacity));
    this.window = grow(this.window, new Uint16Array(capacity));
    this.flags = grow(this.flags, new Uint16Array(capacity));
    this.ipId = grow(this.ipId, new Uint16Array(capacity));
    this.ttl = grow(this.ttl, new Uint8Array(capacity));
    this.encapsulation = grow(this.encapsulation, new Uint16Array(capacity));
    this.tsval = grow(this.tsval, new Uint32Array(capacity));
    this.tsecr = grow(this.tsecr, new Uint32Array(capacity));
    this.fingerprint = grow(this.fingerprint, new Uint32Array(capacity));
    this.capacity = capacity;
  }

  #table(take: <T extends { slice(a: number, b: number): T; subarray(a: number, b: number): T }>(column: T) => T): PacketTable {
    return {
      length: this.length,
      epoch: this.epoch ?? 0n,
      offset: take(this.offset),
      time: take(this.time),
      originalLength: take(this.originalLength),
      tuple: take(this.tuple),
      seq: take(this.seq),
      ack: take(this.ack),
      payloadLength: take(this.payloadLength),
      window: take(this.window),
      flags: take(this.flags),
      ipId: take(this.ipId),
      ttl: take(this.ttl),
      encapsulation: take(this.encapsulation),
      tsval: take(this.tsval),
      tsecr: take(this.tsecr),
      fingerprint: take(this.fingerprint),
      tuples: this.interner.tuples(),
      addresses: this.interner.addresses(),
      encapsulations: this.encapsulations.entries(),
      sacks: {
        length: this.sackRow.length,
        row: this.sackRow.finish(),
        edge: this.sackEdge.finish(),
        firstLeft: this.sackLeft.finish(),
        firstRight: this.sackRight.finish(),
      },
      synOptions: {
        length: this.synRow.length,
        row: this.synRow.finish(),
        mss: this.synMss.finish(),
        windowScale: this.synScale.finish(),
        present: this.synPresent.finish(),
      },
      icmpErrors: {
        length: this.icmpRow.length,
        row: this.icmpRow.finish(),
        type: this.icmpType.finish(),
        code: this.icmpCode.finish(),
        seq: this.icmpSeq.finish(),
        mtu: this.icmpMtu.finish(),
        sender: this.icmpSender.finish(),
      },
    };
  }
}
