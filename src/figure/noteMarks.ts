// Notes as paper-coloured cards in the margin, each tied to its packet, span of time or lane; pushed down rather than overlapping.
import type { JourneyId, Nanos } from '../engine/model/units.ts';
import { type Box, type Mark, type Measure, WORDS_11, WORDS_12 } from './marks.ts';
import type { DraftItem, Stage } from './stage.ts';

export interface LadderNote {
  readonly id: string;
  readonly text: string;
  readonly on:
    | { readonly kind: 'packet'; readonly journey: JourneyId; readonly ordinal: number; readonly label: string; readonly time: Nanos }
    | { readonly kind: 'span'; readonly from: Nanos; readonly to: Nanos }
    | { readonly kind: 'lane'; readonly lane: number };
}

const PADDING = 10;
const LINE = 15;
const MAX_LINES = 5;

export interface NotePlace {
  readonly note: LadderNote;
  /** Where it is tied to: content px. */
  readonly x: number;
  readonly y: number;
  /** End of the span it is about; equals y for anything else. */
  readonly y1: number;
}

export function noteItems(places: readonly NotePlace[], stage: Stage): DraftItem[] {
  const x = stage.right + 76;
  const width = Math.min(320, stage.width - x - 10);
  let free = Number.NEGATIVE_INFINITY;
  return [...places]
    .sort((a, b) => a.y - b.y)
    .map((place) => {
      if (width < 96) return marker(place, stage);
      const lines = wrap(place.note.text, width - 2 * PADDING, stage.measure);
      const foot = place.note.on.kind === 'packet' ? footOf(place.note.on.label, width - 2 * PADDING, stage) : null;
      const height = 2 * PADDING - 4 + LINE * (lines.length + (foot ? 1 : 0));
      const top = Math.max(place.y - 16, free);
      free = top + height + 8;
      return card(place, { x, y: top, width, height }, lines, foot);
    });
}

/** Whole or short, never cut in the middle. */
function footOf(label: string, width: number, stage: Stage): string {
  const whole = stage.words.pinnedTo(label);
  return stage.measure(whole, WORDS_11, false) <= width ? whole : label;
}

function card(place: NotePlace, box: Box, lines: readonly string[], foot: string | null): DraftItem {
  const tie = box.y + Math.min(16, box.height / 2);
  const marks: Mark[] = [
    ...(place.y1 > place.y
      ? [{ kind: 'line' as const, at: [place.x, place.y, place.x, place.y1], stroke: { tone: 'paperEdge' as const, width: 4, alpha: 0.7 } }]
      : []),
    {
      kind: 'curve',
      at: [place.x, place.y, place.x + (box.x - place.x) * 0.5, place.y, box.x - 18, tie, box.x, tie],
      stroke: { tone: 'paperEdge', width: 1.2 },
    },
    { kind: 'circle', x: place.x, y: place.y, radius: 2.5, fill: 'paperEdge', stroke: null },
    { kind: 'rect', ...box, radius: 6, fill: 'paper', alpha: 1, stroke: { tone: 'paperEdge', width: 1 } },
    ...lines.map(
      (text, i): Mark => ({
        kind: 'text',
        x: box.x + PADDING,
        y: box.y + PADDING + 9 + i * LINE,
        anchor: 'start',
        font: WORDS_12,
        tone: 'ink',
        spans: [{ text }],
        halo: null,
      }),
    ),
    ...(foot
      ? [
          {
            kind: 'text' as const,
            x: box.x + PADDING,
            y: box.y + PADDING + 9 + lines.length * LINE,
            anchor: 'start' as const,
            font: WORDS_11,
            tone: 'mute' as const,
            spans: [{ text: foot }],
            halo: null,
          },
        ]
      : []),
  ];
  const top = Math.min(place.y, box.y) - 4;
  return {
    id: `n:${place.note.id}`,
    top,
    bottom: Math.max(place.y1, box.y + box.height) + 4,
    marks,
    hits: [{ kind: 'box', ...box }],
    wishes: [],
    taken: [box],
    segments: [],
  };
}

/** No room for a card: a folded corner at the lane says that there is a note; it is read on hover. */
function marker(place: NotePlace, stage: Stage): DraftItem {
  const box: Box = { x: stage.right + 40, y: place.y - 7, width: 14, height: 14 };
  return {
    id: `n:${place.note.id}`,
    top: box.y - 2,
    bottom: box.y + 16,
    marks: [
      { kind: 'rect', ...box, radius: 2, fill: 'paper', alpha: 1, stroke: { tone: 'paperEdge', width: 1.2 } },
      { kind: 'line', at: [box.x + 3, box.y + 5, box.x + 11, box.y + 5], stroke: { tone: 'paperEdge', width: 1.2 } },
      { kind: 'line', at: [box.x + 3, box.y + 9, box.x + 9, box.y + 9], stroke: { tone: 'paperEdge', width: 1.2 } },
    ],
    hits: [{ kind: 'box', ...box }],
    wishes: [],
    taken: [box],
    segments: [],
  };
}

/** Breaks at spaces, and anywhere where a word (or a text without spaces, as in Chinese) is wider than the line. */
export function wrap(text: string, width: number, measure: Measure): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text
    .replace(/\s+/g, ' ')
    .trim()
    .split(/(?<= )|(?<=[\u3000-\u9fff])/u)) {
    if (line !== '' && measure((line + word).trimEnd(), WORDS_12, false) > width) {
      lines.push(line.trim());
      line = '';
    }
    line += word;
    while (measure(line, WORDS_12, false) > width && line.length > 1) {
      let cut = line.length - 1;
      while (cut > 1 && measure(line.slice(0, cut), WORDS_12, false) > width) cut--;
      lines.push(line.slice(0, cut));
      line = line.slice(cut);
    }
  }
  if (line.trim() !== '') lines.push(line.trim());
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES - 1), `${(lines[MAX_LINES - 1] ?? '').slice(0, -1)}…`];
}
