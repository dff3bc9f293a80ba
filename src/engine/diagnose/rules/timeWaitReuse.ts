// C12: the SYN meets the server's TIME_WAIT of the connection that used the port before, or (PAWS) what it remembers of the whole address.
import { formatEndpoint } from '../../model/address.ts';
import { HAS_TS } from '../../model/packetTable.ts';
import { seqDistance } from '../../model/units.ts';
import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, step, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, type Judgement, notFound, type Rule } from '../rule.ts';
import { firstAfter, type Scene } from '../scene.ts';
import { say } from '../wording/render.ts';
import { previousUse, wasClosed } from './synMeetsLiveEntry.ts';

/** TCP_TIMEWAIT_LEN of Linux. Nanos. */
const TIME_WAIT = 60e9;

export const timeWaitReuse: Rule = {
  slug: 'time-wait-reuse',
  tier: 4,
  needs: ['server'],
  rivals: ['syn-meets-live-entry', 'ipvs-connect-delay', 'table-full'],
  judge: (view, scene) => {
    const { syns, synAcks, strangeAnswer, refusal } = handshakeOf(view);
    const syn = syns[0];
    if (syn === undefined || refusal !== null) return notFound();
    if (synAcks[0] !== undefined && syns.length === 1 && strangeAnswer === null)
      return notFound(view.death ? say('not.timewait.synAck') : null);
    const before = previousUse(scene, view);
    const age = before ? view.time(syn) - before.path.lastTime : Number.POSITIVE_INFINITY;
    if (!before || !wasClosed(before) || age < 0 || age > TIME_WAIT)
      return strangeAnswer !== null ? notFound(say('not.timewait.fresh')) : olderTimestamp(view, scene);
    const leg = view.serverLeg;
    const arrived = leg !== null && syns.filter((j) => view.rowOn(j, leg) !== null);
    if (!arrived || arrived.length === 0 || (strangeAnswer === null && arrived.length < 2)) return notFound();
    const ends = who(view);
    return found({
      severity: synAcks.length > 0 ? 'warning' : 'critical',
      confidence: confidence(true, strangeAnswer !== null),
      at: scene.time(view.firstSighting(syn)),
      summary: [
        say('sum.time-wait-reuse', { ...ends, age }),
        say(synAcks.length > 0 ? 'out.synAcceptedLater' : 'out.synNeverAccepted', {
          ...ends,
          delay: synAcks[0] === undefined ? 0 : view.time(synAcks[0]) - view.time(syn),
        }),
      ],
      evidence: [
        evidence(view.firstSighting(syn), say('ev.previousUse', { client: ends.client, age })),
        ...(strangeAnswer === null
          ? [evidence(view.lastSighting(syn), say('ev.synIgnored', { n: arrived.length }))]
          : [evidence(view.firstSighting(strangeAnswer), say('ev.oldAck'))]),
      ],
      chain: [
        step(say('step.synReuse', ends), [view.firstSighting(syn)]),
        step(say('step.timeWait', { server: ends.server }), strangeAnswer === null ? [] : view.sightings(strangeAnswer)),
        step(
          say('step.synAgain', { n: syns.length }),
          syns.map((j) => view.firstSighting(j)),
        ),
      ],
      remedies: ['port-range', 'no-tw-recycle'],
    });
  },
};

/** Older connections of the same translated address that are looked at. */
const SISTERS = 200;

/**
 * PAWS for a whole host (tcp_tw_recycle, Linux < 4.12): behind one translated address another client's connection was accepted within
 * the last minute with a higher timestamp than these SYNs have, which the server passes over in silence.
 */
function olderTimestamp(view: PathView, scene: Scene): Judgement {
  const { syns, synAcks } = handshakeOf(view);
  const arrived = syns.flatMap((j) => {
    const value = synTimestamp(view, j);
    return value === null || (synAcks[0] !== undefined && view.time(j) > view.time(synAcks[0])) ? [] : [{ journey: j, value }];
  });
  const [first] = arrived;
  if (!first || arrived.length < 2 || arrived.length < syns.length) return notFound();
  const source = view.serverLeg?.client.address;
  const sisters = scene.siblings(view.path);
  const until = firstAfter(sisters, view.time(first.journey));
  for (const path of sisters.slice(Math.max(0, until - SISTERS), until).reverse()) {
    if (path.client.address === view.path.client.address || view.time(first.journey) - path.lastTime > TIME_WAIT) continue;
    const sister = scene.view(path);
    const { syns: own, completed } = handshakeOf(sister);
    if (sister.serverLeg?.client.address !== source || path.server.address !== view.path.server.address) continue;
    const [syn] = own;
    const value = completed === null || syn === undefined ? null : synTimestamp(sister, syn);
    if (syn === undefined || value === null || seqDistance(value, first.value) <= 0) continue;
    const ends = { ...who(view), other: formatEndpoint(path.client), source: source ?? '' };
    return found({
      title: say('title.paws'),
      severity: synAcks.length > 0 ? 'warning' : 'critical',
      confidence: confidence(true, false),
      at: scene.time(view.firstSighting(first.journey)),
      summary: [
        say('sum.paws', ends),
        say(synAcks.length > 0 ? 'out.synAcceptedLater' : 'out.synNeverAccepted', {
          ...ends,
          delay: synAcks[0] === undefined ? 0 : view.time(synAcks[0]) - view.time(first.journey),
        }),
      ],
      evidence: [
        evidence(view.lastSighting(first.journey), say('ev.synTimestamp', { value: first.value })),
        evidence(sister.lastSighting(syn), say('ev.higherTimestamp', { ...ends, value })),
        evidence(view.lastSighting(first.journey), say('ev.synIgnored', { n: arrived.length })),
      ],
      chain: [
        step(say('step.higherTimestamp', ends), [sister.lastSighting(syn)]),
        step(
          say('step.synAgain', { n: arrived.length }),
          arrived.map((a) => view.lastSighting(a.journey)),
        ),
      ],
      remedies: ['no-tw-recycle'],
    });
  }
  return notFound();
}

/** Timestamp of a SYN as it arrived at the server; null where it did not arrive, or has none. */
function synTimestamp(view: PathView, j: number): number | null {
  const leg = view.serverLeg;
  const row = leg ? view.rowOn(j, leg) : null;
  if (!leg || row === null) return null;
  const { flags, tsval } = view.table(leg.tap);
  return (flags[row] & HAS_TS) === 0 ? null : tsval[row];
}
