// Where a packet runs: from lane to lane with the height at each, whether seen there or only known to have passed.
import { J_INJECTED, J_LOST } from '../engine/model/correlation.ts';
import type { LadderPacket, LadderSighting } from '../engine/model/ladder.ts';
import { type Nanos, nanos, ORIGINAL } from '../engine/model/units.ts';
import type { Stage } from './stage.ts';

export interface Stop {
  readonly lane: number;
  readonly x: number;
  readonly y: number;
  /** Null: nobody captured there. */
  readonly sighting: LadderSighting | null;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Route {
  /** In order of travel, at least two points unless there is only one lane. */
  readonly stops: readonly Stop[];
  /** Index in `stops` after whose departure it was held back; −1 not held. */
  readonly heldAt: number;
  /** Where it was held: the dot it reached, and the height at which it moved on from there. */
  readonly held: { readonly x: number; readonly y: number; readonly resumeY: number } | null;
  /** Starts between two lanes (or at a node that made it), ends before the next lane. */
  readonly startsInMidAir: number | null;
  readonly endsInMidAir: number | null;
  /** Nothing is known after the last sighting, though a later lane should have seen it. */
  readonly fades: boolean;
}

/** Least height an arrow falls from end to end in rows: it must be seen which way it runs. */
const MIN_FALL = 6;

/** When a held packet moved on: its delay on the slowest leg less what it was held. Null where it was not. */
export function resumeOf(packet: LadderPacket): { readonly leg: number; readonly time: Nanos } | null {
  if (packet.held <= 0 || packet.sightings.length < 2) return null;
  let leg = 0;
  let slowest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i + 1 < packet.sightings.length; i++) {
    const delay = (packet.sightings[i + 1]?.time ?? 0) - (packet.sightings[i]?.time ?? 0);
    if (delay > slowest) [slowest, leg] = [delay, i];
  }
  const [from, to] = [packet.sightings[leg]?.time ?? 0, packet.sightings[leg + 1]?.time ?? 0];
  return { leg, time: nanos(Math.min(to, Math.max(from, from + packet.held))) };
}

/**
 * @param y height of a time
 * @param first height of the departure (rows give every departure its own)
 */
export function routeOf(packet: LadderPacket, stage: Stage, y: (time: Nanos) => number, first: number): Route {
  const held = resumeOf(packet);
  const least = stage.exact ? 0 : MIN_FALL;
  const seen: Stop[] = [];
  let heldAt = -1;
  let floor = first;
  packet.sightings.forEach((sighting, i) => {
    let at = i === 0 ? first : Math.max(y(sighting.time), stage.exact ? floor : floor + 1);
    if (held && i === held.leg + 1) at = Math.max(at, y(held.time) + least);
    if (i === packet.sightings.length - 1 && i > 0 && packet.sightings[0]?.lane !== sighting.lane) at = Math.max(at, first + least);
    if (held && i === held.leg) heldAt = i;
    floor = at;
    seen.push({ lane: sighting.lane, x: stage.laneX[sighting.lane] ?? 0, y: at, sighting });
  });
  const lost = (packet.journeyFlags & J_LOST) !== 0 || packet.verdict?.verdict === 'DROPPED';
  const injected = (packet.journeyFlags & J_INJECTED) !== 0;
  const dot = held ? dotOf(seen[heldAt], seen[heldAt + 1], y(held.time)) : null;
  const { stops, heldStop } = withInferredBetween(seen, stage, heldAt, dot);
  heldAt = heldStop;
  const before = injected ? [] : beyond(stops[0], packet, stage, -1);
  const after = lost ? [] : beyond(stops.at(-1), packet, stage, 1);
  const whole = [...before.reverse(), ...stops, ...after];
  const last = whole.at(-1);
  return {
    stops: whole,
    heldAt: heldAt < 0 ? -1 : heldAt + before.length,
    held: dot,
    startsInMidAir: injected ? midAir(stops[0], packet, stage, -1) : null,
    endsInMidAir: lost ? midAir(last, packet, stage, 1) : null,
    fades: !lost && missesObserved(last, packet, stage),
  };
}

/** conntrack refused it and it went no further: dropped by a rule, or delivered to the node itself, to which it stayed addressed. */
export const refusedAtNode = (p: LadderPacket): boolean =>
  p.verdict?.verdict === 'DROPPED' || (p.verdict?.verdict === 'INVALID' && !p.leak && (p.journeyFlags & J_LOST) !== 0);

/** Step in lane index of the direction of travel: lanes are listed from the server's side. */
const step = (packet: LadderPacket): number => (packet.direction === ORIGINAL ? -1 : 1);

/** A short way into the leg: somewhere between the two lanes, nobody knows where. */
function dotOf(from: Stop | undefined, to: Stop | undefined, resume: number): Route['held'] {
  if (!from || !to) return null;
  const x = from.x + Math.sign(to.x - from.x) * Math.min(112, Math.abs(to.x - from.x) * 0.3);
  const y = from.y + 14;
  return { x, y, resumeY: Math.min(Math.max(resume, y + 8), Math.max(y + 8, to.y - 2)) };
}

function withInferredBetween(seen: readonly Stop[], stage: Stage, heldAt: number, dot: Route['held']): { stops: Stop[]; heldStop: number } {
  const stops: Stop[] = [];
  let heldStop = -1;
  seen.forEach((stop, i) => {
    const seenBefore = seen[i - 1];
    if (seenBefore) {
      const previous = dot && i - 1 === heldAt ? { ...seenBefore, x: dot.x, y: dot.resumeY } : seenBefore;
      const dir = Math.sign(stop.lane - previous.lane);
      for (let lane = previous.lane + dir; dir !== 0 && lane !== stop.lane; lane += dir) {
        const x = stage.laneX[lane] ?? 0;
        const part = stop.x === previous.x ? 0.5 : (x - previous.x) / (stop.x - previous.x);
        stops.push({ lane, x, y: previous.y + (stop.y - previous.y) * part, sighting: null });
      }
    }
    if (i === heldAt) heldStop = stops.length;
    stops.push(stop);
  });
  return { stops, heldStop };
}

/** Inferred lanes further on: with one capture only, the arrow still reaches the other end. Stops at the first observed lane. */
function beyond(from: Stop | undefined, packet: LadderPacket, stage: Stage, way: 1 | -1): Stop[] {
  const out: Stop[] = [];
  if (!from) return out;
  const dir = step(packet) * way;
  for (let lane = from.lane + dir; lane >= 0 && lane < stage.lanes.length; lane += dir) {
    if (stage.lanes[lane]?.kind !== 'inferred') return [];
    out.push({ lane, x: stage.laneX[lane] ?? 0, y: from.y + (stage.exact ? 0 : way * 2 * (out.length + 1)), sighting: null });
  }
  return out;
}

function missesObserved(last: Stop | undefined, packet: LadderPacket, stage: Stage): boolean {
  if (!last) return false;
  for (let lane = last.lane + step(packet); lane >= 0 && lane < stage.lanes.length; lane += step(packet)) {
    if (stage.lanes[lane]?.kind === 'observed') return true;
  }
  return false;
}

function midAir(stop: Stop | undefined, packet: LadderPacket, stage: Stage, way: 1 | -1): number | null {
  if (!stop) return null;
  const dir = step(packet) * way;
  const nat = stage.lanes.findIndex((l) => l.translation !== null);
  const byNode = way === 1 ? refusedAtNode(packet) : packet.reset?.origin === 'node';
  if (byNode && nat >= 0 && Math.sign(nat - stop.lane) === dir) return stage.laneX[nat] ?? stop.x;
  const next = stage.laneX[stop.lane + dir];
  if (next !== undefined) return stop.x + (next - stop.x) * 0.55;
  return stop.x + 40 * Math.sign((stage.laneX[stop.lane - dir] ?? stop.x + dir) - stop.x) * -1;
}
