// C12: the SYN meets the server's TIME_WAIT of the connection that used the port before.

import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, step, who } from '../kit.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';
import { previousUse, wasClosed } from './synMeetsLiveEntry.ts';

/** TCP_TIMEWAIT_LEN of Linux. Nanos. */
const TIME_WAIT = 60e9;

export const timeWaitReuse: Rule = {
  slug: 'time-wait-reuse',
  tier: 4,
  needs: ['server'],
  rivals: ['syn-meets-live-entry', 'ipvs-connect-delay', 'table-full'],
  judge: (view, scene) => {
    const { syns, synAcks, strangeAnswer, refusal } = handshakeOf(view);
    const syn = syns[0];
    if (syn === undefined || refusal !== null) return notFound();
    if (synAcks[0] !== undefined && syns.length === 1 && strangeAnswer === null)
      return notFound(view.death ? say('not.timewait.synAck') : null);
    const before = previousUse(scene, view);
    const age = before ? view.time(syn) - before.path.lastTime : Number.POSITIVE_INFINITY;
    if (!before || !wasClosed(before) || age > TIME_WAIT) return notFound(strangeAnswer !== null ? say('not.timewait.fresh') : null);
    const leg = view.serverLeg;
    const arrived = leg !== null && syns.filter((j) => view.rowOn(j, leg) !== null);
    if (!arrived || arrived.length === 0 || (strangeAnswer === null && arrived.length < 2)) return notFound();
    const ends = who(view);
    return found({
      severity: synAcks.length > 0 ? 'warning' : 'critical',
      confidence: confidence(true, strangeAnswer !== null),
      at: scene.time(view.firstSighting(syn)),
      summary: [
        say('sum.time-wait-reuse', { ...ends, age }),
        say(synAcks.length > 0 ? 'out.synAcceptedLater' : 'out.synNeverAccepted', {
          ...ends,
          delay: synAcks[0] === undefined ? 0 : view.time(synAcks[0]) - view.time(syn),
        }),
      ],
      evidence: [
        evidence(view.firstSighting(syn), say('ev.previousUse', { client: ends.client, age })),
        ...(strangeAnswer === null
          ? [evidence(view.lastSighting(syn), say('ev.synIgnored', { n: arrived.length }))]
          : [evidence(view.firstSighting(strangeAnswer), say('ev.oldAck'))]),
      ],
      chain: [
        step(say('step.synReuse', ends), [view.firstSighting(syn)]),
        step(say('step.timeWait', { server: ends.server }), strangeAnswer === null ? [] : view.sightings(strangeAnswer)),
        step(
          say('step.synAgain', { n: syns.length }),
          syns.map((j) => view.firstSighting(j)),
        ),
      ],
      remedies: ['port-range', 'no-tw-recycle'],
    });
  },
};
