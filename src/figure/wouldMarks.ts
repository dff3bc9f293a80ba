// What would have been, beside what was observed: the predicted way from the node on as a ghost below the observed arrow, a struck sign
// on what would not have been sent, dots for what nobody can say.
import type { LadderPacket, LadderWould } from '../engine/model/ladder.ts';
import { type LabelWish, PRIORITY, type Spot } from './labels.ts';
import { type Box, type Mark, MONO_11, type Span, type Stroke, type Tone, WORDS_11, WORDS_12, widthOf } from './marks.ts';
import type { Point, Route } from './packetRoute.ts';
import { packetName } from './packetText.ts';
import type { DraftItem, Stage } from './stage.ts';

/** Room that a ghost takes below its packet, px: the line, and its words above it. */
export const GHOST_HEIGHT = 40;
const DASH = [7, 4];
const FALL = 5;

/** Is there anything to draw beside the packet? */
export const hasGhost = (p: LadderPacket): boolean => p.would?.kind === 'otherwise';

/** The line of an observed packet says by its pattern how it stands to the prediction. */
export function wouldStroke(p: LadderPacket, stroke: Stroke): Stroke {
  if (p.would?.kind === 'not-sent') return { ...stroke, width: 1.4, alpha: 0.6 };
  if (p.would?.kind === 'unknown') return { tone: stroke.tone === 'reset' ? 'reset' : 'ack', width: 1.4, dash: [1.5, 4] };
  return stroke;
}

/** Better than leaking: translated. Worse than arriving: dropped. */
function toneOfFate({ fate, verdict }: LadderWould): Tone {
  if (verdict?.verdict === 'DROPPED' || fate === 'gone') return 'warn';
  return fate === 'translated' || fate === 'unknown' ? 'ok' : 'leak';
}

const farLane = (p: LadderPacket, stage: Stage): number => (p.direction === 0 ? 0 : stage.lanes.length - 1);

export interface Ghost {
  readonly marks: readonly Mark[];
  readonly box: Box;
  readonly wishes: readonly LabelWish[];
  readonly hit: readonly number[];
  readonly bottom: number;
}

/** @param top px below everything that belongs to the observed packet */
export function ghostOf(p: LadderPacket, route: Route, stage: Stage, nat: number, top: number): Ghost | null {
  const { would } = p;
  const from = stage.laneX[nat] ?? route.stops[0]?.x;
  if (would?.kind !== 'otherwise' || from === undefined) return null;
  const tone = toneOfFate(would);
  const to = stage.laneX[farLane(p, stage)] ?? from;
  const y = top + GHOST_HEIGHT - FALL - 9;
  const stroke: Stroke = { tone, width: 2.4, dash: DASH };
  const stops = would.verdict?.verdict === 'DROPPED' || would.fate === 'gone';
  const dir = Math.sign(to - from) || 1;
  const end = stops ? from : to;
  const marks: Mark[] = [
    // Down the node's lane from where the packet met it.
    { kind: 'line', at: [from - dir * 9, top - 4, from - dir * 9, y, from, y], stroke: { tone, width: 1.4, dash: [2, 3] } },
  ];
  if (stops) marks.push({ kind: 'line', at: [from, y - 8, from, y + 8], stroke: { tone, width: 3 } });
  else {
    const angle = Math.atan2(FALL, to - from);
    marks.push(
      { kind: 'line', at: [from, y, to - dir * 9, y + FALL], stroke },
      { kind: 'head', x: to, y: y + FALL, angle, size: 11, tone },
      would.fate === 'translated'
        ? { kind: 'circle', x: from, y, radius: 3.6, fill: 'ground', stroke: { tone, width: 1.6 } }
        : { kind: 'rect', x: from - 4, y: y - 4, width: 8, height: 8, radius: 1, fill: 'ground', alpha: 1, stroke: { tone, width: 1.6 } },
    );
  }
  return {
    marks,
    box: { x: Math.min(from, end) - 8, y: y - 1, width: Math.abs(end - from) + 16, height: FALL + 4 },
    wishes: ghostWishes(p, would, stage, { x: from, y }, { x: to, y: y + (stops ? 0 : FALL) }, stops, tone),
    hit: [from, y, end, y + (stops ? 0 : FALL)],
    bottom: y + FALL + 9,
  };
}

function ghostWishes(p: LadderPacket, would: LadderWould, stage: Stage, node: Point, far: Point, stops: boolean, tone: Tone): LabelWish[] {
  const { would: words } = stage.words;
  const fate = words.predicted(would.verdict?.verdict === 'DROPPED' ? words.dropped : words.fates[would.fate]);
  const source = would.fate === 'translated' ? (p.leak?.expectedSource ?? p.leak?.expectedDestination ?? null) : null;
  const full: Span[] = [
    { text: fate, bold: true },
    ...(source ? [{ text: `  ${p.leak?.expectedSource ? 'src' : '→'} ${source.address}` }] : []),
  ];
  const room = Math.abs(far.x - node.x);
  const wide = (spans: readonly Span[]): boolean => widthOf(spans, WORDS_12, stage.measure) <= room - 18;
  const middle: Spot = { x: (node.x + far.x) / 2, y: Math.min(node.y, far.y) - 8, anchor: 'middle' };
  const dir = Math.sign(far.x - node.x) || 1;
  const beside: Spot = { x: node.x + dir * 12, y: node.y + 4, anchor: dir > 0 ? 'start' : 'end' };
  const verdict = would.verdict;
  const reason = verdict ? [verdict.verdict, verdict.reason].filter((t) => t !== '').join(': ') : '';
  const behind: Spot = { x: node.x - dir * 16, y: node.y + 4, anchor: dir > 0 ? 'end' : 'start' };
  return [
    {
      owner: `p:${p.journey}`,
      priority: PRIORITY.verdict,
      font: WORDS_12,
      tone,
      overLines: true,
      variants: [full, full.slice(0, 1)].filter((spans) => stops || wide(spans)).concat([[{ text: fate }]]),
      spots: stops ? [beside] : [middle, beside],
    },
    ...(reason === ''
      ? []
      : [
          {
            owner: `p:${p.journey}`,
            priority: PRIORITY.leak,
            font: { ...MONO_11, size: 10.5 },
            tone: 'mute' as const,
            variants: [[{ text: reason }], [{ text: verdict?.verdict ?? '' }]],
            spots: [behind],
          },
        ]),
  ];
}

/** A struck circle in the middle of the line: it would not have been sent. A question mark: nobody knows. */
export function wouldSign(p: LadderPacket, points: readonly Point[], tone: Tone): Mark[] {
  const kind = p.would?.kind;
  if (kind !== 'not-sent' && kind !== 'unknown') return [];
  const at = Math.max(0, Math.floor((points.length - 2) / 2));
  const [a, b] = [points[at], points[at + 1]];
  if (!a || !b) return [];
  const [x, y] = [a.x + (b.x - a.x) * 0.62, a.y + (b.y - a.y) * 0.62];
  if (kind === 'unknown')
    return [
      { kind: 'circle', x, y, radius: 6.5, fill: 'ground', stroke: { tone: 'mute', width: 1.1, dash: [2, 2] } },
      {
        kind: 'text',
        x,
        y: y + 3.7,
        anchor: 'middle',
        font: { face: 'words', size: 10.5 },
        tone: 'mute',
        spans: [{ text: '?', bold: true }],
        halo: null,
      },
    ];
  return [
    { kind: 'circle', x, y, radius: 6.5, fill: 'ground', stroke: { tone, width: 1.6 } },
    { kind: 'line', at: [x - 4.6, y + 4.6, x + 4.6, y - 4.6], stroke: { tone, width: 1.6 } },
  ];
}

/** The packet in the words of the prediction; null where nothing is assumed, or all is as recorded. */
export function wouldWords(
  would: LadderWould | undefined,
  stage: Pick<Stage, 'words'>,
  renamed?: ReadonlyMap<string, string>,
): string | null {
  const { would: words } = stage.words;
  const because = would?.because ? packetName(would.because, renamed) : null;
  switch (would?.kind) {
    case 'otherwise':
      return words.predicted(
        [
          would.verdict?.verdict === 'DROPPED' ? words.dropped : words.fates[would.fate],
          would.verdict ? [would.verdict.verdict, would.verdict.reason].filter((t) => t !== '').join(': ') : '',
        ]
          .filter((t) => t !== '')
          .join(', '),
      );
    case 'not-sent':
      return words.predicted(because ? words.notSentAfter(because) : words.notSent);
    case 'unknown':
      return words.predicted(because ? words.unknownAfter(because) : words.unknown);
    default:
      return null;
  }
}

/** Where what follows is unknown: a line across all lanes, with its words. */
export function openItem(stage: Stage, y: number): DraftItem {
  const id = 'u:';
  const [left, right] = [stage.left - 8, stage.right + 8];
  return {
    id,
    top: y - 14,
    bottom: y + 4,
    marks: [{ kind: 'line', at: [left, y, right, y], stroke: { tone: 'warn', width: 1.4, dash: [1.5, 4] } }],
    hits: [],
    wishes: [
      {
        owner: id,
        priority: PRIORITY.alarm,
        font: WORDS_11,
        tone: 'warn',
        overLines: true,
        variants: stage.words.would.openFrom.map((text) => [{ text }]),
        spots: [
          { x: (left + right) / 2, y: y - 4, anchor: 'middle' },
          { x: (left + right) / 2, y: y + 12, anchor: 'middle' },
          { x: right - 12, y: y - 4, anchor: 'end' },
        ],
      },
    ],
    taken: [],
    segments: [],
  };
}
