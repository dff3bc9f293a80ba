// C7: a pod was told to go and went: many connections end at one moment, and who comes later is refused or finds nobody.
import { formatEndpoint } from '../../model/address.ts';
import { handshakeOf, wasEstablished } from '../handshake.ts';
import { confidence, evidence, step, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { say } from '../wording/render.ts';

/** Fewer ends at one moment are chance. */
const MANY = 3;
/** One moment: a process that closes its sockets takes less. Nanos. */
const MOMENT = 2e9;

interface Exit {
  readonly at: number;
  /** Views of the paths that the server ended then. */
  readonly ended: readonly PathView[];
  /** Connection attempts to it afterwards that failed, and that worked. */
  readonly failed: readonly PathView[];
  readonly worked: number;
}

const known = new WeakMap<Scene, Map<string, Exit | null>>();

export const endpointTerminating: Rule = {
  slug: 'endpoint-terminating',
  tier: 5,
  needs: ['server'],
  rivals: ['server-restarted', 'keepalive-race', 'server-aborted', 'connection-refused', 'ipvs-backend-removed-reset'],
  judge: (view, scene) => {
    const exit = exitOf(scene, formatEndpoint(view.path.server));
    if (!exit) return notFound(view.death?.toward === 'client' ? say('not.terminating.single') : null);
    if (exit.worked > 0) return notFound(say('not.terminating.works', { n: exit.worked }));
    if (exit.failed.length === 0 || !(exit.ended.includes(view) || exit.failed.includes(view)))
      return notFound(say('not.terminating.noRefusal'));
    const [sample] = exit.ended;
    const [failed] = exit.failed;
    const end = sample ? serverEnd(sample) : null;
    if (!sample || !failed || end === null) return notFound();
    const ends = who(view);
    return found({
      severity: 'critical',
      confidence: confidence(true, exit.failed.length > 1),
      at: scene.time(sample.firstSighting(end)),
      summary: [
        say('sum.endpoint-terminating', { ...ends, n: exit.ended.length }),
        say('out.terminating', { ...ends, n: exit.failed.length }),
      ],
      evidence: [
        evidence(sample.firstSighting(end), say('ev.endedTogether', { n: exit.ended.length })),
        evidence(failed.firstSighting(failed.from), say('ev.laterFailed', { n: exit.failed.length })),
      ],
      chain: [
        step(
          say('step.serverExits', { server: ends.server, n: exit.ended.length }),
          exit.ended.slice(0, 10).map((v) => v.firstSighting(serverEnd(v) ?? v.from)),
        ),
        step(
          say('step.stillSent', { server: ends.server, n: exit.failed.length }),
          exit.failed.slice(0, 10).map((v) => v.firstSighting(v.from)),
        ),
      ],
      remedies: ['prestop', 'graceful', 'readiness'],
    });
  },
};

/** Journey with which the server ended a path on its own account: its FIN before the client's, or its RST. */
function serverEnd(view: PathView): number | null {
  if (!wasEstablished(view)) return null;
  const [client, server] = handshakeOf(view).fin;
  if (server !== null && (client === null || view.time(server) < view.time(client))) return server;
  const { death } = view;
  return death?.toward === 'client' && death.reset.origin === 'server' && !death.plain ? death.reset.journey : null;
}

function exitOf(scene: Scene, server: string): Exit | null {
  let exits = known.get(scene);
  if (!exits) {
    exits = surveyAll(scene);
    known.set(scene, exits);
  }
  return exits.get(server) ?? null;
}

/** One pass over all paths, grouped by server: the densest moment of ends, and what came after it. */
function surveyAll(scene: Scene): Map<string, Exit | null> {
  const groups = new Map<string, PathView[]>();
  for (const path of scene.correlation.paths) {
    const key = formatEndpoint(path.server);
    const group = groups.get(key);
    if (group) group.push(scene.view(path));
    else groups.set(key, [scene.view(path)]);
  }
  const exits = new Map<string, Exit | null>();
  for (const [server, views] of groups) exits.set(server, views.length < MANY ? null : survey(views));
  return exits;
}

function survey(views: readonly PathView[]): Exit | null {
  const ends = views.flatMap((view) => {
    const j = serverEnd(view);
    return j === null ? [] : [{ view, time: view.time(j) }];
  });
  ends.sort((a, b) => a.time - b.time);
  let best: { start: number; count: number } | null = null;
  for (let i = 0, k = 0; i < ends.length; i++) {
    while (ends[i].time - ends[k].time > MOMENT) k++;
    if (!best || i - k + 1 > best.count) best = { start: k, count: i - k + 1 };
  }
  if (!best || best.count < MANY) return null;
  const ended = ends.slice(best.start, best.start + best.count);
  const at = ended[ended.length - 1].time;
  const later = views.filter((v) => v.path.firstTime > at && handshakeOf(v).syns.length > 0);
  const failed = later.filter((v) => handshakeOf(v).synAcks.length === 0);
  return { at, ended: ended.map((e) => e.view), failed, worked: later.length - failed.length };
}
