// What the other packets of an end say of a RST that claims to be its: whether the end is there, and whether it went on with the connection.
import { RST } from '../model/packetTable.ts';
import type { Context } from './context.ts';
import { G_RANGE, G_REPLY } from './groups.ts';
import { connectionOfLeg, flowOfLeg } from './legs.ts';
import { legOfRow } from './roles.ts';
import { AT_SENDER_NANOS, answersAtOnce, roundTrip } from './roundTrip.ts';

/** What was under way in the host when it sent the RST follows within that. Nanos. */
const AFTERWARDS = 1e6;

interface Last {
  readonly time: number;
  readonly seq: number;
}

/** The ends of one path as its stops show them, each looked at once. */
export class Ends {
  readonly #context: Context;
  readonly #path: number;
  readonly #last = new Map<number, Last | null>();
  readonly #atOnce = new Map<number, boolean | null>();

  constructor(context: Context, path: number) {
    this.#context = context;
    this.#path = path;
  }

  /** Does that end ever answer at once there? The packets of a neighbour, too, have come no hop. True where no answer tells. */
  areNextTo(stop: number, end: 'client' | 'server'): boolean {
    return this.#answersAtOnce(stop, end) !== false;
  }

  /** Was that end seen to answer at once there? Its part in the handshake tells, or, where that was not captured, any answer. */
  answersAt(stop: number, end: 'client' | 'server'): boolean {
    const handshake = roundTrip(this.#context, this.#path, stop)[end];
    return handshake > 0 ? handshake < AT_SENDER_NANOS : this.#answersAtOnce(stop, end) === true;
  }

  #answersAtOnce(stop: number, end: 'client' | 'server'): boolean | null {
    const [main] = this.#context.drafts[this.#path].stops[stop].main;
    if (main === undefined) return null;
    const key = 2 * stop + (end === 'client' ? 0 : 1);
    let known = this.#atOnce.get(key);
    if (known === undefined) {
      known = answersAtOnce(this.#context.legs, main, end === 'client' ? 0 : 1);
      this.#atOnce.set(key, known);
    }
    return known;
  }

  /** Did the sender of that direction carry its stream further after a RST? A socket that has sent one is gone. @param row of the RST at the stop */
  sendOn(stop: number, reply: 0 | 1, row: number): boolean {
    const { drafts, legs } = this.#context;
    const { packets } = legs.points[drafts[this.#path].stops[stop].point];
    if (this.#latestAt(stop, reply) <= packets.time[row] + AFTERWARDS) return false;
    const key = 2 * stop + reply;
    let last = this.#last.get(key);
    if (last === undefined) {
      last = this.#lastNew(stop, reply);
      this.#last.set(key, last);
    }
    return last !== null && last.time > packets.time[row] + AFTERWARDS && ((last.seq - packets.seq[row]) | 0) >= 0;
  }

  /** When the last segment of a direction passed under the connection's own tuple. */
  #latestAt(stop: number, reply: 0 | 1): number {
    const { drafts, legs } = this.#context;
    let latest = -Infinity;
    for (const { leg, original } of drafts[this.#path].stops[stop].main)
      latest = Math.max(latest, flowOfLeg(legs, leg).lastSent[2 * connectionOfLeg(legs, leg) + (original ^ reply)]);
    return latest;
  }

  /** The last segment that carried the stream further, on the connection's own tuple. As the groups have them: packets lie far apart in memory. */
  #lastNew(stop: number, reply: 0 | 1): Last | null {
    const { groups, drafts, legs, workspace, tapOfPoint } = this.#context;
    const { stops } = drafts[this.#path];
    const { packets } = legs.points[stops[stop].point];
    const { connection } = workspace.flows[tapOfPoint[stops[stop].point]].segments;
    const { kind, flags, seq, length, sight, pathStart, sightStart } = groups;
    const to = pathStart[this.#path + 1];
    let highest = 0;
    let last = -1;
    for (let g = pathStart[this.#path], at = sightStart[this.#path] + stop; g < to; g++, at += stops.length) {
      if ((flags[g] & G_REPLY) !== reply || (kind[g] & RST) !== 0 || sight[at] === 0) continue;
      const row = sight[at] - 1;
      const isCut = (flags[g] & G_RANGE) !== 0;
      const octets = isCut ? packets.payloadLength[row] : length[g];
      if (octets === 0) continue;
      const end = ((isCut ? packets.seq[row] : seq[g]) + octets) >>> 0;
      if (last >= 0 && ((end - highest) | 0) <= 0) continue;
      const leg = legOfRow(legs, connection, stops[stop], row);
      if (leg === undefined || !stops[stop].main.includes(leg)) continue;
      highest = end;
      last = row;
    }
    return last < 0 ? null : { time: packets.time[last], seq: packets.seq[last] };
  }
}
