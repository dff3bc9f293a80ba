// C2: the server's host knows nothing of the connection any more: the client's segment arrives properly and is answered by a plain RST.
import { formatEndpoint, sameEndpoint } from '../../model/address.ts';
import { ORIGINAL, REPLY } from '../../model/units.ts';
import { handshakeOf, wasEstablished } from '../handshake.ts';
import { confidence, evidence, isSeenAtOrigin, origin, step, tapOf, who } from '../kit.ts';
import { leakReadings } from '../leakReading.ts';
import type { Death, PathView } from '../pathView.ts';
import { found, notFound, type Rule, undecided } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { say } from '../wording/render.ts';
import { journeyOf } from './nodeReset.ts';
import { looksLikeCookies } from './synCookiesFailed.ts';

export const serverRestarted: Rule = {
  slug: 'server-restarted',
  tier: 5,
  isWhatIsLeft: true,
  needs: ['server'],
  rivals: [
    'leak-old-segment',
    'leak-entry-gone',
    'ipvs-idle-expired',
    'reset-by-node',
    'forged-reset',
    'keepalive-race',
    'backend-address-reused',
    'ipvs-port-changed',
    'rebalanced-entry-gone',
  ],
  judge: (view, scene) => {
    const { death } = view;
    if (!death) return notFound(handshakeOf(view).fin[1] !== null && view.resets.length > 0 ? say('not.restarted.fin') : null);
    const leak = leakReadings(view).find((r) => r.kind !== 'reset' && view.time(r.leak.journey) < death.time);
    if (death.leak || leak) return notFound(say('not.restarted.leak'));
    if (death.toward === 'client' && view.path.strays.some((s) => s.kind === 'port-changed')) return notFound(say('not.restarted.port'));
    if (!isOrphan(view)) {
      if (
        death.toward === 'client' &&
        death.plain &&
        death.reset.origin !== 'middlebox' &&
        !view.serverLeg &&
        death.reset.origin !== 'node'
      ) {
        return undecided(say('missing.server', { server: who(view).service }));
      }
      const { serverLeg } = view;
      const absent = serverLeg !== null && !death.reset.packets.some((p) => p.tap === serverLeg.tap);
      if (death.toward === 'client' && (absent || death.reset.origin === 'node' || death.reset.origin === 'middlebox'))
        return notFound(say('not.restarted.absent', { server: who(view).server }));
      return notFound(death.toward === 'client' && !death.plain ? say('not.restarted.live') : null);
    }
    if (isAlive(view, death)) return notFound(say('not.restarted.alive', { server: who(view).server }));
    if (handshakeOf(view).fin[1] !== null) return notFound(say('not.restarted.fin'));
    if (looksLikeCookies(view)) return notFound();
    const first = origin(death.reset);
    const trigger = death.reset.cause.packet;
    if (!first) return notFound();
    const ends = who(view);
    const others = sameFate(view, scene);
    const atServer = isSeenAtOrigin(view, death.reset, 'server');
    return found({
      severity: 'critical',
      confidence: confidence(hasSpoken(view, death) && hearsClient(view) && !isHalfSeen(view), atServer),
      at: scene.time(trigger ?? first),
      summary: [say('sum.server-restarted', ends), say('out.serverRestarted', { ...ends, n: others })],
      evidence: [
        evidence(first, say('ev.plainResetByServer', { server: ends.server, tap: tapOf(view, first) })),
        ...(trigger ? [evidence(trigger, say('ev.arrivedProperly'))] : []),
      ],
      chain: [
        step(say('step.lostState', { server: ends.server }), []),
        step(say('step.clientSpeaks', { client: ends.client }), [trigger]),
        step(say('step.noSocketReset', { server: ends.server }), death.reset.packets.slice(0, 1)),
        step(say('step.clientTook', { client: ends.client, service: ends.service }), death.reset.packets.slice(-1)),
      ],
      remedies: ['retry', 'keepalive', 'graceful'],
    });
  },
};

/** Died of a plain RST of its own server that answers a properly delivered segment of an established connection. */
export function isOrphan(view: PathView): boolean {
  const { death } = view;
  if (death?.toward !== 'client' || !death.plain || death.reset.origin !== 'server' || !wasEstablished(view)) return false;
  const { source } = death.reset;
  if (!sameEndpoint(source, view.path.server) && !(view.path.service && sameEndpoint(source, view.path.service))) return false;
  const leg = view.serverLeg;
  if (!leg || !death.reset.packets.some((p) => p.tap === leg.tap)) return false;
  const trigger = death.reset.cause.packet;
  const journey = trigger ? journeyOf(view, trigger, death.time) : null;
  return journey === null || view.arrived(journey);
}

/** Longer ago than a capture began, nothing is under way any more. Nanos. */
const UNDER_WAY = 100e6;

/**
 * Was the server seen to take part, on its own side? Who only refuses may never have had the connection: it may have been meant for another host.
 * And what was not captured there since it last spoke may have ended it: a RST from elsewhere.
 */
function hasSpoken(view: PathView, death: Death): boolean {
  const leg = view.serverLeg;
  let last: number | null = null;
  for (let j = view.from; j < view.to && view.time(j) <= death.time; j++) if (view.direction(j) === REPLY && !view.isReset(j)) last = j;
  if (last === null || leg === null || view.rowOn(last, leg) === null) return false;
  const [syn] = handshakeOf(view).syns;
  if (syn !== undefined && view.rowOn(syn, leg) !== null) return true;
  return view.time(last) > Math.max(view.scene.spanOf(leg.tap)[0], view.since(leg)) + UNDER_WAY;
}

/** Does the capture on the server's side show what comes to the server? Else a RST before it would have gone unseen. */
const hearsClient = (view: PathView): boolean => view.serverLeg === null || view.shows(view.serverLeg, ORIGINAL);

/** Does a capture on the client's side show nothing of what comes to the client? Then a leak before it would have gone unseen. */
function isHalfSeen(view: PathView): boolean {
  const { clientLeg } = view;
  if (clientLeg === null || view.path.natBefore < 0) return false;
  for (let j = view.from; j < view.to; j++) if (view.direction(j) === REPLY && view.rowOn(j, clientLeg) !== null) return false;
  return true;
}

/** A host that goes on with the connection after its RST has it still. Shorter after it is what was under way in it. Nanos. */
const AFTERWARDS = 1e6;

/** Did the server's own capture see packets of its socket after the RST? Then a rule of its host made the RST, not the lack of a socket. */
export function isAlive(view: PathView, death: Death): boolean {
  const leg = view.serverLeg;
  if (!leg || death.reset.origin !== 'server' || death.toward !== 'client') return false;
  for (let j = view.to - 1; j >= view.from && view.time(j) > death.time + AFTERWARDS; j--) {
    if (view.direction(j) === REPLY && !view.isReset(j) && view.rowOn(j, leg) !== null) return true;
  }
  return false;
}

const known = new WeakMap<Scene, Map<string, number>>();

/** Connections to the same server that died in the same way: counted once for all servers. */
function sameFate(view: PathView, scene: Scene): number {
  let fates = known.get(scene);
  if (!fates) {
    fates = new Map();
    for (const path of scene.correlation.paths) {
      if (scene.resetsOf(path).length === 0 || !isOrphan(scene.passing(path))) continue;
      const key = formatEndpoint(path.server);
      fates.set(key, (fates.get(key) ?? 0) + 1);
    }
    known.set(scene, fates);
  }
  return fates.get(formatEndpoint(view.path.server)) ?? 0;
}
