// Candidate legs: one connection at one point. Endpoints are interned across capture points so that they can be compared by number.
import type { Endpoint } from '../model/address.ts';
import { formatAddress } from '../model/address.ts';
import { type ConnectionTable, SYN_ACK_SEEN, SYN_SEEN } from '../model/connection.ts';
import type { Workspace } from '../model/correlation.ts';
import { ACK, SYN } from '../model/packetTable.ts';
import type { Point } from './points.ts';

export interface LegIndex {
  readonly points: readonly Point[];
  readonly flows: readonly ConnectionTable[];
  /** Point of each leg id. */
  readonly pointOf: Uint16Array;
  readonly count: number;
  /** SYN_SEEN and SYN_ACK_SEEN of each leg: what was seen of the handshake at its own point. */
  readonly handshake: Uint8Array;
  /** Workspace-wide address numbers: `addresses[tap][addressId]`. */
  readonly addresses: readonly Uint32Array[];
  readonly addressText: readonly string[];
}

export function buildLegs(workspace: Workspace, points: readonly Point[]): LegIndex {
  const numbers = new Map<string, number>();
  const addressText: string[] = [];
  const addresses = workspace.taps.map((tap) => {
    const table = tap.packets.addresses;
    const mine = new Uint32Array(table.length);
    for (let i = 1; i < table.length; i++) {
      const text = formatAddress(table, i);
      let n = numbers.get(text);
      if (n === undefined) {
        n = addressText.length;
        numbers.set(text, n);
        addressText.push(text);
      }
      mine[i] = n;
    }
    return mine;
  });
  const last = points.at(-1);
  const count = last === undefined ? 0 : last.legBase + last.connectionCount;
  const pointOf = new Uint16Array(count);
  for (const p of points) pointOf.fill(p.id, p.legBase, p.legBase + p.connectionCount);
  const handshake = new Uint8Array(count);
  const flows = workspace.flows.map((f) => f.connections);
  for (const p of points) markHandshakes(p, flows[p.tap], handshake);
  return { points, flows, pointOf, count, handshake, addresses, addressText };
}

/** Where a capture point is split, the connection's own flags say too much: its SYN may have passed another interface or side. */
function markHandshakes(point: Point, flow: ConnectionTable, handshake: Uint8Array): void {
  for (let c = 0; c < point.connectionCount; c++) {
    const flags = flow.flags[c] & (SYN_SEEN | SYN_ACK_SEEN);
    if (!point.isPart || flags === 0) {
      handshake[point.legBase + c] = flags;
      continue;
    }
    for (let i = point.rowStart[c]; i < point.rowStart[c + 1]; i++) {
      const f = point.packets.flags[point.rows[i]];
      if ((f & SYN) !== 0) handshake[point.legBase + c] |= (f & ACK) !== 0 ? SYN_ACK_SEEN : SYN_SEEN;
    }
  }
}

export const pointOfLeg = (legs: LegIndex, leg: number): Point => legs.points[legs.pointOf[leg]];
export const connectionOfLeg = (legs: LegIndex, leg: number): number => leg - pointOfLeg(legs, leg).legBase;
export const flowOfLeg = (legs: LegIndex, leg: number): ConnectionTable => legs.flows[pointOfLeg(legs, leg).tap];

export function rowCountOfLeg(legs: LegIndex, leg: number): number {
  const p = pointOfLeg(legs, leg);
  const c = leg - p.legBase;
  return p.rowStart[c + 1] - p.rowStart[c];
}

/** Row `i` of a leg, in file order. */
export function rowOfLeg(legs: LegIndex, leg: number, i: number): number {
  const p = pointOfLeg(legs, leg);
  return p.rows[p.rowStart[leg - p.legBase] + i];
}

/** A copy of the rows of a leg, in file order. */
export function rowsOfLeg(legs: LegIndex, leg: number): Uint32Array {
  const p = pointOfLeg(legs, leg);
  const c = leg - p.legBase;
  return p.rows.slice(p.rowStart[c], p.rowStart[c + 1]);
}

export const hasHandshake = (legs: LegIndex, leg: number): boolean => legs.handshake[leg] !== 0;

/** Did the end of a tuple's direction say something under it besides RSTs? A host that knows no such connection says nothing, or RSTs. */
export function speaks(legs: LegIndex, leg: number, direction: number): boolean {
  const { sent, resets } = flowOfLeg(legs, leg);
  const side = 2 * connectionOfLeg(legs, leg) + direction;
  return sent[side] > resets[side];
}

export const isExchange = (legs: LegIndex, leg: number): boolean => speaks(legs, leg, 0) && speaks(legs, leg, 1);

/** Workspace-wide number of an endpoint: address number × 65536 + port. `side` 0 is the tuple's `a`. */
export function endpointNumber(legs: LegIndex, leg: number, side: number): number {
  const p = pointOfLeg(legs, leg);
  const { tuples } = p.packets;
  const t = legs.flows[p.tap].tuple[leg - p.legBase];
  const address = legs.addresses[p.tap][side === 0 ? tuples.a[t] : tuples.b[t]];
  return address * 65536 + (side === 0 ? tuples.aPort[t] : tuples.bPort[t]);
}

/** The last endpoints asked for: a path asks for its own again and again, and keeps them. */
const RECENT = 16;
const recent = new WeakMap<LegIndex, { readonly numbers: Float64Array; readonly endpoints: Endpoint[] }>();

export function endpointFromNumber(legs: LegIndex, n: number): Endpoint {
  let known = recent.get(legs);
  if (known === undefined) {
    known = { numbers: new Float64Array(RECENT).fill(-1), endpoints: [] };
    recent.set(legs, known);
  }
  const at = (Math.floor(n / 65536) ^ n) & (RECENT - 1);
  if (known.numbers[at] !== n) {
    known.numbers[at] = n;
    known.endpoints[at] = { address: legs.addressText[Math.floor(n / 65536)] ?? '', port: n % 65536 };
  }
  return known.endpoints[at];
}
