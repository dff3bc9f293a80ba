// A18: a packet enters the node and meets a socket of the node itself, which answers with the numbers of another connection.
import { J_LOST } from '../../model/correlation.ts';
import { confidence, evidence, origin, step, who } from '../kit.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';
import { nodeReset } from './nodeReset.ts';

export const earlyDemux: Rule = {
  slug: 'early-demux',
  tier: 1,
  needs: ['node'],
  rivals: ['reset-by-node', 'ipvs-backend-removed-reset', 'forged-reset', 'ipvs-idle-expired'],
  judge: (view, scene) => {
    const node = nodeReset(view);
    if (!node || node.triggerJourney === null) return notFound(view.death ? say('not.demux.forwarded') : null);
    const first = origin(node.death.reset);
    const trigger = node.trigger;
    if (!first || !trigger) return notFound();
    if (!view.has(node.triggerJourney, J_LOST) && view.arrived(node.triggerJourney)) return notFound(say('not.demux.forwarded'));
    const packets = scene.packets(first.tap);
    const exact = packets.seq[first.row] === view.ack(node.triggerJourney);
    if (exact || node.kind === 'reply') return notFound(say('not.demux.noSocket'));
    const ends = who(view);
    return found({
      severity: 'critical',
      confidence: confidence(!node.death.plain, false),
      at: scene.time(trigger),
      summary: [say('sum.early-demux', ends), say('out.nodeKilledClient', ends)],
      evidence: [evidence(first, say('ev.otherNumbers')), evidence(trigger, say('ev.trigger'))],
      chain: [step(say('step.deliveredToNode', { own: ends.service }), [trigger]), step(say('step.otherSocket'), node.death.reset.packets)],
      remedies: ['early-demux-off', 'port-range'],
    });
  },
};
