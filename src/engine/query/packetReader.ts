// Reads single records of a capture point again: what its table does not hold is looked up when somebody looks.
import { readRecord } from '../capture/readRecord.ts';
import type { CaptureSource } from '../capture/source.ts';
import type { CaptureFile, Tap } from '../model/capture.ts';

export interface PacketBytes {
  readonly bytes: Uint8Array;
  readonly originalLength: number;
  readonly linkType: number;
}

export interface PacketReader {
  /** Null where the record is not at its place any more: the file changed. Rejects when it can't be read. */
  read(row: number): Promise<PacketBytes | null>;
}

/** @param sources parallel to `tap.files` */
export const packetReader = (tap: Tap, sources: readonly CaptureSource[]): PacketReader => ({
  async read(row) {
    const source = sources[fileOfRow(tap.files, row)];
    if (!source) return null;
    const record = await readRecord(source, tap, row);
    if (record.ok) return record.value;
    if (record.error.kind === 'unreadable') throw new Error(record.error.reason);
    return null;
  },
});

export function fileOfRow(files: readonly CaptureFile[], row: number): number {
  let found = 0;
  files.forEach((f, i) => {
    if (f.firstRow <= row && f.rowCount > 0) found = i;
  });
  return found;
}
