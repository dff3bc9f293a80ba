// Opens the files of one capture point: octets in, one table of all their packets out.
import { err, ok, type Result } from '../../base/result.ts';
import { type CaptureFile, framesOf, type Tap } from '../model/capture.ts';
import type { PacketTable } from '../model/packetTable.ts';
import { type TapId, tapId } from '../model/units.ts';
import { Decoder } from '../wire/decode.ts';
import { TableBuilder } from '../wire/tableBuilder.ts';
import type { CaptureError } from './captureError.ts';
import { firstTime } from './firstTime.ts';
import { type ReadOptions, readFiles } from './readFiles.ts';
import { Recordizer } from './recordizer.ts';
import { reordered, rowsAsTheyCame } from './rowOrder.ts';
import { repeatedRows } from './seams.ts';
import type { CaptureSource } from './source.ts';

export interface OpenOptions extends ReadOptions {
  /** Defaults to the first file's name without its extensions. */
  readonly tapName?: string;
  readonly tapId?: TapId;
  /** Once, with the packets of the first `chunkSize` octets: something to show while the rest is read. */
  readonly onFirstPackets?: (packets: PacketTable) => void;
  /** Packets after which reading stops as if memory were full; the caller knows what its tab or task may take. */
  readonly mostRows?: number;
  /** Rows in the order of the file even where the packets came in another; an incident's files are written in the order in which they came. */
  readonly asWritten?: boolean;
}

/** A capture point and the files of it that could not be read at all (never all of them). */
export interface OpenedTap extends Tap {
  readonly unread: readonly CaptureError[];
}

/** Rows to begin with; the first records then tell how many there will be. */
const FIRST_ROWS = 16_384;

/**
 * Reads all sources into one table, several in the order of their first packets (a ring of files went round). Damage ends a file with a problem and keeps what came before; a file that can't be read
 * at all is left out and named. Fails only if no file could be read, or on cancel.
 */
export async function openCapture(sources: readonly CaptureSource[], options: OpenOptions = {}): Promise<Result<OpenedTap, CaptureError>> {
  const totalBytes = sources.reduce((sum, s) => sum + s.size, 0);
  const table = new TableBuilder(Math.min(FIRST_ROWS, 64 + Math.ceil(totalBytes / 80)));
  const recordizer = new Recordizer(table, new Decoder(table), { mostRows: options.mostRows });
  const { onFirstPackets } = options;
  const onFirstRows = onFirstPackets && (() => onFirstPackets(table.snapshot()));
  const read = await readFiles(await inTimeOrder(sources), recordizer, { ...options, onFirstRows });
  if (!read.ok) return read;
  const { files, unread } = read.value;
  if (files.length === 0) return err(unread[0] ?? { kind: 'empty', name: options.tapName ?? '' });
  const name = options.tapName ?? tapNameOf(files[0]?.name ?? '');
  const id = options.tapId ?? tapId(0);
  const packets = withoutRepeats(table.finish(), files);
  const order = options.asWritten ? null : rowsAsTheyCame(packets, files);
  if (order === null) return ok({ id, name, files, packets, unread });
  return ok({ id, name, files: files.map((file) => renumbered(file, order)), packets: reordered(packets, order), unread });
}

/** Marks what the files of a rotated set hold twice, and says so. */
function withoutRepeats(packets: PacketTable, files: CaptureFile[]): PacketTable {
  const starts = files.map((file) => file.firstRow);
  const repeats = repeatedRows(packets, starts);
  for (const { from, to } of repeats) sayRepeated(files, starts.lastIndexOf(from), to - from);
  return repeats.length > 0 ? { ...packets, repeats } : packets;
}

/** A file whose rows stand in another order than its records: each row keeps its frame number. */
function renumbered(file: CaptureFile, order: Uint32Array): CaptureFile {
  const end = file.firstRow + file.rowCount;
  if (order.subarray(file.firstRow, end).every((from, i) => from === file.firstRow + i)) return file;
  const frames = framesOf(file);
  return { ...file, frames: Uint32Array.from({ length: file.rowCount }, (_, i) => frames[order[file.firstRow + i] - file.firstRow]) };
}

function sayRepeated(files: CaptureFile[], index: number, count: number): void {
  const file = files[index];
  const before = files.slice(0, index).findLast((f) => f.rowCount > 0);
  if (!file || !before) return;
  const packets = count === 1 ? 'first packet is the one' : `first ${count} packets are those`;
  const message = `The ${packets} that ${before.name} ends with: the analysis counts them once.`;
  files[index] = { ...file, problems: [...file.problems, { kind: 'repeated', at: 0, message }] };
}

async function inTimeOrder(sources: readonly CaptureSource[]): Promise<readonly CaptureSource[]> {
  if (sources.length < 2) return sources;
  const times = await Promise.all(sources.map(firstTime));
  // Where a time is missing the order given is all we have.
  if (times.some((t) => t === null)) return sources;
  const order = sources.map((_, i) => i).sort((a, b) => compareTimes(times[a] ?? 0n, times[b] ?? 0n) || a - b);
  return order.map((i) => sources[i] as CaptureSource);
}

const compareTimes = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** `node1-envoy.pcap.gz` → `node1-envoy`. */
export const tapNameOf = (file: string): string => {
  const base = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  const name = base.replace(/\.(gz|zst|zstd)$/i, '').replace(/\.(pcap|pcapng|cap|dmp|ntar)\d*$/i, '');
  return name === '' ? base : name;
};
