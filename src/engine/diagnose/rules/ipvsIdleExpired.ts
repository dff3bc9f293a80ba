// B1: IPVS forgot an idle connection. A packet that is no SYN is not scheduled; the service address is local, so the node itself resets.
import { formatEndpoint } from '../../model/address.ts';
import { confidence, evidence, origin, step, tapOf, who } from '../kit.ts';
import { found, notFound, type Rule, undecided } from '../rule.ts';
import { say } from '../wording/render.ts';
import { IPVS_IDLE_SECONDS, ipvsIdleSeconds, isIpvs, isNotIpvs } from './ipvs.ts';
import { nodeReset } from './nodeReset.ts';
import { laterServer, longestSurvived } from './survivors.ts';

export const ipvsIdleExpired: Rule = {
  slug: 'ipvs-idle-expired',
  tier: 2,
  needs: ['client', 'server'],
  rivals: [
    'ipvs-backend-removed-reset',
    'middlebox-idle-timeout',
    'forged-reset',
    'server-restarted',
    'server-aborted',
    'leak-old-segment',
    'reset-by-node',
  ],
  judge: (view, scene) => {
    const { death } = view;
    const limit = ipvsIdleSeconds(scene);
    const node = nodeReset(view);
    if (node?.kind !== 'silence' || !node.silence) {
      if (!death) return notFound();
      if (death.reset.origin === 'server') return notFound(say('not.ipvs-idle.server', { server: formatEndpoint(death.reset.source) }));
      const before = view.longestSilence(death.time);
      if (death.reset.origin === 'unknown' && death.toward === 'client' && before && before.length / 1e9 >= limit && !view.serverLeg)
        return undecided(say('missing.server', { server: who(view).service }));
      return notFound(say('not.ipvs-idle.gap', { gap: before?.length ?? 0, limit }));
    }
    if (isNotIpvs(scene)) return notFound(say('not.ipvs.mode', { mode: scene.facts.proxyMode?.mode ?? '' }));
    const first = origin(node.death.reset);
    if (!first) return notFound();
    const survived = longestSurvived(view, scene);
    if (survived !== null && survived > node.silence.length) return notFound(say('not.ipvs-idle.survived', { gap: survived }));
    const seconds = node.silence.length / 1e9;
    if (seconds < limit && laterServer(view, scene, node.death.time))
      return notFound(say('not.ipvs-idle.moved', { gap: node.silence.length, limit }));
    const known = scene.facts.ipvsTimeouts !== null || isIpvs(scene);
    const ends = who(view);
    return found({
      severity: 'critical',
      confidence: confidence(seconds >= limit || isIpvs(scene), seconds >= limit || view.path.legs.length > 2),
      at: scene.time(view.firstSighting(node.silence.before)),
      summary: [say('sum.ipvs-idle-expired', { ...ends, gap: node.silence.length }), say('out.nodeResetIdle', ends)],
      evidence: [
        evidence(first, say('ev.nodeReset', { own: ends.service, tap: tapOf(view, first), ttl: view.ttl(first) })),
        evidence(view.firstSighting(node.silence.before), say('ev.firstAfterSilence', { server: ends.client, gap: node.silence.length })),
      ],
      against:
        seconds < limit
          ? [
              evidence(
                view.firstSighting(node.silence.before),
                say(known ? 'ev.belowIpvs' : 'ev.belowIpvsDefault', { gap: node.silence.length, limit: known ? limit : IPVS_IDLE_SECONDS }),
              ),
            ]
          : [],
      chain: [
        step(say('step.silence', { gap: node.silence.length }), [view.firstSighting(node.silence.before)]),
        step(say('step.clientSpeaks', { client: ends.client }), [view.firstSighting(node.silence.before)]),
        step(say('step.ipvsForgot', { service: ends.service }), [node.trigger]),
        step(say('step.nodeReset', { own: ends.service }), node.death.reset.packets),
        step(say('step.serverUnaware', { server: ends.server }), []),
      ],
      remedies: ['keepalive-900', 'ipvs-timeout', 'retry'],
    });
  },
};
