// C13: large packets vanish and nobody says so: full-sized segments are sent again and again while small ones pass.
import { findRow } from '../../model/packetTable.ts';
import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, legName, step, unlessMissed, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { type Stall, stallsOf } from '../stalls.ts';
import { say } from '../wording/render.ts';
import { needsBeyond, needsBothSides } from './needs.ts';

/** Octets that options may take of a segment's maximum size (RFC 9293 §3.1: the header has 60 at most). */
const MAX_OPTIONS = 40;

export const mtuBlackHole: Rule = {
  slug: 'mtu-black-hole',
  tier: 3,
  needs: ['client', 'server'],
  rivals: ['stall-invalid-dropped', 'stall-entry-gone', 'ipvs-backend-removed-silent', 'keepalive-failed'],
  judge: (view, scene) => {
    const stalls = stallsOf(view).filter((s) => !view.afterDeath(s.start));
    const stall = stalls.find((s) => !s.recovered) ?? stalls[0];
    if (!stall) return notFound();
    const missing = stall.recovered ? null : needsBothSides(view);
    if (missing) return missing;
    const beyond = stall.recovered ? null : needsBeyond(view, stall);
    if (beyond) return beyond;
    const sizes = measure(view, stall);
    if (sizes.lost.length === 0) return notFound(say('not.mtu.arrived'));
    if (sizes.largestPassed >= sizes.smallestLost) return notFound(say('not.mtu.largePassed', { bytes: sizes.largestPassed }));
    if (sizes.passedSince === 0 && !mayBeTooLarge(view, stall, sizes)) return notFound(say('not.mtu.nothingPassed'));
    const first = sizes.lost[0];
    const gone = view.vanished(first);
    if (!gone) return notFound();
    const ends = who(view);
    const sender = stall.direction === 0 ? ends.client : ends.server;
    return found({
      severity: stall.recovered ? 'warning' : 'critical',
      confidence: gone.isUnwatched
        ? 'possible'
        : unlessMissed(view, confidence(sizes.lost.length > 2 && sizes.passedSince > 0, sizes.lost.length > 2), sizes.lost),
      at: scene.time(view.firstSighting(first)),
      summary: [
        say('sum.mtu-black-hole', { sender, smallest: sizes.smallestLost, largest: sizes.largestPassed }),
        say(stall.recovered ? 'out.stallRecovered' : 'out.stallLost', {
          client: sender,
          n: stall.attempts.length,
          span: stall.end - stall.start,
        }),
      ],
      evidence: [
        evidence(
          view.firstSighting(first),
          say('ev.largeVanished', {
            n: sizes.lost.length,
            bytes: sizes.smallestLost,
            seen: legName(view, gone.seen),
            missing: legName(view, gone.missing),
          }),
        ),
        ...(sizes.example === null
          ? []
          : [evidence(view.lastSighting(sizes.example), say('ev.smallPassed', { bytes: sizes.largestPassed }))]),
      ],
      chain: [
        step(
          say('step.largeVanish', { seen: legName(view, gone.seen), missing: legName(view, gone.missing) }),
          sizes.lost.slice(0, 20).map((j) => view.firstSighting(j)),
        ),
        step(say('step.noIcmp'), []),
        step(
          say('step.retransmitted', { n: stall.attempts.length, span: stall.end - stall.start }),
          stall.attempts.map((j) => view.firstSighting(j)),
        ),
      ],
      remedies: ['mss-clamp', 'icmp'],
    });
  },
};

/** Does everything that vanishes exceed everything that passes in the stalled direction? */
export function onlyLargeVanish(view: PathView, stall: Stall): boolean {
  const sizes = measure(view, stall);
  return sizes.lost.length > 0 && sizes.passed > 0 && sizes.largestPassed < sizes.smallestLost;
}

/**
 * Nothing at all has passed since the first loss: then the path may simply be dead. Size may still be the reason where what vanishes is as
 * large as the ends had agreed to send, and nothing of the other end vanishes.
 */
function mayBeTooLarge(view: PathView, stall: Stall, sizes: Sizes): boolean {
  if (sizes.passed === 0 || stall.answersLost.length > 0) return false;
  const largest = largestSegment(view);
  return largest !== null && sizes.smallestLost + MAX_OPTIONS >= largest;
}

/** The smaller of the maximum segment sizes that the SYNs offered, octets of payload and options; null where no SYN tells. */
function largestSegment(view: PathView): number | null {
  const { syns, synAcks } = handshakeOf(view);
  let smallest: number | null = null;
  for (const j of [...syns.slice(0, 1), ...synAcks.slice(0, 1)]) {
    const { tap, row } = view.lastSighting(j);
    const { synOptions } = view.table(tap);
    const at = findRow(synOptions.row, synOptions.length, row);
    const mss = at < 0 ? 0 : synOptions.mss[at];
    if (mss > 0 && (smallest === null || mss < smallest)) smallest = mss;
  }
  return smallest;
}

interface Sizes {
  readonly lost: readonly number[];
  readonly smallestLost: number;
  readonly largestPassed: number;
  readonly passed: number;
  /** Of these, how many arrived after the first one that vanished had set out. */
  readonly passedSince: number;
  readonly example: number | null;
}

/** What vanished and what arrived in the stalled direction, octets of payload. */
function measure(view: PathView, stall: Stall): Sizes {
  const lost: number[] = [];
  let [smallestLost, largestPassed, passed, passedSince] = [Number.POSITIVE_INFINITY, 0, 0, 0];
  let example: number | null = null;
  for (let j = view.from; j < view.to; j++) {
    if (view.direction(j) !== stall.direction || view.isReset(j)) continue;
    const length = view.length(j);
    if (view.vanished(j) && length > 0) {
      lost.push(j);
      smallestLost = Math.min(smallestLost, length);
    } else if (view.arrived(j)) {
      passed++;
      if (lost.length > 0) passedSince++;
      if (length >= largestPassed) {
        largestPassed = length;
        example = j;
      }
    }
  }
  return { lost, smallestLost: lost.length > 0 ? smallestLost : 0, largestPassed, passed, passedSince, example };
}
