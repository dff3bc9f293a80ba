// A ladder laid plainly, as the gallery and tests want it: on 900 × 860 pixels, letters measured by the table, in English, nothing open.
import { type Figure, type LayoutInput, layoutLadder } from '../../../figure/layout.ts';
import { measureByTable } from '../../../figure/measure.ts';
import { clock } from '../../../figure/numbers.ts';
import { wordsEn } from '../../../figure/words.en.ts';

export const layLadder = (ladder: LayoutInput['ladder'], over: Partial<LayoutInput> = {}): Figure =>
  layoutLadder({
    ladder,
    scale: 'rows',
    width: 900,
    height: 860,
    zoom: null,
    order: ladder.lanes.map((_, i) => i),
    open: new Map(),
    notes: [],
    words: wordsEn,
    measure: measureByTable,
    formatTime: (time) => clock(time - ladder.firstTime),
    ...over,
  });
