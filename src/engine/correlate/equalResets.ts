// RSTs that are equal in every number: which of those at one stop is which at the next, told by the hops between the two.
import { RST } from '../model/packetTable.ts';
import type { PathDraft } from './drafts.ts';
import { G_REPLY, type Groups } from './groups.ts';
import type { LegIndex } from './legs.ts';
import { hopCounts } from './order.ts';

/** Equal RSTs compared with each other; more say the same. */
const MAX_EQUAL = 64;

/**
 * A host's RST and one that a device forged in its name have the same number and often no identification. Matching takes them in file
 * order; where one has come the wrong number of hops since the stop before, those that have come the right number are dealt out again.
 */
export function tellEqualResets(legs: LegIndex, drafts: readonly PathDraft[], groups: Groups): void {
  for (let path = 0; path < drafts.length; path++) {
    // Most paths have no RST, and many one.
    if (groups.pending[path] === 1 || drafts[path].stops.length < 2 || !hasSeveral(groups, path)) continue;
    for (const list of equalResets(groups, path).values()) if (list.length > 1) dealByHops(legs, drafts[path], groups, path, list);
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
