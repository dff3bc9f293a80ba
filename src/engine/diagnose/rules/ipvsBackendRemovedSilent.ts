// B4: the backend was taken out of the service and packets of its connections are dropped without a word.

import { formatEndpoint } from '../../model/address.ts';
import { confidence, evidence, legName, step, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule, undecided } from '../rule.ts';
import { type Scene, serviceKey } from '../scene.ts';
import { carriesData, fatalStall } from '../stalls.ts';
import { say } from '../wording/render.ts';
import { isIpvs, isNotIpvs } from './ipvs.ts';
import { silenceBeforeStall } from './silence.ts';
import { laterEvidence, laterServer } from './survivors.ts';

export const ipvsBackendRemovedSilent: Rule = {
  slug: 'ipvs-backend-removed-silent',
  tier: 2,
  needs: ['client', 'server'],
  rivals: ['stall-entry-gone', 'stall-invalid-dropped', 'mtu-black-hole', 'ipvs-backend-removed-reset'],
  judge: (view, scene) => {
    const stall = fatalStall(view);
    if (stall?.direction !== 0) return notFound(view.death ? say('not.removed-silent.answer') : null);
    if (stall.delivered > 0) return notFound(say('not.stall-entry-gone.arrived', { n: stall.delivered }));
    if (isNotIpvs(scene)) return notFound(say('not.ipvs.mode', { mode: scene.facts.proxyMode?.mode ?? '' }));
    if (silenceBeforeStall(view, stall)) return notFound(say('not.removed-silent.silence'));
    const gone = view.vanished(stall.attempts[0]);
    if (!gone) return view.path.legs.length < 2 ? undecided(say('missing.server', { server: who(view).service })) : notFound();
    const moved = laterServer(view, scene, stall.start);
    const listed = removedFromService(view, scene);
    if (!moved && !listed && !isIpvs(scene)) return undecided(say('missing.endpoints', { service: who(view).service }));
    if (!moved && !listed) return undecided(say('missing.endpoints', { service: who(view).service }));
    if (scene.facts.sysctl.get('net.ipv4.vs.expire_nodest_conn')?.value === '1') return notFound(say('not.removed-silent.expires'));
    const ends = who(view);
    const first = view.firstSighting(stall.attempts[0]);
    return found({
      severity: carriesData(view, stall) ? 'critical' : 'warning',
      confidence: gone.isUnwatched ? 'possible' : confidence(isIpvs(scene), moved !== null && listed),
      at: scene.time(first),
      summary: [
        say('sum.ipvs-backend-removed-silent', ends),
        say('out.stallLost', { client: ends.client, n: stall.attempts.length, span: stall.end - stall.start }),
      ],
      evidence: [
        evidence(
          first,
          say('ev.vanished', { n: stall.attempts.length, seen: legName(view, gone.seen), missing: legName(view, gone.missing) }),
        ),
        ...(moved ? [laterEvidence(moved)] : []),
      ],
      chain: [
        step(say('step.removed', { server: ends.server }), []),
        step(
          say('step.retransmitted', { n: stall.attempts.length, span: stall.end - stall.start }),
          stall.attempts.map((j) => view.firstSighting(j)),
        ),
      ],
      remedies: ['expire-nodest', 'user-timeout', 'graceful'],
    });
  },
};

/** Does a context file list the service without this server? */
export function removedFromService(view: PathView, scene: Scene): boolean {
  const facts = scene.facts.services.filter((s) => formatEndpoint({ address: s.address, port: s.port }) === serviceKey(view.path));
  return facts.length > 0 && facts.every((s) => !s.backends.some((b) => b.address === view.path.server.address));
}
