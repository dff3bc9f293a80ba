// C8: the backend's address belongs to another pod by now, and an old entry still leads there.
import { formatEndpoint } from '../../model/address.ts';
import type { AddressName } from '../../model/context.ts';
import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, origin, step, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, type Judgement, notFound, type Rule, undecided } from '../rule.ts';
import { serviceKey } from '../scene.ts';
import { say } from '../wording/render.ts';
import { isOrphan } from './serverRestarted.ts';

export const backendAddressReused: Rule = {
  slug: 'backend-address-reused',
  tier: 5,
  needs: ['server'],
  rivals: ['server-restarted', 'ipvs-backend-removed-reset', 'keepalive-race', 'connection-refused'],
  judge: (view, scene) => {
    const isWrongPod = answeredAfterAll(view);
    if (!isOrphan(view) && !isWrongPod) return notFound();
    const services = scene.facts.services.filter((s) => formatEndpoint({ address: s.address, port: s.port }) === serviceKey(view.path));
    const owner = scene.facts.names.find((n) => n.kind === 'pod' && n.address === view.path.server.address);
    if (services.length === 0 || !owner)
      return isWrongPod ? notFound() : undecided(say('missing.endpoints', { service: serviceKey(view.path) }));
    if (services.some((s) => s.backends.some((b) => b.address === view.path.server.address)))
      return notFound(say('not.reused.right', { pod: owner.name }));
    if (isWrongPod) return wrongPod(view, owner);
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

/** A first SYN without an answer leaves an entry that its retransmission follows, to whoever has the address by then. */
function answeredAfterAll(view: PathView): boolean {
  const { syns, synAcks, completed } = handshakeOf(view);
  const [first] = syns;
  if (view.death || completed === null || first === undefined || syns.length < 2 || synAcks[0] === undefined) return false;
  return view.path.dnat !== null && syns.some((j) => j !== first && view.time(j) < view.time(synAcks[0]));
}

function wrongPod(view: PathView, owner: AddressName): Judgement {
  const { syns, synAcks } = handshakeOf(view);
  const ends = who(view);
  const [syn] = syns;
  const [answer] = synAcks;
  if (syn === undefined || answer === undefined) return notFound();
  const first = view.firstSighting(answer);
  return found({
    severity: 'warning',
    confidence: confidence(true, false),
    at: view.scene.time(view.firstSighting(syn)),
    summary: [say('sum.backend-address-reused', { ...ends, pod: owner.name }), say('out.wrongPod', { ...ends, pod: owner.name })],
    evidence: [
      evidence(first, say('ev.otherPod', { pod: owner.name, service: ends.service, file: owner.file })),
      evidence(view.firstSighting(syn), say('ev.synUnanswered', { delay: view.time(answer) - view.time(syn) })),
    ],
    chain: [
      step(
        say('step.synAgain', { n: syns.length }),
        syns.map((j) => view.firstSighting(j)),
      ),
      step(say('step.addressReused', { server: ends.server, pod: owner.name }), []),
      step(say('step.wrongPod', { ...ends, pod: owner.name }), view.sightings(answer)),
    ],
    remedies: ['ip-cooldown', 'timeout-syn-sent'],
  });
}
