// C14: keep-alive probes went unanswered until the kernel gave the connection up.
import { KEEP_ALIVE } from '../../model/connection.ts';
import { ACK } from '../../model/packetTable.ts';
import { confidence, evidence, origin, step, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';

/** The fewest probes that any kernel gives up after is configurable; three in a row without an answer are no coincidence. */
const PROBES = 3;

export const keepaliveFailed: Rule = {
  slug: 'keepalive-failed',
  tier: 5,
  needs: ['client'],
  rivals: ['server-aborted', 'client-aborted', 'stall-invalid-dropped', 'ipvs-backend-removed-silent'],
  judge: (view, scene) => {
    const probes = probesUnanswered(view);
    const { death } = view;
    if (probes === null || !death) return notFound(death && !death.plain ? say('not.keepalive.none') : null);
    const [probe] = probes;
    const reset = origin(death.reset);
    if (probe === undefined || !reset) return notFound();
    const ends = who(view);
    const prober = death.toward === 'server' ? ends.client : ends.server;
    return found({
      severity: 'critical',
      confidence: confidence(true, view.path.legs.length > 1),
      at: scene.time(view.firstSighting(probe)),
      summary: [say('sum.keepalive-failed', { prober, n: probes.length }), say('out.keepaliveFailed', { prober })],
      evidence: [
        evidence(view.firstSighting(probe), say('ev.probes', { n: probes.length })),
        evidence(reset, say('ev.liveReset', { server: prober, tap: scene.tapName(reset.tap) })),
      ],
      chain: [
        step(
          say('step.probes', { prober, n: probes.length }),
          probes.map((j) => view.firstSighting(j)),
        ),
        step(say('step.givesUp', { prober }), death.reset.packets),
      ],
      remedies: ['find-loss'],
    });
  },
};

/** Probes of the side that reset in the end, none of them answered; null where that is not what happened. */
export function probesUnanswered(view: PathView): readonly number[] | null {
  const { death } = view;
  if (!death || death.plain) return null;
  const prober = death.reset.direction;
  let probes: number[] = [];
  for (let j = view.from; j < view.to && view.time(j) < death.time; j++) {
    if (view.direction(j) !== prober) {
      if (view.flags(j) & ACK && view.arrived(j)) probes = [];
      continue;
    }
    const ref = view.firstSighting(j);
    if (view.scene.workspace.flows[ref.tap].segments.marks[ref.row] & KEEP_ALIVE) probes.push(j);
    else if (view.length(j) > 0) probes = [];
  }
  return probes.length >= PROBES ? probes : null;
}
