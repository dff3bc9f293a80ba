// C11: the client gave up: its own socket said RST, and what was still under way to it is answered by plain RSTs.

import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, origin, step, tapOf, who } from '../kit.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';
import { probesUnanswered } from './keepaliveFailed.ts';

export const clientAborted: Rule = {
  slug: 'client-aborted',
  tier: 5,
  needs: ['client'],
  rivals: ['leak-old-segment', 'forged-reset', 'server-aborted', 'keepalive-failed', 'reset-by-node'],
  judge: (view, scene) => {
    const { death } = view;
    if (!death) return notFound();
    if (death.leak) return notFound(say('not.client-aborted.leak'));
    if (death.toward !== 'server') return notFound(say('not.client-aborted.direction', { client: who(view).client }));
    if (death.reset.origin === 'middlebox' || death.reset.origin === 'node')
      return notFound(say('not.client-aborted.absent', { client: who(view).client }));
    const { fin, strangeAnswer } = handshakeOf(view);
    const closed = fin[0] !== null && view.time(fin[0]) <= death.time;
    if (strangeAnswer !== null || (death.plain && !closed)) return notFound();
    if (probesUnanswered(view) !== null) return notFound();
    const first = origin(death.reset);
    if (!first) return notFound();
    const ends = who(view);
    const rest = view.resets.filter((r) => r !== death.reset && r.direction === death.reset.direction).length;
    const atClient = view.clientLeg !== null && first.tap === view.clientLeg.tap;
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
