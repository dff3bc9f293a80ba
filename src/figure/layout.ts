// The ladder's geometry: rows → items with marks, labels and hit shapes in content px. Pure; the same answer in the page and in Node.
//
// One monotone map takes times to heights, in either scale; every arrow, arc, note and time label stands on it, so that what happened
// before something else is drawn above it on every lane.
import type { Ladder, LadderFold, LadderPacket, LadderRow, LadderWindow } from '../engine/model/ladder.ts';
import type { JourneyId, Nanos } from '../engine/model/units.ts';
import { foldItem, openingItem, silenceItem } from './bandMarks.ts';
import { type LabelWish, type PlacedLabel, PRIORITY, placeLabels } from './labels.ts';
import { linkItem, type Touch } from './linkMarks.ts';
import { type Measure, MONO_11 } from './marks.ts';
import { type LadderNote, type NotePlace, noteItems } from './noteMarks.ts';
import { packetItem } from './packetMarks.ts';
import { resumeOf, routeOf } from './packetRoute.ts';
import { arrivalsOf, bandSize, fitZoom, OPEN_HEAD, type Part, packetHeight, packetPitch, wordsIn } from './rowHeights.ts';
import { type DraftItem, type Item, laneXs, margins, type Stage } from './stage.ts';
import { bandItems, type StateBand, stateBands, withLetters } from './stateBand.ts';
import { type Knot, type TimeMap, timeMap } from './timeMap.ts';
import { boxedPackets, repeatedLeaks } from './verdictBox.ts';
import type { LadderWords } from './words.ts';
import { hasGhost, openItem } from './wouldMarks.ts';

export type LadderScale = 'rows' | 'time';

export interface LayoutInput {
  readonly ladder: Ladder;
  readonly scale: LadderScale;
  readonly width: number;
  /** Height of the window the ladder is seen through: what "fits" means. */
  readonly height: number;
  /** 1 is the designed size; `null`: whatever fits the height. In the time scale 1 is the whole time in one height. */
  readonly zoom: number | null;
  /** Lane indices from left to right. */
  readonly order: readonly number[];
  /** Loaded packets of folds that are open, by `fold.first`. */
  readonly open: ReadonlyMap<number, readonly LadderWindow[]>;
  readonly notes: readonly LadderNote[];
  readonly words: LadderWords;
  readonly measure: Measure;
  readonly formatTime: (time: Nanos) => string;
  /** False: something finer than the bands' own texture is drawn beneath them. */
  readonly texture?: boolean;
  /** True: a picture that nobody can click on. */
  readonly still?: boolean;
}

/** What stands in the rows, in order, with its place: what keyboard and table walk through. */
export interface Slot {
  readonly id: string;
  readonly row: LadderRow;
  readonly part: Part;
  readonly time: Nanos;
  readonly top: number;
  readonly bottom: number;
  /** Height of the arrow's departure; the middle of anything else. */
  readonly at: number;
}

export interface Figure {
  readonly stage: Stage;
  readonly width: number;
  readonly height: number;
  readonly zoom: number;
  readonly map: TimeMap;
  readonly slots: readonly Slot[];
  /** Bands below, then links, arrows with conntrack's words, and notes: the order of drawing. */
  readonly items: readonly Item[];
  /** States of conntrack entries along the node's lane: drawn before `items[bandsAt]`, over folds and under arrows. */
  readonly bands: readonly StateBand[];
  readonly bandsAt: number;
  readonly labels: readonly PlacedLabel[];
}

const PAD_TOP = 14;
const PAD_BOTTOM = 28;
const SILENCE_PX = 30;

type Unplaced = Pick<Slot, 'row' | 'part' | 'time'>;

/** A packet inside a band that is open. */
interface OpenedPacket {
  readonly id: string;
  readonly time: Nanos;
  readonly at: number;
}

export const layoutLadder = (input: LayoutInput): Figure => placeWords(layOutRows(input));

/** A figure without words, and what wants to be said where. */
export interface RowsLaidOut extends Pick<Figure, 'stage' | 'zoom' | 'map' | 'slots' | 'bands' | 'bandsAt'> {
  readonly input: LayoutInput;
  readonly drafts: readonly DraftItem[];
  readonly opened: readonly OpenedPacket[];
}

/** First half of `layoutLadder`: a page that must not stop has a task for each. */
export function layOutRows(input: LayoutInput): RowsLaidOut {
  const { ladder } = input;
  const boxed = boxedPackets(ladder);
  const stageAt = stageOf(input, boxed);
  const unplaced = slotsOf(ladder, boxed);
  const openPx = [...input.open.keys()].length;
  const room = input.height - PAD_TOP - PAD_BOTTOM;
  const zoom = input.zoom ?? (input.scale === 'time' ? 1 : fitZoom(unplaced, room, boxed));
  const stage = stageAt(input.scale === 'time' ? Math.max(1, openPx > 0 ? 1.2 : 1) : zoom);
  const { slots, map } = input.scale === 'time' ? placeByTime(unplaced, ladder, room, zoom) : placeByRow(unplaced, input.open, zoom, boxed);
  const drafts: DraftItem[] = [];
  const touches = new Map<JourneyId, Touch>();
  const pages: DraftItem[] = [];
  const opened: OpenedPacket[] = [];
  for (const slot of slots) {
    const { row } = slot;
    if (slot.part === 'resumption' || slot.part === 'arrival') continue;
    if (row.kind === 'packet') {
      const y = heightFor(row, slots, map);
      drafts.push(packetItem(row, stage, slot.at, y));
      touches.set(row.journey, touchOf(row, stage, slot.at, y));
    } else if (row.kind === 'fold') {
      const windows = input.open.get(row.first);
      drafts.push(foldItem(row, stage, slot.top, slot.bottom - slot.top, windows !== undefined));
      if (windows) pages.push(...openPackets(row, windows, slot, stage, map, input.scale, opened));
    } else if (row.kind === 'silence') drafts.push(silenceItem(row, stage, slot.top, slot.bottom - slot.top));
    else drafts.push(openingItem(row, ladder.paths[row.path], stage, slot.top, slot.bottom - slot.top));
  }
  const links = ladder.links.flatMap((link) => {
    const [from, to] = [touches.get(link.from), touches.get(link.to)];
    const item = from && to ? linkItem(link, from, to, stage) : null;
    return item ? [item] : [];
  });
  const openAt = openHeight(ladder, input.scale, slots, map);
  const opening = openAt === null ? [] : [openItem(stage, openAt)];
  const notes = noteItems(notePlaces(input.notes, stage, { touches, slots, opened, map }), stage);
  const lowest = Math.max(slots.at(-1)?.bottom ?? 0, ...drafts.map((d) => d.bottom));
  const bands = stateBands(ladder.states ?? [], stage, map, touches, lowest);
  const below = [...drafts.filter((d) => !d.id.startsWith('p')), ...bandItems(bands)];
  const all = [...below, ...links, ...pages, ...drafts.filter((d) => d.id.startsWith('p')), ...opening, ...notes];
  return { input, stage, zoom, map, slots, drafts: all, bands, bandsAt: below.length, opened };
}

/** Second half of `layoutLadder`: words where they find room. */
export function placeWords({ input, stage, zoom, map, slots, drafts, bands, bandsAt, opened }: RowsLaidOut): Figure {
  const taken = drafts.flatMap((d) => d.taken);
  const labels = placeLabels([...drafts.flatMap((d) => d.wishes), ...timeWishes(slots, opened, stage, input)], {
    measure: input.measure,
    width: input.width,
    taken,
    segments: drafts.flatMap((d) => d.segments),
  });
  const lettered = withLetters(bands, [...taken, ...labels.map((l) => l.plate ?? l.box)]);
  const bottom = Math.max(slots.at(-1)?.bottom ?? 0, ...drafts.map((d) => d.bottom));
  const height = bottom + PAD_BOTTOM;
  return { stage, width: input.width, height, zoom, map, slots, items: drafts.map(bare), bands: lettered, bandsAt, labels };
}

/** Height from which an assumption leaves it open what would have followed; null: nowhere. */
function openHeight({ assumed }: Ladder, scale: LadderScale, slots: readonly Slot[], map: TimeMap): number | null {
  if (!assumed || assumed.openFrom === null || assumed.unknown === 0) return null;
  if (scale === 'time') return map.y(assumed.openFrom);
  const isOpen = (row: LadderRow): boolean =>
    row.kind === 'packet' ? row.would?.kind === 'unknown' : row.kind === 'fold' && (row.would?.unknown ?? 0) > 0;
  return slots.find((slot) => isOpen(slot.row))?.top ?? null;
}

const bare = ({ id, top, bottom, marks, over = [], hits }: DraftItem): Item => ({ id, top, bottom, marks, over, hits });

function stageOf(input: LayoutInput, boxed: ReadonlySet<JourneyId>): (zoom: number) => Stage {
  const { ladder, order, width } = input;
  const sample = input.measure(input.formatTime(ladder.lastTime), MONO_11, false);
  const m = margins(width, input.notes.length > 0);
  const repeated = repeatedLeaks(ladder);
  const laneX = laneXs(ladder.lanes.length, order, width, { ...m, left: m.left + Math.max(0, sample - 62) });
  return (zoom) => ({
    words: input.words,
    measure: input.measure,
    lanes: ladder.lanes,
    laneX,
    order,
    left: Math.min(...laneX),
    right: Math.max(...laneX),
    width,
    zoom,
    exact: input.scale === 'time',
    texture: input.texture ?? true,
    still: input.still ?? false,
    isn: ladder.paths.map((p) => p.isn),
    severalPaths: ladder.paths.length > 1,
    boxed,
    repeated,
  });
}

const startOf = (row: LadderRow): Nanos => (row.kind === 'packet' ? (row.sightings[0]?.time as Nanos) : row.from);

/** Rows in order of time; a held packet moves on in a row of its own, an alarming one that others overtook arrives in one. */
export function slotsOf(ladder: Ladder, boxed: ReadonlySet<JourneyId>): Unplaced[] {
  const starts = ladder.rows.map(startOf);
  const extra: Unplaced[] = [];
  const direct: { readonly slot: Unplaced; readonly arrival: Nanos }[] = [];
  const rows = ladder.rows.map((row, i): Unplaced => {
    const slot: Unplaced = { row, part: 'whole', time: starts[i] as Nanos };
    if (row.kind !== 'packet') return slot;
    const held = resumeOf(row);
    if (held) extra.push({ ...slot, part: 'resumption', time: held.time });
    const arrival = row.sightings.at(-1)?.time ?? slot.time;
    const leaves = held?.time ?? slot.time;
    const overtaken =
      starts.some((t, at) => at !== i && (held ? t >= leaves : t > leaves) && t < arrival) ||
      (starts[i + 1] !== undefined && !held && arrival > (starts[i + 1] ?? 0));
    const telling = row.leak || row.reset || boxed.has(row.journey) || hasGhost(row);
    if (telling && overtaken) extra.push({ ...slot, part: 'arrival', time: arrival });
    else if (telling) direct.push({ slot, arrival });
    return held ? { ...slot, part: 'departure' } : slot;
  });
  // Where others arrive in rows of their own while it is on its way, it needs one as well: below theirs.
  for (const { slot, arrival } of direct)
    if (extra.some((e) => e.row !== slot.row && e.time > slot.time && e.time < arrival))
      extra.push({ ...slot, part: 'arrival', time: arrival });
  extra.sort((a, b) => a.time - b.time);
  const out: Unplaced[] = [];
  for (const slot of rows) {
    while (extra[0] && extra[0].time <= slot.time) out.push(extra.shift() as Unplaced);
    out.push(slot);
  }
  return [...out, ...extra];
}

const idOf = (row: LadderRow): string => {
  switch (row.kind) {
    case 'packet':
      return `p:${row.journey}`;
    case 'fold':
      return `f:${row.first}`;
    case 'silence':
      return `s:${row.from}`;
    case 'opening':
      return `o:${row.path}`;
  }
};

function placeByRow(
  unplaced: readonly Unplaced[],
  open: LayoutInput['open'],
  zoom: number,
  boxed: ReadonlySet<JourneyId>,
): { slots: Slot[]; map: TimeMap } {
  const knots: Knot[] = [];
  const slots: Slot[] = [];
  let y = PAD_TOP;
  const arrivals = arrivalsOf(unplaced);
  unplaced.forEach((u, i) => {
    const next = unplaced[i + 1]?.time ?? Number.POSITIVE_INFINITY;
    const { row, part } = u;
    const top = y;
    if (row.kind === 'packet') {
      const h = packetHeight(row, part, zoom, wordsIn(row, part, boxed, arrivals), arrivals.has(row));
      const at = top + h.above;
      y = at + h.fall + h.below;
      knots.push({ time: u.time, y: at });
      const arrival = row.sightings.at(-1)?.time ?? u.time;
      if ((part === 'whole' || part === 'resumption') && arrival > u.time && arrival < next) knots.push({ time: arrival, y: at + h.fall });
      slots.push({ ...u, id: idOf(row), top, bottom: y, at });
      return;
    }
    const size = bandSize(row, zoom);
    const height = row.kind === 'fold' && open.has(row.first) ? OPEN_HEAD + row.count * packetPitch(zoom) : size.height;
    y = top + height + size.gap;
    knots.push({ time: row.from, y: top });
    if (row.kind !== 'opening' && row.to < next) knots.push({ time: row.to, y: top + height });
    slots.push({ ...u, id: idOf(row), top, bottom: top + height, at: top + height / 2 });
  });
  return { slots, map: timeMap(knots) };
}

function placeByTime(unplaced: readonly Unplaced[], ladder: Ladder, room: number, zoom: number): { slots: Slot[]; map: TimeMap } {
  const silences = ladder.rows.flatMap((r) => (r.kind === 'silence' ? [r] : []));
  const quiet = silences.reduce((sum, s) => sum + (s.to - s.from), 0);
  const busy = Math.max(1, ladder.lastTime - ladder.firstTime - quiet);
  const perNano = (Math.max(80, room - 60 - silences.length * SILENCE_PX) * zoom) / busy;
  const knots: Knot[] = [{ time: ladder.firstTime, y: PAD_TOP + 16 }];
  let [time, y] = [ladder.firstTime as number, PAD_TOP + 16];
  for (const s of silences) {
    y += Math.max(0, s.from - time) * perNano;
    knots.push({ time: s.from, y }, { time: s.to, y: y + SILENCE_PX });
    y += SILENCE_PX;
    time = s.to;
  }
  knots.push({ time: ladder.lastTime, y: y + Math.max(0, ladder.lastTime - time) * perNano });
  const map = timeMap(knots);
  const slots = unplaced.map((u): Slot => {
    const { row } = u;
    const at = map.y(u.time);
    if (row.kind === 'packet' || row.kind === 'opening') return { ...u, id: idOf(row), top: at - 16, bottom: at + 4, at };
    const bottom = Math.max(at + 1, map.y(row.to));
    return { ...u, id: idOf(row), top: at, bottom, at: (at + bottom) / 2 };
  });
  return { slots, map };
}

/** Packets of an opened fold: one pitch each in the row scale, at their time in the time scale. */
function openPackets(
  fold: LadderFold,
  windows: readonly LadderWindow[],
  slot: Slot,
  stage: Stage,
  map: TimeMap,
  scale: LadderScale,
  opened: OpenedPacket[],
): DraftItem[] {
  const pitch = packetPitch(stage.zoom);
  const packets = windows.flatMap((w) => w.packets);
  const place = (p: LadderPacket): number =>
    scale === 'time' ? map.y(startOf(p)) : slot.top + OPEN_HEAD + (p.ordinal - fold.first + 0.62) * pitch;
  for (const p of packets) opened.push({ id: `p:${p.journey}`, time: startOf(p), at: place(p) });
  if (scale === 'time') return packets.map((p) => packetItem(p, stage, place(p), map.y));
  const local = timeMap([...packets.map((p) => ({ time: startOf(p), y: place(p) })), { time: fold.to, y: slot.bottom }]);
  const y = (time: Nanos): number => (time > fold.to ? map.y(time) : local.y(time));
  return packets.map((p) => packetItem(p, stage, place(p), y));
}

/** Height of a time, but for when it moved on after it was held: that has a row, also where others set out at the same moment. */
function heightFor(row: LadderPacket, slots: readonly Slot[], map: TimeMap): TimeMap['y'] {
  if (row.held <= 0) return map.y;
  const on = slots.find((slot) => slot.row === row && slot.part === 'resumption');
  return on ? (time) => (time === on.time ? on.at : map.y(time)) : map.y;
}

export function touchOf(packet: LadderPacket, stage: Stage, depart: number, y: TimeMap['y']): Touch {
  const route = routeOf(packet, stage, y, depart);
  const last = route.stops.at(-1);
  return { byLane: new Map(route.stops.map((s) => [s.lane, s.y])), end: { x: last?.x ?? 0, y: last?.y ?? 0 } };
}

function timeWishes(slots: readonly Slot[], opened: readonly OpenedPacket[], stage: Stage, input: LayoutInput): LabelWish[] {
  const sample = input.measure(input.formatTime(input.ladder.lastTime), MONO_11, false);
  const x = Math.max(sample + 14, stage.left - 104);
  const wish = (id: string, time: Nanos, y: number, alarm: boolean, inside: boolean): LabelWish => ({
    owner: `t:${id}`,
    priority: alarm ? PRIORITY.frame : inside ? PRIORITY.extra : PRIORITY.time,
    font: MONO_11,
    tone: alarm ? 'ink' : 'mute',
    variants: [[{ text: input.formatTime(time) }]],
    spots: [{ x, y, anchor: 'end' }],
  });
  const rows = slots.flatMap((slot): LabelWish[] => {
    if (slot.row.kind === 'opening' || slot.row.kind === 'silence' || slot.part === 'arrival') return [];
    const alarm = slot.row.kind === 'packet' && (slot.row.leak !== null || slot.row.reset !== null);
    return [wish(slot.id, slot.time, slot.row.kind === 'packet' ? slot.at + 4 : slot.top + 12, alarm, false)];
  });
  return [...rows, ...opened.map((p) => wish(p.id, p.time, p.at + 4, false, true))];
}

interface Drawn {
  readonly touches: ReadonlyMap<JourneyId, Touch>;
  readonly slots: readonly Slot[];
  readonly opened: readonly OpenedPacket[];
  readonly map: TimeMap;
}

function notePlaces(notes: readonly LadderNote[], stage: Stage, drawn: Drawn): NotePlace[] {
  return notes.map((note): NotePlace => {
    const { on } = note;
    if (on.kind === 'lane') return { note, x: stage.laneX[on.lane] ?? stage.right, y: PAD_TOP + 8, y1: PAD_TOP + 8 };
    if (on.kind === 'span') return { note, x: stage.right + 8, y: drawn.map.y(on.from), y1: drawn.map.y(on.to) };
    const touch = drawn.touches.get(on.journey);
    const y = touch ? nearest(touch, stage) : heightInBand(on.journey, on.ordinal, on.time, drawn);
    return { note, x: stage.right + 44, y, y1: y };
  });
}

/** Of a packet that has no row of its own: its arrow in an open band, else where its time falls in the closed one. */
function heightInBand(journey: JourneyId, ordinal: number, time: Nanos, { slots, opened, map }: Drawn): number {
  const arrow = opened.find((p) => p.id === `p:${journey}`);
  if (arrow) return arrow.at;
  const band = slots.find(({ row }) => row.kind === 'fold' && ordinal >= row.first && ordinal < row.first + row.count);
  return band ? Math.min(band.bottom, Math.max(band.top, map.y(time))) : map.y(time);
}

const nearest = (touch: Touch, stage: Stage): number => touch.byLane.get(stage.laneX.indexOf(stage.right)) ?? touch.end.y;
