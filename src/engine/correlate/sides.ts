// One capture that sees packets enter and leave a router, and does not say on which interface: on which side of it each row was seen.

import type { FlowAnalysis } from '../model/connection.ts';
import { SYN_SEEN } from '../model/connection.ts';
import { findRow, IS_TCP, type PacketTable, RST } from '../model/packetTable.ts';
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
  const { connection, rowStart, rows } = segments;
  const { ttl, tuple, length } = packets;
  /** Per connection and direction: highest TTL beyond the router, 0 unknown. */
  const beyond = new Uint8Array(2 * connections.length);
  let isCertain = false;
  let isLikely = false;
  // In file order, as the columns lie: the rows of one connection are far apart.
  const last = new Uint8Array(2 * connections.length);
  for (let row = 0; row < length; row++) {
    const c = connection[row] - 1;
    if (c < 0) continue;
    const side = 2 * c + (tuple[row] & 1);
    const before = last[side];
    const own = ttl[row];
    if (before === own) continue;
    last[side] = own;
    if (before === 0) continue;
    const i = rowStart[c] + findRow(rows.subarray(rowStart[c], rowStart[c + 1]), rowStart[c + 1] - rowStart[c], row);
    const twin = twinOf(packets, rows, Math.max(rowStart[c], i - LOOK_BACK), i);
    if (twin < 0) continue;
    beyond[side] = Math.max(beyond[side], Math.min(own, ttl[twin]));
    if ((packets.flags[row] & RST) === 0) isCertain = true;
    else isLikely = true;
  }
  if (!isCertain && !(isLikely && isSeenTwice(flow))) return null;
  const sides = new Uint8Array(packets.length);
  for (let c = 0; c < connections.length; c++) setSides(sides, packets, flow, c, beyond);
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

/** Are there handshakes under two tuples: translated between one look and the next? */
function isSeenTwice({ connections }: FlowAnalysis): boolean {
  const seen = new Map<number, number>();
  for (let c = 0; c < connections.length; c++) {
    if ((connections.flags[c] & SYN_SEEN) === 0) continue;
    const isn = connections.isn[2 * c + connections.opener[c]];
    const other = seen.get(isn);
    if (other !== undefined && other !== connections.tuple[c]) return true;
    seen.set(isn, connections.tuple[c]);
  }
  return false;
}

/** In the direction of the client's packets the older ones are on the server's side, in the other on the client's. */
function setSides(sides: Sides, packets: PacketTable, { connections, segments }: FlowAnalysis, c: number, beyond: Uint8Array): void {
  const { rowStart, rows } = segments;
  const opener = connections.opener[c];
  const from = rowStart[c];
  const until = rowStart[c + 1];
  const sideOf = (row: number): number => {
    const d = packets.tuple[row] & 1;
    const isBeyond = packets.ttl[row] <= beyond[2 * c + d];
    return (d === opener) === isBeyond ? 1 : 0;
  };
  // Where one direction has no twins, it was seen where most of the other was; where neither has, the age of the packets tells.
  let main = 0;
  for (let i = from; i < until; i++) {
    const row = rows[i];
    if ((packets.flags[row] & (IS_TCP | RST)) !== IS_TCP) continue;
    const d = packets.tuple[row] & 1;
    if (beyond[2 * c + d] !== 0) main += sideOf(row) === 1 ? 1 : -1;
    else if ((beyond[2 * c] | beyond[2 * c + 1]) === 0)
      main += (packets.ttl[row] === initialTtl(packets.ttl[row])) === (d === opener) ? -1 : 1;
  }
  for (let i = from; i < until; i++) {
    const row = rows[i];
    sides[row] = beyond[2 * c + (packets.tuple[row] & 1)] !== 0 ? sideOf(row) : main > 0 ? 1 : 0;
  }
}
