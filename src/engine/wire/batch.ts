// What the framing hands to the decoder: a few hundred records at a time, so that both work on what the processor still holds.

/** Records of a batch: small enough that their headers are still in the second-level cache when the decoder comes. */
export const BATCH = 256;

/** An interface as its records need it. */
export interface CaptureInterface {
  /** Number among all interfaces of the capture point. */
  readonly origin: number;
  /** Number within its section, as Wireshark shows it. */
  readonly id: number;
  readonly name: string | null;
  readonly linkType: number;
}

/** Row `i` of the batch becomes row `table.length + i`; offset, time and original length are in the table already. */
export class Batch {
  count = 0;
  readonly start = new Int32Array(BATCH);
  readonly captured = new Int32Array(BATCH);
  /** Index in `interfaces`. */
  readonly origin = new Int32Array(BATCH);
  /** All interfaces of the capture point so far. */
  readonly interfaces: CaptureInterface[] = [];
}
