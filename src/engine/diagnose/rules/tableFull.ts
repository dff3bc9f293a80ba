// A15: the table is full: new connections vanish at the node, of many clients in one period, while the old ones go on.

import { J_LOST, type Path } from '../../model/correlation.ts';
import { handshakeOf, wasEstablished } from '../handshake.ts';
import { confidence, evidence, legName, step, unlessMissed, who } from '../kit.ts';
import { isCalm, isUnanswered, outlineOf } from '../outline.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { say } from '../wording/render.ts';
import { type LostSyns, lostSyns } from './lostSyns.ts';

/** Fewer victims are chance: a full table refuses everybody. */
const VICTIMS = 3;

interface Period {
  readonly victims: number;
  /** Established paths with traffic in the period, and those of them that lost packets at the same place. */
  readonly established: number;
  readonly suffering: number;
}

const known = new WeakMap<Scene, Period>();

export const tableFull: Rule = {
  slug: 'table-full',
  tier: 1,
  needs: ['client', 'server'],
  rivals: ['nat-port-clash', 'bad-checksum-invalid', 'ipvs-connect-delay', 'reply-bypasses-nat', 'connection-refused'],
  judge: (view, scene) => {
    const syns = lostAtNode(view);
    if (!syns) return notFound(handshakeOf(view).syns.length > 1 ? say('not.lostSyn.arrived') : null);
    const period = survey(scene);
    if (period.victims < VICTIMS) return notFound(say('not.table-full.few', { n: period.victims }));
    if (period.suffering > 0 && period.suffering * 2 >= period.established)
      return notFound(say('not.table-full.all', { n: period.suffering }));
    const first = view.firstSighting(syns.lost[0]);
    const dropped = scene.facts.counters.find((c) => (c.values.get('drop') ?? 0) + (c.values.get('early_drop') ?? 0) > 0);
    const count = number(scene, 'net.netfilter.nf_conntrack_count');
    const max = number(scene, 'net.netfilter.nf_conntrack_max') ?? number(scene, 'net.nf_conntrack_max');
    const full = count !== null && max !== null && count >= max * 0.95;
    const ends = who(view);
    return found({
      severity: syns.passed === null ? 'critical' : 'warning',
      // Between the ends the node is only one of the places where a SYN may be lost.
      confidence:
        dropped !== undefined || full
          ? 'certain'
          : unlessMissed(view, confidence(period.established > 0 && isAtNode(view), false), syns.lost),
      at: scene.time(first),
      summary: [
        isAtNode(view)
          ? say('sum.table-full', { ...ends, n: period.victims })
          : say('sum.table-full.guess', { n: period.victims, seen: legName(view, syns.seen), missing: legName(view, syns.missing) }),
        say(syns.passed === null ? 'out.synUnanswered' : 'out.connectDelayed', {
          client: ends.client,
          n: syns.lost.length,
          delay: syns.passed === null ? 0 : view.time(syns.passed) - view.time(syns.lost[0]),
        }),
      ],
      evidence: [
        evidence(first, say('ev.vanished', { n: syns.lost.length, seen: legName(view, syns.seen), missing: legName(view, syns.missing) })),
      ],
      against: max !== null && count !== null && !full ? [evidence(first, say('ev.tableNotFull', { count, max }))] : [],
      chain: [
        step(say('step.syn', ends), [first]),
        step(
          say('step.tableFull', { n: period.victims }),
          syns.lost.map((j) => view.firstSighting(j)),
        ),
        step(say('step.othersEstablished', { n: period.established - period.suffering }), []),
      ],
      remedies: ['table-size', 'timeouts', 'notrack'],
    });
  },
};

/** SYNs that were lost, unless captures on both sides of the node show that it was elsewhere. */
function lostAtNode(view: PathView): LostSyns | null {
  const syns = lostSyns(view);
  const { legs, natBefore } = view.path;
  if (!syns || isBeyond(view, syns)) return null;
  if (view.nodeLegs.length < 2 || natBefore <= 0) return syns;
  return syns.missing === legs[natBefore] ? syns : null;
}

/** Had they left the node already? */
const isBeyond = (view: PathView, { seen }: LostSyns): boolean =>
  view.path.natBefore >= 0 ? view.path.legs.indexOf(seen) >= view.path.natBefore : view.positionAt(seen) === 'server-side';

/** Do captures on the node itself show that they got there and no further? */
function isAtNode(view: PathView): boolean {
  const syns = lostSyns(view);
  return syns !== null && view.positionAt(syns.seen) !== 'client' && view.positionAt(syns.missing) !== 'server';
}

const number = (scene: Scene, name: string): number | null => {
  const value = scene.facts.sysctl.get(name)?.value;
  return value !== undefined && /^\d{1,12}$/.test(value) ? Number(value) : null;
};

/** One pass over all paths: who lost SYNs, when, and how those fared that were established then. */
function survey(scene: Scene): Period {
  const cached = known.get(scene);
  if (cached) return cached;
  let [victims, established, suffering] = [0, 0, 0];
  let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const old = [];
  const calm = [];
  for (const path of scene.correlation.paths) {
    if (isCalm(scene, path) && !isUnanswered(scene, path)) {
      if (outlineOf(scene, path).isEstablished) calm.push(path);
      continue;
    }
    const view = scene.view(path);
    const syns = lostAtNode(view);
    if (syns) {
      victims++;
      start = Math.min(start, view.time(syns.lost[0]));
      end = Math.max(end, view.time(syns.lost[syns.lost.length - 1]));
    } else if (wasEstablished(view)) old.push(view);
  }
  const wasThen = ({ firstTime, lastTime }: Path): boolean => victims >= VICTIMS && firstTime <= start && lastTime >= start;
  established = calm.filter(wasThen).length;
  for (const view of old) {
    if (!wasThen(view.path)) continue;
    established++;
    for (let j = view.from; j < view.to && view.time(j) <= end; j++) {
      if (view.time(j) >= start && view.has(j, J_LOST)) {
        suffering++;
        break;
      }
    }
  }
  const period = { victims, established, suffering };
  known.set(scene, period);
  return period;
}
