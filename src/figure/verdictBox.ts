// Conntrack's words in a box on the node's lane: for leaks, and for what was refused there.
import { formatEndpoint } from '../engine/model/address.ts';
import type { Ladder, LadderPacket } from '../engine/model/ladder.ts';
import type { JourneyId } from '../engine/model/units.ts';
import { type Box, type Mark, MONO_11, type Span, WORDS_11, WORDS_12, widthOf } from './marks.ts';
import { grouped } from './numbers.ts';
import { type Route, refusedAtNode } from './packetRoute.ts';
import { isReset } from './packetText.ts';
import type { Stage } from './stage.ts';

/** Packets with a box: of leaks and of what was refused for one reason, one after the other, the first; leaks that have their own distance to tell each. */
export function boxedPackets(ladder: Ladder): ReadonlySet<JourneyId> {
  const boxed = new Set<JourneyId>();
  if (!ladder.lanes.some((l) => l.translation !== null)) return boxed;
  const said = new Map<number, string>();
  for (const row of ladder.rows) {
    if (row.kind !== 'packet' || isReset(row)) continue;
    const isFar = row.leak !== null && (row.leak.bytesBehind ?? 0) !== 0;
    if (isFar) boxed.add(row.journey);
    if (isFar || (!row.leak && !refusedAtNode(row))) continue;
    const says = `${row.verdict?.verdict} ${row.verdict?.reason}`;
    if (said.get(row.path) !== says) boxed.add(row.journey);
    said.set(row.path, says);
  }
  return boxed;
}

/** Leaks under the very addresses of the leak before them: said again only where there is room. */
export function repeatedLeaks(ladder: Ladder): ReadonlySet<JourneyId> {
  const repeated = new Set<JourneyId>();
  const said = new Map<number, string>();
  for (const row of ladder.rows) {
    const last = row.kind === 'packet' && row.leak ? row.sightings.at(-1) : undefined;
    if (row.kind !== 'packet' || !last) continue;
    const says = `${isReset(row)} ${formatEndpoint(last.source)} ${formatEndpoint(last.destination)}`;
    if (said.get(row.path) === says) repeated.add(row.journey);
    said.set(row.path, says);
  }
  return repeated;
}

/** Px kept free on both sides of a box that is as wide as the lanes are apart. */
const MARGIN = 2;

export function verdictBox(p: LadderPacket, route: Route, stage: Stage, nat: number): { readonly box: Box; readonly marks: Mark[] } | null {
  if (nat < 0 || !stage.boxed.has(p.journey)) return null;
  const at = route.stops.findLast((s) => s.lane === nat)?.y ?? route.stops.at(-1)?.y ?? 0;
  const x = stage.laneX[nat] ?? 0;
  const lines = verdictLines(p, stage);
  const width = Math.max(...lines.map((l) => widthOf(l.spans, l.font, stage.measure))) + 28;
  const height = 8 + lines.length * 16;
  const span = stage.right - stage.left;
  const margin = Math.min(12, Math.max(MARGIN, (span - width) / 2));
  const low = stage.left + margin;
  const high = stage.right - width - margin;
  const left = low <= high ? Math.min(Math.max(x - width / 2, low), high) : (stage.left + stage.right - width) / 2;
  // Where it arrives much later its row, and the room for these words, is there.
  const y = Math.max(at + 24, (route.stops.at(-1)?.y ?? 0) + 10);
  const box: Box = { x: left, y, width, height };
  const tone = p.leak ? 'leak' : 'warn';
  return {
    box,
    marks: [
      { kind: 'rect', ...box, radius: 6, fill: 'card', alpha: 1, stroke: { tone, width: 1 } },
      ...lines.map(
        (l, i): Mark => ({
          kind: 'text',
          x: left + width / 2,
          y: box.y + 16 + i * 16,
          anchor: 'middle',
          font: l.font,
          tone: l.tone,
          spans: l.spans,
          halo: null,
        }),
      ),
    ],
  };
}

interface Line {
  readonly spans: readonly Span[];
  readonly font: typeof WORDS_12;
  readonly tone: 'leak' | 'warn' | 'mute';
}

function verdictLines(p: LadderPacket, stage: Stage): Line[] {
  const { words } = stage;
  const verdict = p.verdict?.verdict ?? null;
  const behind = p.leak?.bytesBehind ?? null;
  const tone = p.leak ? 'leak' : 'warn';
  const name = verdict ?? words.notTranslated;
  const title =
    behind !== null && behind > 0
      ? words.invalidBehind(name, grouped(behind))
      : behind !== null && behind < 0
        ? words.invalidAhead(name, grouped(-behind))
        : name;
  const lines: Line[] = [{ spans: [{ text: title, bold: true }], font: WORDS_12, tone }];
  if (p.verdict?.reason) lines.push({ spans: [{ text: p.verdict.reason }], font: { ...MONO_11, size: 10.5 }, tone: 'mute' });
  if (p.leak && verdict !== null) lines.push({ spans: [{ text: words.passedUntranslated }], font: WORDS_11, tone: 'mute' });
  return lines;
}

/** On its way in and out of one capture point: the words stand below both. */
const seenTwice = ({ sightings }: LadderPacket): boolean => sightings.some((s, i) => i > 0 && s.lane === sightings[i - 1]?.lane);

/** Height a row needs below its arrow for conntrack's words, where it has them. */
export const verdictHeight = (p: LadderPacket): number =>
  32 + (seenTwice(p) ? 14 : 0) + 16 * (1 + (p.verdict?.reason ? 1 : 0) + (p.leak && p.verdict ? 1 : 0));
