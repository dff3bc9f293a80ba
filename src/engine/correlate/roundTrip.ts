// How far a stop lies from each end, as the handshake shows.
import { ACK, FIN, RST, SYN } from '../model/packetTable.ts';
import type { Context } from './context.ts';
import type { DraftLeg } from './drafts.ts';
import { G_REPLY } from './groups.ts';
import { type LegIndex, pointOfLeg, rowCountOfLeg, rowOfLeg } from './legs.ts';

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

/** Rows of a leg that are timed. */
const TIMED_ROWS = 512;
/** Times that are all multiples of this come from a clock too coarse to tell an answer at once from one that was under way. */
const COARSE_NANOS = 1e6;

/**
 * The fastest answer of each end to something new, at this capture point: no shorter than the way to that end and back. Infinite where none
 * was answered by the very next packet, or where the clock can't tell.
 */
export function fastestAnswers(legs: LegIndex, { leg, original }: DraftLeg): { client: number; server: number } {
  const { packets } = pointOfLeg(legs, leg);
  const { time, seq, ack, payloadLength, flags, tuple } = packets;
  const least = [Infinity, Infinity];
  const highest = [0, 0];
  const isKnown = [false, false];
  let [asked, asker, number] = [0, -1, 0];
  let isCoarse = true;
  for (let i = 0; i < Math.min(TIMED_ROWS, rowCountOfLeg(legs, leg)); i++) {
    const row = rowOfLeg(legs, leg, i);
    const d = (tuple[row] & 1) ^ original;
    const f = flags[row];
    isCoarse &&= time[row] % COARSE_NANOS === 0;
    if (asker === 1 - d && (f & (ACK | RST)) === ACK && ack[row] === number) least[d] = Math.min(least[d], time[row] - asked);
    const octets = payloadLength[row] + ((f & (SYN | FIN)) !== 0 ? 1 : 0);
    const end = (seq[row] + octets) >>> 0;
    const isNew = octets > 0 && (f & RST) === 0 && (!isKnown[d] || ((end - highest[d]) | 0) > 0);
    asker = isNew ? d : -1;
    if (!isNew) continue;
    [asked, number, highest[d], isKnown[d]] = [time[row], end, end, true];
  }
  return isCoarse ? { client: Infinity, server: Infinity } : { client: Math.max(0, least[0]), server: Math.max(0, least[1]) };
}
