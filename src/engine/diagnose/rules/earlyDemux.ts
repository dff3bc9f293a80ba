// A18: a packet enters the node and meets a socket of the node itself, which answers with the numbers of another connection.
import { J_LEAKED } from '../../model/correlation.ts';
import { ACK } from '../../model/packetTable.ts';
import { ORIGINAL, REPLY, seqDistance } from '../../model/units.ts';
import { areLossy, evidence, step, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { fatalStall } from '../stalls.ts';
import { say } from '../wording/render.ts';
import { nodeReset } from './nodeReset.ts';

/** Numbers of one connection stay within the largest possible window of each other. Octets. */
const LARGEST_WINDOW = 2 ** 30;

export const earlyDemux: Rule = {
  slug: 'early-demux',
  tier: 1,
  needs: ['node'],
  rivals: ['reset-by-node', 'ipvs-backend-removed-reset', 'forged-reset', 'ipvs-idle-expired'],
  judge: (view, scene) => {
    const meeting = strangeMeeting(view);
    if (!meeting) {
      const node = nodeReset(view);
      if (!node) return notFound(view.death ? say('not.demux.forwarded') : null);
      return notFound(say('not.demux.noSocket'));
    }
    const { trigger, answer } = meeting;
    const ends = who(view);
    const harmed = view.death !== null || fatalStall(view) !== null;
    return found({
      severity: harmed ? 'critical' : 'warning',
      confidence: areLossy(view) ? 'possible' : 'likely',
      at: scene.time(view.firstSighting(trigger)),
      summary: [say('sum.early-demux', ends), say(harmed ? 'out.demuxLost' : 'out.demuxOnce', ends)],
      evidence: [
        evidence(view.firstSighting(answer), say('ev.otherNumbers')),
        evidence(view.lastSighting(trigger), say('ev.triggerNotDelivered', { server: ends.server })),
      ],
      chain: [
        step(say('step.deliveredToNode', { own: ends.service }), view.sightings(trigger)),
        step(say('step.otherSocket'), view.sightings(answer)),
      ],
      remedies: ['early-demux-off', 'port-range'],
    });
  },
};

/** A segment that never left the node, and an answer that started there with numbers that are none of this connection's. */
function strangeMeeting(view: PathView): { readonly trigger: number; readonly answer: number } | null {
  const { legs, natBefore } = view.path;
  if (natBefore <= 0 || natBefore >= legs.length || view.nodeLegs.length === 0) return null;
  const far = legs.slice(natBefore);
  const beyond = (j: number): boolean => far.some((leg) => view.rowOn(j, leg) !== null);
  const isWatched = (j: number): boolean =>
    far.some((leg) => view.since(leg) <= view.time(j) && isWithin(view.scene.spanOf(leg.tap), view.time(j), view.lastTime(j)));
  const own = numbersOfServer(view, beyond);
  const window = largest(view);
  const isNear = (seq: number, low: number, high: number): boolean => seqDistance(seq, low) >= -window && seqDistance(seq, high) <= window;
  let trigger: number | null = null;
  let taken: ReadonlySet<number> | null = null;
  for (let j = view.from; j < view.to; j++) {
    if (view.direction(j) === ORIGINAL) trigger = beyond(j) || !isWatched(j) ? null : j;
    else if (trigger !== null && !view.has(j, J_LEAKED) && view.flags(j) & ACK && !beyond(j) && isWatched(j)) {
      // An old segment of this connection is late, not another's.
      const expected = view.ack(trigger);
      if (isNear(view.seq(j), expected, expected) || (own !== null && isNear(view.seq(j), own.low, own.high))) continue;
      taken ??= acknowledgedByClient(view);
      if (!taken.has(view.end(j))) return { trigger, answer: j };
    }
  }
  return null;
}

/** What the client acknowledged are the numbers of its connection. */
function acknowledgedByClient(view: PathView): ReadonlySet<number> {
  const acks = new Set<number>();
  for (let j = view.from; j < view.to; j++) if (view.direction(j) === ORIGINAL && view.hasAck(j) && !view.isReset(j)) acks.add(view.ack(j));
  return acks;
}

const isWithin = ([first, last]: readonly [number, number], from: number, to: number): boolean => first < from && to < last;

/** Lowest and highest number of the server in packets that did come from beyond the node. */
function numbersOfServer(view: PathView, beyond: (j: number) => boolean): { readonly low: number; readonly high: number } | null {
  let own: { low: number; high: number } | null = null;
  for (let j = view.from; j < view.to; j++) {
    if (view.direction(j) !== REPLY || !beyond(j)) continue;
    own ??= { low: view.seq(j), high: view.end(j) };
    if (seqDistance(view.seq(j), own.low) < 0) own.low = view.seq(j);
    if (seqDistance(view.end(j), own.high) > 0) own.high = view.end(j);
  }
  return own;
}

const largest = (view: PathView): number => Math.min(LARGEST_WINDOW, Math.max(view.maxWindow(ORIGINAL), 65_535));
