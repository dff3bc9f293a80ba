// An incident's packets as the captures they came from: what the engine reads, as if they had been dropped again.
import { concat, interfaceBlock, packetBlock, sectionBlock } from '../../engine/capture/pcapngWriter.ts';
import type { IncidentContents, IncidentPacket } from './contents.ts';
import { APPLICATION } from './writeIncidentFile.ts';

export interface SplitCapture {
  /** Index in `document.captures`, and in `document.taps`. */
  readonly capture: number;
  readonly tap: number;
  /** As the original file was called. */
  readonly name: string;
  /** A pcapng file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Frame number in the original file of each packet, ascending. */
  readonly frames: Uint32Array;
}

/** One capture per original file that has packets here, in the order of the document. */
export function splitCaptures(contents: IncidentContents): SplitCapture[] {
  const byCapture = new Map<number, IncidentPacket[]>();
  for (const packet of contents.packets) {
    const list = byCapture.get(packet.capture);
    if (list) list.push(packet);
    else byCapture.set(packet.capture, [packet]);
  }
  return [...byCapture]
    .sort(([a], [b]) => a - b)
    .map(([capture, packets]) => {
      const ordered = packets.sort((a, b) => a.frame - b.frame).filter((p, i, all) => i === 0 || p.frame !== all[i - 1]?.frame);
      const used = [...new Set(ordered.map((p) => p.interfaceId))].sort((a, b) => a - b);
      const number = new Map(used.map((id, i) => [id, i]));
      return {
        capture,
        tap: contents.document.taps.findIndex((tap) => tap.captures.includes(capture)),
        name: contents.document.captures[capture]?.name ?? '',
        bytes: concat([
          sectionBlock({ application: APPLICATION, comments: [] }),
          ...contents.interfaces.filter((_, i) => number.has(i)).map((spec) => interfaceBlock(spec)),
          ...ordered.map((p) => packetBlock({ ...p, interfaceId: number.get(p.interfaceId) ?? 0 })),
        ]),
        frames: Uint32Array.from(ordered, (p) => p.frame),
      };
    });
}
