// What is told in one line: folds with the texture of what is in them, silences, the place where another path begins.
import { formatEndpoint } from '../engine/model/address.ts';
import type { LadderFold, LadderOpening, LadderPath, LadderSilence } from '../engine/model/ladder.ts';
import { type LabelWish, PRIORITY, type Spot } from './labels.ts';
import { type Font, type Mark, type Span, WORDS_11, WORDS_12, WORDS_13, widthOf } from './marks.ts';
import { bytes, duration, grouped } from './numbers.ts';
import type { DraftItem, Stage } from './stage.ts';

const sum = (pair: readonly [number, number]): number => pair[0] + pair[1];

/** @param open an opened fold keeps a slim head above its packets, to be closed again */
export function foldItem(fold: LadderFold, stage: Stage, top: number, height: number, open: boolean): DraftItem {
  const { words } = stage;
  const [left, right] = [stage.left, stage.right];
  const width = Math.max(1, right - left);
  const id = `f:${fold.first}`;
  const title = words.foldTitle(grouped(sum(fold.totals.packets)), bytes(sum(fold.totals.bytes)), duration(fold.to - fold.from));
  const foretold = fold.would ? words.would.counts(fold.would, grouped) : [];
  const details = [...foretold.map(words.would.predicted), ...words.foldDetails(fold.totals, grouped)];
  const bad = fold.totals.leaks + fold.totals.resets + fold.totals.lost > 0;
  const marks: Mark[] = [
    {
      kind: 'rect',
      x: left,
      y: top,
      width,
      height,
      radius: open ? 0 : 4,
      fill: open || !stage.texture ? 'data' : 'band',
      alpha: open || !stage.texture ? 0.04 : 1,
      stroke: null,
    },
    ...(open || !stage.texture ? [] : texture(fold, left, right, top, height)),
    { kind: 'line', at: [left, top, left, top + height], stroke: { tone: 'data', width: 3 } },
    { kind: 'line', at: [right, top, right, top + height], stroke: { tone: 'data', width: 3 } },
  ];
  const two = height >= 38 && !open;
  const center = open ? top + 13 : top + height / 2;
  const action = stage.still ? '' : open ? words.foldClose : words.foldOpen;
  const centered = (dy: number) =>
    [0.5, 0.4, 0.6, 0.28, 0.72, 0.18, 0.82].map((part) => (text: number): Spot => {
      const half = text / 2 + 6;
      return { x: Math.min(Math.max(left + width * part, left + half), right - half), y: center + dy, anchor: 'middle' };
    });
  const fitting = (variants: readonly (readonly Span[])[], font: Font): readonly (readonly Span[])[] =>
    variants.filter((spans) => widthOf(spans, font, stage.measure) <= width - 12);
  const wishes: LabelWish[] = [];
  if (height >= 15)
    wishes.push({
      owner: id,
      priority: PRIORITY.fold,
      font: open ? WORDS_12 : WORDS_13,
      tone: 'ink',
      overLines: true,
      plate: true,
      on: open ? 'ground' : 'band',
      variants: fitting(
        two
          ? [[{ text: title, bold: true }], [{ text: words.segments(grouped(fold.count)), bold: true }]]
          : [
              titled(title, [details.slice(0, 2).join(', '), action]),
              titled(title, [action]),
              [{ text: title, bold: true }],
              [{ text: words.segments(grouped(fold.count)), bold: true }],
              [{ text: grouped(fold.count), bold: true }],
            ],
        WORDS_13,
      ),
      spots: centered(two ? -4 : 4),
    });
  if (two)
    wishes.push({
      owner: id,
      priority: PRIORITY.fold,
      font: WORDS_12,
      tone: bad ? 'leak' : 'mute',
      overLines: true,
      plate: true,
      on: 'band',
      variants: fitting(
        [details, details.slice(0, 3), details.slice(0, 2), details.slice(0, 1), []].map((d) => [
          { text: [d.join(', '), action].filter((t) => t !== '').join(' · ') },
        ]),
        WORDS_12,
      ),
      spots: centered(15),
    });
  const box = { x: left, y: top, width, height: open ? 20 : height };
  return { id, top, bottom: top + height, marks, hits: [{ kind: 'box', ...box }], wishes, taken: [], segments: [] };
}

/** A title and, quieter, what else there is to say. */
function titled(title: string, more: readonly string[]): Span[] {
  const said = more.filter((text) => text !== '');
  return [{ text: title, bold: true }, ...(said.length > 0 ? [{ text: ` · ${said.join(' · ')}`, tone: 'mute' } as const] : [])];
}

/** Throughput over the band's time: replies grow from the server's edge, requests from the client's; ticks where bytes were sent again. */
function texture(fold: LadderFold, left: number, right: number, top: number, height: number): Mark[] {
  const { original, reply, retransmissions } = fold.profile;
  const n = reply.length;
  if (n === 0) return [];
  const peak = Math.max(...original, ...reply, 1);
  const reach = (right - left) * 0.24;
  const marks: Mark[] = [];
  for (const [series, edge, sign] of [
    [reply, left, 1],
    [original, right, -1],
  ] as const) {
    const at: number[] = [edge, top];
    for (let i = 0; i < n; i++) {
      const x = edge + (sign * reach * (series[i] ?? 0)) / peak;
      at.push(x, top + (height * i) / n, x, top + (height * (i + 1)) / n);
    }
    at.push(edge, top + height);
    marks.push({ kind: 'area', at, fill: 'data', alpha: 0.2 });
  }
  const most = Math.max(...retransmissions, 1);
  for (let i = 0; i < n; i++) {
    const count = retransmissions[i] ?? 0;
    if (count === 0) continue;
    const y = top + (height * (i + 0.5)) / n;
    marks.push({ kind: 'line', at: [left + 2, y, left + 7 + (9 * count) / most, y], stroke: { tone: 'warn', width: 1.6 } });
  }
  return marks;
}

export function silenceItem(silence: LadderSilence, stage: Stage, top: number, height: number): DraftItem {
  const id = `s:${silence.from}`;
  const [left, right] = [stage.left, stage.right];
  return {
    id,
    top,
    bottom: top + height,
    marks: [
      { kind: 'rect', x: left - 6, y: top, width: right - left + 12, height, radius: 0, fill: 'ground', alpha: 1, stroke: null },
      { kind: 'line', at: [left - 6, top, right + 6, top], stroke: { tone: 'hair', width: 1 } },
      { kind: 'line', at: [left - 6, top + height, right + 6, top + height], stroke: { tone: 'hair', width: 1 } },
    ],
    hits: [{ kind: 'box', x: left, y: top, width: right - left, height }],
    wishes:
      height >= 14
        ? [
            {
              owner: id,
              priority: PRIORITY.fold,
              font: WORDS_12,
              tone: 'mute',
              overLines: true,
              plate: true,
              variants: [
                [{ text: stage.words.silence(duration(silence.to - silence.from)) }],
                [{ text: duration(silence.to - silence.from) }],
              ],
              spots: [{ x: (left + right) / 2, y: top + height / 2 + 4, anchor: 'middle' }],
            },
          ]
        : [],
    taken: [],
    segments: [],
  };
}

export function openingItem(opening: LadderOpening, path: LadderPath | undefined, stage: Stage, top: number, height: number): DraftItem {
  const id = `o:${opening.path}`;
  const y = top + height - 8;
  const text = path ? stage.words.pathOpens(formatEndpoint(path.client), formatEndpoint(path.service ?? path.server)) : '';
  return {
    id,
    top,
    bottom: top + height,
    marks: [{ kind: 'line', at: [stage.left, y, stage.right, y], stroke: { tone: 'hair', width: 1, dash: [6, 4] } }],
    hits: [],
    wishes: [
      {
        owner: id,
        // Nothing else tells which connection begins here.
        priority: PRIORITY.leak,
        font: WORDS_11,
        tone: 'mute',
        overLines: true,
        plate: true,
        variants: [[{ text, bold: true }]],
        spots: [
          { x: (stage.left + stage.right) / 2, y: y - 5, anchor: 'middle' },
          { x: stage.left + 8, y: y - 5, anchor: 'start' },
        ],
      },
    ],
    taken: [],
    segments: [],
  };
}
