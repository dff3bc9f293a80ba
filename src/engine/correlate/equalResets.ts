// RSTs that are equal in every number: which of those at one stop is which at the next, told by their times and by the hops between the two.
import type { Clock } from '../model/correlation.ts';
import { RST } from '../model/packetTable.ts';
import type { Context } from './context.ts';
import type { PathDraft } from './drafts.ts';
import { G_REPLY, type Groups } from './groups.ts';
import type { LegIndex } from './legs.ts';
import { hopCounts } from './order.ts';

/** Equal RSTs compared with each other; more say the same. */
const MAX_EQUAL = 64;
/** On the way between two capture points a RST is held up no longer than this beyond what the clocks leave open. Nanos. */
const UNDER_WAY = 50e6;

/**
 * A host's RST and one that a device forged in its name have the same number and often no identification, and so have all that answer one
 * number. Matching takes them in file order. Where a stop lacks some, those that were there at the same time are taken for one; where one has
 * come the wrong number of hops since the stop before, those that have come the right number are dealt out again.
 */
export function tellEqualResets(known: Pick<Context, 'legs' | 'drafts' | 'groups' | 'timeOf'>, clocks: readonly Clock[]): void {
  const { legs, drafts, groups } = known;
  for (let path = 0; path < drafts.length; path++) {
    // Most paths have no RST, and many one.
    if (groups.pending[path] === 1 || drafts[path].stops.length < 2 || !hasSeveral(groups, path)) continue;
    for (const list of equalResets(groups, path).values()) {
      if (list.length < 2) continue;
      dealByTime(known, clocks, path, list);
      dealByHops(legs, drafts[path], groups, path, list);
    }
  }
}

function hasSeveral({ kind, pathStart }: Groups, path: number): boolean {
  let resets = 0;
  for (let g = pathStart[path]; g < pathStart[path + 1]; g++) if ((kind[g] & RST) !== 0 && ++resets > 1) return true;
  return false;
}

/** Groups of RSTs by direction, number and flags. */
function equalResets(groups: Groups, path: number): Map<string, number[]> {
  const equal = new Map<string, number[]>();
  for (let g = groups.pathStart[path]; g < groups.pathStart[path + 1]; g++) {
    if ((groups.kind[g] & RST) === 0) continue;
    const key = `${groups.flags[g] & G_REPLY} ${groups.seq[g]} ${groups.kind[g] & 0x1ff}`;
    const list = equal.get(key);
    if (list === undefined) equal.set(key, [g]);
    else if (list.length < MAX_EQUAL) list.push(g);
  }
  return equal;
}

/** One sighting of a RST; `at` is on the reference clock. */
interface Sight {
  readonly stop: number;
  readonly row: number;
  readonly time: number;
  readonly at: number;
}

function dealByTime(
  { legs, drafts, groups, timeOf }: Pick<Context, 'legs' | 'drafts' | 'groups' | 'timeOf'>,
  clocks: readonly Clock[],
  path: number,
  list: readonly number[],
): void {
  const { stops } = drafts[path];
  const n = stops.length;
  const tapOf = (stop: number): number => legs.points[stops[stop].point].tap;
  const sightsAt = (stop: number): Sight[] =>
    list
      .map((g) => groups.sightOf(path, g, n) + stop)
      .filter((at) => groups.sight[at] !== 0)
      .map((at) => ({
        stop,
        row: groups.sight[at] - 1,
        time: groups.time[at],
        at: timeOf(tapOf(stop), groups.sight[at] - 1),
      }))
      .sort((a, b) => a.at - b.at || a.row - b.row);
  const seen = [...stops.keys()].map(sightsAt).filter((sights) => sights.length > 0);
  if (seen.every((sights) => sights.length === list.length) || seen.some(([s]) => clocks[tapOf(s.stop)].uncertainty === Infinity)) return;
  if ((groups.flags[list[0]] & G_REPLY) !== 0) seen.reverse();
  const [first = [], ...others] = seen;
  const told = first.map((s) => [s]);
  for (const sights of others) {
    const longest = UNDER_WAY + 2 * Math.max(...[told[0][0], sights[0]].map((s) => clocks[tapOf(s.stop)].uncertainty));
    const partner = alike(
      told.map((t) => t[t.length - 1].at),
      sights.map((s) => s.at),
      longest,
    );
    // Clocks that tell most of them apart tell nothing of RSTs that were seen by two capture points.
    if (2 * partner.filter((p) => p >= 0).length < Math.min(told.length, sights.length)) return;
    sights.forEach((s, i) => {
      if (partner[i] >= 0) told[partner[i]].push(s);
      else told.push([s]);
    });
    told.sort((a, b) => a[a.length - 1].at - b[b.length - 1].at);
  }
  if (told.length !== list.length) return;
  list.forEach((g, i) => {
    const at = groups.sightOf(path, g, n);
    groups.sight.fill(0, at, at + n);
    groups.stop[g] = told[i][0].stop;
    for (const { stop, row, time } of told[i]) {
      groups.sight[at + stop] = row + 1;
      groups.time[at + stop] = time;
    }
  });
}

/**
 * Which of the earlier times each of the later ones belongs to, −1 none: in order, with the least time between them in all, and none further
 * apart than `longest`. Both ascending.
 */
function alike(before: readonly number[], after: readonly number[], longest: number): number[] {
  const width = after.length + 1;
  /** Least cost of the first i and j of them; leaving one out costs half of what the longest way does. */
  const cost = new Float64Array((before.length + 1) * width);
  const pairOf = (i: number, j: number): number => cost[(i - 1) * width + j - 1] + Math.abs(after[j - 1] - before[i - 1]);
  for (let i = 0; i <= before.length; i++) {
    for (let j = 0; j < width; j++) {
      if (i === 0 || j === 0) cost[i * width + j] = (i + j) * (longest / 2);
      else cost[i * width + j] = Math.min(pairOf(i, j), longest / 2 + Math.min(cost[(i - 1) * width + j], cost[i * width + j - 1]));
    }
  }
  const partner = after.map(() => -1);
  for (let i = before.length, j = after.length; i > 0 && j > 0; ) {
    const least = cost[i * width + j];
    if (least === pairOf(i, j)) partner[--j] = --i;
    else if (cost[(i - 1) * width + j] <= cost[i * width + j - 1]) i--;
    else j--;
  }
  return partner;
}

function dealByHops(legs: LegIndex, draft: PathDraft, groups: Groups, path: number, list: readonly number[]): void {
  const { stops } = draft;
  const n = stops.length;
  const reply = groups.flags[list[0]] & G_REPLY;
  const hops = hopCounts(legs, draft, groups, path);
  const travel = reply === 0 ? [...stops.keys()] : [...stops.keys()].reverse();
  const at = (g: number, k: number): number => groups.sightOf(path, g, n) + k;
  const rowAt = (g: number, k: number): number => groups.sight[at(g, k)] - 1;
  const ttl = (row: number, k: number): number => legs.points[stops[k].point].packets.ttl[row];
  for (let i = 1; i < n; i++) {
    const k = travel[i];
    const before = (g: number): number => travel.slice(0, i).findLast((s) => rowAt(g, s) >= 0) ?? -1;
    const here = list.filter((g) => rowAt(g, k) >= 0);
    const forwarded = here.filter((g) => before(g) >= 0);
    const from = forwarded.length > 0 ? before(forwarded[0]) : -1;
    if (from < 0 || hops[2 * k + reply] < 0 || hops[2 * from + reply] < 0 || forwarded.some((g) => before(g) !== from)) continue;
    const way = hops[2 * from + reply] - hops[2 * k + reply];
    const sent = ttl(rowAt(forwarded[0], from), from);
    const hasCome = (row: number): boolean => sent - ttl(row, k) === way;
    if (forwarded.every((g) => hasCome(rowAt(g, k)))) continue;
    const sights = here.map((g) => ({ row: rowAt(g, k), time: groups.time[at(g, k)] })).sort((a, b) => a.row - b.row);
    const proper = sights.filter((s) => hasCome(s.row)).slice(0, forwarded.length);
    if (proper.length < forwarded.length) continue;
    const others = sights.filter((s) => !proper.includes(s));
    forwarded.sort((a, b) => rowAt(a, from) - rowAt(b, from));
    const rest = here.filter((g) => !forwarded.includes(g));
    [...forwarded, ...rest].forEach((g, j) => {
      const sight = [...proper, ...others][j];
      groups.sight[at(g, k)] = sight.row + 1;
      groups.time[at(g, k)] = sight.time;
    });
  }
}
