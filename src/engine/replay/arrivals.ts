// What reached the node, as columns: which row stands for it, with which addresses it came, when at the earliest and the latest,
// and what was seen of it behind the node.

import { sortedIndex } from '../../base/sortedIndex.ts';
import {
  type Correlation,
  J_INJECTED,
  J_LEAKED,
  J_LOST,
  J_PORT_CHANGED,
  J_RESEGMENTED,
  J_TRANSLATED,
  type Path,
  type Workspace,
} from '../model/correlation.ts';
import { referenceTime, spanOf, type TapTime } from './time.ts';
import { TupleNumbers } from './tupleNumbers.ts';
import { CLIENT_SIDE, SERVER_SIDE, sideOfRow, type Vantage, vantageOf } from './vantage.ts';

/** Values of `Arrivals.observed`. */
export const O_UNKNOWN = 0;
export const O_TRANSLATED = 1;
export const O_UNTRANSLATED = 2;
export const O_PORT_CHANGED = 3;
/** Seen before the node, and not behind it although its neighbours were. */
export const O_VANISHED = 4;

/** Values of `Arrivals.arrived`. */
export const A_NO = 0;
export const A_YES = 1;

/** Orders of arrival that are tried. */
export const ORDER_NEAR_CLIENT = 0;
export const ORDER_NEAR_SERVER = 1;
export const ORDER_BETWEEN = 2;
/** Each packet when it was seen entering: for capture points at the node itself. */
export const ORDER_ENTERING = 3;

/** Parallel columns, one entry a journey of the group's paths, path after path. */
export interface Arrivals {
  readonly length: number;
  readonly paths: readonly Path[];
  /** First entry of each path, with one more at the end. */
  readonly pathStart: Uint32Array;
  /** Index in `paths`. */
  readonly path: Uint32Array;
  readonly journey: Uint32Array;
  readonly direction: Uint8Array;
  readonly tap: Uint8Array;
  readonly row: Uint32Array;
  /** Sequence number and payload length where only a part of the row is this journey; length −1: take the row's. */
  readonly partSeq: Uint32Array;
  readonly partLength: Int32Array;
  /** Row of `tuples`. */
  readonly tuple: Uint32Array;
  /** Row of `tuples` under which an original was seen behind the node: the mapping that NAT chose. −1 unknown. */
  readonly leftAs: Int32Array;
  readonly arrived: Uint8Array;
  /** 1: NAT should translate it; 0: addressed to the server itself, or made by the node. */
  readonly due: Uint8Array;
  readonly observed: Uint8Array;
  /** 1: it arrived with a wrong checksum. */
  readonly damaged: Uint8Array;
  /** When it was seen entering and leaving, Nanos on the reference clock; estimated where it was not. */
  readonly entering: Float64Array;
  readonly leaving: Float64Array;
  readonly tuples: TupleNumbers;
  /** The node itself answered a client with the service's address. */
  readonly hasNodeAnswer: boolean;
  /** Of all paths: does the nearest capture point of the client's, of the server's side stand at the node? */
  readonly atNode: readonly [boolean, boolean];
}

/** Paths on which the node itself answered a client with the service's address. */
export function nodeAnswers({ resets }: Correlation): ReadonlySet<number> {
  return new Set(resets.flatMap((r) => (r.origin === 'node' && r.direction === 1 && r.path !== null ? [r.path] : [])));
}

/** @param answered see `nodeAnswers` */
export function buildArrivals(
  paths: readonly Path[],
  workspace: Workspace,
  correlation: Correlation,
  times: readonly TapTime[],
  answered: ReadonlySet<number>,
): Arrivals {
  const tuples = new TupleNumbers();
  const pathStart = new Uint32Array(paths.length + 1);
  paths.forEach(({ id }, i) => {
    const journeys = correlation.journeysOf(id);
    pathStart[i + 1] = pathStart[i] + journeys.pathEnd[id] - journeys.pathStart[id];
  });
  const length = pathStart[paths.length];
  const vantages = paths.map((p) => vantageOf(p, workspace, correlation, times));
  const arrivals: Arrivals = {
    length,
    paths,
    pathStart,
    path: new Uint32Array(length),
    journey: new Uint32Array(length),
    direction: new Uint8Array(length),
    tap: new Uint8Array(length),
    row: new Uint32Array(length),
    partSeq: new Uint32Array(length),
    partLength: new Int32Array(length).fill(-1),
    tuple: new Uint32Array(length),
    leftAs: new Int32Array(length).fill(-1),
    arrived: new Uint8Array(length),
    due: new Uint8Array(length),
    observed: new Uint8Array(length),
    damaged: new Uint8Array(length),
    entering: new Float64Array(length),
    leaving: new Float64Array(length),
    tuples,
    atNode: [vantages.every((v) => v.atNode[0]), vantages.every((v) => v.atNode[1])],
    hasNodeAnswer: paths.some((p) => answered.has(p.id)),
  };
  paths.forEach((path, i) => {
    arrivals.path.fill(i, pathStart[i], pathStart[i + 1]);
    fillPath(arrivals, pathStart[i], path, vantages[i], workspace, correlation, times);
  });
  return arrivals;
}

/** So many times the usual way before the end of a capture a packet may have set out that would have come after it. */
const MARGIN = 4;

/** One pass over a path's journeys. Long, as every column comes from the same two sightings. */
function fillPath(
  a: Arrivals,
  first: number,
  path: Path,
  vantage: Vantage,
  workspace: Workspace,
  correlation: Correlation,
  times: readonly TapTime[],
): void {
  const journeys = correlation.journeysOf(path.id);
  const tupleOf = (tap: number, row: number): number => a.tuples.ofRow(tap, workspace.taps[tap].packets, row);
  const toService = a.tuples.number(path.client, path.service ?? path.server);
  const fromServer = a.tuples.number(path.server, path.snat?.to ?? path.client);
  const { atNode } = vantage;
  const seesNode = atNode[0] || atNode[1];
  const spans = vantage.near.map((leg) => (leg ? spanOf(times[leg.tap]) : [0, Number.NEGATIVE_INFINITY]));
  const timeAt = (sighting: number): number => referenceTime(times[journeys.sightingTap[sighting]], journeys.sightingRow[sighting]);
  for (let j = journeys.pathStart[path.id], at = first; j < journeys.pathEnd[path.id]; j++, at++) {
    const direction = journeys.direction[j];
    const beforeSide = direction === 0 ? CLIENT_SIDE : SERVER_SIDE;
    let [before, behind, there] = [-1, -1, -1];
    for (let s = journeys.start[j]; s < journeys.start[j + 1]; s++) {
      const tap = journeys.sightingTap[s];
      const side = sideOfRow(vantage, workspace, tap, journeys.sightingRow[s]);
      if (side < 0) continue;
      if (there < 0 && atNode[side as 0 | 1] && tap === vantage.near[side as 0 | 1]?.tap) there = s;
      if (side === beforeSide && behind < 0) before = s;
      else if (behind < 0) behind = s;
    }
    const flags = journeys.flags[j];
    // Near the client: replies are taken as they left the node, originals as they came.
    const likely = direction === 0 || behind < 0 ? before : behind;
    const s = there >= 0 ? there : likely >= 0 ? likely : behind >= 0 ? behind : journeys.start[j];
    a.journey[at] = j;
    a.direction[at] = direction;
    a.tap[at] = journeys.sightingTap[s];
    a.row[at] = journeys.sightingRow[s];
    if (flags & J_RESEGMENTED && there < 0) {
      a.partSeq[at] = journeys.seq[j];
      a.partLength[at] = journeys.payloadLength[j];
    }
    // Before the node the capture had not begun, or was over: nothing says that the node made it.
    const [since, until] = spans[beforeSide];
    const wasOver = before < 0 && vantage.near[beforeSide] !== null && timeAt(s) > until;
    const hadBegun = vantage.near[beforeSide] === null || timeAt(s) > since;
    const isOfNode = seesNode && before < 0 && behind >= 0 && hadBegun && !wasOver;
    const came = before >= 0 ? before : isOfNode ? behind : -1;
    a.tuple[at] = came >= 0 ? tupleOf(journeys.sightingTap[came], journeys.sightingRow[came]) : direction === 0 ? toService : fromServer;
    if (direction === 0 && behind >= 0) a.leftAs[at] = tupleOf(journeys.sightingTap[behind], journeys.sightingRow[behind]);
    // Behind the node the capture was over already: nothing says that it did not get there.
    const behindSide = direction === 0 ? SERVER_SIDE : CLIENT_SIDE;
    const isOver =
      before >= 0 && !atNode[beforeSide] && timeAt(before) + MARGIN * vantage.transit[direction as 0 | 1] > spans[behindSide][1];
    // At the node too it says nothing that a capture which had not begun, or was over, did not see it.
    const isWatchedThere = vantage.near.some((leg, side) => leg !== null && atNode[side] && isWithin(timeAt(s), spans[side]));
    const hasCome = there >= 0 || (!isWatchedThere && hasArrived(direction, flags, before, behind, vantage));
    a.arrived[at] = isOver || hasCome ? A_YES : A_NO;
    const isDue = !isOfNode && (direction === 1 || a.tuple[at] === toService);
    a.due[at] = isDue ? 1 : 0;
    const canSee = isDue && (a.arrived[at] === A_YES || behind < 0);
    a.observed[at] = canSee ? observedOf(direction, flags, before, behind, vantage) : O_UNKNOWN;
    const transit = vantage.transit[direction as 0 | 1];
    // After the end of a capture the other's order stands as it is: moved apart by guessed times, an ACK would overtake what it acknowledges.
    a.entering[at] = before >= 0 ? timeAt(before) : timeAt(s) - (isOfNode || wasOver ? 0 : transit);
    a.leaving[at] = behind >= 0 ? timeAt(behind) : timeAt(s) + (isOver ? 0 : transit);
  }
}

function observedOf(direction: number, flags: number, before: number, behind: number, vantage: Vantage): number {
  if (flags & J_LEAKED) return O_UNTRANSLATED;
  // What answers a changed port is translated back to the real one.
  if (flags & J_PORT_CHANGED && direction === 0) return O_PORT_CHANGED;
  if (flags & J_TRANSLATED) return O_TRANSLATED;
  const canTell = vantage.near[0] !== null && vantage.near[1] !== null;
  return canTell && before >= 0 && behind < 0 && flags & J_LOST ? O_VANISHED : O_UNKNOWN;
}

const isWithin = (time: number, [first, last]: readonly number[]): boolean => time >= first && time <= last;

/** Only what reached the node counts: where nobody was there to see, it was seen behind it, or nobody stands behind it. */
function hasArrived(direction: number, flags: number, before: number, behind: number, vantage: Vantage): boolean {
  // Forged on the way between the node and the server.
  if (direction === 0 && before < 0 && flags & J_INJECTED && vantage.near[CLIENT_SIDE] !== null) return false;
  return behind >= 0 || vantage.near[direction === 0 ? SERVER_SIDE : CLIENT_SIDE] === null;
}

/** Entries in the order in which the node saw them, and when, under one assumption about where it stands. */
export interface Order {
  readonly index: Uint32Array;
  /** By entry, Nanos on the reference clock. */
  readonly time: Float64Array;
}

/** A tracker's work, and the orders in which it may have come. */
export interface Work {
  readonly arrivals: Arrivals;
  readonly orders: readonly Order[];
}

export function orderOf(a: Arrivals, order: number): Order {
  const time = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) {
    const [entering, leaving] = [a.entering[i], a.leaving[i]];
    const [atClient, atServer] = a.direction[i] === 0 ? [entering, leaving] : [leaving, entering];
    if (order === ORDER_ENTERING) time[i] = entering;
    else if (order === ORDER_NEAR_CLIENT) time[i] = atClient;
    else if (order === ORDER_NEAR_SERVER) time[i] = atServer;
    else time[i] = (atClient + atServer) / 2;
  }
  return { index: sortedIndex(time), time };
}

/** Between capture points on both sides of the node nothing should take longer; what does was held on one side of it. */
const HELD_NANOS = 1e6;

/** The orders that are possible, the likeliest first: NAT for a client's service access is usually near the client. */
export function ordersOf(a: Arrivals): readonly Order[] {
  const likeliest = likeliestOrder(a);
  const [client, server] = a.atNode;
  if (client && server) return hasHeld(a) ? [likeliest, orderOf(a, ORDER_NEAR_CLIENT), orderOf(a, ORDER_NEAR_SERVER)] : [likeliest];
  if (client || server) return [likeliest];
  return [likeliest, orderOf(a, ORDER_BETWEEN), orderOf(a, ORDER_NEAR_SERVER)];
}

/** The first of them alone. */
export function likeliestOrder(a: Arrivals): Order {
  const [client, server] = a.atNode;
  return orderOf(a, client && server ? ORDER_ENTERING : server ? ORDER_NEAR_SERVER : ORDER_NEAR_CLIENT);
}

function hasHeld(a: Arrivals): boolean {
  for (let at = 0; at < a.length; at++) if (a.leaving[at] - a.entering[at] > HELD_NANOS) return true;
  return false;
}
