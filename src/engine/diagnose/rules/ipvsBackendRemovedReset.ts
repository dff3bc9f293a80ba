// B5: the backend was taken out of the service, IPVS expired its connection at once, and the node itself answers the next segment with a RST.
import { formatEndpoint } from '../../model/address.ts';
import { confidence, evidence, origin, step, tapOf, who } from '../kit.ts';
import { found, notFound, type Rule, undecided } from '../rule.ts';
import { say } from '../wording/render.ts';
import { ipvsIdleSeconds, isIpvs, isNotIpvs } from './ipvs.ts';
import { removedFromService } from './ipvsBackendRemovedSilent.ts';
import { nodeReset } from './nodeReset.ts';
import { laterEvidence, laterServer, longestSurvived } from './survivors.ts';

export const ipvsBackendRemovedReset: Rule = {
  slug: 'ipvs-backend-removed-reset',
  tier: 2,
  needs: ['client', 'server'],
  rivals: ['ipvs-idle-expired', 'forged-reset', 'server-restarted', 'server-aborted', 'reset-by-node', 'ipvs-port-changed'],
  judge: (view, scene) => {
    const node = nodeReset(view);
    if (!node || node.kind === 'reply') {
      const { death } = view;
      return notFound(
        death?.reset.origin === 'server' ? say('not.ipvs-idle.server', { server: formatEndpoint(death.reset.source) }) : null,
      );
    }
    if (isNotIpvs(scene)) return notFound(say('not.ipvs.mode', { mode: scene.facts.proxyMode?.mode ?? '' }));
    const moved = laterServer(view, scene, node.death.time);
    const listed = removedFromService(view, scene);
    const survived = longestSurvived(view, scene);
    // A silence below the timer of IPVS explains nothing where later connections were sent elsewhere.
    const tooShort = node.silence !== null && moved !== null && node.silence.length / 1e9 < ipvsIdleSeconds(scene);
    const idle = node.silence !== null && !tooShort && !(survived !== null && survived > node.silence.length);
    if (idle) return notFound(say('not.removed-reset.silence', { gap: node.silence?.length ?? 0 }));
    if (node.kind === 'invalid' && !moved && !listed) return notFound(say('not.removed-reset.invalid'));
    if (!moved && !listed && !isIpvs(scene)) return undecided(say('missing.endpoints', { service: who(view).service }));
    const first = origin(node.death.reset);
    if (!first) return notFound();
    const ends = who(view);
    return found({
      severity: 'critical',
      confidence: confidence(moved !== null || listed || isIpvs(scene), moved !== null || listed),
      at: scene.time(node.trigger ?? first),
      summary: [say('sum.ipvs-backend-removed-reset', ends), say('out.nodeResetRemoved', ends)],
      evidence: [
        evidence(first, say('ev.nodeReset', { own: ends.service, tap: tapOf(view, first), ttl: view.ttl(first) })),
        ...(node.trigger ? [evidence(node.trigger, say('ev.triggerNotDelivered', { server: ends.server }))] : []),
        ...(moved ? [laterEvidence(moved)] : []),
      ],
      chain: [
        step(say('step.removed', { server: ends.server }), []),
        step(say('step.clientSpeaks', { client: ends.client }), [node.trigger]),
        step(say('step.ipvsForgot', { service: ends.service }), [node.trigger]),
        step(say('step.nodeReset', { own: ends.service }), node.death.reset.packets),
        step(say('step.serverUnaware', { server: ends.server }), []),
      ],
      remedies: ['graceful', 'retry'],
    });
  },
};
