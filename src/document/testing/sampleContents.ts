// A small incident file's contents: two taps, three packets each.
import type { IncidentContents, IncidentPacket } from '../file/contents.ts';
import { SAMPLE_DOCUMENT } from './sampleDocument.ts';

/** A bare TCP segment in Ethernet and IPv4, checksums left zero. */
export function segmentBytes(payload: string, last = 37): Uint8Array {
  const text = new TextEncoder().encode(payload);
  const out = new Uint8Array(54 + text.length);
  const view = new DataView(out.buffer);
  out.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0]);
  out.set([0x45, 0, 0, 0, 0x12, 0x34, 0x40, 0, 64, 6, 0, 0, 10, 148, 74, last, 10, 148, 74, 34], 14);
  view.setUint16(16, 40 + text.length);
  view.setUint16(34, 48640);
  view.setUint16(36, 15010);
  view.setUint32(38, 1000);
  view.setUint32(42, 2000);
  out[46] = 0x50;
  out[47] = 0x18;
  view.setUint16(48, 229);
  out.set(text, 54);
  return out;
}

const packet = (capture: number, frame: number, ms: number): IncidentPacket => {
  const data = segmentBytes(`capture ${capture} frame ${frame}`);
  return {
    interfaceId: capture,
    capture,
    frame,
    time: 1_700_000_000_000_000_000n + BigInt(ms * 1_000_000),
    originalLength: data.length,
    data,
    comments: frame === 3 ? ['from the source'] : [],
  };
};

export const SAMPLE_CONTENTS: IncidentContents = {
  document: SAMPLE_DOCUMENT,
  interfaces: [
    { tap: 0, name: 'pilot', description: 'server', linkType: 1, snapLength: 0, filter: '', received: 40, dropped: 0 },
    { tap: 1, name: 'envoy', description: 'client', linkType: 1, snapLength: 96, filter: '', received: null, dropped: null },
  ],
  // Envoy's clock runs behind: its frames lie before Pilot's in the file.
  packets: [packet(0, 2, 5), packet(0, 3, 6), packet(0, 9, 7), packet(1, 3, 1), packet(1, 7, 5), packet(1, 8, 5)],
};
