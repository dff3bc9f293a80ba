// B6: a SYN on a port used a moment ago is dropped, because the old conntrack entry is still there; one second later it passes.
import { confidence, evidence, legName, step, who } from '../kit.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';
import { ipvsFinSeconds, isIpvs, isNotIpvs } from './ipvs.ts';
import { lostSyns } from './lostSyns.ts';
import { previousUse } from './synMeetsLiveEntry.ts';

export const ipvsConnectDelay: Rule = {
  slug: 'ipvs-connect-delay',
  tier: 2,
  needs: ['client', 'server'],
  rivals: ['nat-port-clash', 'table-full', 'time-wait-reuse'],
  judge: (view, scene) => {
    const syns = lostSyns(view);
    if (!syns) return notFound(say('not.lostSyn.arrived'));
    if (syns.passed === null || isNotIpvs(scene)) return notFound();
    const before = previousUse(scene, view);
    const age = before ? view.path.firstTime - before.path.lastTime : Number.POSITIVE_INFINITY;
    if (!before || age > ipvsFinSeconds(scene) * 1e9) return notFound(say('not.connect-delay.fresh'));
    const first = view.firstSighting(syns.lost[0]);
    const delay = view.time(syns.passed) - view.time(syns.lost[0]);
    const ends = who(view);
    return found({
      severity: 'warning',
      confidence: confidence(isIpvs(scene), view.nodeLegs.length > 1),
      at: scene.time(first),
      summary: [say('sum.ipvs-connect-delay', { ...ends, age }), say('out.connectDelayed', { delay })],
      evidence: [
        evidence(first, say('ev.vanished', { n: syns.lost.length, seen: legName(view, syns.seen), missing: legName(view, syns.missing) })),
        evidence(before.lastSighting(before.to - 1), say('ev.previousUse', { client: ends.client, age })),
        evidence(view.firstSighting(syns.passed), say('ev.synPassed', { delay })),
      ],
      chain: [
        step(say('step.synReuse', ends), [first]),
        step(say('step.synDropped'), [first]),
        step(say('step.synPassed', { delay }), view.sightings(syns.passed)),
      ],
      remedies: ['kernel-5.9', 'reuse-mode'],
    });
  },
};
