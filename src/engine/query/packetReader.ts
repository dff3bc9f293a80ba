// Reads single records again from their files: what a table does not hold is looked up when somebody looks.
import type { CaptureSource } from '../capture/source.ts';
import type { CaptureFile, Tap } from '../model/capture.ts';
import { type PlainFile, plainFile } from './plainFile.ts';

export interface PacketBytes {
  readonly bytes: Uint8Array;
  readonly originalLength: number;
  readonly linkType: number;
}

export interface PacketReader {
  /** Null where the record is not at its place any more: the file changed. Rejects when it can't be read. */
  read(row: number): Promise<PacketBytes | null>;
}

/** Most records are shorter: one look into a window gives header and packet. */
const FIRST_LOOK = 2048;

/** @param sources parallel to `tap.files` */
export function packetReader(tap: Tap, sources: readonly CaptureSource[]): PacketReader {
  const files = tap.files.map((file, i) => {
    const source = sources[i];
    return source ? { file, plain: plainFile(source, file.compression !== null), headerLength: 0 } : null;
  });
  const { packets } = tap;
  return {
    async read(row) {
      const found = files[fileOfRow(tap.files, row)];
      if (!found) return null;
      const { file, plain } = found;
      if (file.format === 'pcap' && found.headerLength === 0) found.headerLength = await pcapHeaderLength(plain);
      const at = packets.offset[row];
      const place = locate(await plain.read(at, FIRST_LOOK), file, found.headerLength);
      if (!place) return null;
      const bytes = await plain.read(at + place.start, place.captured);
      if (bytes.length < place.captured) return null;
      const linkType = packets.encapsulations[packets.encapsulation[row]]?.linkType ?? file.linkTypes[0] ?? 1;
      return { bytes: bytes.slice(), originalLength: packets.originalLength[row], linkType };
    },
  };
}

export function fileOfRow(files: readonly CaptureFile[], row: number): number {
  let found = 0;
  files.forEach((f, i) => {
    if (f.firstRow <= row && f.rowCount > 0) found = i;
  });
  return found;
}

const MODIFIED_PCAP = 0xa1b2cd34;

/** Kuznetzov's variant has eight octets more. */
async function pcapHeaderLength(plain: PlainFile): Promise<number> {
  const magic = await plain.read(0, 4);
  if (magic.length < 4) return 16;
  const view = new DataView(magic.buffer, magic.byteOffset, 4);
  return view.getUint32(0) === MODIFIED_PCAP || view.getUint32(0, true) === MODIFIED_PCAP ? 24 : 16;
}

interface Place {
  readonly start: number;
  readonly captured: number;
}

function locate(head: Uint8Array, file: CaptureFile, headerLength: number): Place | null {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (head.length < 16) return null;
  if (file.format === 'pcapng') return locateBlock(view);
  const little = file.byteOrder === 'little';
  const [first, second] = [view.getUint32(8, little), view.getUint32(12, little)];
  // Very old files have the lengths the other way round; captured is never more than original.
  return checked(headerLength, Math.min(first, second === 0 ? first : second));
}

const ENHANCED = 6;
const SIMPLE = 3;
const OLD = 2;

/** The byte order is the section's: the type tells it. */
function locateBlock(view: DataView): Place | null {
  const little = view.getUint32(0, true) <= ENHANCED;
  const type = view.getUint32(0, little);
  const length = view.getUint32(4, little);
  if (type === SIMPLE) return checked(12, Math.min(view.getUint32(8, little), length - 16));
  if ((type !== ENHANCED && type !== OLD) || view.byteLength < 28) return null;
  return checked(28, Math.min(view.getUint32(20, little), length - 32));
}

const LONGEST = 262_144;
const checked = (start: number, captured: number): Place | null => (captured >= 0 && captured <= LONGEST ? { start, captured } : null);
