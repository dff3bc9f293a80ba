// C4: a device in the path made the RST: the host it names never sent it.

import { weaker } from '../../correlate/weaker.ts';
import { formatEndpoint, sameEndpoint } from '../../model/address.ts';
import type { Reset } from '../../model/correlation.ts';
import { ORIGINAL, type PacketRef } from '../../model/units.ts';
import { evidence, isSeenAtOrigin, origin, step, tapOf, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, type Judgement, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';
import { reverseTwin } from './nodeReset.ts';
import { isAlive } from './serverRestarted.ts';

export const forgedReset: Rule = {
  slug: 'forged-reset',
  tier: 3,
  needs: ['client', 'server'],
  rivals: ['leak-old-segment', 'server-aborted', 'server-restarted', 'reset-by-node', 'ipvs-idle-expired', 'client-aborted'],
  judge: (view, scene) => {
    const forged = view.resets.filter((r) => r.origin === 'middlebox' || (r.origin === 'node' && reverseTwin(view, r) !== null));
    const main = forged.find((r) => r.effect === 'kills') ?? forged[0];
    const first = main ? origin(main) : null;
    if (!main || !first || (main.effect === 'ignored' && main.confidence !== 'certain'))
      return rejectedByHost(view) ?? notFound(genuine(view));
    if (isSentElsewhere(view, main, first)) return notFound(genuine(view));
    const both = forged.some((r) => r.direction !== main.direction);
    const odd = oddTtl(view, main, first);
    const ends = who(view);
    const claimed = formatEndpoint(main.source);
    const kills = main.effect === 'kills';
    const seconds = forged
      .filter((r) => r !== main)
      .slice(0, 2)
      .flatMap((r) => origin(r) ?? []);
    return found({
      severity: kills ? 'critical' : 'warning',
      confidence: main.confidence === 'certain' || (both && view.path.legs.length > 1) ? 'certain' : main.confidence,
      at: scene.time(first),
      summary: [say(both ? 'sum.forged-reset.both' : 'sum.forged-reset', { ...ends, claimed }), outcome(view, forged, main)],
      evidence: [
        evidence(first, say('ev.notSentBy', { claimed, tap: tapOf(view, first) })),
        ...(odd ? [evidence(first, say('ev.oddTtl', odd))] : []),
        ...seconds.map((p) => evidence(p, say('ev.alsoForged'))),
      ],
      chain: [
        step(
          say('step.forged', { tap: tapOf(view, first) }),
          forged.flatMap((r) => r.packets),
        ),
        step(say(kills ? 'step.forgedKilled' : 'step.forgedIgnored'), main.packets.slice(-1)),
      ],
      remedies: ['device-policy', 'keepalive'],
    });
  },
};

/** A RST that leaves the server's host while its socket goes on with the connection, all of which arrived as its own: a rule of that host rejects the client's packets. */
function rejectedByHost(view: PathView): Judgement | null {
  const { death } = view;
  const first = death?.plain && isAlive(view, death) ? origin(death.reset) : null;
  if (!death || !first || view.path.strays.length > 0 || !isSeenAtOrigin(view, death.reset, 'server')) return null;
  const ends = who(view);
  return found({
    title: say('title.rejected-by-host'),
    severity: 'critical',
    // A segment that arrived otherwise, and was lost by the capture, would explain it as well.
    confidence: weaker('likely', view.scene.correlation.completeness.presence(first.tap, death.time)),
    at: view.scene.time(death.reset.cause.packet ?? first),
    summary: [say('sum.rejected-by-host', ends), say('out.forgedOne', { victim: ends.client, other: ends.server })],
    evidence: [
      evidence(first, say('ev.plainResetByServer', { server: ends.server, tap: tapOf(view, first) })),
      evidence(lastOfServer(view), say('ev.wentOn', { server: ends.server })),
    ],
    chain: [
      step(say('step.clientSpeaks', { client: ends.client }), [death.reset.cause.packet]),
      step(say('step.rejects', { server: ends.server }), death.reset.packets.slice(0, 1)),
      step(say('step.clientTook', ends), death.reset.packets.slice(-1)),
    ],
    remedies: ['device-policy'],
  });
}

function lastOfServer(view: PathView): PacketRef {
  for (let j = view.to - 1; j > view.from; j--) if (view.direction(j) !== ORIGINAL && !view.isReset(j)) return view.firstSighting(j);
  return view.firstSighting(view.from);
}

/** Did its claimed sender send just this RST, seen on a connection that could not be joined with this one? */
function isSentElsewhere(view: PathView, main: Reset, first: PacketRef): boolean {
  const { scene } = view;
  const seq = view.table(first.tap).seq[first.row];
  return scene.correlation.resets.some((r) => {
    const [packet] = r.packets;
    if (r === main || !packet || packet.tap === first.tap || r.origin !== (main.direction === ORIGINAL ? 'client' : 'server')) return false;
    const same = sameEndpoint(r.source, main.source) && sameEndpoint(r.destination, main.destination);
    return same && scene.packets(packet.tap).seq[packet.row] === seq;
  });
}

/** What the forged RSTs did: one end may have believed its own while the other heard nothing, or did not care. */
function outcome(view: PathView, forged: readonly Reset[], main: Reset): ReturnType<typeof say> {
  if (main.effect !== 'kills') return say('out.forgedIgnored');
  if (forged.some((r) => r.effect === 'kills' && r.direction !== main.direction)) return say('out.forged');
  const { client, service, server } = who(view);
  return main.direction === ORIGINAL
    ? say('out.forgedOne', { victim: server, other: client })
    : say('out.forgedOne', { victim: client, other: service });
}

/** Why the deadly RST is what it claims to be; null where nobody claims anything. */
function genuine(view: PathView): ReturnType<typeof say> | null {
  const reset = view.death?.reset ?? view.resets[0];
  if (!reset) return null;
  const [first, second] = reset.packets;
  if (!first) return null;
  const { origin: made } = reset;
  if (made === 'node') return say('not.forged.node', { tap: tapOf(view, first) });
  if (made !== 'client' && made !== 'server') return null;
  const end = formatEndpoint(reset.source);
  if (view.positionAt(first) !== made) {
    // Somewhere else only its age tells, and whoever wants to can forge that.
    const aged = reset.because.find((b) => b.kind === 'sameTtl');
    return aged ? say('not.forged.sameTtl', { end, tap: tapOf(view, first), ttl: aged.ttl }) : null;
  }
  if (!second || second.tap === first.tap) return say('not.forged.atOrigin', { end, tap: tapOf(view, first) });
  return say('not.forged.genuine', { end, tap: tapOf(view, first), next: tapOf(view, second) });
}

/** TTL of the RST against that of other packets of the same source at the same tap, where they differ. */
function oddTtl(view: PathView, reset: Reset, first: PacketRef): { ttl: number; usual: number } | null {
  const ttl = view.ttl(first);
  for (let j = view.from; j < view.to; j++) {
    if (view.direction(j) !== reset.direction || view.isReset(j)) continue;
    const row = view.rowAt(j, first.tap);
    if (row === null) continue;
    const usual = view.ttl({ tap: first.tap, row });
    return usual === ttl ? null : { ttl, usual };
  }
  return null;
}
