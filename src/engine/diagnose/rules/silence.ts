// Silences that stand out, for the rules in which something was forgotten meanwhile.
import type { PathView } from '../pathView.ts';
import type { Silence } from '../silences.ts';
import type { Stall } from '../stalls.ts';

/** No timer that forgets a connection is shorter than one second. Nanos. */
const SHORTEST_TIMER = 1e9;
/** A connection that got over a silence may get over a slightly longer one: clearly longer is this many times. */
const CLEARLY = 1.5;

/**
 * The silence that a journey ended, or the run of unanswered packets of one side that it belongs to, if it is clearly longer than every
 * one the path had got over before; else null.
 */
export function standingSilence(view: PathView, journey: number): Silence | null {
  let first = journey;
  while (first > view.from && view.direction(first - 1) === view.direction(journey)) first--;
  let longest = 0;
  let best: Silence | null = null;
  for (const s of view.silences) {
    if (s.before > journey) break;
    if (s.before < first) longest = Math.max(longest, s.length);
    else if (!best || s.length > best.length) best = s;
  }
  return best && best.length >= SHORTEST_TIMER && best.length > longest * CLEARLY ? best : null;
}

/** The silence that the first transmission of a stalled segment ended. */
export const silenceBeforeStall = (view: PathView, stall: Stall): Silence | null => standingSilence(view, stall.attempts[0] ?? view.from);

/** Were all of these seen on the last leg before the NAT and never behind it? */
export function vanishedAtNat(view: PathView, journeys: readonly number[]): boolean {
  const { legs, natBefore } = view.path;
  if (natBefore <= 0 || natBefore >= legs.length) return false;
  const before = legs[natBefore - 1];
  const after = legs[natBefore];
  return (
    journeys.every((j) => {
      const lost = view.vanished(j);
      return lost !== null && ((lost.seen === before && lost.missing === after) || (lost.seen === after && lost.missing === before));
    }) && view.nodeLegs.length > 1
  );
}
