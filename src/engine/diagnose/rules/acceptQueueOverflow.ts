// C10: the accept queue was full: the server ignored the client's ACK and data, and sent its SYN/ACK again.

import type { Leg } from '../../model/correlation.ts';
import { ACK, SYN } from '../../model/packetTable.ts';
import { ORIGINAL, row } from '../../model/units.ts';
import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, step, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, type Judgement, notFound, type Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { carriesData, fatalStall } from '../stalls.ts';
import { say } from '../wording/render.ts';
import { lostSyns } from './lostSyns.ts';
import { timeWaitReuse } from './timeWaitReuse.ts';

/** No timer sends a SYN/ACK again sooner. Nanos: what comes earlier answers a SYN that came again, or is the same packet captured twice. */
const SENT_AGAIN = 100e6;

export const acceptQueueOverflow: Rule = {
  slug: 'accept-queue-overflow',
  tier: 4,
  needs: ['server'],
  rivals: ['syn-cookies-failed', 'connection-refused', 'reply-bypasses-nat'],
  judge: (view, scene) => {
    const { syns, synAcks: all, data } = handshakeOf(view);
    const [first] = all;
    if (first === undefined) return synsIgnored(view, scene);
    // One with other numbers belongs to another use of the port.
    const same = all.filter((j) => view.seq(j) === view.seq(first) && view.ack(j) === view.ack(first));
    const synAcks = same.filter((j, i) => i === 0 || view.time(j) - view.time(same[i - 1]) >= SENT_AGAIN);
    const again = synAcks[1];
    if (again === undefined) return neverTaken(view, scene, first);
    const leg = view.serverLeg;
    if (!leg) return notFound();
    // Where it is told by one capture, its order of packets counts, which no clock and no delay elsewhere change.
    const last = synAcks.reduce((row, j) => Math.max(row, view.rowOn(j, leg) ?? -1), -1);
    const longest = wayToServer(view, leg, syns[0], first);
    let final: number | null = null;
    let ignored = 0;
    for (let j = view.from; j < view.to; j++) {
      if (
        view.direction(j) === ORIGINAL &&
        view.flags(j) & ACK &&
        !(view.flags(j) & SYN) &&
        !view.isReset(j) &&
        view.ack(j) === view.end(first) &&
        isPassedOver(view, leg, j, last, longest)
      ) {
        final ??= j;
        ignored++;
      }
    }
    if (final === null) return notFound(say('not.accept.noAck'));
    const recovered = data[1] !== null || view.path.payloadBytes[1] > 0;
    const ends = who(view);
    return found({
      severity: recovered ? 'warning' : 'critical',
      // One ACK that was passed over may as well have been lost between this capture and the server, any number where the way there is long. In one
      // file of several captures it may be the sight of another.
      confidence: confidence(ignored > 1 && leg.rows === null && isAtServer(view, leg) && answersAtOnce(view, leg), synAcks.length > 2),
      at: scene.time(view.firstSighting(first)),
      summary: [
        say('sum.accept-queue-overflow', { ...ends, n: synAcks.length }),
        say(recovered ? 'out.acceptedLate' : 'out.neverAccepted', ends),
      ],
      evidence: [
        evidence(view.firstSighting(again), say('ev.synAckAgain', { n: synAcks.length })),
        evidence(view.lastSighting(final), say('ev.ackArrived')),
      ],
      chain: [
        step(say('step.synAck', { server: ends.server }), [view.firstSighting(first)]),
        step(say('step.ackIgnored', { server: ends.server }), view.sightings(final)),
        step(
          say('step.synAckAgain', { n: synAcks.length }),
          synAcks.map((j) => view.firstSighting(j)),
        ),
      ],
      remedies: ['backlog'],
    });
  },
};

/** Longest from this capture point to the server's answer and back: what was sent there first was answered by then. 0 where no SYN tells. Nanos. */
function wayToServer(view: PathView, { tap }: Leg, syn: number | undefined, synAck: number): number {
  const [asked, answered] = [syn, synAck].map((j) => (j === undefined ? null : view.rowAt(j, tap)));
  return asked == null || answered == null ? 0 : view.scene.time({ tap, row: answered }) - view.scene.time({ tap, row: asked });
}

/** Had the server got it when it sent its last SYN/ACK, or may it still have been on its way? */
function isPassedOver(view: PathView, leg: Leg, ack: number, last: number, longest: number): boolean {
  const at = view.rowOn(ack, leg);
  if (at === null || at >= last) return false;
  return view.scene.time({ tap: leg.tap, row: row(last) }) - view.scene.time({ tap: leg.tap, row: at }) > longest;
}

/** Further off, what it was sent may have been held up on the way. */
const isAtServer = (view: PathView, leg: Leg): boolean => view.positionAt(leg) === 'server';

/** Fewer may have been lost in front of the server's socket. */
const PASSED_OVER = 3;

/** Without a SYN/ACK sent again: what completes the handshake and all data after it arrive, and the server never says another word. */
function neverTaken(view: PathView, scene: Scene, synAck: number): Judgement {
  const stall = fatalStall(view);
  const leg = view.serverLeg;
  const { completed } = handshakeOf(view);
  if (!leg || completed === null || stall?.direction !== ORIGINAL || !carriesData(view, stall)) return notFound();
  // The last of them may have been under way when the capture ended.
  if (stall.delivered < PASSED_OVER || view.rowOn(completed, leg) === null) return notFound();
  for (let j = synAck + 1; j < view.to; j++) if (view.direction(j) !== ORIGINAL) return notFound();
  const ends = who(view);
  const n = stall.attempts.length;
  return found({
    severity: 'critical',
    confidence: confidence(isAtServer(view, leg), false),
    at: scene.time(view.firstSighting(completed)),
    summary: [say('sum.accept-queue-overflow.silent', { ...ends, n }), say('out.neverAccepted', ends)],
    evidence: [
      evidence(view.lastSighting(stall.attempts[0] ?? completed), say('ev.dataPassedOver', { n })),
      evidence(view.lastSighting(completed), say('ev.ackArrived')),
    ],
    chain: [
      step(say('step.synAck', { server: ends.server }), [view.firstSighting(synAck)]),
      step(say('step.ackIgnored', { server: ends.server }), view.sightings(completed)),
      step(
        say('step.retransmitted', { n, span: stall.end - stall.start }),
        stall.attempts.map((j) => view.lastSighting(j)),
      ),
    ],
    remedies: ['backlog'],
  });
}

/** Sisters looked at to learn whether the server accepts connections at all. */
const SISTERS = 200;
/** A connection accepted so long before shows that somebody listens there. Nanos. */
const RECENT = 60e9;

/** Linux drops SYNs while the accept queue is full: every one arrives, none is answered, and others had just been accepted. */
function synsIgnored(view: PathView, scene: Scene): Judgement {
  const { syns, refusal, strangeAnswer } = handshakeOf(view);
  const leg = view.serverLeg;
  const [syn, second] = syns;
  if (syn === undefined || second === undefined || refusal !== null || strangeAnswer !== null || !leg) return notFound();
  if (syns.some((j) => view.rowOn(j, leg) === null) || lostSyns(view) !== null) return notFound();
  const accepted = scene
    .siblings(view.path)
    .slice(0, SISTERS)
    .find((p) => {
      const before = view.time(syn) - p.firstTime;
      return (
        p.server.address === view.path.server.address && before > 0 && before < RECENT && handshakeOf(scene.view(p)).completed !== null
      );
    });
  if (!accepted || timeWaitReuse.judge(view, scene).kind === 'found') return notFound();
  const ends = who(view);
  return found({
    severity: 'critical',
    confidence: confidence(isAtServer(view, leg) && answersAtOnce(scene.view(accepted), leg), false),
    at: scene.time(view.firstSighting(syn)),
    summary: [say('sum.accept-queue-overflow.syn', ends), say('out.synUnanswered', { ...ends, n: syns.length })],
    evidence: [
      evidence(view.lastSighting(syn), say('ev.synIgnored', { n: syns.length })),
      evidence(scene.view(accepted).firstSighting(scene.view(accepted).from), say('ev.acceptedBefore', { server: ends.server })),
    ],
    chain: [
      step(say('step.syn', ends), [view.firstSighting(syn)]),
      step(
        say('step.synAgain', { n: syns.length }),
        syns.map((j) => view.lastSighting(j)),
      ),
    ],
    remedies: ['backlog'],
  });
}

/** A host answers a SYN that fast itself; what takes longer may have gone some way yet, and may be lost on it. Nanos. */
const AT_ONCE = 1e6;

function answersAtOnce(view: PathView, { tap }: Leg): boolean {
  const { syns, synAcks } = handshakeOf(view);
  const [asked, answered] = [syns.at(-1), synAcks[0]].map((j) => (j === undefined ? null : view.rowAt(j, tap)));
  if (asked == null || answered == null) return false;
  return view.scene.time({ tap, row: answered }) - view.scene.time({ tap, row: asked }) < AT_ONCE;
}
