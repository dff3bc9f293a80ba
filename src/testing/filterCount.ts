// How many packets of a capture a filter passes: what the list does, without its windows.
import { readFileSync } from 'node:fs';
import { bytesSource } from '../engine/capture/source.ts';
import { analyzeFlows } from '../engine/flow/analyzeFlows.ts';
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
  return { view: loneView(tap, analyzeFlows(tap.packets)), reader: packetReader(tap, [bytesSource(path, bytes)]) };
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
    if (packet && filter.deep(row, dissect(packet.bytes, packet.linkType, packet.originalLength), packet.bytes)) rows.push(row);
  }
  return rows;
}
