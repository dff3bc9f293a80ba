// Who is who on a path: the tuple before NAT and the one after it, on which side each stop lies, and what each stray is.
import type { Stray } from '../model/correlation.ts';
import { RST } from '../model/packetTable.ts';
import { seqDistance } from '../model/units.ts';
import type { DraftLeg, PathDraft, Stop } from './drafts.ts';
import {
  connectionOfLeg,
  endpointNumber,
  flowOfLeg,
  hasHandshake,
  isExchange,
  type LegIndex,
  pointOfLeg,
  rowCountOfLeg,
  rowOfLeg,
} from './legs.ts';

/** A tuple as the path sees it: endpoint numbers of the client's and the server's end. */
export interface Ends {
  readonly client: number;
  readonly server: number;
}

export interface PathRoles {
  /** As the client side and as the server side sees it; equal where no NAT is known. */
  readonly near: Ends;
  readonly far: Ends;
  /** Per stop: 0 the client's side of the NAT, 1 the server's. All 0 without NAT. */
  readonly side: Uint8Array;
  /** Index of the first stop beyond the NAT; −1 none or unknown. */
  readonly natBefore: number;
  readonly hasNat: boolean;
  /** Kind of each stray leg. */
  readonly strayKind: ReadonlyMap<number, Stray['kind']>;
}

/** A main leg with fewer packets than this share of the largest is no leg of its own unless it saw the handshake, or both ends speak there. */
const MIN_SHARE = 0.05;
const MIN_ROWS = 3;

export function endsOf(legs: LegIndex, { leg, original }: DraftLeg): Ends {
  return { client: endpointNumber(legs, leg, original), server: endpointNumber(legs, leg, 1 - original) };
}

const sameEnds = (a: Ends, b: Ends): boolean => a.client === b.client && a.server === b.server;

/** Infers the roles; moves legs that carry only a few segments under an odd tuple to the strays of their stop. */
export function inferRoles(legs: LegIndex, draft: PathDraft): PathRoles {
  return sameEverywhere(legs, draft) ?? tellRoles(legs, draft);
}

/** One tuple at every stop, and nothing astray: no NAT that anybody saw. */
function sameEverywhere(legs: LegIndex, { stops }: PathDraft): PathRoles | null {
  if (stops[0].main.length !== 1) return null;
  const near = endsOf(legs, stops[0].main[0]);
  for (let k = 0; k < stops.length; k++) {
    const { main, strays } = stops[k];
    if (main.length !== 1 || strays.length > 0) return null;
    const { leg, original } = main[0];
    if (endpointNumber(legs, leg, original) !== near.client || endpointNumber(legs, leg, 1 - original) !== near.server) return null;
  }
  return { near, far: near, side: sidesOf(stops.length), natBefore: -1, hasNat: false, strayKind: NO_STRAYS };
}

const NO_STRAYS: PathRoles['strayKind'] = new Map();
const sameSides: Uint8Array[] = [];

function sidesOf(stops: number): Uint8Array {
  sameSides[stops] ??= new Uint8Array(stops);
  return sameSides[stops];
}

function tellRoles(legs: LegIndex, draft: PathDraft): PathRoles {
  const tuples: TupleUse[] = [];
  draft.stops.forEach((stop, k) => {
    for (const d of stop.main) {
      const ends = endsOf(legs, d);
      let t = tuples.find((x) => sameEnds(x.ends, ends));
      if (t === undefined) {
        t = { ends, rows: 0, opened: false, isExchange: false, first: k, last: k, leg: d };
        tuples.push(t);
      }
      t.rows = Math.max(t.rows, rowCountOfLeg(legs, d.leg));
      t.opened ||= hasHandshake(legs, d.leg);
      t.isExchange ||= isExchange(legs, d.leg);
      t.last = k;
    }
  });
  const most = Math.max(...tuples.map((t) => t.rows));
  const isTakenOver = (t: TupleUse): boolean => !t.opened && tuples.some((u, i) => i > 0 && isSuccessor(legs, u, t));
  const stopsOf = (t: TupleUse): readonly Stop[] => draft.stops.filter(({ main }) => main.some((d) => sameEnds(endsOf(legs, d), t.ends)));
  // At a server chosen in mid-stream the client's segment comes first: where it does not, and nothing else of the path is seen, a capture began late.
  const isLate = (t: TupleUse): boolean => !startsFromClient(legs, t.leg) && stopsOf(t).every(({ main }) => main.length === 1);
  // Larger ones are strays beside it: what its stop is told from is not how much was seen.
  const isPreferred = (t: TupleUse): boolean =>
    stopsOf(t).some(({ main, strays }) =>
      strays.some((d) => rowCountOfLeg(legs, d.leg) > Math.max(...main.map((m) => rowCountOfLeg(legs, m.leg)))),
    );
  const proper = tuples.filter(
    (t) =>
      t.opened ||
      t.rows === most ||
      isLate(t) ||
      isPreferred(t) ||
      ((t.isExchange || (t.rows >= MIN_ROWS && t.rows >= most * MIN_SHARE)) && !isTakenOver(t)),
  );
  const odd = tuples.filter((t) => !proper.includes(t));
  if (odd.length > 0)
    draft.stops = draft.stops.map((s) =>
      demote(
        legs,
        s,
        odd.map((t) => t.ends),
      ),
    );
  proper.sort((a, b) => a.first - b.first || b.last - a.last);
  const near = proper[0].ends;
  let far = proper.length > 1 ? proper.reduce((x, y) => (y.last > x.last || (y.last === x.last && y.rows > x.rows) ? y : x)).ends : near;
  const side = new Uint8Array(draft.stops.length);
  let natBefore = -1;
  draft.stops.forEach((stop, k) => {
    const main = stop.main[0];
    side[k] = main === undefined ? (k > 0 ? side[k - 1] : 0) : sameEnds(endsOf(legs, main), near) ? 0 : 1;
    if (side[k] === 1 && natBefore < 0) natBefore = k;
  });
  const strayKind = new Map<number, Stray['kind']>();
  draft.stops.forEach((stop, k) => {
    for (const d of stop.strays) strayKind.set(d.leg, strayKindOf(legs, d, near, far, side[k]));
  });
  // A leak tells the server's own address even where no capture point lies beyond the NAT.
  if (sameEnds(near, far)) {
    for (const stop of draft.stops) {
      for (const d of stop.strays) {
        const ends = endsOf(legs, d);
        if (strayKind.get(d.leg) === 'leak' && ends.client === near.client) far = ends;
      }
    }
  }
  return { near, far, side, natBefore, hasNat: !sameEnds(near, far), strayKind };
}

/** One tuple of a path and the stops that saw it. */
interface TupleUse {
  readonly ends: Ends;
  rows: number;
  opened: boolean;
  isExchange: boolean;
  readonly first: number;
  last: number;
  /** The first leg under it. */
  readonly leg: DraftLeg;
}

/**
 * Does an unopened tuple go on where an opened one beyond the NAT stopped, from the same client to another server? A stop further along the
 * path would have seen the same segments as that one, not only later ones.
 */
function isSuccessor(legs: LegIndex, opened: TupleUse, later: TupleUse): boolean {
  if (!opened.opened || later.first < opened.first || opened.ends.client !== later.ends.client || opened.ends.server === later.ends.server)
    return false;
  const flow = flowOfLeg(legs, opened.leg.leg);
  const next = flow.sndNxt[2 * connectionOfLeg(legs, opened.leg.leg) + opened.leg.original];
  const { packets } = pointOfLeg(legs, later.leg.leg);
  for (let i = 0; i < rowCountOfLeg(legs, later.leg.leg); i++) {
    const row = rowOfLeg(legs, later.leg.leg, i);
    if ((packets.tuple[row] & 1) === later.leg.original) return seqDistance(packets.seq[row], next) >= 0;
  }
  return false;
}

function demote(legs: LegIndex, stop: Stop, odd: readonly Ends[]): Stop {
  const isOdd = (d: DraftLeg): boolean => odd.some((e) => sameEnds(e, endsOf(legs, d)));
  return { point: stop.point, main: stop.main.filter((d) => !isOdd(d)), strays: [...stop.strays, ...stop.main.filter(isOdd)] };
}

/** What it means that segments of this path stand under this tuple on this side of the NAT. */
function strayKindOf(legs: LegIndex, stray: DraftLeg, near: Ends, far: Ends, side: number): Stray['kind'] {
  const ends = endsOf(legs, stray);
  const hasNat = !sameEnds(near, far);
  if (hasNat && side === 1) {
    if (sameEnds(ends, near)) return 'leak';
    if (ends.server === far.server) return 'port-changed';
    return ends.client === far.client ? 'rebalanced' : 'leak';
  }
  if (hasNat && ends.server === far.server && ends.client === near.client) return 'leak';
  const own = hasNat ? near : far;
  if (ends.server === own.server) return 'port-changed';
  return startsFromClient(legs, stray) ? 'rebalanced' : 'leak';
}

/** Does the client speak first, and with more than a RST? */
function startsFromClient(legs: LegIndex, { leg, original }: DraftLeg): boolean {
  const { packets } = pointOfLeg(legs, leg);
  const row = rowOfLeg(legs, leg, 0);
  return (packets.tuple[row] & 1) === original && (packets.flags[row] & RST) === 0;
}

/** Legs of stops that have many: found by number, as one path may have thousands of strays. */
const legsOfStop = new WeakMap<Stop, Map<number, DraftLeg>>();
const MANY = 8;

/** The leg of a stop that a row belongs to. */
export function legOfRow(legs: LegIndex, connection: Uint32Array, stop: Stop, row: number): DraftLeg | undefined {
  const { main, strays } = stop;
  if (main.length === 1 && strays.length === 0) return main[0];
  const leg = legs.points[stop.point].legBase + connection[row] - 1;
  if (main.length + strays.length <= MANY) {
    for (const d of main) if (d.leg === leg) return d;
    for (const d of strays) if (d.leg === leg) return d;
    return undefined;
  }
  let known = legsOfStop.get(stop);
  if (known === undefined) {
    known = new Map([...main, ...strays].map((d) => [d.leg, d]));
    legsOfStop.set(stop, known);
  }
  return known.get(leg);
}
