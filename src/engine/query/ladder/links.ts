// Causal arcs and twin links between packets that are told in full.
import type { ResetCauseKind } from '../../model/correlation.ts';
import type { LadderLink, LadderPacket } from '../../model/ladder.ts';
import type { JourneyId } from '../../model/units.ts';
import type { Decisive } from './decisive.ts';

const MAX_LINKS = 16;

const SAYS: Readonly<Record<ResetCauseKind, LadderLink['says']>> = {
  'leaked-packet': 'no-socket',
  'no-socket': 'no-socket',
  'application-close': 'aborted',
  forged: 'answers',
  'entry-gone': 'entry-gone',
  unknown: 'answers',
};

export function linksOf(packets: readonly LadderPacket[], decisive: Decisive): LadderLink[] {
  const byJourney = new Map(packets.map((p) => [p.journey, p]));
  const links: LadderLink[] = [];
  const answered = new Set<JourneyId>();
  for (const p of packets) {
    const cause = byJourney.get(decisive.causes.get(p.journey) ?? (-1 as JourneyId));
    const lane = cause && sharedLane(cause, p);
    if (!cause || lane === undefined || !p.reset) continue;
    links.push({ kind: 'cause', from: cause.journey, to: p.journey, lane, says: SAYS[p.reset.cause] });
    answered.add(p.journey);
  }
  // A RST that ends a connection is why that end answers with RSTs from then on.
  for (const killer of packets) {
    const at = killer.sightings.at(-1);
    if (killer.reset?.effect !== 'kills' || !at) continue;
    const next = packets.find(
      (p) =>
        p.reset &&
        p.direction !== killer.direction &&
        p.sightings[0]?.lane === at.lane &&
        p.sightings[0].time >= at.time &&
        !answered.has(p.journey),
    );
    if (!next) continue;
    answered.add(next.journey);
    links.push({ kind: 'cause', from: killer.journey, to: next.journey, lane: at.lane, says: 'closes' });
  }
  for (const p of packets) {
    const twin = p.leak?.twin ? byJourney.get(p.leak.twin) : undefined;
    const lane = twin && p.sightings.at(-1)?.lane;
    if (twin && lane !== undefined && twin.sightings.some((s) => s.lane === lane))
      links.push({ kind: 'twin', from: twin.journey, to: p.journey, lane, says: 'same-bytes' });
  }
  return links.slice(0, MAX_LINKS);
}

/** Where the answer was first seen, if the cause was seen there before. */
function sharedLane(cause: LadderPacket, answer: LadderPacket): number | undefined {
  const first = answer.sightings[0];
  if (!first) return undefined;
  if (cause.sightings.some((s) => s.lane === first.lane)) return first.lane;
  return cause.sightings.at(-1)?.lane === first.lane ? first.lane : undefined;
}
