// The words at a packet: per leg what it is and what NAT made of its addresses, frame numbers at both ends. Conntrack's: verdictBox.ts.
import { J_INJECTED, J_LOST } from '../engine/model/correlation.ts';
import type { LadderPacket, LadderSighting } from '../engine/model/ladder.ts';
import type { Nanos } from '../engine/model/units.ts';
import { type LabelWish, PRIORITY, type Spot } from './labels.ts';
import { MONO_11, type Span, WORDS_12 } from './marks.ts';
import { duration } from './numbers.ts';
import { type Point, type Route, refusedAtNode, type Stop } from './packetRoute.ts';
import { fieldText, isReset, markWords, packetTexts, toneOf, tupleSpans } from './packetText.ts';
import type { Stage } from './stage.ts';

/** Fields get a line of their own from this zoom on. */
export const FIELDS_ZOOM = 1.7;

export function packetWishes(p: LadderPacket, route: Route, points: readonly Point[], stage: Stage, nat: number): LabelWish[] {
  const owner = `p:${p.journey}`;
  const wishes: LabelWish[] = [];
  const alarm = p.leak !== null || isReset(p);
  wishes.push(...legWishes(p, route, points, stage, nat, owner, alarm));
  wishes.push(...frameWishes(route, stage, owner, alarm || p.reason !== 'ordinary'));
  if (p.early) wishes.push(earlyWish(p, p.early, points, route, stage, nat, owner));
  if (p.held > 0 && route.heldAt >= 0) wishes.push(heldWish(p, points, route, stage, owner));
  if (stage.zoom >= FIELDS_ZOOM) wishes.push(fieldsWish(p, points, stage, owner));
  return wishes;
}

/** Height of the arrow at x, by its straight pieces. */
export function heightAt(points: readonly Point[], x: number): number {
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b] = [points[i], points[i + 1]];
    if (!a || !b || a.x === b.x) continue;
    if ((x - a.x) * (x - b.x) <= 0) return a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x);
  }
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return 0;
  return Math.abs(x - first.x) < Math.abs(x - last.x) ? first.y : last.y;
}

/** Spots along the arrow between two places, the middle, then nearer to the ends: above it or, the last of several close together, below. */
function spotsAlong(points: readonly Point[], x0: number, x1: number, side: 'above' | 'below'): ((width: number) => Spot)[] {
  return [0.5, 0.36, 0.64, 0.25, 0.75].map((part) => (width: number) => {
    const x = x0 + (x1 - x0) * part;
    const heights = [x - width / 2, x, x + width / 2].map((at) => heightAt(points, at));
    return { x, y: side === 'above' ? Math.min(...heights) - 5 : Math.max(...heights) + 13, anchor: 'middle' };
  });
}

function legWishes(
  p: LadderPacket,
  route: Route,
  points: readonly Point[],
  stage: Stage,
  nat: number,
  owner: string,
  alarm: boolean,
): LabelWish[] {
  const tone = alarm ? toneOf(p) : 'mute';
  const seen = route.stops.flatMap((s) => (s.sighting ? [s.sighting] : []));
  const [sent, received] = [seen[0], seen.at(-1)];
  const from = points[0];
  const to = points.at(-1);
  if (!sent || !received || !from || !to) return [];
  const natX = nat < 0 ? null : (stage.laneX[nat] ?? null);
  const crossesNat = natX !== null && (natX - from.x) * (natX - to.x) < 0;
  // Of leaks that say the same the first is told in any case.
  const told = alarm && !stage.repeated.has(p.journey);
  const base: Omit<LabelWish, 'variants' | 'spots'> = {
    owner,
    priority: alarm ? PRIORITY.alarm : PRIORITY.plain,
    font: MONO_11,
    tone,
    // In an opened fold arrows are many and steep: a word at the tail tells more than none.
    overLines: told || p.reason === 'ordinary',
    ...(alarm ? { plate: 'over lines' as const } : {}),
  };
  const what = packetTexts(p, stage);
  const word = remark(p, stage);
  const plainTone = alarm ? tone : 'ink';
  const spans = (text: string, tuple: readonly Span[], remarked: boolean): Span[] =>
    struckIfNotSent(p, stage, [
      { text, tone: plainTone },
      ...(tuple.length > 0 ? [{ text: ' ' }, ...tuple] : []),
      ...(remarked && word ? [{ text: `${alarm ? ', ' : '  '}${word}`, ...(alarm ? {} : { tone: 'warn' as const }) }] : []),
    ]);
  const variants = (tuple: readonly Span[]): Span[][] => [
    ...what.slice(0, 1).map((t) => spans(t, tuple, true)),
    ...what.slice(-1).map((t) => spans(t, tuple, true)),
    ...what.slice(-1).map((t) => spans(t, tuple, false)),
    spans(what.at(-1) ?? '', [], false),
  ];
  const dir = Math.sign(to.x - from.x) || 1;
  const tail: Spot = { x: from.x + dir * 9, y: from.y - 4, anchor: dir > 0 ? 'start' : 'end' };
  if (p.reason === 'ordinary' && Math.abs(to.y - from.y) > 0.08 * Math.abs(to.x - from.x))
    return [{ ...base, variants: variants([]).slice(0, -1), spots: [tail] }];
  if (!crossesNat || natX === null) {
    const tuple = tupleSpans(p, received, null, true);
    return [{ ...base, variants: variants(tuple), spots: gapSpots(points, route, stage, from.x, to.x, told) }];
  }
  const other = (mine: LadderSighting): LadderSighting | null => (p.translated ? (mine === sent ? received : sent) : null);
  if (p.leak) {
    const tuple = tupleSpans(p, received, null, true);
    const leaked: LabelWish = {
      ...base,
      priority: PRIORITY.leak,
      // In a narrow gap at least the address that should not be there.
      variants: tuple.length > 0 ? [tuple, tuple.slice(1), tuple.slice(-1)] : [[{ text: stage.words.notTranslated }]],
      spots: gapSpots(points, route, stage, natX, to.x, told),
    };
    const origin: LabelWish = {
      ...base,
      priority: PRIORITY.plain,
      overLines: false,
      variants: what.map((t) => struckIfNotSent(p, stage, [{ text: t, tone }])),
      spots: gapSpots(points, route, stage, from.x, natX, told),
    };
    return p.held > 0 ? [leaked] : [leaked, origin];
  }
  const first = variants(tupleSpans(p, sent, other(sent), false));
  const second = tupleSpans(p, received, other(received), true);
  const short = what.at(-1) ?? '';
  // What it is must be said somewhere: beyond the node where there is no room before it.
  const after = [...(second.length > 0 ? [[{ text: `${short} `, tone: plainTone }, ...second], second] : [])].map((v) => struck(p, v));
  const beyond: LabelWish = {
    ...base,
    variants: [...after.slice(0, 1), ...first.slice(-1)],
    spots: gapSpots(points, route, stage, natX, to.x, told),
  };
  return [
    { ...base, variants: first, spots: gapSpots(points, route, stage, from.x, natX, told), instead: beyond },
    ...(second.length > 0 && (p.reason !== 'ordinary' || stage.zoom >= FIELDS_ZOOM)
      ? [
          {
            ...base,
            priority: alarm ? PRIORITY.alarm : PRIORITY.extra,
            // What was said before the node need not be said across lines.
            overLines: p.reason === 'ordinary',
            variants: after,
            spots: gapSpots(points, route, stage, natX, to.x, told),
          },
        ]
      : []),
  ];
}

/** What would not have been sent is struck through, and says so. */
const struckIfNotSent = (p: LadderPacket, stage: Stage, spans: readonly Span[]): Span[] =>
  p.would?.kind === 'not-sent' ? [...struck(p, spans), { text: `  ${stage.words.would.notSent}`, bold: true }] : [...spans];

const struck = (p: LadderPacket, spans: readonly Span[]): Span[] =>
  p.would?.kind === 'not-sent' ? spans.map((span) => ({ ...span, struck: true })) : [...spans];

/** The gaps between the lanes a stretch of the arrow runs over, the first one first, then the whole stretch; below the arrow only what must be `told`. */
function gapSpots(
  points: readonly Point[],
  route: Route,
  stage: Stage,
  x0: number,
  x1: number,
  told: boolean,
): ((width: number) => Spot)[] {
  const inner = route.stops.map((s) => s.x).filter((x) => (x - x0) * (x - x1) < 0);
  const edges = [x0, ...inner, x1];
  const spots: ((width: number) => Spot)[] = [];
  for (const side of told ? (['above', 'below'] as const) : (['above'] as const)) {
    for (let i = 0; i + 1 < edges.length; i++) {
      const [a, b] = [edges[i] ?? x0, edges[i + 1] ?? x1];
      spots.push(...spotsAlong(points, a, b, side).map((spot) => (width: number) => fits(spot(width), width, a, b)));
    }
    if (edges.length > 2 || stage.lanes.length > 4)
      spots.push(...spotsAlong(points, x0, x1, side).map((spot) => (width: number) => fits(spot(width), width, stage.left, stage.right)));
  }
  return spots;
}

/** A label that would run over the lanes at either side of its gap is no fit there: it is sent out of the drawing. */
const fits = (spot: Spot, width: number, a: number, b: number): Spot => {
  const [low, high] = [Math.min(a, b) + 3, Math.max(a, b) - 3];
  if (width > high - low) return { ...spot, x: Number.NEGATIVE_INFINITY };
  const x = Math.min(Math.max(spot.x, low + width / 2), high - width / 2);
  return { ...spot, x };
};

function remark(p: LadderPacket, stage: Stage): string | null {
  const { words } = stage;
  if (isReset(p) && !p.leak && !p.translated && stage.lanes.some((l) => l.translation)) return words.pastTheNat;
  if (p.reason === 'twin') return words.sameBytes;
  if (refusedAtNode(p)) return stage.boxed.has(p.journey) ? null : (p.verdict?.verdict ?? null);
  if ((p.journeyFlags & J_LOST) !== 0) return words.lost;
  if ((p.journeyFlags & J_INJECTED) !== 0) return words.injected;
  const mark = markWords(p)[0];
  return mark ? words.marks[mark] : null;
}

function frameWishes(route: Route, stage: Stage, owner: string, strong: boolean): LabelWish[] {
  const seen = route.stops.filter((s) => s.sighting);
  const ends = seen.length > 1 ? [seen[0], seen.at(-1)] : [seen[0]];
  const isNode = ends.length > 1 && ends[0]?.lane === ends[1]?.lane;
  return ends.flatMap((stop, i) => {
    if (!stop?.sighting) return [];
    if (isNode) return [nodeFrame(stop, i === 0, route, owner, strong)];
    const onRight = stop.x > (stage.left + stage.right) / 2 || (stage.left === stage.right && stop === ends[0]);
    const x = onRight ? stop.x + 10 : stop.x - 10;
    const anchor = onRight ? 'start' : 'end';
    return [
      {
        owner,
        priority: PRIORITY.frame,
        font: MONO_11,
        tone: strong ? 'ink' : 'mute',
        variants: [[{ text: `#${stop.sighting.frame}` }]],
        spots: [4, 12, -4].map((dy): Spot => ({ x, y: stop.y + dy, anchor })),
      } satisfies LabelWish,
    ];
  });
}

/** In and out of one capture point in the middle: below the arrow, on the side it came from and on the side it goes to. */
function nodeFrame(stop: Stop, isIn: boolean, route: Route, owner: string, strong: boolean): LabelWish {
  const side = (Math.sign((route.stops.at(-1)?.x ?? 0) - (route.stops[0]?.x ?? 0)) || 1) * (isIn ? -1 : 1);
  return {
    owner,
    priority: PRIORITY.frame,
    font: MONO_11,
    tone: strong ? 'ink' : 'mute',
    variants: [[{ text: `#${stop.sighting?.frame}` }]],
    spots: [13, -4, 18].map((dy): Spot => ({ x: stop.x + side * 17, y: stop.y + dy, anchor: side > 0 ? 'start' : 'end' })),
  };
}

/** By how much it arrives before it was sent: on the last stretch, where it arrives. */
function earlyWish(
  p: LadderPacket,
  early: Nanos,
  points: readonly Point[],
  route: Route,
  stage: Stage,
  nat: number,
  owner: string,
): LabelWish {
  const [from, to] = [points[0]?.x ?? 0, points.at(-1)?.x ?? 0];
  const natX = stage.laneX[nat] ?? from;
  const start = (natX - from) * (natX - to) < 0 ? natX : from;
  return {
    owner,
    priority: p.reason === 'ordinary' ? PRIORITY.extra : PRIORITY.plain,
    font: { ...WORDS_12, size: 11 },
    tone: 'warn',
    overLines: true,
    variants: [[{ text: stage.words.early(duration(early)) }]],
    spots: gapSpots(points, route, stage, start, to, true),
  };
}

function heldWish(p: LadderPacket, points: readonly Point[], route: Route, stage: Stage, owner: string): LabelWish {
  const dot = points[0] ?? { x: 0, y: 0 };
  const from = route.stops[route.heldAt];
  const right = dot.x >= (from?.x ?? 0);
  const y = route.held?.y ?? 0;
  const text = stage.words.heldBack(duration(p.held));
  const seen = packetTexts(p, stage)[0] ?? '';
  const frame = from?.sighting ? `#${from.sighting.frame} ` : '';
  const anchor = right ? 'start' : 'end';
  const x = dot.x + (right ? 11 : -11);
  const start = route.stops[0];
  const spots: Spot[] = [
    // Capture points saw it on its way to where it was held: the words stand in the row of its start, clear of what follows there.
    ...(start && route.heldAt > 0 ? [{ x, y: start.y + 10, anchor } as const] : []),
    { x, y: y + 4, anchor },
    { x, y: y + 18, anchor },
  ];
  return {
    owner,
    priority: PRIORITY.alarm,
    font: WORDS_12,
    tone: 'warn',
    overLines: true,
    variants: [[{ text }, { text: `  ${frame}${seen}`, tone: 'ink' }], [{ text }]],
    spots,
  };
}

function fieldsWish(p: LadderPacket, points: readonly Point[], stage: Stage, owner: string): LabelWish {
  const [from, to] = [points[0], points.at(-1)];
  const x0 = from?.x ?? 0;
  const x1 = to?.x ?? 0;
  const spots = [0.5, 0.3, 0.7].map((part) => (width: number): Spot => {
    const x = x0 + (x1 - x0) * part;
    const y = Math.max(heightAt(points, x - width / 2), heightAt(points, x), heightAt(points, x + width / 2)) + 14;
    return { x, y, anchor: 'middle' };
  });
  return {
    owner,
    priority: PRIORITY.extra,
    font: { ...MONO_11, size: 10.5 },
    tone: 'mute',
    variants: [[{ text: fieldText(p, stage) }]],
    spots,
  };
}
