// A whole ladder as an SVG document: for export from the page and for the command line.

import { formatEndpoint } from '../engine/model/address.ts';
import type { Ladder, LadderRow } from '../engine/model/ladder.ts';
import { describeRow, laneName } from './describe.ts';
import { layoutLadder } from './layout.ts';
import { measureByTable } from './measure.ts';
import { clock } from './numbers.ts';
import { ladderSvg } from './svg.ts';
import { wordsEn } from './words.en.ts';
import { wordsZh } from './words.zh.ts';

export interface PictureOptions {
  readonly language: 'en' | 'zh';
  readonly theme: 'light' | 'dark';
  readonly title: string;
  /** Px. */
  readonly width: number;
  readonly scale: 'rows' | 'time';
  /** Names that the reader gave to lanes, by lane id. */
  readonly renamed: ReadonlyMap<string, string>;
}

export function ladderPicture(ladder: Ladder, options: PictureOptions): string {
  const words = options.language === 'zh' ? wordsZh : wordsEn;
  const figure = layoutLadder({
    ladder,
    scale: options.scale,
    width: options.width,
    height: 900,
    zoom: 1,
    order: ladder.lanes.map((_, i) => i),
    open: new Map(),
    notes: [],
    still: true,
    words,
    measure: measureByTable,
    formatTime: (time) => clock(time - ladder.firstTime),
  });
  const rows = new Map<string, LadderRow>(figure.slots.map((slot) => [slot.id, slot.row]));
  return ladderSvg(figure, {
    theme: options.theme,
    title: options.title,
    describe: (id) => {
      const row = rows.get(id);
      return row ? describeRow(row, figure.stage, ladder) : null;
    },
    heads: ladder.lanes.map((lane, i) => ({
      name: laneName(ladder, i, words, options.renamed),
      lines: [
        lane.translation
          ? `${formatEndpoint(lane.translation.from)} ⇄ ${lane.translation.to.address}`
          : lane.endpoint
            ? formatEndpoint(lane.endpoint)
            : '',
        lane.kind === 'observed' ? words.observed(lane.from) : words.inferred(lane.from),
      ].filter((line) => line !== ''),
    })),
  });
}
