// Where captures come from: anything that can read some of its octets.

/**
 * A file, a dropped file, a buffer. `read` gives fewer octets than asked only at the end; it rejects when the file went away or
 * changed. `into`, if given, may be used for the octets.
 */
export interface CaptureSource {
  readonly name: string;
  /** Octets when it was opened. */
  readonly size: number;
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
  /** All its octets from the first on, where the platform reads so faster than piece by piece; null if it doesn't. */
  inOrder?(): OrderedOctets | null;
}

/** One pass over a source. */
export interface OrderedOctets {
  /**
   * The next octets, at least one before the end, none at the end. Null: no answer in reasonable time, so ask `read`. Rejects as `read`
   * does. `into` is given away: it may come back as the buffer of an answer, or never.
   */
  next(into: ArrayBuffer | null): Promise<Uint8Array<ArrayBuffer> | null>;
  close(): void;
}

/** What a `File` or `Blob` has of use to us; named here because the engine knows no DOM. */
export interface BlobLike {
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** A dropped or picked file. */
export const blobSource = (name: string, blob: BlobLike): CaptureSource => ({
  name,
  size: blob.size,
  read: async (offset, length) => new Uint8Array(await blob.slice(offset, Math.min(blob.size, offset + length)).arrayBuffer()),
});

/** A capture that is in memory already: tests, samples, what was inflated. */
export const bytesSource = (name: string, bytes: Uint8Array): CaptureSource => ({
  name,
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, Math.min(bytes.length, offset + length)),
});
