// Where a path stood still: one segment sent again and again without an answer that got back to its sender.
import { J_DUPLICATED, J_LEAKED } from '../model/correlation.ts';
import { ACK, FIN, RST, SYN } from '../model/packetTable.ts';
import { type Direction, ORIGINAL, REPLY, seqDistance } from '../model/units.ts';
import { handshakeOf } from './handshake.ts';
import { isSteady } from './outline.ts';
import type { PathView } from './pathView.ts';
import { perPath } from './perPath.ts';

export interface Stall {
  /** Of the segment that was sent again. */
  readonly direction: Direction;
  /** Journeys of all its transmissions; at least three. */
  readonly attempts: readonly number[];
  /** An acknowledgement came in the end. */
  readonly recovered: boolean;
  /** First transmission … last one (or the answer), reference clock. */
  readonly start: number;
  readonly end: number;
  /** How many transmissions got to the far end of what was captured. */
  readonly delivered: number;
  /** Answers of the other end in that time that set out, and how many of them vanished on the way back. */
  readonly answers: number;
  readonly answersLost: readonly number[];
}

interface Run {
  seq: number;
  attempts: number[];
}

/** A segment sent three times without an answer is a stall; two may be a lost ACK. */
const ATTEMPTS = 3;
const NONE: readonly Stall[] = [];

/** In order of their start. SYNs are not stalls: see `handshakeOf`. */
export const stallsOf = perPath((view: PathView): readonly Stall[] =>
  !isSteady(view.scene, view.path) && isRepeating(view) ? findStalls(view) : NONE,
);

/** Was anything sent again twice in one direction? A stall takes that. A hot loop over all segments, hence on the columns themselves. */
function isRepeating(view: PathView): boolean {
  const { tcpFlags, direction, payloadLength, seq } = view.journeys;
  for (const wanted of [ORIGINAL, REPLY]) {
    let top = 0;
    let hasTop = false;
    let again = 0;
    for (let j = view.from; j < view.to; j++) {
      const flags = tcpFlags[j];
      const octets = payloadLength[j] + ((flags & FIN) !== 0 ? 1 : 0);
      if (direction[j] !== wanted || octets === 0 || (flags & (SYN | RST)) !== 0) continue;
      const end = (seq[j] + octets) | 0;
      if (!hasTop || ((end - top) | 0) > 0) {
        top = end;
        hasTop = true;
      } else if (++again === ATTEMPTS - 1) return true;
    }
  }
  return false;
}

function findStalls(view: PathView): readonly Stall[] {
  const stalls: Stall[] = [];
  const first = new Map<number, number>();
  const runs: [Run | null, Run | null] = [null, null];
  const highest: [number | null, number | null] = [null, null];
  const close = (direction: Direction, answer: number | null): void => {
    const run = runs[direction];
    runs[direction] = null;
    if (run && run.attempts.length >= ATTEMPTS) stalls.push(measure(view, direction, run.attempts, answer));
  };
  for (let j = view.from; j < view.to; j++) {
    const flags = view.flags(j);
    if (flags & SYN || view.isReset(j) || view.has(j, J_DUPLICATED)) continue;
    const direction = view.direction(j);
    const other = direction === ORIGINAL ? REPLY : ORIGINAL;
    const run = runs[other];
    if (run && flags & ACK && reachedSender(view, j) && seqDistance(view.ack(j), run.seq) > 0) close(other, j);
    if (view.length(j) === 0 && !(flags & FIN)) continue;
    const end = view.end(j);
    const top = highest[direction];
    const own = runs[direction];
    if (top !== null && seqDistance(end, top) <= 0) {
      if (own && own.seq === view.seq(j)) own.attempts.push(j);
      else if (!own || seqDistance(view.seq(j), own.seq) < 0) {
        const original = first.get(keyOf(direction, view.seq(j)));
        runs[direction] = { seq: view.seq(j), attempts: original === undefined ? [j] : [original, j] };
      }
    } else {
      highest[direction] = end;
      if (first.size < 65_536) first.set(keyOf(direction, view.seq(j)), j);
    }
  }
  close(ORIGINAL, null);
  close(REPLY, null);
  return stalls.sort((a, b) => a.start - b.start);
}

const keyOf = (direction: Direction, seq: number): number => seq * 2 + direction;

/** An answer counts when it was seen where its receiver is, or when nothing says it was not. */
const reachedSender = (view: PathView, j: number): boolean => !view.has(j, J_LEAKED) && (view.arrived(j) || view.vanished(j) === null);

function measure(view: PathView, direction: Direction, attempts: readonly number[], answer: number | null): Stall {
  const start = view.time(attempts[0] ?? view.from);
  const end = answer === null ? view.time(attempts[attempts.length - 1] ?? view.from) : view.time(answer);
  let answers = 0;
  const answersLost: number[] = [];
  for (let j = view.from; j < view.to && view.time(j) <= end; j++) {
    if (view.direction(j) === direction || view.time(j) < start || view.isReset(j)) continue;
    answers++;
    if (view.vanished(j)) answersLost.push(j);
  }
  const delivered = attempts.filter((j) => view.arrived(j)).length;
  return { direction, attempts, recovered: answer !== null, start, end, delivered, answers, answersLost };
}

/** The stall that the path did not get over, if any: unanswered to the end, or until its ends gave up. */
export const fatalStall = (view: PathView): Stall | null => stallsOf(view).find((s) => !s.recovered && !view.afterDeath(s.start)) ?? null;

/** A FIN alone that nobody acknowledges harms nobody: all data was delivered. */
export const carriesData = (view: PathView, stall: Stall): boolean => stall.attempts.some((j) => view.length(j) > 0);

/** Had either end begun to close before a time? */
export const closingBefore = (view: PathView, time: number): boolean =>
  handshakeOf(view).fin.some((j) => j !== null && view.time(j) < time);

/** Did every transmission get to the far end of what was captured, with no answer coming back from there at all? */
export const passedAll = (stall: Stall): boolean => !stall.recovered && stall.delivered === stall.attempts.length && stall.answers === 0;
