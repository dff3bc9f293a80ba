// What the framing hands to the decoder: some hundred records at a time, so that both work on what the processor still holds.

/** Records of a batch. Fewer cost more to append to the table, more no longer fit with their headers into the second-level cache. */
export const BATCH = 1024;

/** An interface as its records need it. */
export interface CaptureInterface {
  /** Number among all interfaces of the capture point. */
  readonly origin: number;
  /** Number within its section, as Wireshark shows it. */
  readonly id: number;
  readonly name: string | null;
  readonly linkType: number;
}

/** Octets of a row of the batch, all its columns together. They share one buffer, wide ones first. */
const ROW_OCTETS = 69;
const buffer = new ArrayBuffer(ROW_OCTETS * BATCH);
let taken = 0;

/** Where the next column of so many octets a row begins. */
function place(octets: number): number {
  const at = taken;
  taken += octets * BATCH;
  return at;
}

/** Row `i` of the batch becomes row `table.length + i`: every column of it is written, those up to `origin` by the framing, the others by the decoder. */
class Batch {
  count = 0;
  readonly offset = new Float64Array(buffer, place(8), BATCH);
  readonly time = new Float64Array(buffer, place(8), BATCH);
  readonly originalLength = new Uint32Array(buffer, place(4), BATCH);
  /** Where the captured octets begin in the view at hand, and how many they are. */
  readonly start = new Int32Array(buffer, place(4), BATCH);
  readonly captured = new Int32Array(buffer, place(4), BATCH);
  /** Index in the capture point's interfaces. */
  readonly origin = new Int32Array(buffer, place(4), BATCH);
  readonly tuple = new Uint32Array(buffer, place(4), BATCH);
  readonly seq = new Uint32Array(buffer, place(4), BATCH);
  readonly ack = new Uint32Array(buffer, place(4), BATCH);
  readonly payloadLength = new Uint32Array(buffer, place(4), BATCH);
  readonly tsval = new Uint32Array(buffer, place(4), BATCH);
  readonly tsecr = new Uint32Array(buffer, place(4), BATCH);
  readonly fingerprint = new Uint32Array(buffer, place(4), BATCH);
  readonly window = new Uint16Array(buffer, place(2), BATCH);
  readonly flags = new Uint16Array(buffer, place(2), BATCH);
  readonly ipId = new Uint16Array(buffer, place(2), BATCH);
  readonly encapsulation = new Uint16Array(buffer, place(2), BATCH);
  readonly ttl = new Uint8Array(buffer, place(1), BATCH);

  /** The decoder's columns of row `i` as those of a packet that has nothing of them. */
  clear(i: number): void {
    this.tuple[i] = 0;
    this.seq[i] = 0;
    this.ack[i] = 0;
    this.payloadLength[i] = 0;
    this.tsval[i] = 0;
    this.tsecr[i] = 0;
    this.fingerprint[i] = 0;
    this.window[i] = 0;
    this.flags[i] = 0;
    this.ipId[i] = 0;
    this.encapsulation[i] = 0;
    this.ttl[i] = 0;
  }
}

/**
 * The one batch there is: framing and decoding take turns within one call, so all captures can share it. As its columns never change,
 * the compiler knows where they lie and how long they are: a store takes two instructions instead of ten (`docs/performance.md`).
 */
export const batch = new Batch();
