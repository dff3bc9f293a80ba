// A ladder as an SVG document, whole or in part: for export from the page and for the command line.

import { formatEndpoint } from '../engine/model/address.ts';
import type { Ladder, LadderAssumption, LadderRow, LadderWindow } from '../engine/model/ladder.ts';
import { nanos } from '../engine/model/units.ts';
import { assumptionText } from './assumption.ts';
import { describeRow, laneName } from './describe.ts';
import { hideLanes } from './hideLanes.ts';
import { laneOrder } from './laneOrder.ts';
import { type Figure, type LayoutInput, layoutLadder } from './layout.ts';
import { measureByTable } from './measure.ts';
import { type NotePin, noteOn, type PinnedPacket } from './noteOn.ts';
import { clock } from './numbers.ts';
import { ladderSvg } from './svg.ts';
import { wordsEn } from './words.en.ts';
import type { LadderWords } from './words.ts';
import { wordsZh } from './words.zh.ts';

/** A note with the packet it is pinned to, if it is to one that is in the ladder. */
export interface PictureNote {
  readonly id: string;
  readonly text: string;
  readonly pin: NotePin;
  readonly packet: PinnedPacket | null;
}

/** What of the ladder is drawn: from one time to another, at the zoom and in the height of a window it was seen through. */
export interface PicturePart {
  readonly from: number;
  readonly to: number;
  /** null: so that the part fills the height, in true time; the designed size else. */
  readonly zoom: number | null;
  /** Px. */
  readonly height: number;
}

export interface PictureOptions {
  readonly language: 'en' | 'zh';
  readonly theme: 'light' | 'dark';
  readonly title: string;
  /** Px. */
  readonly width: number;
  readonly scale: 'rows' | 'time';
  /** Names that the reader gave to lanes, by lane id; those they hid; their order from left to right, null: as the engine has it. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly hidden?: ReadonlySet<string>;
  readonly order?: readonly string[] | null;
  readonly flipped?: boolean;
  readonly notes?: readonly PictureNote[];
  /** Ids of packets that the reader highlighted, `p:12`. */
  readonly highlighted?: ReadonlySet<string>;
  /** Packets of bands that are open, by `fold.first`. */
  readonly open?: ReadonlyMap<number, readonly LadderWindow[]>;
  /** null: all of it. */
  readonly part?: PicturePart | null;
}

const WHOLE_HEIGHT = 900;
/** A part that is nothing but a moment still shows what is around it. Px. */
const LEAST_HEIGHT = 120;

export function ladderPicture(whole: Ladder, options: PictureOptions): string {
  const words = options.language === 'zh' ? wordsZh : wordsEn;
  const { ladder, windows } = hideLanes(whole, options.hidden ?? new Set());
  const part = options.part ?? null;
  const input: LayoutInput = {
    ladder,
    scale: options.scale,
    width: options.width,
    height: part?.height ?? WHOLE_HEIGHT,
    zoom: part?.zoom ?? 1,
    order: laneOrder(ladder.lanes, options.order ?? null, options.flipped ?? false),
    open: new Map([...(options.open ?? [])].map(([first, of]) => [first, windows(of)])),
    notes: (options.notes ?? []).map((note) => noteOn(note, note.packet, ladder, whole, words)).filter((note) => note !== null),
    still: true,
    words,
    measure: measureByTable,
    formatTime: (time) => clock(time - ladder.firstTime),
  };
  const figure = part && part.zoom === null ? fitted(input, part) : layoutLadder(input);
  const rows = new Map<string, LadderRow>(figure.slots.map((slot) => [slot.id, slot.row]));
  for (const of of input.open.values()) for (const w of of) for (const p of w.packets) rows.set(`p:${p.journey}`, p);
  return ladderSvg(figure, {
    theme: options.theme,
    title: options.title,
    highlighted: options.highlighted ?? new Set(),
    part: part && pxOf(figure, part),
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
    ...(ladder.assumed ? { notice: noticeOf(ladder.assumed, words) } : {}),
  });
}

/** In true time the part fills the height; rows have their own heights. */
function fitted(input: LayoutInput, part: PicturePart): Figure {
  const figure = layoutLadder(input);
  if (input.scale === 'rows') return figure;
  const { top, bottom } = pxOf(figure, part, 1);
  return layoutLadder({ ...input, zoom: Math.max(1, part.height / (bottom - top)) });
}

function pxOf(figure: Figure, part: PicturePart, least = LEAST_HEIGHT): { readonly top: number; readonly bottom: number } {
  const top = Math.max(0, figure.map.y(nanos(part.from)));
  return { top, bottom: Math.min(figure.height, Math.max(top + least, figure.map.y(nanos(part.to)))) };
}

/** That the picture shows a prediction, under what, and how to read it. */
function noticeOf(assumed: LadderAssumption, words: LadderWords): string[] {
  const { legend } = words.would;
  return [assumptionText(assumed, words), `━ ${legend.same}   ╍ ${legend.otherwise}   ⊘ ${legend['not-sent']}   ┈ ${legend.unknown}`];
}
