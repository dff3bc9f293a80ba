// In which order a path's stops lie between client and server: by hop counts, else by who saw requests first and answers last.
import type { CorrelationHints, TapPosition } from '../model/correlation.ts';
import { type PacketTable, RST } from '../model/packetTable.ts';
import type { TapId } from '../model/units.ts';
import type { PathDraft, Stop } from './drafts.ts';
import { G_REPLY, type Groups } from './groups.ts';
import { endpointNumber, hasHandshake, type LegIndex } from './legs.ts';
import { flowAt, groupsOfWhole, sideAt } from './wholePaths.ts';

/** Answers that are looked at per pair of stops, and packets of a direction that are made for that of a whole path. */
const LOOKED_AT = 32;
const REQUESTS = 64;
/** Paths that say the same of two points before the rest are taken to agree. */
const UNANIMOUS = 64;
/** Paths of one kind that are asked at all. */
const ENOUGH = 128;
/** Two clocks drift apart no faster than this (parts of one). */
const MAX_DRIFT = 400e-6;
/** Requests that differ less than this between two points were taken by one clock. */
const ONE_CLOCK_NANOS = 1e6;

/** Paths of one kind: how many more say that the first point is nearer to the client, of how many asked. */
interface PairClass {
  readonly votes: number;
  readonly asked: number;
}

/** Sorts the stops of every path from client to server and the sights of its groups with them. `tapTime` gives a row's time at a stop. */
export function orderStops(legs: LegIndex, drafts: readonly PathDraft[], groups: Groups, hints: CorrelationHints): void {
  const classes = new Map<number, PairClass>();
  /** Verdicts on the pairs of stops of all paths: as numbers, as there may be very many. */
  const pairStart = new Uint32Array(drafts.length + 1);
  for (let path = 0; path < drafts.length; path++) pairStart[path + 1] = pairStart[path] + drafts[path].stops.length ** 2;
  const verdicts = new Int8Array(pairStart[drafts.length]);
  const hops = new Int16Array(2 * drafts.reduce((most, d) => Math.max(most, d.stops.length), 0));
  for (let path = 0; path < drafts.length; path++) {
    if (drafts[path].stops.length === 1) continue;
    hopCounts(legs, drafts[path], groups, path, hops);
    pairOrder(legs, drafts[path], groups, path, hops, classes, verdicts, pairStart[path]);
  }
  const isHinted = hints.positions !== undefined || hints.order !== undefined;
  for (let path = 0; path < drafts.length; path++) {
    const draft = drafts[path];
    const n = draft.stops.length;
    const pair = pairStart[path];
    // Most paths have two stops, and mostly these stand in order.
    if (n === 1 || (n === 2 && verdicts[pair + 1] > 0 && !isHinted)) continue;
    const says = (a: number, b: number): number => {
      const own = verdicts[pair + a * n + b];
      if (own !== 0) return -own;
      const common = classes.get(kindOf(legs, draft, a, b))?.votes || (classes.get(pointsOf(legs, draft, a, b))?.votes ?? 0);
      if (common === 0) return byOpening(legs, draft, a, b);
      return isSwapped(draft, a, b) ? common : -common;
    };
    if (n === 2 && !isHinted && says(1, 0) >= 0) continue;
    const order = draft.stops.map((_, k) => k);
    insertionSort(order, says);
    if (hints.positions !== undefined) place(order, hints.positions, (k) => legs.points[draft.stops[k].point].tap);
    if (hints.order !== undefined) obey(order, hints.order, (k) => legs.points[draft.stops[k].point].tap);
    if (order.some((k, i) => k !== i)) permute(draft, groups, path, order);
  }
}

/** Of two stops that nothing puts in order, as they have no packet in common: a connection goes on where it was opened, and then elsewhere. */
function byOpening(legs: LegIndex, { stops }: PathDraft, a: number, b: number): number {
  const isOpened = (stop: number): boolean => stops[stop].main.some((d) => hasHandshake(legs, d.leg));
  return Number(isOpened(b)) - Number(isOpened(a));
}

/**
 * The user's order of capture points, of all or of some: those come into order among themselves. It is read from whichever end agrees
 * better with what the packets say.
 */
function obey(order: number[], wanted: readonly TapId[], tapOf: (stop: number) => TapId): void {
  const rank = (stop: number): number => wanted.indexOf(tapOf(stop));
  const slots = [...order.keys()].filter((i) => rank(order[i]) >= 0);
  const named = slots.map((i) => order[i]);
  let agree = 0;
  for (let i = 0; i < named.length; i++) {
    for (let j = i + 1; j < named.length; j++) agree += Math.sign(rank(named[j]) - rank(named[i]));
  }
  const sign = agree < 0 ? -1 : 1;
  insertionSort(named, (a, b) => sign * (rank(a) - rank(b)));
  slots.forEach((slot, i) => {
    order[slot] = named[i];
  });
}

const NEARNESS: Readonly<Record<TapPosition, number>> = { client: -2, 'client-side': -1, node: 0, unknown: 0, 'server-side': 1, server: 2 };

/** The user's word on single capture points: those at an end go there; of the others, those that were named are put in order among themselves. */
function place(order: number[], positions: ReadonlyMap<TapId, TapPosition>, tapOf: (stop: number) => TapId): void {
  const rank = (stop: number): number | null => {
    const position = positions.get(tapOf(stop));
    return position === undefined || position === 'unknown' ? null : NEARNESS[position];
  };
  const slots = [...order.keys()].filter((i) => rank(order[i]) !== null);
  const named = slots.map((i) => order[i]);
  insertionSort(named, (a, b) => (rank(a) ?? 0) - (rank(b) ?? 0));
  named.forEach((stop, i) => {
    order[slots[i]] = stop;
  });
  const end = (stop: number): number => ((rank(stop) ?? 0) === NEARNESS.client ? -1 : (rank(stop) ?? 0) === NEARNESS.server ? 1 : 0);
  insertionSort(order, (a, b) => end(a) - end(b));
}

/** Stable, and at its best with the few stops a path has; the relation need not be transitive. */
function insertionSort(order: number[], compare: (a: number, b: number) => number): void {
  for (let i = 1; i < order.length; i++) {
    for (let j = i; j > 0 && compare(order[j], order[j - 1]) < 0; j--) [order[j], order[j - 1]] = [order[j - 1], order[j]];
  }
}

/** Paths between the same two points to the same server address run the same way: that is one kind, and all between two points another. */
function kindOf(legs: LegIndex, draft: PathDraft, a: number, b: number): number {
  const [main] = draft.stops[isSwapped(draft, a, b) ? b : a].main;
  const server = main === undefined ? 0 : Math.floor(endpointNumber(legs, main.leg, 1 - main.original) / 65536);
  return -1 - (pointsOf(legs, draft, a, b) * legs.addressText.length + server);
}

function pointsOf(legs: LegIndex, { stops }: PathDraft, a: number, b: number): number {
  const [x, y] = [stops[a].point, stops[b].point];
  return Math.min(x, y) * legs.points.length + Math.max(x, y);
}

const isSwapped = ({ stops }: PathDraft, a: number, b: number): boolean => stops[a].point > stops[b].point;

const NOBODY: Readonly<PairClass> = { votes: 0, asked: 0 };

/** `before[at + a * n + b]` 1: a is nearer to the client; −1: b is; 0: this path does not tell (its vote for the pair of points is 0 too). */
function pairOrder(
  legs: LegIndex,
  draft: PathDraft,
  groups: Groups,
  path: number,
  hops: Int16Array,
  classes: Map<number, PairClass>,
  before: Int8Array,
  at: number,
): void {
  const n = draft.stops.length;
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      const requests = hops[2 * a] >= 0 && hops[2 * b] >= 0 ? Math.sign(hops[2 * a] - hops[2 * b]) : 0;
      const answers = hops[2 * a + 1] >= 0 && hops[2 * b + 1] >= 0 ? Math.sign(hops[2 * b + 1] - hops[2 * a + 1]) : 0;
      const verdict = Math.sign(requests + answers) || votedOrder(legs, draft, groups, path, a, b, classes);
      before[at + a * n + b] = verdict;
      before[at + b * n + a] = -verdict;
    }
  }
}

/** By timing, where not enough paths of the same kind agree already, and a vote for the paths that do not tell. */
function votedOrder(
  legs: LegIndex,
  draft: PathDraft,
  groups: Groups,
  path: number,
  a: number,
  b: number,
  classes: Map<number, PairClass>,
): number {
  const points = pointsOf(legs, draft, a, b);
  const all = classes.get(points) ?? NOBODY;
  if (all.asked >= ENOUGH && Math.abs(all.votes) % all.asked === 0) return 0;
  const kind = kindOf(legs, draft, a, b);
  const known = classes.get(kind) ?? NOBODY;
  if (Math.abs(known.votes) >= UNANIMOUS || known.asked >= ENOUGH) return 0;
  const verdict = timingOrder(legs, draft, groups, path, a, b);
  const vote = isSwapped(draft, a, b) ? -verdict : verdict;
  classes.set(kind, { asked: known.asked + 1, votes: known.votes + vote });
  classes.set(points, { asked: all.asked + 1, votes: all.votes + vote });
  return verdict;
}

/** TTL (or hop limit) of the first ordinary packet of each direction at each stop; −1 none. @param found is filled, where it is asked for many */
export function hopCounts(
  legs: LegIndex,
  draft: PathDraft,
  groups: Groups,
  path: number,
  found = new Int16Array(2 * draft.stops.length),
): Int16Array {
  const n = draft.stops.length;
  found.fill(-1);
  if (groups.pending[path] === 1) {
    for (let k = 0; k < n; k++) {
      found[2 * k] = firstTtl(legs, draft.stops[k], 0);
      found[2 * k + 1] = firstTtl(legs, draft.stops[k], 1);
    }
    return found;
  }
  let missing = 2 * n;
  for (let g = groups.pathStart[path]; g < groups.pathStart[path + 1] && missing > 0; g++) {
    const at = groups.sightOf(path, g, n);
    const reply = groups.flags[g] & G_REPLY;
    for (let k = 0; k < n; k++) {
      const row = groups.sight[at + k] - 1;
      if (row < 0 || found[2 * k + reply] >= 0) continue;
      const { packets } = legs.points[draft.stops[k].point];
      if ((packets.flags[row] & RST) !== 0) continue;
      found[2 * k + reply] = packets.ttl[row];
      missing--;
    }
  }
  return found;
}

/** The same at a stop of a whole path without RST. */
function firstTtl(legs: LegIndex, stop: Stop, direction: 0 | 1): number {
  const flow = flowAt(legs, stop);
  const side = sideAt(legs, stop, direction);
  if (flow.sent[side] === 0 || flow.ttl[side] > 0) return flow.sent[side] === 0 ? -1 : flow.ttl[side];
  const { rows, rowStart, direction: directions, packets } = legs.points[stop.point];
  return packets.ttl[rows[directions.indexOf(side & 1, rowStart[side >> 1])]];
}

/**
 * A request and an answer next to each other in time, both seen at both stops: (b − a of the request) + (a − b of the answer) is the round
 * trip beyond a when a is nearer to the client, and negative when b is. The clocks' offset cancels, and so does drift.
 */
function timingOrder(legs: LegIndex, draft: PathDraft, all: Groups, of: number, a: number, b: number): number {
  const n = draft.stops.length;
  const [groups, path] = all.pending[of] === 1 ? [groupsOfWhole(all, legs, draft.stops, REQUESTS), 0] : [all, of];
  const [pa, pb] = [legs.points[draft.stops[a].point].packets, legs.points[draft.stops[b].point].packets];
  const start = groups.pathStart[path];
  const end = groups.pathStart[path + 1];
  let reply = start;
  while (reply < end && (groups.flags[reply] & G_REPLY) === 0) reply++;
  const sums: { apart: number; sum: number }[] = [];
  let q = start;
  const seen = (g: number): boolean => {
    const at = groups.sightOf(path, g, n);
    return groups.sight[at + a] !== 0 && groups.sight[at + b] !== 0;
  };
  const times = (g: number): [number, number] => {
    const at = groups.sightOf(path, g, n);
    return [pa.time[groups.sight[at + a] - 1], pb.time[groups.sight[at + b] - 1]];
  };
  const stop = Math.min(end, reply + LOOKED_AT);
  let before: [number, number] | null = null;
  let after: [number, number] | null = null;
  for (let r = reply; r < stop; r++) {
    if (!seen(r)) continue;
    const answer = times(r);
    while (after === null || after[0] <= answer[0]) {
      if (after !== null) before = after;
      after = null;
      while (q < reply && !seen(q)) q++;
      if (q === reply) break;
      after = times(q++);
    }
    for (const request of [before, after]) {
      if (request !== null) sums.push({ apart: Math.abs(request[0] - answer[0]), sum: request[1] - request[0] + (answer[0] - answer[1]) });
    }
  }
  // The nearer the two packets, the less drift between them; what drift alone could make counts only where nothing else does.
  sums.sort((x, y) => x.apart - y.apart);
  const near = sums.slice(0, Math.ceil(sums.length / 2));
  const sure = near.filter(({ apart, sum }) => Math.abs(sum) > apart * MAX_DRIFT);
  return majority(sure) || majority(near) || sameClockOrder(pa, pb, requestDeltas(start, reply, seen, times));
}

/** Which sign more than five of eight have; 0 where neither does. */
function majority(sums: readonly { readonly sum: number }[]): number {
  const votes = sums.reduce((n, { sum }) => n + Math.sign(sum), 0);
  return Math.abs(votes) * 4 > sums.length ? Math.sign(votes) : 0;
}

function requestDeltas(from: number, to: number, seen: (g: number) => boolean, times: (g: number) => [number, number]): number[] {
  const deltas: number[] = [];
  for (let g = from; g < to && deltas.length < LOOKED_AT; g++) {
    if (!seen(g)) continue;
    const [ta, tb] = times(g);
    deltas.push(tb - ta);
  }
  return deltas;
}

/** No answers to compare with: where all requests show nearly the same time at both points, one clock took them, and the earlier is nearer. */
function sameClockOrder(a: PacketTable, b: PacketTable, deltas: readonly number[]): number {
  const apart = Number(b.epoch - a.epoch);
  if (deltas.length === 0 || deltas.some((d) => Math.abs(d + apart) > ONE_CLOCK_NANOS)) return 0;
  return Math.sign(deltas.reduce((sum, d) => sum + Math.sign(d + apart), 0));
}

function permute(draft: PathDraft, groups: Groups, path: number, order: readonly number[]): void {
  const n = order.length;
  const rank = new Uint8Array(n);
  order.forEach((k, i) => {
    rank[k] = i;
  });
  draft.stops = order.map((k) => draft.stops[k]);
  const row = new Uint32Array(n);
  const time = new Float64Array(n);
  for (let g = groups.pathStart[path]; g < groups.pathStart[path + 1]; g++) {
    const at = groups.sightOf(path, g, n);
    for (let k = 0; k < n; k++) {
      row[k] = groups.sight[at + order[k]];
      time[k] = groups.time[at + order[k]];
    }
    groups.sight.set(row, at);
    groups.time.set(time, at);
    groups.stop[g] = rank[groups.stop[g]];
  }
}
