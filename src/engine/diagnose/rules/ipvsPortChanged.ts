// B0: a client's packet is INVALID, IPVS rewrites it all the same, and NAT gives it another source port: the backend resets a stranger.
import { formatEndpoint } from '../../model/address.ts';
import { J_PORT_CHANGED, type Reset } from '../../model/correlation.ts';
import { ORIGINAL, type PacketRef } from '../../model/units.ts';
import { confidence, evidence, origin, step, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';
import { isIpvs, isNotIpvs } from './ipvs.ts';
import { standingSilence } from './silence.ts';

interface Changed {
  readonly journey: number;
  readonly packet: PacketRef;
  readonly port: number;
}

export const ipvsPortChanged: Rule = {
  slug: 'ipvs-port-changed',
  tier: 2,
  needs: ['client', 'server'],
  rivals: ['server-restarted', 'forged-reset', 'ipvs-idle-expired', 'leak-old-segment', 'server-aborted', 'rebalanced-entry-gone'],
  judge: (view, scene) => {
    const changed = changedPorts(view);
    if (changed.length === 0)
      return notFound(view.death?.toward === 'client' ? say('not.port-changed.same', { port: String(view.path.client.port) }) : null);
    if (scene.facts.sysctl.get('net.ipv4.vs.conntrack')?.value === '0') return notFound(say('not.port-changed.conntrackOff'));
    const answers = view.resets.filter((r) => changed.some((c) => answersTo(view, r, c)));
    const killer = answers.find((r) => r.effect === 'kills') ?? null;
    const main = changed.find((c) => killer !== null && answersTo(view, killer, c)) ?? changed[0];
    if (!main) return notFound();
    const told = killer ?? answers[0];
    const ends = who(view);
    const invalid = view.isInvalid(main.journey) === true;
    // Masquerading gives what it picks up in mid-stream another port without IPVS: A20 tells that.
    if (!invalid && view.path.snat && !isIpvs(scene)) return notFound();
    const reason = view.verdict(main.journey)?.reason ?? '';
    // A pick-up after a silence is remapped just so, without IPVS: conntrack.md §4.6.
    const afterSilence = standingSilence(view, main.journey) !== null;
    const reset = told ? origin(told) : null;
    return found({
      severity: killer ? 'critical' : 'warning',
      confidence: confidence(!isNotIpvs(scene) && !afterSilence, invalid),
      at: scene.time(main.packet),
      summary: [
        say('sum.ipvs-port-changed', { ...ends, from: String(view.path.client.port), to: String(main.port) }),
        say(killer ? 'out.portKilled' : answers.length > 0 ? 'out.portIgnored' : 'out.portUnanswered', ends),
      ],
      evidence: [
        evidence(main.packet, say('ev.portChanged', { from: String(view.path.client.port), to: String(main.port) })),
        evidence(view.firstSighting(main.journey), say('ev.sentFrom', { client: ends.client })),
        ...(invalid && reason ? [evidence(view.firstSighting(main.journey), say('ev.invalid', { reason }))] : []),
        ...(reset ? [evidence(reset, say(killer ? 'ev.resetKills' : 'ev.resetIgnored', { from: ends.server }))] : []),
      ],
      chain: [
        step(say('step.clientSent', { client: ends.client, bytes: view.length(main.journey) }), [view.firstSighting(main.journey)]),
        step(invalid && reason ? say('step.invalidClient', { reason }) : say('step.refused'), [main.packet]),
        step(say('step.portChanged', { from: String(view.path.client.port), to: String(main.port) }), [main.packet]),
        ...(told
          ? [
              step(say('step.strangerReset', { server: ends.server, to: String(main.port) }), told.packets.slice(0, 1)),
              step(
                say(killer ? 'step.clientTook' : 'step.clientIgnored', { client: ends.client, service: ends.service }),
                told.packets.slice(-1),
              ),
            ]
          : []),
      ],
      remedies: ['kernel-6.1', 'loose-0-ipvs', 'be-liberal', 'vs-conntrack-0'],
    });
  },
};

/** Segments of the client that were seen behind the NAT from another source port than the path's, with that port. */
function changedPorts(view: PathView): Changed[] {
  const changed: Changed[] = [];
  const journeys = changedJourneys(view);
  for (const stray of view.path.strays) {
    if (stray.kind !== 'port-changed' || stray.direction !== ORIGINAL) continue;
    for (const row of stray.rows) {
      const journey = journeys.get(packetKey(stray.tap, row));
      if (journey !== undefined && !view.isReset(journey))
        changed.push({ journey, packet: { tap: stray.tap, row }, port: stray.source.port });
    }
  }
  return changed.sort((a, b) => view.time(a.journey) - view.time(b.journey));
}

/** Journeys by every packet of theirs: one pass, as a stray may have as many rows as its path has journeys. */
function changedJourneys(view: PathView): ReadonlyMap<number, number> {
  const journeys = new Map<number, number>();
  for (let j = view.from; j < view.to; j++) {
    if (!view.has(j, J_PORT_CHANGED)) continue;
    for (const s of view.sightings(j)) if (!journeys.has(packetKey(s.tap, s.row))) journeys.set(packetKey(s.tap, s.row), j);
  }
  return journeys;
}

const packetKey = (tap: number, row: number): number => tap * 2 ** 32 + row;

/** Does a RST answer a segment that arrived from a changed port? */
function answersTo(view: PathView, reset: Reset, changed: Changed): boolean {
  const { packet } = reset.cause;
  if (packet && packet.tap === changed.packet.tap && packet.row === changed.packet.row) return true;
  if (packet && view.sightings(changed.journey).some((s) => s.tap === packet.tap && s.row === packet.row)) return true;
  return (
    reset.direction !== ORIGINAL &&
    formatEndpoint(reset.destination) === formatEndpoint({ address: reset.destination.address, port: changed.port })
  );
}
