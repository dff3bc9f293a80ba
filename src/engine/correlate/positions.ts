// Where each capture point lies between client and server, over all its paths.
import type { CorrelationHints, TapPosition } from '../model/correlation.ts';
import { tapId } from '../model/units.ts';
import type { Context } from './context.ts';
import type { PathDraft, Stop } from './drafts.ts';
import { type LegIndex, pointOfLeg, rowCountOfLeg, rowOfLeg } from './legs.ts';
import { hopCounts } from './order.ts';

/** TTLs that hosts start with. */
const INITIAL = new Set([32, 64, 128, 255]);
/** Packets that take longer there and back did not only pass the node. Nanos. */
const NODE_ROUND_TRIP = 1e6;
/** Paths looked at: positions need no more. */
const ENOUGH = 2_000;

export interface Positions {
  /** On most of what each capture point saw together with most others. */
  readonly overall: readonly TapPosition[];
  /** On one path: who is the client of one connection may be the server of another. */
  readonly on: (path: number) => readonly TapPosition[];
}

/** What paths say of one capture point: packets by position, and by the address of the end that it then stands at. */
interface Votes {
  /** Of paths on which both ends spoke: where one was silent, nothing tells how far off it is. */
  readonly heard: Map<TapPosition, number>;
  readonly all: Map<TapPosition, number>;
  readonly homes: Map<number, number>;
}

export function inferPositions(context: Context, hints: CorrelationHints): Positions {
  const { workspace, drafts, roles, legs, tapOfPoint } = context;
  const votes = workspace.taps.map((): Votes => ({ heard: new Map(), all: new Map(), homes: new Map() }));
  const ranks = ranksOf(context);
  const asked = new Uint32Array(workspace.taps.length);
  for (let path = 0; path < drafts.length; path++) {
    const { stops } = drafts[path];
    if (!stops.some((stop) => isTelling(path, stop))) continue;
    const own = positionsAt(context, path);
    stops.forEach((stop, k) => {
      if (!isTelling(path, stop)) return;
      const { main } = stop;
      const tap = tapOfPoint[stop.point];
      asked[tap]++;
      const { position, isHeard } = own[k];
      const weight = main.reduce((n, { leg }) => n + rowCountOfLeg(legs, leg), 1);
      const { heard, all, homes } = votes[tap];
      for (const mine of isHeard ? [heard, all] : [all]) add(mine, position, weight);
      if (position === 'client') add(homes, addressOf(roles[path].near.client), weight);
      if (position === 'server') add(homes, addressOf(roles[path].far.server), weight);
    });
  }
  const overall = votes.map(({ heard, all }, tap) => hints.positions?.get(tapId(tap)) ?? mostOf(heard.size > 0 ? heard : all) ?? 'unknown');
  const homes = votes.map((v, tap) => (isAtEnd(overall[tap]) ? mostOf(v.homes) : undefined));
  return { overall, on: (path) => positionsOn(path) };

  function isTelling(path: number, { point, main }: Stop): boolean {
    const tap = tapOfPoint[point];
    return main.length > 0 && ranks.ofPath[path] === ranks.ofTap[tap] && asked[tap] < ENOUGH;
  }

  function positionsOn(path: number): TapPosition[] {
    const result = [...overall];
    const { near, far } = roles[path];
    positionsAt(context, path).forEach(({ position, isHeard }, k) => {
      const tap = tapOfPoint[drafts[path].stops[k].point];
      if (hints.positions?.has(tapId(tap))) return;
      const home = homes[tap];
      const [isClient, isServer] = [addressOf(near.client) === home, addressOf(far.server) === home];
      if (isClient !== isServer) result[tap] = isClient ? 'client' : 'server';
      else if (isHeard && sideOf(position) !== null && sideOf(position) !== sideOf(overall[tap])) result[tap] = position;
    });
    return result;
  }
}

/** Who saw a path together with more others, and on both sides of the NAT, knows better where it stands: by path, and the best of each tap. */
function ranksOf({ workspace, drafts, roles, tapOfPoint }: Context): { ofPath: Uint16Array; ofTap: Uint16Array } {
  const ofPath = new Uint16Array(drafts.length);
  const ofTap = new Uint16Array(workspace.taps.length);
  /** By tap: the last path that was found to have been seen there, counted from 1. */
  const met = new Uint32Array(workspace.taps.length);
  for (let path = 0; path < drafts.length; path++) {
    const { stops } = drafts[path];
    let rank = roles[path].hasNat ? 1 : 0;
    for (let k = 0; k < stops.length; k++) {
      const tap = tapOfPoint[stops[k].point];
      if (!isOwn(stops[k]) || met[tap] === path + 1) continue;
      met[tap] = path + 1;
      rank += 2;
    }
    ofPath[path] = rank;
    for (let k = 0; k < stops.length; k++) {
      const tap = tapOfPoint[stops[k].point];
      if (isOwn(stops[k])) ofTap[tap] = Math.max(ofTap[tap], rank);
    }
  }
  return { ofPath, ofTap };
}

/** What a path tells of each of its stops. */
function positionsAt({ drafts, groups, roles, legs, tapOfPoint }: Context, path: number): { position: TapPosition; isHeard: boolean }[] {
  const { stops } = drafts[path];
  const role = roles[path];
  const hops = hopCounts(legs, drafts[path], groups, path);
  const [first, last] = [stops.findIndex(isOwn), stops.findLastIndex(isOwn)];
  return stops.map(({ point }, k) => {
    const tap = tapOfPoint[point];
    const isHeard = hops[2 * k] >= 0 && hops[2 * k + 1] >= 0;
    const fresh = [INITIAL.has(hops[2 * k]), INITIAL.has(hops[2 * k + 1])];
    const hasBothSides = stops.some((s, i) => tapOfPoint[s.point] === tap && role.side[i] !== role.side[k]);
    if (hasBothSides) return { position: isOnePlace(legs, stops, tap) ? 'node' : 'unknown', isHeard };
    if (role.side[k] === 0 && fresh[0] && !fresh[1] && k === first) return { position: 'client', isHeard };
    if (fresh[1] && !fresh[0] && k === last) return { position: 'server', isHeard };
    return { position: !role.hasNat ? 'unknown' : role.side[k] === 0 ? 'client-side' : 'server-side', isHeard };
  });
}

/** Not only strays of the path were seen there. */
const isOwn = ({ main }: Stop): boolean => main.length > 0;
const addressOf = (endpoint: number): number => Math.floor(endpoint / 65536);
const isAtEnd = (position: TapPosition): boolean => position === 'client' || position === 'server';
const sideOf = (position: TapPosition): 0 | 1 | null =>
  position === 'client' || position === 'client-side' ? 0 : position === 'server' || position === 'server-side' ? 1 : null;

function add<K>(to: Map<K, number>, key: K, weight: number): void {
  to.set(key, (to.get(key) ?? 0) + weight);
}
const mostOf = <K>(votes: ReadonlyMap<K, number>): K | undefined => [...votes].sort((a, b) => b[1] - a[1])[0]?.[0];

/** Packets of each side that are compared. */
const COMPARED = 32;

/** Both sides of the NAT in one capture: taken at the node, unless packets are longer on their way from one side to the other and back. */
function isOnePlace(legs: LegIndex, stops: PathDraft['stops'], tap: number): boolean {
  const here = stops.filter((s) => legs.points[s.point].tap === tap && s.main.length > 0);
  const [near, far] = [here[0]?.main[0], here.at(-1)?.main[0]];
  if (near === undefined || far === undefined) return true;
  const { packets } = pointOfLeg(legs, near.leg);
  const { time, seq, payloadLength, flags, tuple } = packets;
  const least = [Infinity, Infinity];
  const rowsOf = (leg: number): number[] =>
    Array.from({ length: Math.min(COMPARED, rowCountOfLeg(legs, leg)) }, (_, i) => rowOfLeg(legs, leg, i));
  const others = rowsOf(far.leg);
  for (const a of rowsOf(near.leg)) {
    const reply = (tuple[a] & 1) ^ near.original;
    const b = others.find(
      (r) =>
        ((tuple[r] & 1) ^ far.original) === reply && seq[r] === seq[a] && payloadLength[r] === payloadLength[a] && flags[r] === flags[a],
    );
    if (b !== undefined) least[reply] = Math.min(least[reply], Math.abs(time[b] - time[a]));
  }
  return least.reduce((sum, t) => sum + (t === Infinity ? 0 : t), 0) < NODE_ROUND_TRIP;
}
