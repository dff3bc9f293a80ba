// C5: a device in the path forgot idle connections: every one that was silent for longer than its limit died, none that was silent for less.

import { confidence, evidence, origin, step, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule, undecided } from '../rule.ts';
import { type Scene, serviceKey } from '../scene.ts';
import type { Silence } from '../silences.ts';
import { fatalStall } from '../stalls.ts';
import { say } from '../wording/render.ts';
import { journeyOf } from './nodeReset.ts';
import { silenceBeforeStall, standingSilence, vanishedAtNat } from './silence.ts';
import { longestSurvived } from './survivors.ts';

export const middleboxIdleTimeout: Rule = {
  slug: 'middlebox-idle-timeout',
  tier: 3,
  needs: ['client', 'server'],
  rivals: ['forged-reset', 'ipvs-idle-expired', 'stall-entry-gone', 'leak-entry-gone'],
  judge: (view, scene) => {
    const silence = idleEnd(view);
    if (!silence) return notFound(view.death?.reset.origin === 'middlebox' ? say('not.middlebox-idle.noSilence') : null);
    const survived = longestSurvived(view, scene);
    if (survived !== null && survived > silence.length) return notFound(say('not.middlebox-idle.survived', { gap: survived }));
    const victims = victimsOf(view, scene);
    const stall = fatalStall(view);
    if (stall && vanishedAtNat(view, stall.attempts)) return notFound(say('not.middlebox-idle.atNode'));
    if (victims < 2 && view.death?.reset.origin !== 'middlebox') return undecided(say('missing.moreIdle', { gap: silence.length }));
    const first = view.death ? origin(view.death.reset) : view.firstSighting(silence.before);
    if (!first) return notFound();
    const ends = who(view);
    return found({
      severity: 'critical',
      confidence: confidence(victims > 1, survived !== null && victims > 2),
      at: scene.time(view.firstSighting(silence.before)),
      summary: [
        say('sum.middlebox-idle-timeout', { ...ends, gap: silence.length, n: victims }),
        say(view.death ? 'out.forgedIdle' : 'out.stallLost', {
          ...ends,
          n: stall?.attempts.length ?? 0,
          span: stall ? stall.end - stall.start : 0,
        }),
      ],
      evidence: [
        evidence(
          view.firstSighting(silence.before),
          say('ev.firstAfterSilence', { server: view.direction(silence.before) === 0 ? ends.client : ends.server, gap: silence.length }),
        ),
        ...(view.death ? [evidence(first, say('ev.notSentBy', { claimed: ends.server, tap: scene.tapName(first.tap) }))] : []),
      ],
      chain: [
        step(say('step.silence', { gap: silence.length }), [view.firstSighting(silence.before)]),
        step(say('step.deviceForgot'), [first]),
      ],
      remedies: ['keepalive', 'device-policy'],
    });
  },
};

/** The silence after which a RST made in the path, or nothing at all, answered; null where that is not how it ended. */
function idleEnd(view: PathView): Silence | null {
  const { death } = view;
  if (death) {
    if (death.reset.origin !== 'middlebox') return null;
    const trigger = death.reset.cause.packet;
    const journey = trigger ? journeyOf(view, trigger, death.time) : death.reset.journey;
    return journey === null ? null : standingSilence(view, journey);
  }
  const stall = fatalStall(view);
  return stall && stall.delivered === 0 ? silenceBeforeStall(view, stall) : null;
}

const known = new WeakMap<Scene, Map<string, number>>();

/** Connections to the same service that ended so: counted once for each service. */
function victimsOf(view: PathView, scene: Scene): number {
  let counts = known.get(scene);
  if (!counts) {
    counts = new Map();
    known.set(scene, counts);
  }
  const key = serviceKey(view.path);
  const count = counts.get(key) ?? scene.siblings(view.path).filter((p) => idleEnd(scene.view(p)) !== null).length;
  counts.set(key, count);
  return count;
}
