// How far a stop lies from each end, as the handshake shows.
import { ACK, SYN } from '../model/packetTable.ts';
import type { Context } from './context.ts';
import { G_REPLY } from './groups.ts';

/** A host answers a handshake about this fast itself: a shorter round trip says that the stop lies at that host. */
export const AT_SENDER_NANOS = 300_000;

/** Shortest way from a stop to each end and back, from the handshake; 0 where the stop lies at that end or no handshake tells. */
export function roundTrip(context: Context, path: number, stop: number): { client: number; server: number } {
  const { groups, drafts, legs } = context;
  const { stops } = drafts[path];
  const { packets } = legs.points[stops[stop].point];
  let [syn, synAck, ack] = [-1, -1, -1];
  for (let g = groups.pathStart[path]; g < groups.pathStart[path + 1]; g++) {
    const row = groups.sight[groups.sightOf(path, g, stops.length) + stop] - 1;
    if (row < 0) continue;
    const f = groups.kind[g] & (SYN | ACK);
    const reply = (groups.flags[g] & G_REPLY) !== 0;
    if (f === SYN && !reply) syn = Math.max(syn, row);
    else if (f === (SYN | ACK) && reply && synAck < 0) synAck = row;
    else if (f === ACK && !reply && ack < 0) ack = row;
    if (f === ACK && (reply || ack >= 0) && synAck >= 0) break;
  }
  const server = syn >= 0 && synAck > syn ? packets.time[synAck] - packets.time[syn] : 0;
  const client = synAck >= 0 && ack > synAck ? packets.time[ack] - packets.time[synAck] : 0;
  return { client: Math.max(0, client), server: Math.max(0, server) };
}
