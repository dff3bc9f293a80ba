// What a capture point did not show of a path although it was running: then what it does not hold may still have passed.
import { ACKED_UNSEEN, UNSEEN_ACKED } from '../model/connection.ts';
import type { Completeness, Confidence } from '../model/correlation.ts';
import { RST } from '../model/packetTable.ts';
import type { Context } from './context.ts';
import type { DraftLeg } from './drafts.ts';
import { G_REPLY } from './groups.ts';
import { connectionOfLeg, flowOfLeg } from './legs.ts';
import type { ResetGroup } from './resetGroup.ts';

/** Of what passed, a capture that misses this share is incomplete. */
const INCOMPLETE = 0.01;

/** Of what one direction of a path showed at a stop: when the latest was first seen anywhere, and how long the slowest had taken since. */
interface Passage {
  readonly latest: number;
  readonly slowest: number;
}

/** The stops of one path, each asked once. */
export class Gaps {
  readonly #context: Context;
  readonly #path: number;
  readonly #completeness: Completeness;
  readonly #known = new Map<number, boolean>();
  readonly #passages: Passage[] = [];
  readonly #begun: number[] = [];

  constructor(context: Context, path: number, completeness: Completeness) {
    this.#context = context;
    this.#path = path;
    this.#completeness = completeness;
  }

  /** How surely what stop `k` did not record at that time did not pass it (reference clock). */
  absence(k: number, time: number): Confidence {
    return this.#completeness.absence(this.#tapOf(k), [time]);
  }

  /** How surely what stop `k` recorded until that time is all that passed it. */
  presence(k: number, time: number): Confidence {
    return this.#completeness.presence(this.#tapOf(k), time);
  }

  #tapOf(k: number): number {
    const { drafts, tapOfPoint } = this.#context;
    return tapOfPoint[drafts[this.#path].stops[k].point];
  }

  /** Did anything but RSTs of that direction pass stop `k`? A mirror may show one direction only. */
  sees(k: number, reply: 0 | 1): boolean {
    const { groups, drafts } = this.#context;
    const stops = drafts[this.#path].stops.length;
    return this.#ask(1 + 2 * stops * stops + 2 * k + reply, () => {
      for (let g = groups.pathStart[this.#path]; g < groups.pathStart[this.#path + 1]; g++) {
        if ((groups.kind[g] & RST) !== 0 || (groups.flags[g] & G_REPLY) !== reply) continue;
        if (groups.sight[groups.sightOf(this.#path, g, stops) + k] !== 0) return true;
      }
      return false;
    });
  }

  /** Does stop `k` lack ordinary packets of one direction that stop `beyond` saw, while it was running? */
  lacks(k: number, beyond: number, reply: 0 | 1): boolean {
    if (this.#context.groups.whole[this.#path] === 1) return false;
    const stops = this.#context.drafts[this.#path].stops.length;
    return this.#ask(1 + reply + 2 * (k * stops + beyond), () => this.#lacksOf(k, beyond, reply));
  }

  /**
   * Was stop `k` capturing when a packet of this direction had come there that was first seen at `time`? It was while it saw packets that
   * were sent later, and as long as the slowest took.
   */
  isCovered(k: number, reply: 0 | 1, time: number): boolean {
    const { drafts, tapOfPoint, capturedFrom, capturedUntil } = this.#context;
    const tap = tapOfPoint[drafts[this.#path].stops[k].point];
    if (time < capturedFrom[tap]) return false;
    this.#passages[2 * k + reply] ??= this.#passageOf(k, reply);
    const { latest, slowest } = this.#passages[2 * k + reply];
    return time <= latest || time + slowest < capturedUntil[tap];
  }

  /** Did what went the same way before this RST, by the order of packets at stop `beyond`, pass stop `k` as well? Then that was capturing, whatever the clocks say. */
  hadBegun(k: number, beyond: number, { group, reply }: ResetGroup): boolean {
    const { groups, drafts } = this.#context;
    const n = drafts[this.#path].stops.length;
    const rowOf = (g: number, stop: number): number => groups.sight[groups.sightOf(this.#path, g, n) + stop] - 1;
    this.#begun[2 * (k * n + beyond) + reply] ??= this.#firstCommon(k, beyond, reply);
    return this.#begun[2 * (k * n + beyond) + reply] < rowOf(group, beyond);
  }

  /** Row at stop `beyond` of the first packet of a direction that stop `k` saw, too; RSTs are often alike and tell nothing. */
  #firstCommon(k: number, beyond: number, reply: 0 | 1): number {
    const { groups, drafts } = this.#context;
    const n = drafts[this.#path].stops.length;
    let first = Infinity;
    for (let g = groups.pathStart[this.#path]; g < groups.pathStart[this.#path + 1]; g++) {
      const at = groups.sightOf(this.#path, g, n);
      if (groups.sight[at + k] === 0 || groups.sight[at + beyond] === 0) continue;
      if ((groups.flags[g] & G_REPLY) === reply && (groups.kind[g] & RST) === 0) first = Math.min(first, groups.sight[at + beyond] - 1);
    }
    return first;
  }

  /** Is a RST of this direction the last of the path that stop `k` saw? After that nothing more need have come, however long the capture ran. */
  endsWithReset(k: number, reply: 0 | 1): boolean {
    const { groups, drafts, legs } = this.#context;
    const { stops } = drafts[this.#path];
    let [last, direction] = [-1, 0];
    for (let g = groups.pathStart[this.#path]; g < groups.pathStart[this.#path + 1]; g++) {
      const row = groups.sight[groups.sightOf(this.#path, g, stops.length) + k] - 1;
      if (row > last) [last, direction] = [row, groups.flags[g] & G_REPLY];
    }
    return last >= 0 && direction === reply && (legs.points[stops[k].point].packets.flags[last] & RST) !== 0;
  }

  /** Does what passed stop `k` acknowledge what did not? Then that was not lost on the way, but by the capture. */
  acknowledgesUnseen(k: number): boolean {
    return this.#ask(-1 - k, () => this.#acknowledgesUnseen(k));
  }

  #ask(key: number, find: () => boolean): boolean {
    let answer = this.#known.get(key);
    if (answer === undefined) {
      answer = find();
      this.#known.set(key, answer);
    }
    return answer;
  }

  #passageOf(k: number, reply: 0 | 1): Passage {
    const { groups, drafts, tapOfPoint, timeOf } = this.#context;
    const { stops } = drafts[this.#path];
    const n = stops.length;
    let [latest, slowest] = [-Infinity, 0];
    for (let g = groups.pathStart[this.#path]; g < groups.pathStart[this.#path + 1]; g++) {
      const at = groups.sightOf(this.#path, g, n);
      if (groups.sight[at + k] === 0 || (groups.flags[g] & G_REPLY) !== reply) continue;
      let from = reply === 0 ? 0 : n - 1;
      while (groups.sight[at + from] === 0) from += reply === 0 ? 1 : -1;
      const timeAt = (stop: number): number => timeOf(tapOfPoint[stops[stop].point], groups.sight[at + stop] - 1);
      const sent = timeAt(from);
      latest = Math.max(latest, sent);
      if (from !== k) slowest = Math.max(slowest, timeAt(k) - sent);
    }
    return { latest, slowest };
  }

  #lacksOf(k: number, beyond: number, reply: 0 | 1): boolean {
    const { groups, drafts, tapOfPoint, capturedFrom, capturedUntil, legs, timeOf } = this.#context;
    const { stops } = drafts[this.#path];
    const tap = tapOfPoint[stops[k].point];
    if (!this.#misses(k, beyond, stops.length)) return false;
    const { packets } = legs.points[stops[beyond].point];
    let [passed, missed] = [0, 0];
    for (let g = groups.pathStart[this.#path]; g < groups.pathStart[this.#path + 1]; g++) {
      const at = groups.sightOf(this.#path, g, stops.length);
      const row = groups.sight[at + beyond] - 1;
      if (row < 0 || (groups.flags[g] & G_REPLY) !== reply || (packets.flags[row] & RST) !== 0) continue;
      const time = timeOf(tapOfPoint[stops[beyond].point], row);
      if (time <= capturedFrom[tap] || time >= capturedUntil[tap]) continue;
      passed++;
      if (groups.sight[at + k] === 0) missed++;
    }
    return missed > 0 && missed >= passed * INCOMPLETE;
  }

  /** Was anything at all not seen at `k` that was at `beyond`? Packets need be looked at only then. */
  #misses(k: number, beyond: number, stops: number): boolean {
    const { sight, sightStart } = this.#context.groups;
    const end = sightStart[this.#path + 1];
    for (let at = sightStart[this.#path]; at < end; at += stops) if (sight[at + k] === 0 && sight[at + beyond] !== 0) return true;
    return false;
  }

  #acknowledgesUnseen(k: number): boolean {
    const { groups, drafts, tapOfPoint, workspace, legs } = this.#context;
    const { stops } = drafts[this.#path];
    const { main, strays } = stops[k];
    const isMarked = ({ leg }: DraftLeg): boolean => (flowOfLeg(legs, leg).flags[connectionOfLeg(legs, leg)] & UNSEEN_ACKED) !== 0;
    if (!main.some(isMarked) && !strays.some(isMarked)) return false;
    const { marks } = workspace.flows[tapOfPoint[stops[k].point]].segments;
    let [passed, unseen] = [0, 0];
    for (let g = groups.pathStart[this.#path]; g < groups.pathStart[this.#path + 1]; g++) {
      const row = groups.sight[groups.sightOf(this.#path, g, stops.length) + k] - 1;
      if (row < 0) continue;
      passed++;
      if ((marks[row] & ACKED_UNSEEN) !== 0) unseen++;
    }
    return unseen > 0 && unseen >= passed * INCOMPLETE;
  }
}
