// A14: two flows chose one tuple at the same moment; the second new packet is dropped, its retransmission gets another source port.
import { confidence, evidence, legName, step, who } from '../kit.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';
import { lostSyns } from './lostSyns.ts';

export const natPortClash: Rule = {
  slug: 'nat-port-clash',
  tier: 1,
  needs: ['client', 'server'],
  rivals: ['table-full', 'ipvs-connect-delay', 'bad-checksum-invalid'],
  judge: (view, scene) => {
    const syns = lostSyns(view);
    if (!syns) return notFound(say('not.lostSyn.arrived'));
    if (syns.passed === null) return notFound(say('not.port-clash.never'));
    if (!view.path.snat) return notFound(say('not.port-clash.noSnat'));
    const failed = scene.facts.counters.find((c) => (c.values.get('insert_failed') ?? 0) > 0);
    const first = view.firstSighting(syns.lost[0]);
    const ends = who(view);
    const delay = view.time(syns.passed) - view.time(syns.lost[0]);
    return found({
      severity: 'warning',
      confidence: confidence(failed !== undefined, true),
      at: scene.time(first),
      summary: [say('sum.nat-port-clash', ends), say('out.connectDelayed', { delay })],
      evidence: [
        evidence(first, say('ev.vanished', { n: syns.lost.length, seen: legName(view, syns.seen), missing: legName(view, syns.missing) })),
        evidence(view.firstSighting(syns.passed), say('ev.synPassed', { delay })),
      ],
      chain: [
        step(say('step.syn', ends), [first]),
        step(say('step.insertFailed', { n: failed?.values.get('insert_failed') ?? 0 }), [first]),
        step(say('step.synPassed', { delay }), view.sightings(syns.passed)),
      ],
      remedies: ['random-fully', 'avoid-snat'],
    });
  },
};
