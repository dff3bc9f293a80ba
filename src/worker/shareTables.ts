// Parquet of what would leave: the redacted packets are read and correlated again, so that nothing else can be in the tables.
import type { IncidentContents } from '../document/file/contents.ts';
import { splitCaptures } from '../document/file/splitCaptures.ts';
import { journeyColumns, packetColumns } from '../document/table/columns.ts';
import { writeParquet } from '../document/table/parquet.ts';
import { openCapture } from '../engine/capture/openCapture.ts';
import { bytesSource } from '../engine/capture/source.ts';
import { correlate } from '../engine/correlate/correlate.ts';
import type { Tap } from '../engine/model/capture.ts';
import { tapId } from '../engine/model/units.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import type { SharedFiles } from './api.ts';

export async function shareTables(contents: IncidentContents): Promise<SharedFiles['files']> {
  const workspace = buildWorkspace(await reopen(contents));
  return [
    { name: 'packets.parquet', bytes: writeParquet(packetColumns(workspace)) },
    { name: 'journeys.parquet', bytes: writeParquet(journeyColumns(workspace, correlate(workspace))) },
  ];
}

/** The taps of an incident's contents, as whoever opens it will have them. */
export async function reopen(contents: IncidentContents): Promise<Tap[]> {
  const split = splitCaptures(contents);
  const taps: Tap[] = [];
  for (const [t, { name }] of contents.document.taps.entries()) {
    const parts = split.filter((c) => c.tap === t);
    if (parts.length === 0) continue;
    const opened = await openCapture(
      parts.map((c) => bytesSource(c.name, c.bytes)),
      { tapName: name, tapId: tapId(taps.length) },
    );
    if (!opened.ok) continue;
    taps.push({ ...opened.value, files: opened.value.files.map((file, i) => ({ ...file, originalFrames: parts[i]?.frames })) });
  }
  return taps;
}
