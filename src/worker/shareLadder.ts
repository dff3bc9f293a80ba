// The diagram of what would leave: the redacted packets are analysed again, so that nothing else can be in it.
import type { IncidentContents } from '../document/file/contents.ts';
import { packetAt } from '../document/share/places.ts';
import { reopen } from '../document/share/reopen.ts';
import type { Ladder } from '../engine/model/ladder.ts';
import { type PathId, pathId } from '../engine/model/units.ts';
import { analyze } from '../engine/query/analyze.ts';
import { buildLadder } from '../engine/query/ladder/buildLadder.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';

/** The ladder of the path that the document shows, or of the main finding; null where there is nothing to draw. */
export async function shareLadderOf(contents: IncidentContents): Promise<Ladder | null> {
  const { taps, captures } = await reopen(contents);
  if (taps.length === 0) return null;
  const analysis = analyze(buildWorkspace(taps));
  const place = contents.document.view?.path ?? null;
  const shown = place && packetAt(taps, captures, place);
  const connection = shown ? (analysis.workspace.flows[shown.tap]?.segments.connection[shown.row] ?? 0) - 1 : -1;
  const found = shown && connection >= 0 ? (analysis.correlation.pathOf[shown.tap]?.[connection] ?? -1) : -1;
  const path: PathId | null = found < 0 ? null : pathId(found);
  return buildLadder(analysis, path)?.ladder ?? null;
}
