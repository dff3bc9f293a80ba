// A20: the entry was gone when the client spoke first: picked up in mid-stream, sent to another backend, which knows no such connection; or to the same one, unharmed.
import { formatEndpoint, sameEndpoint } from '../../model/address.ts';
import { RST, SYN } from '../../model/packetTable.ts';
import { ORIGINAL, type PacketRef } from '../../model/units.ts';
import { wasEstablished } from '../handshake.ts';
import { confidence, evidence, origin, step, tapOf, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, type Judgement, notFound, type Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import type { Silence } from '../silences.ts';
import { closingBefore } from '../stalls.ts';
import { say } from '../wording/render.ts';
import { isIpvs } from './ipvs.ts';
import { journeyOf } from './nodeReset.ts';
import { standingSilence } from './silence.ts';

export const rebalancedEntryGone: Rule = {
  slug: 'rebalanced-entry-gone',
  tier: 1,
  needs: ['client', 'server'],
  rivals: ['server-restarted', 'ipvs-idle-expired', 'ipvs-backend-removed-reset', 'forged-reset', 'reset-by-node', 'leak-entry-gone'],
  judge: (view, scene) => {
    const { death } = view;
    if (!death) return pickedUpUnharmed(view, scene);
    if (death.toward !== 'client' || !death.plain) return notFound();
    const named = death.reset.cause.packet;
    const astray = undelivered(view);
    const journey = astray ?? (named ? journeyOf(view, named, death.time) : null);
    const trigger = astray === null ? named : view.firstSighting(astray);
    const elsewhere = otherBackend(view);
    if (elsewhere === null && journey !== null && view.arrived(journey))
      return notFound(say('not.rebalanced.same', { server: who(view).server }));
    if (elsewhere === null && (death.reset.origin !== 'server' || !view.serverLeg)) return notFound();
    const silence = journey === null ? null : standingSilence(view, journey);
    if (elsewhere === null && !silence) return notFound();
    const first = origin(death.reset);
    if (!first) return notFound();
    const ends = who(view);
    const port = changedPort(view, trigger);
    if (elsewhere === null && death.reset.packets.some((p) => p.tap === view.serverLeg?.tap))
      return port === null
        ? notFound(say('not.rebalanced.same', { server: ends.server }))
        : anotherPort(view, scene, first, trigger, port, silence);
    const other = elsewhere ?? ends.service;
    return found({
      severity: 'critical',
      confidence: confidence(elsewhere !== null && (view.serverLeg !== null || wasWatched(view, first)), silence !== null),
      at: scene.time(trigger ?? first),
      summary: [say('sum.rebalanced-entry-gone', { ...ends, other }), say('out.otherBackendReset', { ...ends, other })],
      evidence: [
        evidence(first, say('ev.resetByOther', { other, tap: tapOf(view, first) })),
        ...(trigger ? [evidence(trigger, say('ev.segmentAtOther', { other }))] : []),
        ...(silence
          ? [evidence(view.firstSighting(silence.before), say('ev.firstAfterSilence', { server: ends.client, gap: silence.length }))]
          : []),
      ],
      chain: [
        ...(silence ? [step(say('step.silence', { gap: silence.length }), [view.firstSighting(silence.before)])] : []),
        ...(journey !== null ? [step(say('step.clientSpeaks', { client: ends.client }), [view.firstSighting(journey)])] : []),
        step(say('step.pickedUp', { other }), [trigger]),
        step(say('step.otherReset', { other }), death.reset.packets),
        step(say('step.serverUnaware', { server: ends.server }), []),
      ],
      remedies: ['keepalive', 'no-flush', 'timeouts', 'loose-0'],
    });
  },
};

/** Did the capture that shows the other server run while the connection went elsewhere? Else it may have begun late, at the very server. */
function wasWatched(view: PathView, reset: PacketRef): boolean {
  const [since] = view.scene.spanOf(reset.tap);
  for (let j = view.from; j < view.to && !view.isSeenAs(j, reset); j++) {
    if (view.time(j) >= since && view.direction(j) === ORIGINAL && view.rowAt(j, reset.tap) === null) return true;
  }
  return false;
}

/** The source port under which the server's side saw what its RST answers, where that is not the path's; null where it is. */
function changedPort(view: PathView, trigger: PacketRef | null): number | null {
  if (isIpvs(view.scene) || trigger === null) return null;
  const rst = view.death?.reset.packets.find((p) => p.tap === view.serverLeg?.tap);
  const stray = view.path.strays.find((s) => s.kind === 'port-changed' && s.rows.some((r) => rst && s.tap === rst.tap && r === rst.row));
  return stray ? (stray.direction === ORIGINAL ? stray.source.port : stray.destination.port) : null;
}

/** The same server, but masqueraded anew: the pick-up got another source port, which the server knows no connection from. */
function anotherPort(
  view: PathView,
  scene: Scene,
  reset: PacketRef,
  trigger: PacketRef | null,
  port: number,
  silence: Silence | null,
): Judgement {
  const ends = { ...who(view), to: String(port), from: String(view.serverLeg?.client.port ?? view.path.client.port) };
  return found({
    severity: 'critical',
    confidence: confidence(view.path.snat !== null, false),
    at: scene.time(trigger ?? reset),
    summary: [say('sum.rebalanced-entry-gone.port', ends), say('out.portKilled', ends)],
    evidence: [
      evidence(reset, say('ev.resetKills', { from: ends.server })),
      ...(trigger ? [evidence(trigger, say('ev.portChanged', ends))] : []),
    ],
    chain: [
      ...(silence ? [step(say('step.silence', { gap: silence.length }), [view.firstSighting(silence.before)])] : []),
      step(say('step.pickedUp', { other: ends.server }), [trigger]),
      step(say('step.strangerReset', ends), view.death?.reset.packets.slice(0, 1) ?? []),
      step(say('step.clientTook', ends), view.death?.reset.packets.slice(-1) ?? []),
      step(say('step.serverUnaware', { server: ends.server }), []),
    ],
    remedies: ['keepalive', 'no-flush', 'timeouts'],
  });
}

/** The last segment of the client before the RST, where the server's own captures hold neither it nor the RST that repeats its ACK number. */
function undelivered(view: PathView): number | null {
  const { death, serverLeg } = view;
  const first = death ? origin(death.reset) : null;
  if (!death || !serverLeg || !first || death.reset.packets.some((p) => p.tap === serverLeg.tap)) return null;
  const number = view.table(first.tap).seq[first.row];
  for (let j = view.to - 1; j >= view.from; j--) {
    if (view.time(j) >= death.time || view.direction(j) !== ORIGINAL || view.isReset(j)) continue;
    if (view.scene.lastTime(serverLeg.tap) < view.lastTime(j)) return null;
    return view.arrived(j) || view.ack(j) !== number ? null : j;
  }
  return null;
}

/** The RST's sender as seen at its own side, if it is neither the path's server nor the service address. */
function otherBackend(view: PathView): string | null {
  const { death, path } = view;
  if (!death) return null;
  const { source } = death.reset;
  if (sameEndpoint(source, path.server) || (path.service && sameEndpoint(source, path.service))) return null;
  return death.reset.origin === 'server' || death.reset.origin === 'unknown' ? formatEndpoint(source) : null;
}

const ESTABLISHED = 'net.netfilter.nf_conntrack_tcp_timeout_established';

/** How long a file says that entries of established connections live, Nanos; null where none says so, or where they are no conntrack matter. */
export function statedLifetime(scene: Scene): number | null {
  const stated = scene.facts.sysctl.get(ESTABLISHED);
  if (!stated || !/^\d{1,9}$/.test(stated.value) || isIpvs(scene)) return null;
  return scene.facts.sysctl.get('net.netfilter.nf_conntrack_tcp_loose')?.value === '0' ? null : Number(stated.value) * 1e9;
}

/** A silence outlasted what a file states, the client spoke first, and the same server answered: lost and picked up without harm. */
function pickedUpUnharmed(view: PathView, scene: Scene): Judgement {
  const lifetime = statedLifetime(scene);
  const stated = scene.facts.sysctl.get(ESTABLISHED);
  const { legs, natBefore } = view.path;
  if (lifetime === null || !stated || natBefore <= 0 || natBefore >= legs.length) return notFound();
  const silence = view.silences.find((s) => s.length > lifetime && isPickedUp(view, s.before));
  if (!silence) return notFound();
  const ends = who(view);
  const first = view.firstSighting(silence.before);
  return found({
    title: say('title.picked-up'),
    severity: 'info',
    confidence: confidence(true, false),
    at: scene.time(first),
    summary: [say('sum.picked-up', { ...ends, gap: silence.length }), say('out.pickedUp', ends)],
    evidence: [
      evidence(first, say('ev.firstAfterSilence', { server: ends.client, gap: silence.length })),
      evidence(first, say('ev.file.sysctl', { file: stated.file, name: ESTABLISHED, value: stated.value })),
    ],
    chain: [
      step(say('step.silence', { gap: silence.length }), [first]),
      step(say('step.pickedUp', { other: ends.server }), view.sightings(silence.before)),
    ],
    remedies: ['keepalive', 'timeouts'],
  });
}

/** Does the client speak first after it, is it delivered, and is it answered by the server, with nobody closing before? */
function isPickedUp(view: PathView, journey: number): boolean {
  const next = journey + 1;
  if (view.direction(journey) !== ORIGINAL || !view.arrived(journey) || view.flags(journey) & (SYN | RST)) return false;
  if (next >= view.to || view.direction(next) === ORIGINAL || !view.arrived(next) || view.isReset(next)) return false;
  return !closingBefore(view, view.time(journey)) && wasEstablished(view);
}
