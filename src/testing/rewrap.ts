// The same capture as other bytes: what must not change what is read.
import { encodePcapng, type RecordSpec } from './captureFiles.ts';

interface PcapShape {
  readonly little: boolean;
  readonly tick: bigint;
  readonly linkType: number;
  readonly snapLength: number;
}

function shapeOf(view: DataView): PcapShape {
  const word = view.getUint32(0);
  const little = word === 0xd4c3b2a1 || word === 0x4d3cb2a1;
  const magic = view.getUint32(0, little);
  return {
    little,
    tick: magic === 0xa1b23c4d ? 1n : 1000n,
    linkType: view.getUint32(20, little) & 0xffff,
    snapLength: view.getUint32(16, little),
  };
}

/** The records of a classic capture file. */
export function recordsOf(bytes: Uint8Array): { shape: PcapShape; records: RecordSpec[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const shape = shapeOf(view);
  const records: RecordSpec[] = [];
  for (let at = 24; at + 16 <= bytes.length; ) {
    const captured = view.getUint32(at + 8, shape.little);
    if (at + 16 + captured > bytes.length) break;
    records.push({
      time: BigInt(view.getUint32(at, shape.little)) * 1_000_000_000n + BigInt(view.getUint32(at + 4, shape.little)) * shape.tick,
      bytes: bytes.subarray(at + 16, at + 16 + captured),
      originalLength: view.getUint32(at + 12, shape.little),
    });
    at += 16 + captured;
  }
  return { shape, records };
}

/** Every header field of a pcap file in the other byte order; packets as they are. */
export function byteSwapped(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  const view = new DataView(out.buffer);
  const { little } = shapeOf(view);
  const swap32 = (at: number): void => view.setUint32(at, view.getUint32(at, little), !little);
  const swap16 = (at: number): void => view.setUint16(at, view.getUint16(at, little), !little);
  const ends: number[] = [];
  for (let at = 24; at + 16 <= bytes.length; at += 16 + view.getUint32(at + 8, little)) ends.push(at);
  for (const at of ends) for (const field of [0, 4, 8, 12]) swap32(at + field);
  for (const at of [0, 8, 12, 16, 20]) swap32(at);
  for (const at of [4, 6]) swap16(at);
  return out;
}

/** A pcap file as pcapng, of either byte order. */
export function asPcapng(bytes: Uint8Array, bigEndian: boolean): Uint8Array {
  const { shape, records } = recordsOf(bytes);
  return encodePcapng(records, { bigEndian, interfaces: [{ linkType: shape.linkType, snapLength: shape.snapLength }] });
}
