// One packet as marks: the arrow, its joint or its way around the joint, what stands at its ends. Words: packetLabels.ts.

import { DUPLICATE_ACK, KEEP_ALIVE, OUT_OF_ORDER, ZERO_WINDOW } from '../engine/model/connection.ts';
import { J_DUPLICATED, J_RETRANSMISSION } from '../engine/model/correlation.ts';
import type { LadderPacket } from '../engine/model/ladder.ts';
import type { Nanos } from '../engine/model/units.ts';
import { type GlyphKind, glyph } from './glyphs.ts';
import type { Segment } from './labels.ts';
import type { HitShape, Mark, Stroke, Tone } from './marks.ts';
import { packetWishes } from './packetLabels.ts';
import { type Point, type Route, routeOf, type Stop } from './packetRoute.ts';
import { isReset, toneOf } from './packetText.ts';
import type { DraftItem, Stage } from './stage.ts';
import { verdictBox } from './verdictBox.ts';
import { ghostOf, wouldSign, wouldStroke } from './wouldMarks.ts';

/** Half width of a leak's way around the joint, px. */
const DETOUR = 13;
const JOINT = 3.6;

interface Pen {
  readonly marks: Mark[];
  readonly path: number[];
  /** Straight pieces that stand for ways around a joint. */
  readonly detours: Omit<Segment, 'owner'>[];
}

/** @param depart height of the departure; @param y height of a time */
export function packetItem(packet: LadderPacket, stage: Stage, depart: number, y: (time: Nanos) => number): DraftItem {
  const route = routeOf(packet, stage, y, depart);
  const tone = toneOf(packet);
  const stroke = wouldStroke(packet, strokeOf(packet, tone));
  const pen: Pen = { marks: [], path: [], detours: [] };
  const points = drawn(route, pen);
  const nat = stage.lanes.findIndex((l) => l.translation !== null);
  drawLine(points, packet, stage, nat, stroke, pen);
  drawEnds(points, route, packet, stroke, stage, pen);
  drawCrossings(route, packet, nat, stroke, pen);
  drawGlyph(points, packet, pen);
  if (packet.early) drawAlong(points.toReversed(), 'early', pen);
  pen.marks.push(...wouldSign(packet, points, stroke.tone));
  const box = verdictBox(packet, route, stage, nat);
  const id = `p:${packet.journey}`;
  const segments = [...segmentsOf(id, points), ...pen.detours.map((at) => ({ owner: id, ...at }))];
  const hits: HitShape[] = [{ kind: 'line', at: pen.path.length > 2 ? pen.path : points.flatMap((p) => [p.x, p.y]) }];
  if (box) hits.push({ kind: 'box', ...box.box });
  const ys = [...route.stops.map((s) => s.y), ...points.map((p) => p.y)];
  const ghost = ghostOf(packet, route, stage, nat, Math.max(...ys, box ? box.box.y + box.box.height : 0));
  if (ghost) {
    pen.marks.push(...ghost.marks);
    hits.push({ kind: 'line', at: ghost.hit });
  }
  return {
    id,
    top: Math.min(...ys) - 18,
    bottom: Math.max(...ys, box ? box.box.y + box.box.height : 0, ghost?.bottom ?? 0) + 14,
    marks: pen.marks,
    over: box?.marks ?? [],
    hits,
    wishes: [...packetWishes(packet, route, points, stage, nat), ...(ghost?.wishes ?? [])],
    taken: [...(box ? [box.box] : []), ...(ghost ? [ghost.box] : [])],
    segments,
  };
}

function strokeOf(packet: LadderPacket, tone: Tone): Stroke {
  if (packet.leak) return { tone, width: 3 };
  if (isReset(packet)) return { tone, width: packet.reset?.effect === 'kills' ? 3 : 2.2 };
  return { tone, width: tone === 'ack' ? 1.3 : 1.5 };
}

/** The points of the arrow; what was held back is drawn here as curve, dot and dotted line, and the arrow goes on from the dot. */
function drawn(route: Route, pen: Pen): Point[] {
  const points: Point[] = route.stops.map((s) => ({ x: s.x, y: s.y }));
  const [first, last] = [points[0], points.at(-1)];
  if (first && route.startsInMidAir !== null) points.unshift({ x: route.startsInMidAir, y: first.y - fall(first, points[1]) });
  if (last && route.endsInMidAir !== null) points.push({ x: route.endsInMidAir, y: last.y + fall(points.at(-2), last) });
  const { held } = route;
  const from = route.stops[route.heldAt];
  if (!held || !from) return points;
  const bend = (held.x - from.x) * 0.55;
  const tone: Tone = 'warn';
  const before = points.slice(0, route.heldAt + 1).flatMap((p) => [p.x, p.y]);
  if (before.length > 2) {
    pen.marks.push({ kind: 'line', at: before, stroke: { tone, width: 2 } });
    pen.path.push(...before.slice(0, -2));
  }
  pen.marks.push({
    kind: 'curve',
    at: [from.x, from.y, from.x + bend, from.y + 3, held.x - bend * 0.3, from.y + 6, held.x, held.y],
    stroke: { tone, width: 2 },
  });
  pen.marks.push({ kind: 'line', at: [held.x, held.y, held.x, held.resumeY], stroke: { tone, width: 1.5, dash: [2, 4] } });
  pen.marks.push({ kind: 'circle', x: held.x, y: held.y, radius: 4, fill: tone, stroke: null });
  pen.path.push(from.x, from.y, held.x, held.y, held.x, held.resumeY);
  return [{ x: held.x, y: held.resumeY }, ...points.slice(route.heldAt + 1)];
}

const fall = (a: Point | undefined, b: Point | undefined): number => (a && b ? Math.min(6, Math.abs(b.y - a.y) / 2) : 3);

function drawLine(points: readonly Point[], packet: LadderPacket, stage: Stage, nat: number, stroke: Stroke, pen: Pen): void {
  const natX = nat < 0 ? null : (stage.laneX[nat] ?? null);
  let run: number[] = [];
  const flush = (): void => {
    if (run.length > 2) pen.marks.push({ kind: 'line', at: run, stroke });
    run = [];
  };
  points.forEach((p, i) => {
    const atJoint = packet.leak !== null && natX !== null && p.x === natX && i > 0 && i < points.length - 1;
    if (!atJoint) {
      run.push(p.x, p.y);
      pen.path.push(p.x, p.y);
      return;
    }
    const [previous, next] = [points[i - 1] ?? p, points[i + 1] ?? p];
    // Captured on its way in and on its way out of the node: one way around both.
    const comes = previous.x !== natX;
    const dir = Math.sign(p.x - previous.x) || Math.sign(next.x - p.x) || 1;
    const x = p.x + (comes ? -1 : 1) * dir * DETOUR;
    if (comes) {
      run.push(x, p.y - 1);
      pen.path.push(x, p.y);
      flush();
    }
    if (next.x === natX) return;
    const first = comes ? p : previous;
    const [x0, x1] = [p.x - dir * DETOUR, p.x + dir * DETOUR];
    const low = Math.max(first.y + 16, p.y + 12);
    pen.marks.push({
      kind: 'curve',
      at: [x0, first.y - 1, x0, low - 7, p.x - dir * 8, low, p.x, low, p.x + dir * 8, low, x1, Math.min(low - 2, p.y + 10), x1, p.y + 1],
      stroke,
    });
    run.push(x1, p.y + 1);
    pen.path.push(p.x, low, x1, p.y + 1);
    pen.detours.push({ x0, y0: first.y, x1: p.x, y1: low }, { x0: p.x, y0: low, x1, y1: p.y });
  });
  flush();
}

function drawEnds(points: readonly Point[], route: Route, packet: LadderPacket, stroke: Stroke, stage: Stage, pen: Pen): void {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return;
  if (route.startsInMidAir !== null)
    pen.marks.push({
      kind: 'rect',
      x: first.x - 4,
      y: first.y - 4,
      width: 8,
      height: 8,
      radius: 1,
      fill: 'ground',
      alpha: 1,
      stroke: { tone: stroke.tone, width: 1.6 },
    });
  if (route.fades) drawFade(last, packet, stage, stroke, pen);
  const before = points.at(-2);
  if (!before) return;
  if (route.endsInMidAir !== null) {
    pen.marks.push({ kind: 'line', at: [last.x, last.y - 8, last.x, last.y + 8], stroke: { tone: stroke.tone, width: 2.6 } });
    return;
  }
  if (route.fades) return;
  if (isReset(packet)) pen.marks.push(...cross(last, stroke.tone, packet.reset?.effect === 'kills' ? 7 : 5.5));
  else {
    const angle = Math.atan2(last.y - before.y, last.x - before.x);
    pen.marks.push({
      kind: 'head',
      x: last.x,
      y: last.y,
      angle,
      size: packet.leak ? 14 : stroke.tone === 'ack' ? 8 : 9.5,
      tone: stroke.tone,
    });
  }
}

/** A later capture point should have seen it and did not, but nothing says that it was lost: the way on is dashed, without an end. */
function drawFade(last: Point, packet: LadderPacket, stage: Stage, stroke: Stroke, pen: Pen): void {
  const lane = stage.laneX.indexOf(last.x);
  const next = stage.laneX[lane + (packet.direction === 0 ? -1 : 1)];
  if (next === undefined) return;
  const x = last.x + (next - last.x) * 0.4;
  pen.marks.push({ kind: 'line', at: [last.x, last.y, x, last.y + 4], stroke: { ...stroke, dash: [3, 4], alpha: 0.7 } });
}

export const cross = (at: Point, tone: Tone, arm: number): Mark[] => [
  { kind: 'line', at: [at.x - arm, at.y - arm, at.x + arm, at.y + arm], stroke: { tone, width: 3 } },
  { kind: 'line', at: [at.x + arm, at.y - arm, at.x - arm, at.y + arm], stroke: { tone, width: 3 } },
];

/** Joints where NAT rewrote it, a dot where a capture point on the way saw it, a hollow dashed joint where a leak went past. */
function drawCrossings(route: Route, packet: LadderPacket, nat: number, stroke: Stroke, pen: Pen): void {
  route.stops.forEach((stop: Stop, i) => {
    const end = (i === 0 && route.startsInMidAir === null) || (i === route.stops.length - 1 && route.endsInMidAir === null);
    if (stop.lane === nat && (!end || packet.translated)) {
      const next = route.stops[i + 1];
      if (packet.leak && next?.lane === nat) return;
      if (packet.leak)
        pen.marks.push({
          kind: 'circle',
          x: stop.x,
          y: (stop.y + (route.stops[i - 1]?.lane === nat ? (route.stops[i - 1]?.y ?? stop.y) : stop.y)) / 2 - 1,
          radius: JOINT,
          fill: 'ground',
          stroke: { tone: 'mute', width: 1.2, dash: [2, 2] },
        });
      else if (packet.translated)
        pen.marks.push({ kind: 'circle', x: stop.x, y: stop.y, radius: JOINT, fill: 'ground', stroke: { tone: stroke.tone, width: 1.5 } });
    } else if (!end && stop.sighting)
      pen.marks.push({ kind: 'circle', x: stop.x, y: stop.y, radius: 2.2, fill: stroke.tone, stroke: null });
  });
}

function drawGlyph(points: readonly Point[], packet: LadderPacket, pen: Pen): void {
  if (packet.leak || isReset(packet)) return;
  const kind =
    (packet.journeyFlags & J_RETRANSMISSION) !== 0
      ? 'retransmission'
      : (packet.marks & OUT_OF_ORDER) !== 0
        ? 'outOfOrder'
        : (packet.marks & ZERO_WINDOW) !== 0
          ? 'zeroWindow'
          : (packet.marks & DUPLICATE_ACK) !== 0
            ? 'duplicateAck'
            : (packet.marks & KEEP_ALIVE) !== 0
              ? 'keepAlive'
              : (packet.journeyFlags & J_DUPLICATED) !== 0
                ? 'duplicated'
                : null;
  if (!kind) return;
  drawAlong(points, kind, pen);
}

/** Shortly behind the first of these points. */
function drawAlong([a, b]: readonly Point[], kind: GlyphKind, pen: Pen): void {
  if (!a || !b) return;
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const reach = Math.min(18, length / 2);
  pen.marks.push(...glyph(kind, a.x + ((b.x - a.x) * reach) / length, a.y + ((b.y - a.y) * reach) / length));
}

function segmentsOf(owner: string, points: readonly Point[]): Segment[] {
  const out: Segment[] = [];
  for (let i = 0; i + 1 < points.length; i++) {
    const [p, q] = [points[i], points[i + 1]];
    if (p && q) out.push({ owner, x0: p.x, y0: p.y, x1: q.x, y1: q.y });
  }
  return out;
}
