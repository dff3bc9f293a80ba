// B7: a port used again is sent to the previous backend, although that one no longer takes part in the service.
import { formatEndpoint } from '../../model/address.ts';
import type { Path } from '../../model/correlation.ts';
import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, step, who } from '../kit.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { type Scene, serviceKey } from '../scene.ts';
import { say } from '../wording/render.ts';
import { isIpvs, isNotIpvs } from './ipvs.ts';
import { removedFromService } from './ipvsBackendRemovedSilent.ts';
import { previousUse } from './synMeetsLiveEntry.ts';

export const ipvsDyingBackend: Rule = {
  slug: 'ipvs-dying-backend',
  tier: 2,
  needs: ['server'],
  rivals: ['connection-refused', 'endpoint-terminating', 'ipvs-connect-delay'],
  judge: (view, scene) => {
    const { syns, synAcks, refusal } = handshakeOf(view);
    const syn = syns[0];
    if (syn === undefined || synAcks.length > 0) return notFound();
    if (isNotIpvs(scene)) return notFound(say('not.ipvs.mode', { mode: scene.facts.proxyMode?.mode ?? '' }));
    const before = previousUse(scene, view);
    if (!before || before.path.server.address !== view.path.server.address)
      return notFound(refusal !== null ? say('not.dying.fresh') : null);
    const { address } = view.path.server;
    const isMoved = [...lastBegun(view.path, scene)].some(([server, time]) => server !== address && time > before.path.lastTime);
    if (!isMoved && !removedFromService(view, scene))
      return notFound(say('not.dying.stillEndpoint', { server: formatEndpoint(view.path.server) }));
    const ends = who(view);
    const answer = refusal === null ? null : view.firstSighting(refusal);
    return found({
      severity: refusal === null ? 'critical' : 'warning',
      confidence: confidence(isIpvs(scene), removedFromService(view, scene)),
      at: scene.time(view.firstSighting(syn)),
      summary: [
        say('sum.ipvs-dying-backend', ends),
        say(refusal === null ? 'out.synUnanswered' : 'out.refused', { client: ends.client, n: syns.length }),
      ],
      evidence: [
        evidence(view.firstSighting(syn), say('ev.synReuse', { client: ends.client })),
        ...(answer ? [evidence(answer, say('ev.refused'))] : []),
      ],
      chain: [
        step(say('step.synReuse', ends), [view.firstSighting(syn)]),
        step(say('step.toOldBackend', { server: ends.server }), view.sightings(syn)),
        step(say('step.rstAck'), [answer]),
      ],
      remedies: ['kernel-5.9', 'reuse-mode', 'graceful'],
    });
  },
};

const known = new WeakMap<Scene, Map<string, ReadonlyMap<string, number>>>();

/** When the last translated connection to each server of a path's service began: told once for each service. */
function lastBegun(path: Path, scene: Scene): ReadonlyMap<string, number> {
  let services = known.get(scene);
  if (!services) {
    services = new Map();
    known.set(scene, services);
  }
  const key = serviceKey(path);
  let servers = services.get(key);
  if (!servers) {
    servers = new Map(scene.siblings(path).flatMap((p) => (p.dnat === null ? [] : [[p.server.address, p.firstTime] as const])));
    services.set(key, servers);
  }
  return servers;
}
