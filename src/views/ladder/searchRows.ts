import type { Ladder, LadderPacket, LadderWindow } from '../../engine/model/ladder.ts';
import { describePacket, describeRow, describeSightings } from '../../figure/describe.ts';
import type { LadderWords } from '../../figure/words.ts';
import { useLanes } from '../../store/lanes.ts';
import type { LadderControl } from './ladderControl.ts';
import { packetId, rowId } from './ladderState.ts';

/** Rows on screen that hold every word of the text. */
export const searchRows = (control: LadderControl, words: LadderWords, text: string): string[] =>
  searchIn(control.ladder, control.store.getState().pages, useLanes.getState().names, words, text);

/** Rows whose words hold every word of the text: frame numbers whole, all else anywhere. Item ids, top to bottom. */
export function searchIn(
  ladder: Ladder,
  pages: ReadonlyMap<number, readonly LadderWindow[]>,
  names: ReadonlyMap<string, string>,
  words: LadderWords,
  text: string,
): string[] {
  const wanted = text
    .toLowerCase()
    .split(/\s+/)
    .filter((w) => w !== '');
  const stage = { words, lanes: ladder.lanes, isn: ladder.paths.map((p) => p.isn) };
  const holds = (says: string): boolean =>
    wanted.every((w) => (/^#\d+$/.test(w) ? new RegExp(`${w}(?!\\d)`).test(says) : says.toLowerCase().includes(w)));
  const matches = (p: LadderPacket): boolean => holds([describePacket(p, stage), ...describeSightings(p, ladder, words, names)].join(' '));
  return ladder.rows.flatMap((row) => {
    if (row.kind === 'silence' || row.kind === 'opening') return [];
    if (row.kind === 'packet') return matches(row) ? [rowId(row)] : [];
    const inside = (pages.get(row.first) ?? []).flatMap((w) => w.packets).filter(matches);
    return [...(holds(describeRow(row, stage, ladder)) ? [rowId(row)] : []), ...inside.map(packetId)];
  });
}
