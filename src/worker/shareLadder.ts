// The diagram of what would leave: the redacted packets are analysed again, so that nothing else can be in it.
import type { IncidentContents } from '../document/file/contents.ts';
import { countCaptures } from '../document/share/places.ts';
import type { Ladder } from '../engine/model/ladder.ts';
import { analyze } from '../engine/query/analyze.ts';
import { buildLadder } from '../engine/query/ladder/buildLadder.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import { reopen } from './shareTables.ts';

/** The ladder of the path that the document shows, or of the main finding; null where there is nothing to draw. */
export async function shareLadderOf(contents: IncidentContents): Promise<Ladder | null> {
  const taps = await reopen(contents);
  if (taps.length === 0) return null;
  const analysis = analyze(buildWorkspace(taps));
  const place = contents.document.view?.path;
  const captures = countCaptures(taps);
  const opened = [...new Set(contents.packets.map((p) => p.capture))].sort((a, b) => a - b);
  for (const path of place ? analysis.correlation.paths : [])
    for (const leg of path.legs) {
      const flow = analysis.workspace.flows[leg.tap];
      const row = flow?.segments.rows[flow.segments.rowStart[leg.connection] ?? 0];
      const file = taps[leg.tap]?.files.find((f) => row !== undefined && row >= f.firstRow && row < f.firstRow + f.rowCount);
      const capture = file && opened[captures[leg.tap]?.[taps[leg.tap]?.files.indexOf(file) ?? -1] ?? -1];
      const frame = file && row !== undefined ? (file.originalFrames?.[row - file.firstRow] ?? row - file.firstRow + 1) : -1;
      if (capture === place?.capture && frame === place?.frame) return buildLadder(analysis, path.id)?.ladder ?? null;
    }
  return buildLadder(analysis, null)?.ladder ?? null;
}
