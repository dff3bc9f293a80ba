// How many packets of a capture a filter passes: what the list does, without its windows.
import { readFileSync } from 'node:fs';
import { bytesSource } from '../engine/capture/source.ts';
import type { FlowAnalysis } from '../engine/model/connection.ts';
import { compileFilter, EVERYTHING, READ, YES } from '../engine/query/filter/compile.ts';
import { parseFilter } from '../engine/query/filter/parse.ts';
import { type PacketReader, packetReader } from '../engine/query/packetReader.ts';
import { loneView, type TapView } from '../engine/query/tapView.ts';
import { dissect } from '../engine/wire/dissect/dissect.ts';
import { openBytes } from './captureFiles.ts';

export interface OpenedView {
  readonly view: TapView;
  readonly reader: PacketReader;
}

/** A capture file by itself, nothing known across capture points. */
export async function openView(path: string): Promise<OpenedView> {
  const bytes = readFileSync(path);
  const tap = await openBytes(bytes);
  return { view: loneView(tap, noFlow(tap.packets.length)), reader: packetReader(tap, [bytesSource(path, bytes)]) };
}

export async function passing({ view, reader }: OpenedView, text: string): Promise<readonly number[]> {
  const parsed = parseFilter(text);
  if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.error)}`);
  const compiled = parsed.value === null ? { ok: true as const, value: EVERYTHING } : compileFilter(parsed.value);
  if (!compiled.ok) throw new Error(`${text}: ${JSON.stringify(compiled.error)}`);
  const filter = compiled.value(view);
  const rows: number[] = [];
  for (let row = 0; row < view.tap.packets.length; row++) {
    const answer = filter.quick(row);
    if (answer === YES) rows.push(row);
    if (answer !== READ) continue;
    const packet = await reader.read(row);
    if (packet && filter.deep(row, dissect(packet.bytes, packet.linkType, packet.originalLength))) rows.push(row);
  }
  return rows;
}

function noFlow(rows: number): FlowAnalysis {
  const empty = new Uint32Array(0);
  return {
    connections: {
      length: 0,
      tuple: empty,
      flags: new Uint16Array(0),
      opener: new Uint8Array(0),
      packetCount: empty,
      payloadBytes: new Float64Array(0),
      isn: empty,
      windowScale: new Int8Array(0),
      sndNxt: empty,
      retransmissions: empty,
      resets: empty,
      firstTime: new Float64Array(0),
      lastTime: new Float64Array(0),
    },
    segments: { connection: new Uint32Array(rows), marks: new Uint16Array(rows), rowStart: new Uint32Array(1), rows: empty },
  };
}
