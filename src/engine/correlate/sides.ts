// One capture that sees packets enter and leave a router, and does not say on which interface: on which side of it each row was seen.

import { NumberChains } from '../../base/numberChains.ts';
import type { FlowAnalysis } from '../model/connection.ts';
import { SYN_ACK_SEEN, SYN_SEEN } from '../model/connection.ts';
import { IS_TCP, type PacketTable, RST } from '../model/packetTable.ts';
import { initialTtl } from './ttl.ts';

/** Row-parallel: 0 between client and router, 1 between router and server. */
export type Sides = Uint8Array;

/** Rows of a connection that are searched for the packet before it was forwarded. */
const LOOK_BACK = 32;
/** A router holds a packet no longer than this; RSTs are often equal, so that only their time tells. */
const FORWARDED_NANOS = 5e6;
/** Linux: the packet leaves through this interface. */
const OUTGOING = 4;

/** @returns null where one side is all there is to see */
export function inferSides(packets: PacketTable, flow: FlowAnalysis): Sides | null {
  return sidesByPacketType(packets, flow) ?? sidesByTtl(packets, flow);
}

/** Linux cooked capture v1, `-i any`: what comes in from the client and what goes out to it is on the client's side. */
function sidesByPacketType(packets: PacketTable, flow: FlowAnalysis): Sides | null {
  const types = packets.encapsulations.map((e) => e.packetType);
  if (!types.includes(OUTGOING) || types.every((t) => t === OUTGOING || t < 0)) return null;
  const { connection } = flow.segments;
  const { opener } = flow.connections;
  const sides = new Uint8Array(packets.length);
  let forwards = false;
  for (let row = 0; row < packets.length; row++) {
    const c = connection[row] - 1;
    if (c < 0) continue;
    const isOut = types[packets.encapsulation[row]] === OUTGOING;
    forwards ||= isOut && packets.ttl[row] !== initialTtl(packets.ttl[row]);
    sides[row] = isOut === ((packets.tuple[row] & 1) === opener[c]) ? 1 : 0;
  }
  return forwards ? sides : null;
}

/** A mirror port: a packet that was forwarded comes a second time, one hop older. */
function sidesByTtl(packets: PacketTable, flow: FlowAnalysis): Sides | null {
  const { connections, segments } = flow;
  const { rowStart, rows, direction } = segments;
  const { ttl } = packets;
  /** Per connection and direction: highest TTL beyond the router, 0 unknown. */
  const beyond = new Uint8Array(2 * connections.length);
  let isCertain = false;
  let isLikely = false;
  const last = new Uint8Array(2 * connections.length);
  for (let c = 0; c < connections.length; c++) {
    // Mostly all packets of a direction came equally far.
    const isVaried = (side: number): boolean => connections.sent[side] > 1 && connections.ttl[side] === 0;
    if (!isVaried(2 * c) && !isVaried(2 * c + 1)) continue;
    for (let i = rowStart[c]; i < rowStart[c + 1]; i++) {
      const row = rows[i];
      const side = 2 * c + direction[i];
      const before = last[side];
      const own = ttl[row];
      if (before === own) continue;
      last[side] = own;
      if (before === 0) continue;
      const twin = twinOf(packets, rows, Math.max(rowStart[c], i - LOOK_BACK), i);
      if (twin < 0) continue;
      beyond[side] = Math.max(beyond[side], Math.min(own, ttl[twin]));
      if ((packets.flags[row] & RST) === 0) isCertain = true;
      else isLikely = true;
    }
  }
  const pairs = pairsOf(packets, flow);
  if (!isCertain && !(isLikely && pairs.isSeenTwice) && !pairs.isAged) return null;
  const sides = new Uint8Array(packets.length);
  for (let c = 0; c < connections.length; c++) setSides(sides, packets, flow, c, beyond, pairs);
  return sides;
}

/** The same packet with another TTL among the rows before. */
function twinOf(packets: PacketTable, rows: Uint32Array, from: number, i: number): number {
  const { seq, ack, payloadLength, flags, ipId, tsval, tuple, ttl, time } = packets;
  const row = rows[i];
  for (let k = i - 1; k >= from; k--) {
    const q = rows[k];
    if (tuple[q] !== tuple[row] || seq[q] !== seq[row] || ack[q] !== ack[row] || payloadLength[q] !== payloadLength[row]) continue;
    if (flags[q] !== flags[row] || ipId[q] !== ipId[row] || tsval[q] !== tsval[row] || ttl[q] === ttl[row]) continue;
    if (Math.abs(time[row] - time[q]) < FORWARDED_NANOS) return q;
  }
  return -1;
}

/** Connections that were opened under two tuples, before and after NAT, and what that tells of the TTLs on either side. */
interface Pairs {
  /** Some handshake was seen under two tuples. */
  readonly isSeenTwice: boolean;
  /** And came a hop older the second time: the capture point sees both sides of the router. */
  readonly isAged: boolean;
  /** By connection: 0 the client's side, 1 the server's, −1 not known from a pair. */
  readonly side: Int8Array;
  /** By address: TTL of what a client sends before the router and after it, and of what a server sends. */
  readonly client: ReadonlyMap<number, Ages>;
  readonly server: ReadonlyMap<number, Ages>;
}

interface Ages {
  readonly before: number;
  readonly after: number;
}

function pairsOf(packets: PacketTable, flow: FlowAnalysis): Pairs {
  const { connections } = flow;
  const side = new Int8Array(connections.length).fill(-1);
  const [client, server] = [new Map<number, Ages>(), new Map<number, Ages>()];
  const seen = new NumberChains(connections.length);
  let [isSeenTwice, isAged] = [false, false];
  for (let c = 0; c < connections.length; c++) {
    if ((connections.flags[c] & SYN_SEEN) === 0) continue;
    const isn = connections.isn[2 * c + connections.opener[c]];
    const other = seen.last(isn);
    seen.add(isn, c);
    if (other < 0 || connections.tuple[other] === connections.tuple[c] || !isOneHandshake(flow, c, other)) continue;
    isSeenTwice = true;
    const [mine, theirs] = [openerTtl(packets, flow, c), openerTtl(packets, flow, other)];
    if (mine === theirs || initialTtl(mine) !== initialTtl(theirs)) continue;
    isAged = true;
    const [near, far] = mine > theirs ? [c, other] : [other, c];
    side[near] = 0;
    side[far] = 1;
    const from = (which: number, direction: number): number => sourceOf(packets, connections.tuple[which], direction);
    const [nearOpener, farOpener] = [connections.opener[near], connections.opener[far]];
    // Where the client's address was translated too, the node's own packets stand under the new one: their age says something else.
    if (from(near, nearOpener) !== from(far, farOpener)) continue;
    client.set(from(far, farOpener), { before: Math.max(mine, theirs), after: Math.min(mine, theirs) });
    const [before, after] = [firstTtl(packets, flow, far, 1 - farOpener), firstTtl(packets, flow, near, 1 - nearOpener)];
    if (after > 0 && before > after) server.set(from(far, 1 - farOpener), { before, after });
  }
  return { isSeenTwice, isAged, side, client, server };
}

/** Equal first numbers of the opener are given: the other end's must be equal too, and a SYN that nobody answered was forwarded at once. */
function isOneHandshake({ connections }: FlowAnalysis, a: number, b: number): boolean {
  const { flags, isn, opener, firstTime } = connections;
  if ((flags[a] & flags[b] & SYN_ACK_SEEN) !== 0) return isn[2 * a + 1 - opener[a]] === isn[2 * b + 1 - opener[b]];
  return Math.abs(firstTime[a] - firstTime[b]) < FORWARDED_NANOS;
}

const openerTtl = (packets: PacketTable, flow: FlowAnalysis, c: number): number => firstTtl(packets, flow, c, flow.connections.opener[c]);

/** TTL of the first packet of a direction that is no RST; 0 none. */
function firstTtl({ tuple, flags, ttl }: PacketTable, { connections, segments }: FlowAnalysis, c: number, direction: number): number {
  const side = 2 * c + direction;
  if (connections.ttl[side] > 0 && connections.sent[side] > connections.resets[side]) return connections.ttl[side];
  for (let i = segments.rowStart[c]; i < segments.rowStart[c + 1]; i++) {
    const row = segments.rows[i];
    if ((tuple[row] & 1) === direction && (flags[row] & RST) === 0) return ttl[row];
  }
  return 0;
}

/** Address that a tuple's direction comes from. */
const sourceOf = ({ tuples }: PacketTable, tuple: number, direction: number): number =>
  direction === 0 ? tuples.a[tuple] : tuples.b[tuple];

/** In the direction of the client's packets the older ones are on the server's side, in the other on the client's. */
function setSides(
  sides: Sides,
  packets: PacketTable,
  { connections, segments }: FlowAnalysis,
  c: number,
  beyond: Uint8Array,
  pairs: Pairs,
): void {
  const { rowStart, rows } = segments;
  const from = rowStart[c];
  const until = rowStart[c + 1];
  const direct = directionOfClient(packets, connections.tuple[c], pairs);
  const opener = direct?.opener ?? connections.opener[c];
  const limit = [0, 1].map((d) => beyond[2 * c + d] || (direct?.after[d] ?? 0));
  const sideOf = (row: number): number => {
    const d = packets.tuple[row] & 1;
    const isBeyond = packets.ttl[row] <= limit[d];
    return (d === opener) === isBeyond ? 1 : 0;
  };
  const isTold = (row: number): boolean => limit[packets.tuple[row] & 1] !== 0;
  // Where one direction has no twins, it was seen where most of the other was; where neither has, the age of the packets tells.
  let main = 0;
  for (let i = from; i < until; i++) {
    const row = rows[i];
    if ((packets.flags[row] & (IS_TCP | RST)) !== IS_TCP) continue;
    if (isTold(row)) main += sideOf(row) === 1 ? 1 : -1;
    else if ((limit[0] | limit[1]) === 0)
      main += (packets.ttl[row] === initialTtl(packets.ttl[row])) === ((packets.tuple[row] & 1) === opener) ? -1 : 1;
  }
  if (pairs.side[c] >= 0 && (limit[0] | limit[1]) === 0) main = pairs.side[c] === 1 ? 1 : -1;
  for (let i = from; i < until; i++) sides[rows[i]] = isTold(rows[i]) ? sideOf(rows[i]) : main > 0 ? 1 : 0;
}

/** Between a client and a server that pairs tell of, by the server's own address: the client's direction, and how old packets are beyond the router. */
function directionOfClient({ tuples }: PacketTable, tuple: number, { client, server }: Pairs) {
  for (const opener of [0, 1]) {
    const [source, destination] = opener === 0 ? [tuples.a[tuple], tuples.b[tuple]] : [tuples.b[tuple], tuples.a[tuple]];
    const [request, answer] = [client.get(source)?.after, server.get(destination)?.after];
    if (request !== undefined && answer !== undefined) return { opener, after: opener === 0 ? [request, answer] : [answer, request] };
  }
  return null;
}
