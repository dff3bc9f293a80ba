// From an analysis and its capture files to the contents of an incident file: reads the chosen packets again.
import { type RecordBytes, readRecord } from '../../engine/capture/readRecord.ts';
import type { CaptureSource } from '../../engine/capture/source.ts';
import { type CaptureFile, frameOf, type Tap } from '../../engine/model/capture.ts';
import type { IncidentContents, IncidentInterface, IncidentPacket } from '../file/contents.ts';
import type { IncidentDocument } from '../model.ts';
import type { CaptureIndex } from './places.ts';

export interface GatherRequest {
  readonly document: IncidentDocument;
  readonly taps: readonly Tap[];
  readonly captures: CaptureIndex;
  /** Parallel to taps and their files. */
  readonly sources: readonly (readonly CaptureSource[])[];
  /** Rows per tap, ascending. */
  readonly rows: readonly Uint32Array[];
}

export interface Gathered {
  readonly contents: IncidentContents;
  /** Packets that could not be read again: the file changed or went away. */
  readonly unreadable: number;
}

export async function gatherContents(request: GatherRequest): Promise<Gathered> {
  const interfaces: IncidentInterface[] = [];
  const numbers = new Map<string, number>();
  const packets: IncidentPacket[] = [];
  let unreadable = 0;
  for (const [t, tap] of request.taps.entries()) {
    for (const [f, file] of tap.files.entries()) {
      const capture = request.captures[t]?.[f] ?? -1;
      const source = request.sources[t]?.[f];
      if (capture < 0 || !source) continue;
      const rows = (request.rows[t] ?? new Uint32Array()).filter((r) => r >= file.firstRow && r < file.firstRow + file.rowCount);
      for (const row of rows) {
        const record = await readRecord(source, tap, row);
        if (record.ok) packets.push(packetOf(tap, row, capture, interfaceNumber(tap, t, file, row), record.value));
        else unreadable++;
      }
    }
  }
  return { contents: { document: request.document, interfaces, packets }, unreadable };

  /** One interface per tap, link type and interface of the source. */
  function interfaceNumber(tap: Tap, t: number, file: CaptureFile, row: number): number {
    const wrap = tap.packets.encapsulations[tap.packets.encapsulation[row]!];
    const linkType = wrap?.linkType ?? file.linkTypes[0] ?? 1;
    // Cooked frames name their interface themselves.
    const key = `${t}/${linkType}/${linkType === 276 ? 0 : (wrap?.interfaceId ?? 0)}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const isFirst = !interfaces.some((i) => i.tap === t);
    interfaces.push({
      tap: t,
      name: tap.name,
      description: request.document.taps[t]?.position ?? '',
      linkType,
      snapLength: file.snapLength,
      filter: file.facts.get('filter') ?? '',
      received: isFirst ? file.rowCount : null,
      dropped: isFirst ? file.dropped : null,
    });
    numbers.set(key, interfaces.length - 1);
    return interfaces.length - 1;
  }
}

function packetOf(tap: Tap, row: number, capture: number, interfaceId: number, record: RecordBytes): IncidentPacket {
  return {
    interfaceId,
    capture,
    frame: frameOf(tap, row).frame,
    time: tap.packets.epoch + BigInt(Math.round(tap.packets.time[row]!)),
    originalLength: tap.packets.originalLength[row]!,
    data: record.bytes,
    comments: record.comments,
  };
}
