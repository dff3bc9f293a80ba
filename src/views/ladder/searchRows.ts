import { describePacket, describeRow, describeSightings } from '../../figure/describe.ts';
import type { LadderWords } from '../../figure/words.ts';
import { useLanes } from '../../store/lanes.ts';
import type { LadderControl } from './ladderControl.ts';
import { packetId, rowId } from './ladderState.ts';

/** Rows whose words hold every word of the text: frame numbers, flags, addresses, marks. Item ids, top to bottom. */
export function searchRows(control: LadderControl, words: LadderWords, text: string): string[] {
  const { ladder, store } = control;
  const wanted = text
    .toLowerCase()
    .split(/\s+/)
    .filter((w) => w !== '');
  const names = useLanes.getState().names;
  const stage = { words, lanes: ladder.lanes, isn: ladder.paths.map((p) => p.isn) };
  const matches = (says: string): boolean =>
    wanted.every((w) => (/^#\d+$/.test(w) ? new RegExp(`${w}(?!\\d)`).test(says) : says.toLowerCase().includes(w)));
  const { pages } = store.getState();
  return ladder.rows.flatMap((row) => {
    if (row.kind === 'silence' || row.kind === 'opening') return [];
    if (row.kind === 'packet')
      return matches([describePacket(row, stage), ...describeSightings(row, ladder, words, names)].join(' ')) ? [rowId(row)] : [];
    const inside = (pages.get(row.first) ?? [])
      .flatMap((w) => w.packets)
      .filter((p) => matches([describePacket(p, stage), ...describeSightings(p, ladder, words, names)].join(' ')));
    const own = matches(describeRow(row, stage, ladder));
    return [...(own ? [rowId(row)] : []), ...inside.map(packetId)];
  });
}
