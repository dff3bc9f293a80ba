// One capture that sees packets before and after routers, and does not say on which interface: how far on its way from client to server each
// row was seen. A packet that was forwarded comes again a hop older, under its tuple or, behind a NAT, under another.
import type { FlowAnalysis } from '../model/connection.ts';
import { IS_TCP, type PacketTable, RST } from '../model/packetTable.ts';
import { hopsByHalves } from './halves.ts';
import { initialTtl } from './ttl.ts';
import { agedOf, placeOf, Ways } from './ways.ts';

/** Row-parallel: 0 nearest to the client, then one more for each place further on. */
export type Hops = Uint8Array;

/** Places that are told apart; what lies further on counts as the last. */
export const MOST_HOPS = 16;
/** Linux: the packet leaves through this interface. */
const OUTGOING = 4;

/** @param part of each row's interface; null where the capture has but one @returns null where one place is all there is to see */
export function inferHops(packets: PacketTable, flow: FlowAnalysis, part: ((row: number) => number) | null): Hops | null {
  return part === null
    ? (hopsByPacketType(packets, flow) ?? hopsByTtl(packets, flow, null) ?? hopsByHalves(packets, flow))
    : hopsByTtl(packets, flow, part);
}

/** Linux cooked capture v1, `-i any`: what comes in from the client and what goes out to it is on the client's side. */
function hopsByPacketType(packets: PacketTable, flow: FlowAnalysis): Hops | null {
  const types = packets.encapsulations.map((e) => e.packetType);
  if (!types.includes(OUTGOING) || types.every((t) => t === OUTGOING || t < 0)) return null;
  const { connection } = flow.segments;
  const { opener } = flow.connections;
  const hops = new Uint8Array(packets.length);
  let forwards = false;
  for (let row = 0; row < packets.length; row++) {
    const c = connection[row] - 1;
    if (c < 0) continue;
    const isOut = types[packets.encapsulation[row]] === OUTGOING;
    forwards ||= isOut && packets.ttl[row] !== initialTtl(packets.ttl[row]);
    hops[row] = isOut === ((packets.tuple[row] & 1) === opener[c]) ? 1 : 0;
  }
  return forwards ? hops : null;
}

function hopsByTtl(packets: PacketTable, flow: FlowAnalysis, part: ((row: number) => number) | null): Hops | null {
  const ways = new Ways(packets, flow);
  ways.findForwarded(part);
  if (part === null) {
    ways.findTranslated();
    ways.findTranslatedLate();
  }
  if (!ways.isKnown) return null;
  const places = ways.measure();
  const { connections, segments } = flow;
  const hops = new Uint8Array(packets.length);
  for (let c = 0; c < connections.length; c++) {
    const [from, until] = [segments.rowStart[c], segments.rowStart[c + 1]];
    const pair = ways.pairOf(c);
    if (pair === null) {
      const hop = hopOf(places, wholePlace(packets, flow, c, places));
      for (let i = from; i < until; i++) hops[segments.rows[i]] = hop;
      continue;
    }
    for (let i = from; i < until; i++) {
      const row = segments.rows[i];
      hops[row] = hopOf(places, placeOf(pair, packets.tuple[row] & 1, packets.ttl[row]));
    }
  }
  return hops;
}

const hopOf = (places: readonly number[], place: number): number => Math.min(MOST_HOPS - 1, Math.max(0, places.indexOf(place)));

/** A connection of which no packet was seen twice, nor any between the same addresses: seen at one place, which most of its packets tell. */
function wholePlace(packets: PacketTable, { connections, segments }: FlowAnalysis, c: number, places: readonly number[]): number {
  const { tuple, ttl, flags } = packets;
  const votes = new Map<number, number>();
  for (let i = segments.rowStart[c]; i < segments.rowStart[c + 1]; i++) {
    const row = segments.rows[i];
    if ((flags[row] & (IS_TCP | RST)) !== IS_TCP) continue;
    const aged = agedOf(ttl[row]);
    const isClients = (tuple[row] & 1) === connections.opener[c];
    const place = isClients ? (places.findLast((p) => p <= aged) ?? places[0]) : aged === 0 ? places[places.length - 1] : places[0];
    votes.set(place, (votes.get(place) ?? 0) + 1);
  }
  let [best, most] = [places[0], 0];
  for (const [place, n] of votes) if (n > most) [best, most] = [place, n];
  return best;
}
