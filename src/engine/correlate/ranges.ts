// Segmentation offload cuts and merges: what no equal packet was found for is matched by the octets it carries.
import { HAS_TS, type PacketTable } from '../model/packetTable.ts';
import { K_SOMEWHERE_RETRANSMISSION } from './columns.ts';
import { G_DEAD, G_RANGE, type Groups } from './groups.ts';

/** Candidates looked at around a segment; more overlap it only when one range was sent that often. */
const NEIGHBOURS = 64;

/**
 * Completes groups of one direction (`first` … count − 1) that were not seen at every stop. A large packet at one stop and its parts
 * at another become one group per part; what of the large packet is in no part becomes a group of its own.
 */
export function matchRanges(
  groups: Groups,
  first: number,
  stops: number,
  sightStart: number,
  pathStart: number,
  tables: readonly PacketTable[],
): void {
  const at = (g: number): number => sightStart + stops * (g - pathStart);
  const rowOf = (g: number): number => groups.sight[at(g) + groups.stop[g]] - 1;
  const hasTimestamps = (g: number): boolean => (tables[groups.stop[g]].flags[rowOf(g)] & HAS_TS) !== 0;
  let open: number[] = [];
  for (let g = first; g < groups.count; g++) {
    if (groups.length[g] === 0) continue;
    for (let k = 0; k < stops; k++) {
      if (groups.sight[at(g) + k] === 0) {
        open.push(g);
        break;
      }
    }
  }
  if (open.length < 2) return;
  const origin = groups.seq[open[0]];
  const start = (g: number): number => (groups.seq[g] - origin) | 0;
  open.sort((a, b) => start(a) - start(b) || a - b);
  cutOverlaps();
  const covered = new Map<number, [number, number][]>();
  for (let i = 0; i < stops; i++) {
    for (let j = i + 1; j < stops; j++) matchPair(i, j);
  }
  for (const [whole, parts] of covered) addRests(whole, parts);
  compact();

  /**
   * Two capture points behind offload of their own cut where the other does not: each is cut where the other is, so that one holds the other.
   * Only where timestamps tell a send from the next: without, a repair that overlaps it looks the same.
   */
  function cutOverlaps(): void {
    const cuts = new Map<number, Set<number>>();
    const cut = (g: number, octet: number): void => {
      const known = cuts.get(g);
      if (known === undefined) cuts.set(g, new Set([octet]));
      else known.add(octet);
    };
    let longest = 0;
    for (const g of open) longest = Math.max(longest, groups.length[g]);
    let low = 0;
    for (let n = 0; n < open.length; n++) {
      const r = open[n];
      const [s, e] = [start(r), start(r) + groups.length[r]];
      while (start(open[low]) + longest <= s) low++;
      for (let m = Math.max(low, n - NEIGHBOURS); m < n; m++) {
        const l = open[m];
        const [ls, le] = [start(l), start(l) + groups.length[l]];
        if (ls === s || le <= s || le >= e || isSeenTogether(l, r) || !hasTimestamps(l) || !isSameSend(l, r)) continue;
        cut(l, s);
        cut(r, le);
      }
    }
    if (cuts.size === 0) return;
    open = open.filter((g) => !cuts.has(g));
    for (const [whole, octets] of cuts) {
      groups.flags[whole] |= G_DEAD;
      let from = start(whole);
      for (const to of [...[...octets].sort((a, b) => a - b), from + groups.length[whole]]) {
        open.push(addPart(whole, from, to));
        from = to;
      }
    }
    open.sort((a, b) => start(a) - start(b) || a - b);
  }

  /** Does some stop hold both? Then they are two. */
  function isSeenTogether(a: number, b: number): boolean {
    for (let k = 0; k < stops; k++) if (groups.sight[at(a) + k] !== 0 && groups.sight[at(b) + k] !== 0) return true;
    return false;
  }

  /** A group of its own for some octets of another, seen where that was. */
  function addPart(whole: number, from: number, to: number): number {
    const flags = (groups.flags[whole] & ~G_DEAD) | G_RANGE;
    const seq = (origin + from) >>> 0;
    const g = groups.add(stops, groups.stop[whole], flags, seq, to - from, groups.ack[whole], groups.kind[whole]);
    for (let k = 0; k < stops; k++) copySight(g, whole, k);
    return g;
  }

  function matchPair(i: number, j: number): void {
    const left = open.filter((g) => groups.sight[at(g) + i] !== 0 && groups.sight[at(g) + j] === 0);
    const right = open.filter((g) => groups.sight[at(g) + j] !== 0 && groups.sight[at(g) + i] === 0);
    if (left.length === 0 || right.length === 0) return;
    let longest = 0;
    for (const g of left) longest = Math.max(longest, groups.length[g]);
    let low = 0;
    for (const r of right) {
      const [s, e] = [start(r), start(r) + groups.length[r]];
      while (low < left.length && start(left[low]) + longest <= s) low++;
      let tried = 0;
      for (let n = low; n < left.length && start(left[n]) < e && tried < NEIGHBOURS; n++) {
        const l = left[n];
        if (start(l) + groups.length[l] <= s || !isSameSend(l, r)) continue;
        tried++;
        const [ls, le] = [start(l), start(l) + groups.length[l]];
        if (ls <= s && le >= e) {
          if (groups.sight[at(r) + i] !== 0) continue;
          take(r, l);
          cover(l, s, e);
          break;
        }
        if (ls >= s && le <= e && groups.sight[at(l) + j] === 0) {
          take(l, r);
          cover(r, ls, le);
        }
      }
    }
  }

  /** Cut from one send call: timestamps and acknowledgement are copied into every part. */
  function isSameSend(a: number, b: number): boolean {
    const [ta, tb] = [tables[groups.stop[a]], tables[groups.stop[b]]];
    const [ra, rb] = [rowOf(a), rowOf(b)];
    if (ta.ack[ra] !== tb.ack[rb]) return false;
    return (ta.flags[ra] & HAS_TS) === 0 || (tb.flags[rb] & HAS_TS) === 0 || ta.tsval[ra] === tb.tsval[rb];
  }

  function copySight(to: number, from: number, k: number): void {
    groups.sight[at(to) + k] = groups.sight[at(from) + k];
    groups.time[at(to) + k] = groups.time[at(from) + k];
    groups.kind[to] |= groups.kind[from] & K_SOMEWHERE_RETRANSMISSION;
  }

  /** The part was seen wherever the whole was. */
  function take(part: number, whole: number): void {
    for (let k = 0; k < stops; k++) {
      if (groups.sight[at(part) + k] === 0) copySight(part, whole, k);
    }
    if (groups.length[part] !== groups.length[whole]) groups.flags[part] |= G_RANGE;
  }

  function cover(whole: number, from: number, to: number): void {
    const parts = covered.get(whole);
    if (parts === undefined) covered.set(whole, [[from, to]]);
    else parts.push([from, to]);
  }

  /** What no part covers stays: a group of its own, seen where the whole was seen. */
  function addRests(whole: number, parts: [number, number][]): void {
    parts.sort((a, b) => a[0] - b[0]);
    groups.flags[whole] |= G_DEAD;
    let reached = start(whole);
    const end = reached + groups.length[whole];
    for (const [from, to] of [...parts, [end, end] as const]) {
      if (from > reached) addPart(whole, reached, from);
      reached = Math.max(reached, to);
    }
  }

  function compact(): void {
    let to = first;
    for (let g = first; g < groups.count; g++) {
      if ((groups.flags[g] & G_DEAD) !== 0) continue;
      if (to !== g) {
        groups.flags[to] = groups.flags[g];
        groups.seq[to] = groups.seq[g];
        groups.length[to] = groups.length[g];
        groups.ack[to] = groups.ack[g];
        groups.stop[to] = groups.stop[g];
        groups.kind[to] = groups.kind[g];
        groups.sight.copyWithin(at(to), at(g), at(g) + stops);
        groups.time.copyWithin(at(to), at(g), at(g) + stops);
      }
      to++;
    }
    groups.count = to;
    // New groups find their sights empty.
    groups.sight.fill(0, at(to), groups.sightCount);
    groups.sightCount = at(to);
  }
}
