// What stood where when each leak arrived: found in one sweep over the path, however many packets leaked.
import { J_LEAKED, type Leak, type Leg } from '../model/correlation.ts';
import { type Direction, ORIGINAL, REPLY, seqDistance } from '../model/units.ts';
import type { PathView } from './pathView.ts';
import type { Silence } from './silences.ts';

/** At the moment a leak reached the node. Null: nothing of that kind was seen before. */
export interface Standing {
  /** Highest number that the client had sent. */
  readonly clientEnd: number | null;
  /** The same, of what a tap next to the NAT saw; null too where no tap says what the node saw. */
  readonly clientEndAtNode: number | null;
  /** Highest number that the client's windows had allowed the server. */
  readonly allowed: number | null;
  /** The silence before the run of unanswered packets that the leak belongs to, if it stands out. */
  readonly silence: Silence | null;
}

/** A silence shorter than the shortest timer of the tracker that can be set (one second) cannot have lost an entry. Nanos. */
const MIN_SILENCE = 1e9;

/** The standing of every leak of a path. */
export function sweepLeaks(view: PathView): ReadonlyMap<Leak, Standing> {
  const silences = silencesOf(view);
  const standings = new Map<Leak, Standing>();
  const byArrival = [...view.leaks].sort((a, b) => view.lastTime(a.journey) - view.lastTime(b.journey));
  const node = nodeLeg(view);
  const seenAtNode = node && isComplete(view, node) ? clientEnds(view, node) : null;
  let [clientEnd, clientEndAtNode, allowed]: (number | null)[] = [null, null, null];
  let j = view.from;
  for (const leak of byArrival) {
    const arrival = view.lastTime(leak.journey);
    for (; j < view.to && view.time(j) < arrival; j++) {
      if (view.direction(j) !== ORIGINAL || view.isReset(j)) continue;
      clientEnd = higher(clientEnd, view.end(j));
      if (node && view.rowOn(j, node) !== null) clientEndAtNode = higher(clientEndAtNode, view.end(j));
      if (view.hasAck(j)) allowed = higher(allowed, view.allowedBy(j));
    }
    const isWatching = seenAtNode !== null && node !== null && view.scene.lastTime(node.tap) >= arrival;
    const leakRow = node ? view.rowAt(leak.journey, node.tap) : null;
    standings.set(leak, {
      clientEnd: clientEnd ?? null,
      clientEndAtNode: !isWatching ? null : leakRow === null ? (clientEndAtNode ?? null) : seenAtNode.before(leakRow),
      allowed: allowed ?? null,
      silence: silences.get(leak) ?? null,
    });
  }
  return standings;
}

const higher = (known: number | null | undefined, number: number): number =>
  known === null || known === undefined || seqDistance(number, known) > 0 ? number : known;

/** The tap that shows what the node saw of the client: next to the NAT, on the client's side, and not the client's own. */
function nodeLeg(view: PathView) {
  const leg = view.path.natBefore > 1 ? view.path.legs[view.path.natBefore - 1] : view.nodeLegs[0];
  return leg && view.positionAt(leg) !== 'client' ? leg : null;
}

/** A capture that loses packets does not tell what the node never saw. */
const isComplete = (view: PathView, { tap }: Leg): boolean => !view.scene.correlation.completeness.isLossy(tap);

/** Highest number that the client had sent, by what one tap saw before a row: in its own order of packets, which no clock changes. */
function clientEnds(view: PathView, node: Leg): { readonly before: (row: number) => number | null } {
  const ends: { row: number; end: number }[] = [];
  for (let j = view.from; j < view.to; j++) {
    if (view.direction(j) !== ORIGINAL || view.isReset(j)) continue;
    const row = view.rowOn(j, node);
    if (row !== null) ends.push({ row, end: view.end(j) });
  }
  ends.sort((a, b) => a.row - b.row);
  let top: number | null = null;
  for (const e of ends) e.end = top = higher(top, e.end);
  return {
    before: (row) => {
      let [low, high] = [0, ends.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (ends[middle].row < row) low = middle + 1;
        else high = middle;
      }
      return ends[low - 1]?.end ?? null;
    },
  };
}

interface Run {
  readonly leak: number;
  readonly first: number;
}

/**
 * The silence before the run of leaks that each leak belongs to: going back from it over leaked replies, and over packets of the client
 * that no translated reply answered. Only a silence that stands out counts: longer than every one before it.
 */
function silencesOf(view: PathView): ReadonlyMap<Leak, Silence> {
  const found = new Map<Leak, Silence>();
  let run: Run | null = null;
  for (const leak of view.leaks) {
    run = { leak: leak.journey, first: firstOfRun(view, leak.journey, run) };
    const silence = standing(view, run);
    if (silence) found.set(leak, silence);
  }
  return found;
}

/** Goes back to where the run begins; where it meets the run of the leak before, that one's beginning is known. */
function firstOfRun(view: PathView, leak: number, before: Run | null): number {
  let first = leak;
  for (let j = leak - 1; j >= view.from; j--) {
    if (before && j === before.leak) return before.first;
    const direction: Direction = view.direction(j);
    if (direction === REPLY && !view.has(j, J_LEAKED)) break;
    if (direction === ORIGINAL && !view.isReset(j) && view.arrived(j)) break;
    first = j;
  }
  return first;
}

/** The first silence in or before a run that is longer than every one before the run: later ones are the pauses between its retransmissions. */
function standing(view: PathView, run: Run): Silence | null {
  let longest = MIN_SILENCE;
  for (const s of view.silences) {
    if (s.before > run.leak) break;
    if (s.length <= longest) continue;
    if (s.before >= run.first) return s;
    longest = s.length;
  }
  return null;
}
