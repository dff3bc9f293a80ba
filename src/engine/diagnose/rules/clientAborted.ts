// C11: the client gave up: its own socket said RST, and what was still under way to it is answered by plain RSTs.

import { ORIGINAL } from '../../model/units.ts';
import { handshakeOf, wasEstablished } from '../handshake.ts';
import { confidence, evidence, isSeenAtOrigin, origin, step, tapOf, who } from '../kit.ts';
import type { Death, PathView } from '../pathView.ts';
import { found, type Judgement, notFound, type Rule, undecided } from '../rule.ts';
import { firstAfter, type Scene } from '../scene.ts';
import { say } from '../wording/render.ts';
import { probesUnanswered } from './keepaliveFailed.ts';
import { journeyOf } from './nodeReset.ts';

export const clientAborted: Rule = {
  slug: 'client-aborted',
  tier: 5,
  isWhatIsLeft: true,
  needs: ['client'],
  rivals: ['leak-old-segment', 'forged-reset', 'server-aborted', 'keepalive-failed', 'reset-by-node'],
  findsInLoneReset: true,
  judge: (view, scene) => {
    const { death } = view;
    if (!death) return notFound();
    if (death.leak) return notFound(say('not.client-aborted.leak'));
    if (death.toward !== 'server') return notFound(say('not.client-aborted.direction', { client: who(view).client }));
    if (death.reset.origin === 'middlebox' || death.reset.origin === 'node')
      return notFound(say('not.client-aborted.absent', { client: who(view).client }));
    const { fin, strangeAnswer } = handshakeOf(view);
    const closed = fin[0] !== null && view.time(fin[0]) <= death.time;
    if (strangeAnswer === null && death.plain && !closed)
      return isBeside(view) ? undecided(say('missing.server', { server: who(view).service })) : forgotten(view, death);
    if (strangeAnswer !== null) return notFound();
    if (probesUnanswered(view) !== null) return notFound();
    const first = origin(death.reset);
    if (!first) return notFound();
    const ends = who(view);
    const rest = view.resets.filter((r) => r !== death.reset && r.direction === death.reset.direction).length;
    const atClient = isSeenAtOrigin(view, death.reset, 'client');
    return found({
      severity: closed ? 'info' : 'warning',
      confidence: confidence(death.reset.origin === 'client', atClient),
      at: scene.time(first),
      summary: [say('sum.client-aborted', ends), ...(rest > 0 ? [say('out.clientAborted', { ...ends, n: rest })] : [])],
      evidence: [
        evidence(first, say(death.plain ? 'ev.resetAfterClose' : 'ev.liveReset', { server: ends.client, tap: tapOf(view, first) })),
      ],
      chain: [
        step(say('step.clientGivesUp', { client: ends.client }), [first]),
        step(say('step.serverTook', { server: ends.server }), death.reset.packets.slice(-1)),
        ...(rest > 0
          ? [
              step(
                say('step.restAnswered', { n: rest }),
                view.resets
                  .filter((r) => r !== death.reset)
                  .slice(0, 20)
                  .flatMap((r) => r.packets),
              ),
            ]
          : []),
      ],
      remedies: ['client-timeouts'],
    });
  },
};

/** The client's host answers with a plain RST what came to it as it should: it rebooted, or its process was ended without a word. */
function forgotten(view: PathView, death: Death): Judgement {
  if (!isForgotten(view)) return notFound();
  const first = origin(death.reset);
  const trigger = death.reset.cause.packet;
  if (!first || !trigger) return notFound();
  const ends = who(view);
  return found({
    title: say('title.client-forgot'),
    severity: 'critical',
    // Seen from a little way off, something nearer may have ended the client's connection before.
    confidence: confidence(isSeenAtOrigin(view, death.reset, 'client'), death.reset.confidence === 'certain' && view.path.legs.length > 1),
    at: view.scene.time(trigger),
    summary: [say('sum.client-forgot', ends), say('out.clientForgot', { ...ends, n: sameFate(view) })],
    evidence: [
      evidence(first, say('ev.plainResetByServer', { server: ends.client, tap: tapOf(view, first) })),
      evidence(trigger, say('ev.arrivedProperly')),
    ],
    chain: [
      step(say('step.lostState', { server: ends.client }), []),
      step(say('step.serverSpeaks', { server: ends.server }), [trigger]),
      step(say('step.noSocketReset', { server: ends.client }), death.reset.packets.slice(0, 1)),
      step(say('step.serverTook', { server: ends.server }), death.reset.packets.slice(-1)),
    ],
    remedies: ['keepalive', 'retry'],
  });
}

/** Died of a plain RST of its own client, seen at the client, that answers a properly translated reply of an established connection. */
function isForgotten(view: PathView): boolean {
  const { death } = view;
  if (death?.toward !== 'server' || !death.plain || death.leak || death.reset.origin !== 'client' || !wasEstablished(view)) return false;
  const { fin, strangeAnswer } = handshakeOf(view);
  const closed = fin[0] !== null && view.time(fin[0]) <= death.time;
  if (closed || strangeAnswer !== null || !view.clientSeen || view.leaks.some((l) => l.kind !== 'rst')) return false;
  const trigger = death.reset.cause.packet;
  const journey = trigger ? journeyOf(view, trigger, death.time) : null;
  return journey !== null && view.direction(journey) !== ORIGINAL && view.arrived(journey);
}

/** Of one port's connections that began before: a scan from one port has as many as packets. */
const LAST_FEW = 32;

/**
 * Has the client said nothing but that RST here, while the same port of it had another connection? Then what the RST answers is more likely a
 * packet of that one, under an address that these captures do not explain.
 */
function isBeside(view: PathView): boolean {
  for (let j = view.from; j < view.to; j++) if (view.direction(j) === ORIGINAL && !view.isReset(j)) return false;
  const { firstTime, id } = view.path;
  const sameClient = view.scene.sameClient(view.path);
  const end = firstAfter(sameClient, firstTime);
  return sameClient.slice(Math.max(0, end - LAST_FEW), end).some((p) => p.id !== id && p.lastTime >= firstTime);
}

const known = new WeakMap<Scene, Map<string, number>>();

/** Connections of the same client's address that died in the same way: counted once for all. */
function sameFate(view: PathView): number {
  const { scene, path } = view;
  let fates = known.get(scene);
  if (!fates) {
    fates = new Map();
    for (const p of scene.correlation.paths)
      if (scene.resetsOf(p).length > 0 && isForgotten(scene.passing(p)))
        fates.set(p.client.address, (fates.get(p.client.address) ?? 0) + 1);
    known.set(scene, fates);
  }
  return fates.get(path.client.address) ?? 0;
}
