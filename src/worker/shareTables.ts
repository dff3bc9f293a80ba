// Parquet of what would leave: the redacted packets are read and correlated again, so that nothing else can be in the tables.
import type { IncidentContents } from '../document/file/contents.ts';
import { reopen } from '../document/share/reopen.ts';
import { journeyColumns, packetColumns } from '../document/table/columns.ts';
import { writeParquet } from '../document/table/parquet.ts';
import { correlate } from '../engine/correlate/correlate.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import type { SharedFiles } from './api.ts';

export async function shareTables(contents: IncidentContents): Promise<SharedFiles['files']> {
  const workspace = buildWorkspace((await reopen(contents)).taps);
  return [
    { name: 'packets.parquet', bytes: writeParquet(packetColumns(workspace)) },
    { name: 'journeys.parquet', bytes: writeParquet(journeyColumns(workspace, correlate(workspace))) },
  ];
}
