// A16: a packet that arrives at the node with a wrong checksum is INVALID: not translated, or dropped.

import { J_TRANSLATED } from '../../model/correlation.ts';
import { ORIGINAL, type TapId } from '../../model/units.ts';
import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, step, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, type Judgement, notFound, type Rule, undecided } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { say } from '../wording/render.ts';
import { lostSyns } from './lostSyns.ts';

export const badChecksumInvalid: Rule = {
  slug: 'bad-checksum-invalid',
  tier: 1,
  needs: ['node'],
  rivals: ['table-full', 'nat-port-clash', 'mtu-black-hole'],
  judge: (view, scene) => {
    const corrupt = corruptLeaks(view, scene);
    if (corrupt) return corrupt;
    const { syns, synAcks } = handshakeOf(view);
    const lost = lostSyns(view);
    if (syns.length < 3 || (synAcks.length > 0 && !lost)) return notFound();
    const candidates = (lost?.lost ?? syns).slice(0, 8);
    const wrong = candidates.flatMap((j) => view.sightings(j).slice(1)).filter((ref) => scene.checksumOf(ref) === 'wrong');
    const [first] = wrong;
    if (!first) {
      const atSender = candidates.some((j) => scene.checksumOf(view.firstSighting(j)) === 'wrong');
      if (atSender) return notFound(say('not.checksum.sender'));
      const right = candidates.flatMap((j) => view.sightings(j).slice(1)).some((ref) => scene.checksumOf(ref) === 'right');
      if (right) return notFound(say('not.checksum.right'));
      return synAcks.length === 0 ? undecided(say('missing.ingress')) : notFound();
    }
    const off = scene.facts.sysctl.get('net.netfilter.nf_conntrack_checksum')?.value === '0';
    const ends = who(view);
    return found({
      severity: synAcks.length > 0 ? 'warning' : 'critical',
      confidence: confidence(!off, true),
      at: scene.time(view.firstSighting(syns[0])),
      summary: [say('sum.bad-checksum-invalid', ends), say('out.synUnanswered', { client: ends.client, n: syns.length })],
      evidence: [evidence(first, say('ev.wrongChecksum'))],
      against: off ? [evidence(first, say('ev.checksumOff'))] : [],
      chain: [
        step(say('step.syn', ends), [view.firstSighting(syns[0])]),
        step(say('step.wrongChecksum'), wrong),
        step(
          say('step.synAgain', { n: syns.length }),
          syns.map((j) => view.firstSighting(j)),
        ),
      ],
      remedies: ['checksum-offload', 'random-fully'],
    });
  },
};

/** Translated replies that are looked at. */
const LOOKED_AT = 8;

/**
 * Do checksums tell anything at this tap? Not where replies are wrong, too, that the node took and translated: then it is the capture that
 * stands before they are filled in, or behind a device that leaves them to the next.
 */
function isTelling(view: PathView, scene: Scene, tap: TapId): boolean {
  let asked = 0;
  for (let j = view.from; j < view.to && asked < LOOKED_AT; j++) {
    if (view.direction(j) === ORIGINAL || !view.has(j, J_TRANSLATED)) continue;
    const row = view.rowAt(j, tap);
    if (row === null) continue;
    asked++;
    if (scene.checksumOf({ tap, row }) === 'wrong') return false;
  }
  return true;
}

/** Packets that leaked because they had been damaged on the way to the node: the host they get to drops them, and they are sent again. */
function corruptLeaks(view: PathView, scene: Scene): Judgement | null {
  // Asked once for each tap: there may be as many leaks as packets.
  const telling = new Map<TapId, boolean>();
  const isTellingAt = (tap: TapId): boolean => {
    const known = telling.get(tap) ?? isTelling(view, scene, tap);
    telling.set(tap, known);
    return known;
  };
  const damaged = view.leaks.flatMap((l) => {
    const [seen] = l.packets;
    return seen && l.kind !== 'rst' && isTellingAt(seen.tap) && scene.checksumOf(seen) === 'wrong' ? [{ leak: l, seen }] : [];
  });
  const [first] = damaged;
  if (!first || scene.facts.sysctl.get('net.netfilter.nf_conntrack_checksum')?.value === '0') return null;
  const { sentAs } = first.leak;
  const ends = who(view);
  return found({
    severity: 'warning',
    confidence: confidence(true, sentAs !== null && scene.checksumOf(sentAs) === 'right'),
    at: scene.time(first.seen),
    summary: [say('sum.bad-checksum-invalid.leak', { ...ends, n: damaged.length }), say('out.corruptDropped', ends)],
    evidence: [
      evidence(first.seen, say('ev.wrongChecksum')),
      ...(sentAs ? [evidence(sentAs, say('ev.sentAs', { server: ends.server }))] : []),
    ],
    chain: [
      step(
        say('step.wrongChecksum'),
        damaged.map((d) => d.seen),
      ),
    ],
    remedies: ['checksum-offload'],
  });
}
