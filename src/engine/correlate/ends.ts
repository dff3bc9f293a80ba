// What the other packets of an end say of a RST that claims to be its: whether the end is there, and whether it went on with the connection.
import { RST } from '../model/packetTable.ts';
import type { Context } from './context.ts';
import { G_REPLY } from './groups.ts';
import { legOfRow } from './roles.ts';
import { AT_SENDER_NANOS, fastestAnswers } from './roundTrip.ts';

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
  readonly #fastest = new Map<number, ReturnType<typeof fastestAnswers>>();

  constructor(context: Context, path: number) {
    this.#context = context;
    this.#path = path;
  }

  /** Does that end ever answer at once there? The packets of a neighbour, too, have come no hop. True where no answer tells. */
  areNextTo(stop: number, end: 'client' | 'server'): boolean {
    const [main] = this.#context.drafts[this.#path].stops[stop].main;
    if (main === undefined) return true;
    let fastest = this.#fastest.get(stop);
    if (fastest === undefined) {
      fastest = fastestAnswers(this.#context.legs, main);
      this.#fastest.set(stop, fastest);
    }
    return fastest[end] < AT_SENDER_NANOS || fastest[end] === Infinity;
  }

  /** Did the sender of that direction carry its stream further after a RST? A socket that has sent one is gone. @param row of the RST at the stop */
  sendOn(stop: number, reply: 0 | 1, row: number): boolean {
    const { drafts, legs } = this.#context;
    const { packets } = legs.points[drafts[this.#path].stops[stop].point];
    const key = 2 * stop + reply;
    let last = this.#last.get(key);
    if (last === undefined) {
      last = this.#lastNew(stop, reply);
      this.#last.set(key, last);
    }
    return last !== null && last.time > packets.time[row] + AFTERWARDS && ((last.seq - packets.seq[row]) | 0) >= 0;
  }

  /** The last segment that carried the stream further, on the connection's own tuple. */
  #lastNew(stop: number, reply: 0 | 1): Last | null {
    const { groups, drafts, legs, workspace, tapOfPoint } = this.#context;
    const { stops } = drafts[this.#path];
    const { packets } = legs.points[stops[stop].point];
    const { connection } = workspace.flows[tapOfPoint[stops[stop].point]].segments;
    let highest = 0;
    let last: Last | null = null;
    for (let g = groups.pathStart[this.#path]; g < groups.pathStart[this.#path + 1]; g++) {
      if (((groups.flags[g] & G_REPLY) !== 0 ? 1 : 0) !== reply || (groups.kind[g] & RST) !== 0) continue;
      const row = groups.sight[groups.sightOf(this.#path, g, stops.length) + stop] - 1;
      if (row < 0 || packets.payloadLength[row] === 0) continue;
      const end = (packets.seq[row] + packets.payloadLength[row]) >>> 0;
      if (last !== null && ((end - highest) | 0) <= 0) continue;
      const leg = legOfRow(legs, connection, stops[stop], row);
      if (leg === undefined || !stops[stop].main.includes(leg)) continue;
      highest = end;
      last = { time: packets.time[row], seq: packets.seq[row] };
    }
    return last;
  }
}
