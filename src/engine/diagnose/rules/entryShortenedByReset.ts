// A12: an in-window RST that its receiver rightly ignored left the entry with ten seconds to live.

import type { Reset } from '../../model/correlation.ts';
import { at, confidence, evidence, origin, step, unlessUnheard, who } from '../kit.ts';
import { leakStory } from '../leakCase.ts';
import { leakOfKind } from '../leakReading.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import type { Silence } from '../silences.ts';
import { fatalStall } from '../stalls.ts';
import { say } from '../wording/render.ts';
import { silenceBeforeStall } from './silence.ts';

/** net.netfilter.nf_conntrack_tcp_timeout_close; from 5.1 a RST that is not exact sets it. Nanos. */
const CLOSE_TIMEOUT = 10e9;
/** The RST and at most its challenge ACK stand at the end of the talk: anything more restarts the long timer. */
const LAST_FEW = 3;

export const entryShortenedByReset: Rule = {
  slug: 'entry-shortened-by-reset',
  tier: 1,
  needs: ['client', 'server'],
  rivals: ['leak-entry-gone', 'stall-entry-gone', 'forged-reset'],
  judge: (view, scene) => {
    const reading = leakOfKind(view, 'after-silence');
    const stall = fatalStall(view);
    const silence = reading?.silence ?? (stall ? silenceBeforeStall(view, stall) : null);
    if (!silence) return notFound();
    const limit = closeTimeout(scene);
    const reset = inexactReset(view, silence);
    const first = reset ? origin(reset) : null;
    if (!reset || !first) return notFound(say('not.shortened.noReset'));
    if (silence.length < limit) return notFound(say('not.shortened.traffic', { gap: silence.length, limit: limit / 1e9 }));
    const ends = who(view);
    const story = reading ? leakStory(view, reading, say('step.newInReverse')) : null;
    return found({
      severity: story ? story.severity : 'critical',
      confidence: unlessUnheard(view, confidence(true, view.nodeLegs.length > 0), silence),
      at: at(view.resetTime(reset)),
      summary: [
        say('sum.entry-shortened-by-reset', { ...ends, gap: silence.length, limit: limit / 1e9 }),
        story?.outcome ??
          say('out.stallLost', { client: ends.client, n: stall?.attempts.length ?? 0, span: stall ? stall.end - stall.start : 0 }),
      ],
      evidence: [
        evidence(first, say('ev.inexactReset')),
        evidence(
          view.firstSighting(silence.before),
          say('ev.firstAfterSilence', { server: view.direction(silence.before) === 0 ? ends.client : ends.server, gap: silence.length }),
        ),
        ...(story?.evidence ?? []),
      ],
      chain: [
        step(say('step.inexactReset', { limit: limit / 1e9 }), reset.packets),
        step(say('step.silence', { gap: silence.length }), [view.firstSighting(silence.before)]),
        ...(story?.chain ?? []),
      ],
      remedies: ['find-reset-source', 'keepalive'],
    });
  },
};

/** Nanos: the configured or the default timeout of a closed entry. */
function closeTimeout(scene: Scene): number {
  const seconds = scene.facts.sysctl.get('net.netfilter.nf_conntrack_tcp_timeout_close')?.value;
  return seconds !== undefined && /^\d{1,9}$/.test(seconds) ? Number(seconds) * 1e9 : CLOSE_TIMEOUT;
}

/** A RST that its receiver ignored, among the last packets before a silence; it answers no leak. */
function inexactReset(view: PathView, silence: Silence): Reset | null {
  const isLast = (j: number): boolean => j < silence.before && silence.before - j <= LAST_FEW;
  return view.resets.find((r) => r.effect === 'ignored' && r.journey !== null && isLast(r.journey) && view.leakOf(r) === null) ?? null;
}

/** Did such a RST shorten the entry that a silence outlived? */
export const wasShortened = (view: PathView, silence: Silence): boolean =>
  inexactReset(view, silence) !== null && silence.length >= closeTimeout(view.scene);
