// What belongs together across rows: dashed causal arcs at the lane where it happened, a thin bracket from a leak to its twin.
import type { LadderLink } from '../engine/model/ladder.ts';
import { type LabelWish, PRIORITY } from './labels.ts';
import { type Mark, WORDS_11 } from './marks.ts';
import type { DraftItem, Stage } from './stage.ts';

/** Where a packet touches the lanes: what links end at. */
export interface Touch {
  readonly byLane: ReadonlyMap<number, number>;
  /** Height where it arrived last, and there. */
  readonly end: { readonly x: number; readonly y: number };
}

export function linkItem(link: LadderLink, from: Touch, to: Touch, stage: Stage): DraftItem | null {
  const x = stage.laneX[link.lane];
  const y0 = from.byLane.get(link.lane);
  const y1 = to.byLane.get(link.lane);
  if (x === undefined || y0 === undefined || y1 === undefined || Math.abs(y1 - y0) < 3) return null;
  return link.kind === 'cause' ? arc(link, x, y0, y1, stage) : bracket(link, x, Math.min(y0, y1), Math.max(y0, y1), stage);
}

const outward = (x: number, stage: Stage): 1 | -1 =>
  x > stage.left && x >= stage.right ? 1 : x <= stage.left && stage.left < stage.right ? -1 : 1;

function arc(link: LadderLink, x: number, y0: number, y1: number, stage: Stage): DraftItem {
  const side = outward(x, stage);
  const [a, b] = [y0 + 9 * Math.sign(y1 - y0), y1 - 5 * Math.sign(y1 - y0)];
  const bulge = side * Math.min(46, 22 + Math.abs(b - a) * 0.25);
  const id = `l:${link.from}:${link.to}`;
  const top = Math.min(a, b);
  const [startX, endX] = [x + side * 8, x + side * 8];
  const marks: Mark[] = [
    {
      kind: 'curve',
      at: [startX, a, x + bulge * 1.25, a + (b - a) * 0.22, x + bulge * 1.25, a + (b - a) * 0.78, endX, b],
      stroke: { tone: 'reset', width: 1.3, dash: [3.5, 3] },
    },
    { kind: 'head', x: endX, y: b, angle: side > 0 ? Math.PI - 0.45 * Math.sign(b - a) : 0.45 * Math.sign(b - a), size: 6, tone: 'reset' },
  ];
  const middle = (a + b) / 2;
  const far = x + bulge * 1.02 + side * 6;
  const wish: LabelWish = {
    owner: id,
    priority: PRIORITY.alarm,
    font: WORDS_11,
    tone: 'reset',
    variants: [[{ text: stage.words.links[link.says] }]],
    spots: [4, -8, 16].map((dy) => ({ x: far, y: middle + dy, anchor: side > 0 ? ('start' as const) : ('end' as const) })),
  };
  return { id, top: top - 8, bottom: Math.max(a, b) + 8, marks, hits: [], wishes: [wish], taken: [], segments: [] };
}

function bracket(link: LadderLink, x: number, top: number, bottom: number, stage: Stage): DraftItem {
  const side = outward(x, stage);
  const id = `l:${link.from}:${link.to}`;
  const [near, far] = [x + side * 52, x + side * 62];
  return {
    id,
    top,
    bottom,
    marks: [
      { kind: 'curve', at: [near, top, far, top, far, top, far, top + 10], stroke: { tone: 'leak', width: 1, alpha: 0.8 } },
      { kind: 'line', at: [far, top + 10, far, bottom - 10], stroke: { tone: 'leak', width: 1, alpha: 0.8 } },
      { kind: 'curve', at: [far, bottom - 10, far, bottom, far, bottom, near, bottom], stroke: { tone: 'leak', width: 1, alpha: 0.8 } },
    ],
    hits: [],
    wishes: [
      {
        owner: id,
        priority: PRIORITY.extra,
        font: WORDS_11,
        tone: 'leak',
        variants: [[{ text: stage.words.links[link.says] }]],
        spots: [{ x: far + side * 5, y: (top + bottom) / 2 + 4, anchor: side > 0 ? 'start' : 'end' }],
      },
    ],
    taken: [],
    segments: [],
  };
}
