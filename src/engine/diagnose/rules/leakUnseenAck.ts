// A3: the server acknowledges what the node never saw, INVALID on every kernel; dozens leak, and the last of their RSTs kills.
import { type Confidence, J_LEAKED, type Leak, type Leg } from '../../model/correlation.ts';
import { ORIGINAL, type PacketRef, seqDistance } from '../../model/units.ts';
import { at, confidence, evidence, who } from '../kit.ts';
import { leakStory } from '../leakCase.ts';
import { type LeakReading, leakOfKind, leakReadings } from '../leakReading.ts';
import type { PathView } from '../pathView.ts';
import { found, type Judgement, notFound, type Rule, undecided } from '../rule.ts';
import { say } from '../wording/render.ts';

/** So many acknowledgements in a row that leak while nothing explains one of them: what they acknowledge went around the node. */
const PERSISTENT = 5;

export const leakUnseenAck: Rule = {
  slug: 'leak-unseen-ack',
  tier: 1,
  needs: ['client', 'server', 'node'],
  rivals: ['leak-late-ack', 'leak-old-segment', 'leak-entry-gone', 'forged-reset', 'conntrack-bypassed'],
  judge: (view) => {
    const readings = leakReadings(view).filter((r) => r.kind !== 'reset');
    const reading = leakOfKind(view, 'unseen-ack');
    if (!reading) {
      const acks = unexplainedAcks(view);
      if (isPersistent(view))
        return view.serverLeg && view.clientLeg
          ? unproven(view, acks)
          : undecided(say('missing.nodeClientSide', { client: who(view).client }));
      return notFound(readings.length > 0 ? say(readings.length === 1 ? 'not.unseen-ack.single' : 'not.unseen-ack.seen') : null);
    }
    const { leak, distance } = reading;
    const around = bypassed(view, leak);
    const count = readings.filter((r) => r.kind === 'unseen-ack').length;
    const reason = view.verdict(leak.journey)?.reason ?? '';
    const story = leakStory(
      view,
      reading,
      reading.confirmed ? say('step.invalid', { reason }) : say('step.invalidUnseen', { bytes: distance }),
    );
    if (!story) return notFound();
    const [first] = leak.packets;
    return found({
      severity: story.severity,
      confidence: unlessLossy(
        view,
        confidence(around !== null || (count > 1 && mayHaveGoneUnseen(view, leak)), reading.confirmed === true || around !== null),
      ),
      at: at(view.time(readings[0]?.leak.journey ?? leak.journey)),
      summary: [say('sum.leak-unseen-ack', { ...who(view), n: count, bytes: Math.max(0, distance) }), story.outcome],
      evidence: [
        story.evidence[0],
        ...(first && distance > 0 ? [evidence(first, say('ev.unseenAck', { bytes: distance }))] : []),
        ...(around ? [evidence(around, say('ev.aroundNode', { client: who(view).client }))] : []),
        ...story.evidence.slice(1),
      ],
      chain: story.chain,
      remedies: ['symmetric', 'be-liberal', 'disable-offload'],
    });
  },
};

const unexplainedAcks = (view: PathView): readonly LeakReading[] =>
  leakReadings(view).filter((r) => r.kind === 'unexplained' && r.leak.kind === 'ack');

/** Do acknowledgements go on leaking while nothing explains one of them, and no capture says what the node saw? */
export function isPersistent(view: PathView): boolean {
  const acks = unexplainedAcks(view);
  return view.nodeLegs.length === 0 && (acks.length >= PERSISTENT || acknowledgesNew(view, acks));
}

/**
 * Do several leaks in a row acknowledge what no translated reply had, with no translated reply after them? Data that had passed the node
 * would have kept, or made, the entry that translates its acknowledgement.
 */
function acknowledgesNew(view: PathView, acks: readonly LeakReading[]): boolean {
  const [first] = acks;
  if (!first || acks.length < 2) return false;
  let acknowledged: number | null = null;
  for (let j = view.from; j < view.to; j++) {
    if (view.direction(j) === ORIGINAL || view.isReset(j) || view.has(j, J_LEAKED)) continue;
    if (j > first.leak.journey) return false;
    if (acknowledged === null || seqDistance(view.ack(j), acknowledged) > 0) acknowledged = view.ack(j);
  }
  return acknowledged !== null && acks.every((r) => seqDistance(view.ackEdge(r.leak.journey), acknowledged ?? 0) > 0);
}

/** Without a capture on the node: every later ACK leaks and nothing else explains one of them; what the node saw can't be shown. */
function unproven(view: PathView, acks: readonly LeakReading[]): Judgement {
  const reading = acks.find((r) => r.leak === view.death?.leak) ?? acks[0];
  const story = reading ? leakStory(view, reading, say('step.invalidUnseenGuess')) : null;
  const [first] = acks[0]?.leak.packets ?? [];
  if (!story || !first) return notFound();
  return found({
    severity: story.severity,
    confidence: 'possible',
    at: view.scene.time(first),
    summary: [say('sum.leak-unseen-ack.guess', { ...who(view), n: acks.length }), story.outcome],
    evidence: [story.evidence[0], evidence(first, say('ev.persistent', { n: acks.length })), ...story.evidence.slice(1)],
    chain: story.chain,
    remedies: ['symmetric', 'be-liberal', 'disable-offload'],
  });
}

/** A capture before the NAT that loses packets of both directions does not tell what the node never saw. */
function unlessLossy(view: PathView, sure: Confidence): Confidence {
  const before = beforeNat(view);
  return before && view.scene.correlation.completeness.isLossy(before.tap) ? 'possible' : sure;
}

/** Did the client's own capture, where there is one, show what the server acknowledges? Else it was captured nowhere, and the node may have seen it. */
function mayHaveGoneUnseen(view: PathView, { journey }: Leak): boolean {
  if (!view.path.legs.some((leg) => view.positionAt(leg) === 'client')) return true;
  const edge = view.ackEdge(journey);
  for (let j = journey - 1; j >= view.from; j--)
    if (view.direction(j) === ORIGINAL && !view.isReset(j) && seqDistance(view.end(j), edge) >= 0) return true;
  return false;
}

const beforeNat = ({ path: { legs, natBefore } }: PathView): Leg | undefined => (natBefore > 0 ? legs[natBefore - 1] : undefined);

/** A segment of the client that the server's side captured and the node's client side did not. */
function bypassed(view: PathView, leak: Leak): PacketRef | null {
  const { legs, natBefore } = view.path;
  const before = beforeNat(view);
  const last = legs[legs.length - 1];
  if (!before || !last || natBefore >= legs.length || before === last) return null;
  const until = view.time(leak.journey);
  for (let j = view.from; j < view.to && view.time(j) < until; j++) {
    if (view.direction(j) !== ORIGINAL || view.length(j) === 0 || view.rowOn(j, before) !== null) continue;
    // What left the node had come to it, whatever the capture before it shows.
    if (legs[natBefore] !== last && view.rowOn(j, legs[natBefore]) !== null) continue;
    const row = view.rowOn(j, last);
    if (row !== null && seqDistance(view.ackEdge(leak.journey), view.seq(j)) > 0) return { tap: last.tap, row };
  }
  return null;
}
