// A7: a packet that the tracker refused was delivered to the node itself, which has no such socket and answers with a RST.
import { formatEndpoint } from '../../model/address.ts';
import { confidence, evidence, origin, step, tapOf, who } from '../kit.ts';
import { aftermath } from '../leakCase.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { say } from '../wording/render.ts';
import { isIpvs } from './ipvs.ts';
import { removedFromService } from './ipvsBackendRemovedSilent.ts';
import { nodeReset } from './nodeReset.ts';
import { laterServer } from './survivors.ts';

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
    if (node.kind === 'silence' && !iptables) return notFound();
    // Nothing tells why the node answered itself: that it did is all that can be said, unless IPVS has a reason to.
    const unclear = node.kind === 'sudden' && !iptables;
    if (unclear && isRemoved(view, scene)) return notFound();
    const first = origin(node.death.reset);
    if (!first) return notFound();
    const ends = who(view);
    const toServer = node.kind === 'reply';
    const own = formatEndpoint(node.death.reset.source);
    const verdict = node.triggerJourney === null ? null : view.verdict(node.triggerJourney);
    const invalid = node.triggerJourney !== null && view.isInvalid(node.triggerJourney) === true;
    return found({
      severity: 'critical',
      confidence: confidence(!unclear, invalid || view.path.legs.length > 2),
      at: scene.time(node.trigger ?? first),
      summary: [
        say(toServer ? 'sum.reset-by-node.reply' : unclear ? 'sum.reset-by-node.unclear' : 'sum.reset-by-node.client', { ...ends, own }),
        say(toServer ? 'out.nodeKilledServer' : unclear ? 'out.nodeKilledUnclear' : 'out.nodeKilledClient', ends),
      ],
      evidence: [
        evidence(first, say('ev.nodeReset', { own, tap: tapOf(view, first), ttl: view.ttl(first) })),
        ...(node.trigger ? [evidence(node.trigger, say('ev.trigger'))] : []),
        ...(node.trigger && invalid && verdict ? [evidence(node.trigger, say('ev.invalid', { reason: verdict.reason }))] : []),
      ],
      chain: [
        ...(unclear
          ? [step(say('step.nodeAnswered', { own }), [node.trigger, ...node.death.reset.packets])]
          : [
              step(invalid && verdict ? say('step.invalid', { reason: verdict.reason }) : say('step.refused'), [node.trigger]),
              step(say('step.deliveredToNode', { own }), [node.trigger]),
              step(say('step.nodeReset', { own }), node.death.reset.packets),
            ]),
        ...(toServer
          ? [
              step(say('step.serverTook', { server: ends.server }), node.death.reset.packets.slice(-1)),
              ...aftermath(view, node.death.reset),
            ]
          : []),
      ],
      remedies: unclear
        ? ['device-policy', 'input-drop', 'timeouts']
        : toServer
          ? ['be-liberal', 'kernel-6.1', 'input-drop', 'find-delay']
          : ['input-drop', 'be-liberal', 'timeouts'],
    });
  },
};

/** Has IPVS a reason of its own: is it in use, or do later connections go to another server? */
const isRemoved = (view: PathView, scene: Scene): boolean =>
  isIpvs(scene) || removedFromService(view, scene) || (view.death !== null && laterServer(view, scene, view.death.time) !== null);
