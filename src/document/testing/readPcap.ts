// A classic pcap file as packets of an incident: just enough for tests that need no engine.
import { readFileSync } from 'node:fs';
import type { IncidentContents, IncidentPacket } from '../file/contents.ts';
import { EMPTY_DOCUMENT } from '../model.ts';

export function readPcap(path: string, capture: number): { readonly linkType: number; readonly packets: IncidentPacket[] } {
  const bytes = new Uint8Array(readFileSync(path));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const magic = view.getUint32(0, true);
  const little = magic === 0xa1b2c3d4 || magic === 0xa1b23c4d;
  const isNano = magic === 0xa1b23c4d || magic === 0x4d3cb2a1;
  const packets: IncidentPacket[] = [];
  for (let at = 24; at + 16 <= bytes.length; ) {
    const length = view.getUint32(at + 8, little);
    if (at + 16 + length > bytes.length) break;
    const fraction = BigInt(view.getUint32(at + 4, little)) * (isNano ? 1n : 1000n);
    packets.push({
      interfaceId: capture,
      capture,
      frame: packets.length + 1,
      time: BigInt(view.getUint32(at, little)) * 1_000_000_000n + fraction,
      originalLength: view.getUint32(at + 12, little),
      data: bytes.subarray(at + 16, at + 16 + length),
      comments: [],
    });
    at += 16 + length;
  }
  return { linkType: view.getUint32(20, little) & 0xffff, packets };
}

/** Contents of pcap files, each a tap. */
export function contentsOf(files: readonly { readonly name: string; readonly path: string }[]): IncidentContents {
  const read = files.map(({ path }, capture) => readPcap(path, capture));
  return {
    document: {
      ...EMPTY_DOCUMENT,
      captures: files.map(({ name }, i) => ({ name, size: 1, packets: read[i]?.packets.length ?? 0, sha256: null })),
      taps: files.map(({ name }, i) => ({ name: name.replace(/\.pcap$/, ''), captures: [i], position: 'unknown', clock: null })),
    },
    interfaces: files.map(({ name }, tap) => ({
      tap,
      name: name.replace(/\.pcap$/, ''),
      description: '',
      linkType: read[tap]?.linkType ?? 1,
      snapLength: 0,
      filter: '',
      received: null,
      dropped: null,
    })),
    packets: read.flatMap(({ packets }) => packets),
  };
}
