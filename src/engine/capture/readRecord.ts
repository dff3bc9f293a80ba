// One record again, whole: for who looks at a packet, and for who writes it into another file.
import { err, ok, type Result } from '../../base/result.ts';
import { frameOf, type Tap } from '../model/capture.ts';
import { forEachOption, OPTION_COMMENT, readText } from './pcapngOptions.ts';
import { PlainReader } from './plainReader.ts';
import type { CaptureSource } from './source.ts';

const LONGEST_COMMENT = 65_535;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const OLD_PACKET = 2;

export interface RecordBytes {
  /** What was captured, from the link layer on. */
  readonly bytes: Uint8Array;
  readonly originalLength: number;
  readonly linkType: number;
  /** pcapng's comments of this packet. */
  readonly comments: readonly string[];
}

export type RecordError =
  | { readonly kind: 'unreadable'; readonly name: string; readonly reason: string }
  /** The file is no longer the one that was opened. */
  | { readonly kind: 'changed'; readonly name: string };

/** One English sentence that says what to do. */
export const formatRecordError = (error: RecordError): string =>
  error.kind === 'changed'
    ? `${error.name} changed on disk since it was opened: what was read stays, open it again for its packets' bytes.`
    : `${error.name} can't be read any more (${error.reason}): choose it again for its packets' bytes.`;

/**
 * Reads the record of a row from the source of that row's file. Compressed files are inflated from the nearest known place before it;
 * what is known is kept with the source, in bounded memory.
 */
export async function readRecord(source: CaptureSource, tap: Tap, row: number): Promise<Result<RecordBytes, RecordError>> {
  const { file } = frameOf(tap, row);
  const { packets } = tap;
  const encapsulation = packets.encapsulations[packets.encapsulation[row]];
  const linkType = encapsulation?.linkType || (file.linkTypes[0] ?? 1);
  const changed = err({ kind: 'changed', name: source.name } as const);
  const at = packets.offset[row];
  try {
    const reader = PlainReader.of(source, file.compression);
    const head = await reader.read(at, 32);
    if (head.length < 16) return changed;
    const shape =
      file.format === 'pcap'
        ? pcapShape(head, file.byteOrder === 'little', file.facts.get('variant')?.startsWith('modified') ?? false)
        : pcapngShape(head);
    if (!shape || shape.total > 0x1000000 || shape.original !== packets.originalLength[row]) return changed;
    const whole = await reader.read(at, shape.total);
    if (whole.length < shape.total) return changed;
    const captured = shape.captured ?? Math.min(shape.original, shape.total - shape.header - 4, file.snapLength || shape.original);
    if (shape.header + captured > whole.length) return changed;
    const comments = shape.isEnhanced ? commentsOf(whole, shape.header + ((captured + 3) & ~3), shape.little) : [];
    return ok({ bytes: whole.slice(shape.header, shape.header + captured), originalLength: shape.original, linkType, comments });
  } catch (error) {
    return err({ kind: 'unreadable', name: source.name, reason: error instanceof Error ? error.message : String(error) });
  }
}

interface Shape {
  /** Octets of the record or block, and of what stands before the packet. */
  readonly total: number;
  readonly header: number;
  /** null: simple packet blocks don't say. */
  readonly captured: number | null;
  readonly original: number;
  readonly little: boolean;
  readonly isEnhanced: boolean;
}

function pcapShape(head: Uint8Array, little: boolean, isVariant: boolean): Shape {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const header = isVariant ? 24 : 16;
  const captured = view.getUint32(8, little);
  return { total: header + captured, header, captured, original: view.getUint32(12, little), little, isEnhanced: false };
}

/** The block's byte order is its section's; its type tells which. */
function pcapngShape(head: Uint8Array): Shape | null {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const little = view.getUint32(0, true) <= ENHANCED_PACKET;
  const type = view.getUint32(0, little);
  const total = (view.getUint32(4, little) + 3) & ~3;
  if (type === SIMPLE_PACKET) return { total, header: 12, captured: null, original: view.getUint32(8, little), little, isEnhanced: false };
  if ((type !== ENHANCED_PACKET && type !== OLD_PACKET) || head.length < 28) return null;
  const captured = view.getUint32(20, little);
  return { total, header: 28, captured, original: view.getUint32(24, little), little, isEnhanced: true };
}

function commentsOf(block: Uint8Array, from: number, little: boolean): string[] {
  const comments: string[] = [];
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  forEachOption(view, from, block.length - 4, little, (code, at, length) => {
    if (code === OPTION_COMMENT && length <= LONGEST_COMMENT) comments.push(readText(view, at, length));
  });
  return comments;
}
