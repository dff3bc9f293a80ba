// Where the capture points of a path stand relative to the node that translates it.
import { sortBy } from '../../base/sortBy.ts';
import { sameEndpoint } from '../model/address.ts';
import type { Correlation, JourneyTable, Leg, Path, Workspace } from '../model/correlation.ts';
import { findRow } from '../model/packetTable.ts';
import { referenceTime, type TapTime } from './time.ts';

/** Two capture points whose packets take less than this there and back have the node between them and nothing else worth a doubt. */
const NODE_ROUND_TRIP = 1e6;

export const CLIENT_SIDE = 0;
export const SERVER_SIDE = 1;
const NO_LEG = -1;
const ASK_ROW = -2;

/** Nearest capture points on both sides of NAT, and which of them tell directly what the node saw. */
export interface Vantage {
  readonly legs: readonly Leg[];
  /** CLIENT_SIDE or SERVER_SIDE of each leg. */
  readonly sides: Uint8Array;
  /** By capture point: its side where all its legs agree, −1 without a leg, ASK_ROW where the row decides (`-i any`). */
  readonly sideOfTap: Int8Array;
  /** Nearest leg on each side, null where no capture point stands there. */
  readonly near: readonly [Leg | null, Leg | null];
  /** Does the nearest capture point of a side stand at the node, so that what passed it passed the node? */
  readonly atNode: readonly [boolean, boolean];
  /** Usual time between the two nearest capture points, [original, reply], Nanos; 0 unknown. */
  readonly transit: readonly [number, number];
}

export function vantageOf(path: Path, workspace: Workspace, correlation: Correlation, times: readonly TapTime[]): Vantage {
  const { legs } = path;
  const sides = Uint8Array.from(legs, (leg, i) => sideOfLeg(path, leg, i));
  const near: [Leg | null, Leg | null] = [legs[sides.lastIndexOf(CLIENT_SIDE)] ?? null, legs[sides.indexOf(SERVER_SIDE)] ?? null];
  const [client, server] = near;
  const sideOfTap = sidesOfTaps(workspace.taps.length, legs, sides);
  const { median, least } = transits(path, { legs, sides, sideOfTap, near }, workspace, correlation.journeysOf(path.id), times);
  const positions = correlation.positionsOn(path.id);
  const stands = (leg: Leg | null, ...where: readonly string[]): boolean => leg !== null && where.includes(positions[leg.tap]);
  // A capture point between the ends is at the node on the client's side; on the server's side only if next to it.
  const isNext = client === null || server === null || client.tap === server.tap || least[0] + least[1] < NODE_ROUND_TRIP;
  const atNode: [boolean, boolean] = [stands(client, 'node', 'client-side'), isNext && stands(server, 'node', 'server-side')];
  return { legs, sides, sideOfTap, near, atNode, transit: median };
}

type Sides = Pick<Vantage, 'legs' | 'sides' | 'sideOfTap'>;

/** The side of NAT on which a row of `tap` was seen, −1 where the path has no leg there. */
export function sideOfRow(v: Sides, workspace: Workspace, tap: number, row: number): number {
  const side = v.sideOfTap[tap];
  return side === ASK_ROW ? askRow(v, workspace, tap, row) : side;
}

function sidesOfTaps(taps: number, legs: readonly Leg[], sides: Uint8Array): Int8Array {
  const byTap = new Int8Array(taps).fill(NO_LEG);
  legs.forEach(({ tap }, i) => {
    byTap[tap] = byTap[tap] === NO_LEG || byTap[tap] === sides[i] ? sides[i] : ASK_ROW;
  });
  return byTap;
}

/** One capture point on both sides: interface and tuple tell. */
function askRow(v: Sides, workspace: Workspace, tap: number, row: number): number {
  const { packets } = workspace.taps[tap];
  const connection = workspace.flows[tap].segments.connection[row] - 1;
  let side = NO_LEG;
  for (let i = 0; i < v.legs.length; i++) {
    const leg = v.legs[i];
    if (leg.tap !== tap) continue;
    if (leg.encapsulations !== null && !leg.encapsulations.includes(packets.encapsulation[row])) continue;
    if (leg.rows !== null && connection === leg.connection && findRow(leg.rows, leg.rows.length, row) < 0) continue;
    side = v.sides[i];
    if (connection === leg.connection) return side;
  }
  return side;
}

function sideOfLeg(path: Path, leg: Leg, index: number): number {
  if (path.natBefore >= 0) return index < path.natBefore ? CLIENT_SIDE : SERVER_SIDE;
  if (path.service !== null) return sameEndpoint(leg.server, path.service) ? CLIENT_SIDE : SERVER_SIDE;
  return CLIENT_SIDE;
}

const SAMPLES = 65;

/** Time between the nearest capture points over a sample of the journeys seen at both: the median, and the least. */
function transits(
  path: Path,
  v: Sides & Pick<Vantage, 'near'>,
  workspace: Workspace,
  journeys: JourneyTable,
  times: readonly TapTime[],
): { median: [number, number]; least: [number, number] } {
  const [from, to] = [journeys.pathStart[path.id], journeys.pathEnd[path.id]];
  const stride = Math.max(1, Math.floor((to - from) / SAMPLES));
  const samples: [number[], number[]] = [[], []];
  for (let j = from; j < to; j += stride) {
    const direction = journeys.direction[j] as 0 | 1;
    let before = -1;
    for (let s = journeys.start[j]; s < journeys.start[j + 1]; s++) {
      const [tap, row] = [journeys.sightingTap[s], journeys.sightingRow[s]];
      const side = sideOfRow(v, workspace, tap, row);
      if (tap !== v.near[side as 0 | 1]?.tap) continue;
      if (side === direction) before = s;
      else if (before >= 0) {
        const start = referenceTime(times[journeys.sightingTap[before]], journeys.sightingRow[before]);
        samples[direction].push(referenceTime(times[tap], row) - start);
        break;
      }
    }
  }
  const middle = (list: number[]): number => sortBy(list, (x) => x)[list.length >> 1] ?? 0;
  const median: [number, number] = [middle(samples[0]), middle(samples[1])];
  return { median, least: [samples[0][0] ?? 0, samples[1][0] ?? 0] };
}
