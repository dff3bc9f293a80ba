// How far a stop lies from each end, as the handshake shows.
import { ACK, FIN, RST, SYN } from '../model/packetTable.ts';
import type { Context } from './context.ts';
import type { DraftLeg } from './drafts.ts';
import { G_REPLY } from './groups.ts';
import { type LegIndex, pointOfLeg } from './legs.ts';

/** A host answers a handshake about this fast itself: a shorter round trip says that the stop lies at that host. */
export const AT_SENDER_NANOS = 300_000;

/** Shortest way from a stop to each end and back, from the handshake; 0 where the stop lies at that end or no handshake tells. */
export function roundTrip(context: Context, path: number, stop: number): { client: number; server: number } {
  const { groups, drafts, legs } = context;
  const { stops } = drafts[path];
  const { packets } = legs.points[stops[stop].point];
  const { kind, flags, sight, pathStart, sightStart } = groups;
  const end = pathStart[path + 1];
  let [syn, synAck, ack] = [-1, -1, -1];
  for (let g = pathStart[path], at = sightStart[path] + stop; g < end; g++, at += stops.length) {
    const row = sight[at] - 1;
    if (row < 0) continue;
    const f = kind[g] & (SYN | ACK);
    const reply = (flags[g] & G_REPLY) !== 0;
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
 * Does that end (0 client, 1 server) ever answer something new at once at this capture point, by the very next packet? Null where nothing
 * tells: it never did answer so, or the clock is too coarse.
 */
export function answersAtOnce(legs: LegIndex, { leg, original }: DraftLeg, end: 0 | 1): boolean | null {
  const { packets, rows, rowStart, legBase } = pointOfLeg(legs, leg);
  const { time, seq, ack, payloadLength, flags, tuple } = packets;
  const from = rowStart[leg - legBase];
  const to = Math.min(from + TIMED_ROWS, rowStart[leg - legBase + 1]);
  const highest = [0, 0];
  const isKnown = [false, false];
  let [asked, asker, number] = [0, -1, 0];
  let isCoarse = true;
  let isAnswered = false;
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const d = (tuple[row] & 1) ^ original;
    const f = flags[row];
    isCoarse &&= time[row] % COARSE_NANOS === 0;
    if (d === end && asker === 1 - d && (f & (ACK | RST)) === ACK && ack[row] === number) {
      if (time[row] - asked < AT_SENDER_NANOS) return true;
      isAnswered = true;
    }
    const octets = payloadLength[row] + ((f & (SYN | FIN)) !== 0 ? 1 : 0);
    const next = (seq[row] + octets) >>> 0;
    const isNew = octets > 0 && (f & RST) === 0 && (!isKnown[d] || ((next - highest[d]) | 0) > 0);
    asker = isNew ? d : -1;
    if (!isNew) continue;
    [asked, number, highest[d], isKnown[d]] = [time[row], next, next, true];
  }
  return isCoarse || !isAnswered ? null : false;
}
