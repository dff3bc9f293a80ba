// A10: a pod reaches itself through the service. Its own SYN comes back from its own address, or is not sent back to its port at all.
import { formatEndpoint } from '../../model/address.ts';
import type { Path } from '../../model/correlation.ts';
import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, step, who } from '../kit.ts';
import { found, notFound, type Rule, undecided } from '../rule.ts';
import { serviceKey } from '../scene.ts';
import { say } from '../wording/render.ts';

/** Looking at so many sisters tells whether the service works for others. */
const SISTERS = 200;

export const hairpin: Rule = {
  slug: 'hairpin',
  tier: 1,
  needs: ['client'],
  rivals: ['reply-bypasses-nat', 'table-full', 'connection-refused', 'nat-port-clash'],
  judge: (view, scene) => {
    const { syns, synAcks, refusal } = handshakeOf(view);
    if (syns.length === 0 || synAcks.length > 0 || refusal !== null) return notFound();
    const { client, server, service } = view.path;
    const self = client.address === server.address;
    const backends = scene.facts.services
      .filter((s) => formatEndpoint({ address: s.address, port: s.port }) === serviceKey(view.path))
      .flatMap((s) => s.backends);
    const isBackend = backends.some((b) => b.address === client.address);
    if (!self && !isBackend) {
      if (backends.length > 0) return notFound(say('not.hairpin.notBackend', { client: formatEndpoint(client) }));
      const isOther = (p: Path): boolean => p.client.address === client.address && handshakeOf(scene.view(p)).synAcks.length > 0;
      const known =
        service !== null ||
        scene
          .siblings(view.path)
          .slice(0, SISTERS)
          .some((p) => p.service !== null && isOther(p));
      return known && !view.serverLeg && scene.siblings(view.path).slice(0, SISTERS).some(isOther)
        ? undecided(say('missing.endpoints', { service: serviceKey(view.path) }))
        : notFound();
    }
    const first = view.firstSighting(syns[0]);
    const ends = who(view);
    const works = scene
      .siblings(view.path)
      .slice(0, SISTERS)
      .filter((p) => p.server.address !== client.address && handshakeOf(scene.view(p)).synAcks.length > 0).length;
    return found({
      severity: 'critical',
      confidence: confidence(self, isBackend),
      at: scene.time(first),
      summary: [say('sum.hairpin', ends), say('out.synUnanswered', { client: ends.client, n: syns.length })],
      evidence: [
        evidence(first, say(self ? 'ev.ownAddress' : 'ev.clientIsBackend', { client: ends.client, service: ends.service })),
        ...(syns.length > 1
          ? [evidence(view.firstSighting(syns[syns.length - 1]), say('ev.synToService', { service: ends.service, n: syns.length }))]
          : []),
      ],
      chain: [
        step(say('step.syn', ends), [first]),
        step(say('step.hairpin', ends), view.sightings(syns[0])),
        step(say('step.othersWork', { n: works }), []),
      ],
      remedies: ['hairpin-mode', 'masquerade'],
    });
  },
};
