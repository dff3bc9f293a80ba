// A8: a rule drops what the tracker calls INVALID. Each retransmission is refused again: silence instead of a reset.
import { J_LEAKED } from '../../model/correlation.ts';
import { ORIGINAL, REPLY, seqDistance } from '../../model/units.ts';
import { areLossy, confidence, evidence, legName, step, unlessMissed, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { carriesData, type Stall, stallsOf } from '../stalls.ts';
import { say } from '../wording/render.ts';
import { onlyLargeVanish } from './mtuBlackHole.ts';
import { needsBothSides } from './needs.ts';
import { vanishedAtNat } from './silence.ts';

/** So many answers in a row that vanish on the way back, while everything else arrives, are no ordinary loss. */
const PERSISTENT = 4;
/** Each look at what the node had seen goes over the path: the first answers suffice. */
const LOOKED_AT = 16;

export const stallInvalidDropped: Rule = {
  slug: 'stall-invalid-dropped',
  tier: 1,
  needs: ['client', 'server'],
  rivals: ['mtu-black-hole', 'stall-entry-gone', 'ipvs-backend-removed-silent', 'leak-unseen-ack', 'keepalive-failed'],
  judge: (view, scene) => {
    const stalls = stallsOf(view).filter((s) => !view.afterDeath(s.start));
    const stall = stalls.find((s) => !s.recovered) ?? stalls[0];
    if (!stall) return notFound(view.death ? say('not.stall-dropped.noStall') : null);
    const missing = stall.recovered ? null : needsBothSides(view);
    if (missing) return missing;
    const lost = lostAnswers(view, stall);
    if (lost.length === 0) return notFound(say('not.stall-dropped.noneLost'));
    const isBlind = areLossy(view);
    const isRefused = (j: number): boolean => view.isInvalid(j) === true && !(isBlind && /ACK is over/.test(view.verdict(j)?.reason ?? ''));
    const refused = lost.filter((j, i) => isRefused(j) || (i < LOOKED_AT && !isBlind && unseenByNode(view, j)));
    if (refused.length === 0 && onlyLargeVanish(view, stall)) return notFound(say('not.stall-dropped.size'));
    const atNat = vanishedAtNat(view, lost);
    const rule = scene.facts.invalidRules.find((r) => r.action === 'drop');
    if (refused.length === 0 && !(rule && atNat)) {
      if ((view.nodeLegs.length > 1 && !atNat) || lost.length < PERSISTENT || stall.recovered)
        return notFound(say('not.stall-dropped.valid', { n: lost.length }));
      if (isDeadBothWays(view, stall)) return notFound(say('not.stall-dropped.bothWays'));
    }
    if (stall.recovered && refused.length === 0) return notFound(say('not.stall-dropped.valid', { n: lost.length }));
    const ends = who(view);
    const first = view.firstSighting(lost[0]);
    const gone = view.vanished(lost[0]);
    const sure = confidence(refused.length > 0, atNat);
    // Who goes on repeating itself had no answer, whatever the captures missed.
    const isStalled = refused.length > 0 && !stall.recovered;
    const reason = refused[0] === undefined ? '' : (view.verdict(refused[0])?.reason ?? '');
    const sender = stall.direction === ORIGINAL ? ends.client : ends.server;
    return found({
      severity: stall.recovered || !carriesData(view, stall) ? 'warning' : 'critical',
      confidence: gone?.isUnwatched ? 'possible' : isStalled ? sure : unlessMissed(view, sure, lost),
      at: view.scene.time(view.firstSighting(stall.attempts[0])),
      summary: [
        refused.length > 0 || rule
          ? say('sum.stall-invalid-dropped', { ...ends, n: lost.length })
          : say('sum.stall-invalid-dropped.guess', { ...ends, n: lost.length }),
        say(stall.recovered ? 'out.stallRecovered' : 'out.stallNoAnswer', {
          client: sender,
          n: stall.attempts.length,
          span: stall.end - stall.start,
        }),
      ],
      evidence: [
        evidence(
          first,
          gone
            ? say('ev.vanishedPackets', { n: lost.length, seen: legName(view, gone.seen), missing: legName(view, gone.missing) })
            : say('ev.notDelivered', { n: lost.length }),
        ),
        ...(refused[0] !== undefined && reason ? [evidence(view.firstSighting(refused[0]), say('ev.invalid', { reason }))] : []),
        ...(refused[0] !== undefined && !reason ? [evidence(view.firstSighting(refused[0]), say('ev.unseenAtNode'))] : []),
        evidence(
          view.firstSighting(stall.attempts[stall.attempts.length - 1]),
          say('ev.retransmitted', { n: stall.attempts.length, span: stall.end - stall.start }),
        ),
      ],
      against: rule || !scene.facts.hasRules ? [] : [evidence(first, say('ev.noDropRule'))],
      chain: [
        step(say('step.answersSent', { sender: stall.direction === ORIGINAL ? ends.server : ends.client, n: lost.length }), [first]),
        step(reason ? say('step.invalid', { reason }) : say('step.refused'), [first]),
        step(
          say('step.dropped', { n: lost.length }),
          lost.slice(0, 20).map((j) => view.firstSighting(j)),
        ),
        step(
          say('step.repeats', { sender, n: stall.attempts.length, span: stall.end - stall.start }),
          stall.attempts.map((j) => view.firstSighting(j)),
        ),
      ],
      remedies: /under/.test(reason)
        ? ['be-liberal-restart', 'kernel-6.1', 'find-delay']
        : ['symmetric', 'be-liberal-restart', 'disable-offload'],
    });
  },
};

/** Answers to the stalled side that set out and were lost, and the stalled segment's own lost copies when that is what vanishes. */
function lostAnswers(view: PathView, stall: Stall): readonly number[] {
  if (stall.answersLost.length > 0) return stall.answersLost;
  return stall.direction === REPLY ? stall.attempts.filter((j) => view.vanished(j) !== null && !view.has(j, J_LEAKED)) : [];
}

/** Did nothing of the client get through while the stall lasted, though it tried? A rule that drops the INVALID lets one side's packets pass. */
function isDeadBothWays(view: PathView, stall: Stall): boolean {
  let lost = 0;
  for (let j = view.from; j < view.to && view.time(j) <= stall.end; j++) {
    if (view.direction(j) !== ORIGINAL || view.time(j) < stall.start || view.isReset(j)) continue;
    if (view.arrived(j)) return false;
    lost++;
  }
  return lost > 1;
}

/** Does a reply acknowledge more than the node's own captures hold of the client? */
function unseenByNode(view: PathView, j: number): boolean {
  if (view.direction(j) !== REPLY || !view.hasAck(j)) return false;
  const { legs, natBefore } = view.path;
  const leg = natBefore > 1 ? legs[natBefore - 1] : undefined;
  // A capture that was over does not tell what the node saw.
  if (!leg || view.scene.lastTime(leg.tap) < view.time(j)) return false;
  const { tap, row } = view.firstSighting(j);
  let highest: number | null = null;
  for (let i = view.from; i < view.to; i++) {
    if (view.direction(i) !== ORIGINAL || view.isReset(i) || view.rowOn(i, leg) === null) continue;
    // Where one capture has both, its own order tells which came first, whatever the clocks say.
    const same = view.rowAt(i, tap);
    if (same === null ? view.time(i) >= view.lastTime(j) : same > row) continue;
    const end = view.end(i);
    if (highest === null || seqDistance(end, highest) > 0) highest = end;
  }
  return highest !== null && seqDistance(view.ackEdge(j), highest) > 0;
}
