// C8: the backend's address belongs to another pod by now, and an old entry still leads there.
import { formatEndpoint } from '../../model/address.ts';
import { confidence, evidence, origin, step, who } from '../kit.ts';
import { found, notFound, type Rule, undecided } from '../rule.ts';
import { serviceKey } from '../scene.ts';
import { say } from '../wording/render.ts';
import { isOrphan } from './serverRestarted.ts';

export const backendAddressReused: Rule = {
  slug: 'backend-address-reused',
  tier: 5,
  needs: ['server'],
  rivals: ['server-restarted', 'ipvs-backend-removed-reset', 'keepalive-race', 'connection-refused'],
  judge: (view, scene) => {
    if (!isOrphan(view)) return notFound();
    const services = scene.facts.services.filter((s) => formatEndpoint({ address: s.address, port: s.port }) === serviceKey(view.path));
    const owner = scene.facts.names.find((n) => n.kind === 'pod' && n.address === view.path.server.address);
    if (services.length === 0 || !owner) return undecided(say('missing.endpoints', { service: serviceKey(view.path) }));
    if (services.some((s) => s.backends.some((b) => b.address === view.path.server.address)))
      return notFound(say('not.reused.right', { pod: owner.name }));
    const { death } = view;
    const first = death ? origin(death.reset) : null;
    if (!death || !first) return notFound();
    const ends = who(view);
    return found({
      severity: 'critical',
      confidence: confidence(true, false),
      at: scene.time(death.reset.cause.packet ?? first),
      summary: [
        say('sum.backend-address-reused', { ...ends, pod: owner.name }),
        say('out.otherBackendReset', { ...ends, other: owner.name }),
      ],
      evidence: [evidence(first, say('ev.otherPod', { pod: owner.name, service: ends.service, file: owner.file }))],
      chain: [
        step(say('step.addressReused', { server: ends.server, pod: owner.name }), []),
        step(say('step.clientSpeaks', { client: ends.client }), [death.reset.cause.packet]),
        step(say('step.noSocketReset', { server: ends.server }), death.reset.packets),
      ],
      remedies: ['ip-cooldown', 'timeout-syn-sent'],
    });
  },
};
