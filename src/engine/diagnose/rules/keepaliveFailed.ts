// C14: keep-alive probes went unanswered until the kernel gave the connection up.
import { KEEP_ALIVE, KEPT_ALIVE } from '../../model/connection.ts';
import type { Reset } from '../../model/correlation.ts';
import { ACK } from '../../model/packetTable.ts';
import { ORIGINAL } from '../../model/units.ts';
import { confidence, evidence, origin, step, who } from '../kit.ts';
import { connectionFlags } from '../outline.ts';
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
    const last = lastWord(view);
    if (probes === null || !last) return notFound(view.death && !view.death.plain ? say('not.keepalive.none') : null);
    const [probe] = probes;
    const reset = origin(last);
    if (probe === undefined || !reset) return notFound();
    const ends = who(view);
    const prober = last.direction === ORIGINAL ? ends.client : ends.server;
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
        step(say('step.givesUp', { prober }), last.packets),
      ],
      remedies: ['find-loss'],
    });
  },
};

/** Probes of the side that reset in the end, none of them answered; null where that is not what happened. */
export function probesUnanswered(view: PathView): readonly number[] | null {
  const last = lastWord(view);
  if (!last || !isKeptAlive(view)) return null;
  const prober = last.direction;
  const time = view.resetTime(last);
  let probes: number[] = [];
  for (let j = view.from; j < view.to && view.time(j) < time; j++) {
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

/** Was any keep-alive probe seen? */
const isKeptAlive = ({ scene, path }: PathView): boolean => path.strays.length > 0 || (connectionFlags(scene, path) & KEPT_ALIVE) !== 0;

/**
 * The RST of a live socket that ended the path, or with which an end gave it up: what swallowed the probes may swallow that RST too, and
 * then it kills nobody but its sender's connection.
 */
function lastWord(view: PathView): Reset | null {
  if (view.death) return view.death.plain ? null : view.death.reset;
  return view.resets.find((r) => isLive(view, r) && r.packets.length < view.path.legs.length) ?? null;
}

const isLive = (view: PathView, { packets: [first] }: Reset): boolean =>
  first !== undefined && (view.table(first.tap).flags[first.row] & ACK) !== 0;
