// C7: a pod was told to go and went: many connections end at one moment, and who comes later is refused or finds nobody.
import { formatEndpoint, sameEndpoint } from '../../model/address.ts';
import type { Path } from '../../model/correlation.ts';
import { handshakeOf, wasEstablished } from '../handshake.ts';
import { confidence, evidence, step, who } from '../kit.ts';
import { isCalm, isClosedByServer, isUnanswered, outlineOf } from '../outline.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { say } from '../wording/render.ts';

/** Fewer ends at one moment are chance. */
const MANY = 3;
/** One moment: a process that closes its sockets takes less. Nanos. */
const MOMENT = 2e9;
/** A SYN that nobody has answered for so long is sent again (RFC 6298 §2: one second): an answer was no longer under way. Nanos. */
const ANSWERED_WITHIN = 1e9;
/** Of each kind, in the chain of events. */
const SHOWN = 10;

interface Exit {
  readonly at: number;
  /** Paths that the server ended then. */
  readonly ended: readonly Path[];
  /** Connection attempts to it afterwards that failed, and how many worked. */
  readonly failed: readonly Path[];
  readonly worked: number;
}

const known = new WeakMap<Scene, Map<string, Exit | null>>();
/** Paths of the servers that left some connection attempt unanswered. */
const unanswered = new WeakMap<Scene, ReadonlyMap<string, Path[]>>();

function leftUnanswered(scene: Scene): ReadonlyMap<string, Path[]> {
  const cached = unanswered.get(scene);
  if (cached) return cached;
  const servers = new Map<string, Path[]>();
  for (const path of scene.correlation.paths) if (isUnanswered(scene, path)) servers.set(formatEndpoint(path.server), []);
  if (servers.size > 0) for (const path of scene.correlation.paths) servers.get(formatEndpoint(path.server))?.push(path);
  unanswered.set(scene, servers);
  return servers;
}

/** Did nobody answer some connection attempt, to whatever server? */
export const leavesUnanswered = (scene: Scene): boolean => leftUnanswered(scene).size > 0;

/** Did nobody answer some connection attempt to this server? */
function isLeftUnanswered(scene: Scene, { server }: Path): boolean {
  const servers = leftUnanswered(scene);
  return servers.size > 0 && servers.has(formatEndpoint(server));
}

/** May this rule tell something of a path that took its course? */
export const mayHaveGone = (path: Path, scene: Scene): boolean =>
  isLeftUnanswered(scene, path) && isClosedByServer(scene, path) && !!exitOf(scene, path)?.ended.includes(path);

export const endpointTerminating: Rule = {
  slug: 'endpoint-terminating',
  tier: 5,
  needs: ['server'],
  mayFind: (path, scene) => isLeftUnanswered(scene, path),
  rivals: ['server-restarted', 'keepalive-race', 'server-aborted', 'connection-refused', 'ipvs-backend-removed-reset'],
  judge: (view, scene) => {
    const exit = exitOf(scene, view.path);
    if (!exit) return notFound(view.death?.toward === 'client' ? say('not.terminating.single') : null);
    if (exit.worked > 0) return notFound(say('not.terminating.works', { n: exit.worked }));
    if (exit.failed.length === 0 || !(exit.ended.includes(view.path) || exit.failed.includes(view.path)))
      return notFound(say('not.terminating.noRefusal'));
    const [ended, failed] = [exit.ended.slice(0, SHOWN), exit.failed.slice(0, SHOWN)].map((paths) => paths.map((p) => scene.view(p)));
    const [sample] = ended;
    const [first] = failed;
    const end = sample ? serverEnd(sample) : null;
    if (!sample || !first || end === null) return notFound();
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
        evidence(first.firstSighting(first.from), say('ev.laterFailed', { n: exit.failed.length })),
      ],
      chain: [
        step(
          say('step.serverExits', { server: ends.server, n: exit.ended.length }),
          ended.map((v) => v.firstSighting(serverEnd(v) ?? v.from)),
        ),
        step(
          say('step.stillSent', { server: ends.server, n: exit.failed.length }),
          failed.map((v) => v.firstSighting(v.from)),
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

/** The densest moment at which a path's server ended connections, and what came after it. */
function exitOf(scene: Scene, { server }: Path): Exit | null {
  let exits = known.get(scene);
  if (!exits) {
    exits = new Map();
    known.set(scene, exits);
  }
  const key = formatEndpoint(server);
  let exit = exits.get(key);
  if (exit === undefined) {
    const paths = leftUnanswered(scene).get(key) ?? scene.correlation.paths.filter((p) => sameEndpoint(p.server, server));
    exit = paths.length < MANY ? null : survey(scene, paths);
    exits.set(key, exit);
  }
  return exit;
}

/** When that was, reference clock. */
function serverEndTime(scene: Scene, path: Path): number | null {
  if (isCalm(scene, path)) {
    const { isEstablished, fin } = outlineOf(scene, path);
    const [client, server] = fin;
    return isEstablished && server !== null && (client === null || server < client) ? server : null;
  }
  const view = scene.view(path);
  const j = serverEnd(view);
  return j === null ? null : view.time(j);
}

function survey(scene: Scene, paths: readonly Path[]): Exit | null {
  const ends = paths.flatMap((path) => {
    const time = serverEndTime(scene, path);
    return time === null ? [] : [{ path, time }];
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
  const later = paths.filter((p) => p.firstTime > at && outlineOf(scene, p).isOpened);
  const failed = later.filter((p) => !outlineOf(scene, p).isAnswered);
  const waitedFor = failed.filter((p) => isWaitedFor(scene, p));
  return { at, ended: ended.map((e) => e.path), failed: waitedFor, worked: later.length - failed.length };
}

/** Was it refused, or did those that saw the SYN go on capturing until an answer would have come? */
const isWaitedFor = (scene: Scene, { legs, firstTime, resets }: Path): boolean =>
  resets > 0 || legs.every(({ tap }) => scene.lastTime(tap) > firstTime + ANSWERED_WITHIN);
