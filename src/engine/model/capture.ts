// What is known of a capture file and of the capture point it belongs to, besides its packets.
import type { PacketTable } from './packetTable.ts';
import type { TapId } from './units.ts';

/** Damage and oddities, one per kind and place. `at` is the octet offset in the plain file. `message` is one English sentence. */
export interface CaptureProblem {
  readonly kind: string;
  readonly at: number;
  readonly message: string;
}

/** One file of a capture point. Frames count from 1: frame = row − firstRow + 1, plus the number of `skippedFrames` entries ≤ it; or see `frames`. */
export interface CaptureFile {
  readonly name: string;
  /** Octets as stored, and plain (decompressed); `plainSize` is null while unknown. */
  readonly size: number;
  readonly plainSize: number | null;
  readonly format: 'pcap' | 'pcapng';
  readonly compression: 'gzip' | 'zstd' | null;
  readonly byteOrder: 'little' | 'big';
  readonly linkTypes: readonly number[];
  /** Largest snap length the headers state; 0 is unlimited. */
  readonly snapLength: number;
  readonly firstRow: number;
  readonly rowCount: number;
  /** Frame numbers Wireshark gives to blocks that are no packets (custom blocks and the like), ascending. */
  readonly skippedFrames: readonly number[];
  /** Frame number of each row, where it is not told by the above: packets stand in the file in another order than they came, or are a choice of another file's. */
  readonly frames?: Uint32Array | undefined;
  readonly udp: number;
  readonly icmp: number;
  readonly other: number;
  /** Records whose captured length is below the original. */
  readonly cutPackets: number;
  /** The most octets captured of such a record; 0 without one. */
  readonly cutAt?: number;
  /** As stated by interface statistics blocks; null where the file states nothing. */
  readonly dropped: number | null;
  /** Packets lost just before a record, as that record states (pcapng `epb_dropcount`); time of the record, Nanos since the table's epoch. */
  readonly losses?: readonly { readonly time: number; readonly packets: number }[];
  /** Comments of the file and its sections; per-packet comments are read again on demand. */
  readonly comments: readonly string[];
  /** Address → name, from name resolution blocks. */
  readonly names: ReadonlyMap<string, string>;
  /** Capturing application, operating system, interface filter, as the file says. */
  readonly facts: ReadonlyMap<string, string>;
  readonly problems: readonly CaptureProblem[];
  /** Exact nanoseconds since 1970, for files with records more than 104 days from the epoch, where the time column is rounded: of the last, the earliest and the latest of them. */
  readonly farTimes?: { readonly last: bigint; readonly min: bigint; readonly max: bigint };
}

/** A capture point with all that was captured there; rotated files are joined. */
export interface Tap {
  readonly id: TapId;
  readonly name: string;
  readonly files: readonly CaptureFile[];
  readonly packets: PacketTable;
}

/** Frame number of a row in its file, counted from 1 as Wireshark does, and that file. */
export function frameOf(tap: Tap, row: number): { readonly file: CaptureFile; readonly frame: number } {
  let file = tap.files[0] as CaptureFile;
  for (const f of tap.files) if (f.firstRow <= row && f.rowCount > 0) file = f;
  return { file, frame: frameAt(file, row - file.firstRow) };
}

/** Frame number of the nth row of a file, from 0. */
export function frameAt(file: CaptureFile, index: number): number {
  if (file.frames) return file.frames[index] ?? 0;
  let frame = index + 1;
  for (const skipped of file.skippedFrames) if (skipped <= frame) frame++;
  return frame;
}

/** Frame numbers of all rows of a file. */
export const framesOf = (file: CaptureFile): Uint32Array =>
  file.frames ?? Uint32Array.from({ length: file.rowCount }, (_, i) => frameAt(file, i));

/** A file that holds a choice of another file's packets (an opened incident): `frames` are their numbers there, in the order of this one. */
export function asChosen(file: CaptureFile, frames: Uint32Array | undefined): CaptureFile {
  if (frames === undefined) return file;
  return { ...file, frames: file.frames ? file.frames.map((frame) => frames[frame - 1] ?? 0) : frames };
}

/** Row of a frame number of a file, or −1 where the file has no such packet. */
export function rowOfFrame(file: CaptureFile, frame: number): number {
  if (file.frames) {
    const at = file.frames.indexOf(frame);
    return at < 0 ? -1 : file.firstRow + at;
  }
  let skipped = 0;
  for (const f of file.skippedFrames) {
    if (f === frame) return -1;
    if (f < frame) skipped++;
  }
  const index = frame - 1 - skipped;
  return index >= 0 && index < file.rowCount ? file.firstRow + index : -1;
}
