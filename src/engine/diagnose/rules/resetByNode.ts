// A7: a packet that the tracker refused was delivered to the node itself, which has no such socket and answers with a RST.
import { formatEndpoint } from '../../model/address.ts';
import { confidence, evidence, origin, step, tapOf, who } from '../kit.ts';
import { aftermath } from '../leakCase.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';
import { nodeReset } from './nodeReset.ts';

export const resetByNode: Rule = {
  slug: 'reset-by-node',
  tier: 1,
  needs: ['client', 'server'],
  rivals: ['forged-reset', 'leak-old-segment', 'ipvs-idle-expired', 'server-aborted', 'server-restarted'],
  judge: (view, scene) => {
    const node = nodeReset(view);
    const { death } = view;
    if (!node) {
      if (death?.reset.origin === 'server')
        return notFound(say('not.reset-by-node.server', { source: formatEndpoint(death.reset.source) }));
      if (death?.reset.origin === 'client') return notFound(say('not.reset-by-node.client'));
      return notFound();
    }
    const iptables = scene.facts.proxyMode !== null && scene.facts.proxyMode.mode !== 'ipvs';
    if (node.kind === 'sudden' && !iptables) return notFound();
    if (node.kind === 'silence' && !iptables) return notFound();
    const first = origin(node.death.reset);
    if (!first) return notFound();
    const ends = who(view);
    const toServer = node.kind === 'reply';
    const own = formatEndpoint(node.death.reset.source);
    const verdict = node.triggerJourney === null ? null : view.verdict(node.triggerJourney);
    const invalid = node.triggerJourney !== null && view.isInvalid(node.triggerJourney) === true;
    return found({
      severity: 'critical',
      confidence: confidence(true, invalid || view.path.legs.length > 2),
      at: scene.time(node.trigger ?? first),
      summary: [
        say(toServer ? 'sum.reset-by-node.reply' : 'sum.reset-by-node.client', { ...ends, own }),
        say(toServer ? 'out.nodeKilledServer' : 'out.nodeKilledClient', ends),
      ],
      evidence: [
        evidence(first, say('ev.nodeReset', { own, tap: tapOf(view, first), ttl: view.ttl(first) })),
        ...(node.trigger ? [evidence(node.trigger, say('ev.trigger'))] : []),
        ...(node.trigger && invalid && verdict ? [evidence(node.trigger, say('ev.invalid', { reason: verdict.reason }))] : []),
      ],
      chain: [
        step(invalid && verdict ? say('step.invalid', { reason: verdict.reason }) : say('step.refused'), [node.trigger]),
        step(say('step.deliveredToNode', { own }), [node.trigger]),
        step(say('step.nodeReset', { own }), node.death.reset.packets),
        ...(toServer
          ? [
              step(say('step.serverTook', { server: ends.server }), node.death.reset.packets.slice(-1)),
              ...aftermath(view, node.death.reset),
            ]
          : []),
      ],
      remedies: toServer ? ['be-liberal', 'kernel-6.1', 'input-drop', 'find-delay'] : ['input-drop', 'be-liberal', 'timeouts'],
    });
  },
};
