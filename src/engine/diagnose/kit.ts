// Small pieces that every rule builds its case from.
import { weaker } from '../correlate/weaker.ts';
import { formatEndpoint } from '../model/address.ts';
import type { Confidence, Leg, Reset, TapPosition } from '../model/correlation.ts';
import type { ChainStep, Evidence, Sentence } from '../model/finding.ts';
import { type Nanos, nanos, ORIGINAL, type PacketRef, seqDistance } from '../model/units.ts';
import type { PathView } from './pathView.ts';
import type { Silence } from './silences.ts';

/** Packets beyond these add nothing. */
const LOOKED_AT = 16;

/** The ends of a path as text, for sentences. */
export const who = (view: PathView): { client: string; service: string; server: string } => ({
  client: formatEndpoint(view.path.client),
  service: formatEndpoint(view.path.service ?? view.path.server),
  server: formatEndpoint(view.path.server),
});

export const evidence = (packet: PacketRef, says: Sentence): Evidence => ({ packet, says });
export const step = (says: Sentence, packets: readonly (PacketRef | null)[]): ChainStep => ({
  says,
  packets: packets.filter((p) => p !== null),
});
export const at = (time: number): Nanos => nanos(time);

export const tapOf = (view: PathView, ref: PacketRef): string => view.scene.tapName(ref.tap);
export const legName = (view: PathView, leg: Leg): string => view.scene.tapName(leg.tap);

/** `certain` needs a second witness, `likely` a complete signature, else `possible`. The design's high, medium, low. */
export const confidence = (complete: boolean, secondWitness: boolean | null): Confidence => {
  if (!complete) return 'possible';
  return secondWitness ? 'certain' : 'likely';
};

/** What rests on these journeys not having been seen beyond some capture point is no surer than that point's completeness. */
export function unlessMissed(view: PathView, confidence: Confidence, vanished: readonly number[]): Confidence {
  const times = new Map<number, number[]>();
  for (const j of vanished.slice(0, LOOKED_AT)) {
    const tap = view.vanished(j)?.missing.tap;
    if (tap === undefined) continue;
    const list = times.get(tap);
    if (list) list.push(view.lastTime(j));
    else times.set(tap, [view.lastTime(j)]);
  }
  let result = confidence;
  for (const [tap, list] of times) result = weaker(result, view.scene.correlation.completeness.absence(tap, list));
  return result;
}

/**
 * Captures that lose packets do not tell what the node never saw: they miss some of both directions, which may not have gone another way, or an
 * end's own misses what that end sent or received.
 */
export function areLossy(view: PathView): boolean {
  const { completeness } = view.scene.correlation;
  const { legs } = view.path;
  if (completeness.areLossy(legs.map((leg) => leg.tap))) return true;
  return legs.some((leg) => /^(client|server)$/.test(view.positionAt(leg)) && completeness.presence(leg.tap, -Infinity) === 'possible');
}

/** What rests on a silence is no surer than that it was one: what ends it must go on where both ends were seen to stop. */
export function unlessUnheard(view: PathView, confidence: Confidence, { before }: Silence): Confidence {
  const ends: [number | null, number | null] = [null, null];
  for (let j = view.from; j < before; j++) {
    if (view.isReset(j)) continue;
    const direction = view.direction(j);
    const known = ends[direction];
    if (known === null || seqDistance(view.end(j), known) > 0) ends[direction] = view.end(j);
  }
  const [own, other] = view.direction(before) === ORIGINAL ? ends : [ends[1], ends[0]];
  const isUnheard = own === null || other === null || seqDistance(view.seq(before), own) > 0 || seqDistance(view.ack(before), other) > 0;
  return isUnheard ? 'possible' : confidence;
}

/** Resets after a time that are nobody's cause: answers of a host that no longer knows the connection. */
export const laterResets = (view: PathView, after: number): readonly Reset[] => view.resets.filter((r) => view.resetTime(r) > after);

/** Where a reset was first seen. Null for one without packets, which correlate never reports. */
export const origin = (reset: Reset): PacketRef | null => reset.packets[0] ?? null;

/** Did a capture at its sender see it leave, not one a little way off, where somebody may stand between? */
export const isSeenAtOrigin = (view: PathView, { packets: [first], because }: Reset, position: TapPosition): boolean =>
  first !== undefined && view.positionAt(first) === position && !because.some((b) => b.kind === 'seenFirstBeside');

/** The configured value of a sysctl in seconds or as a switch, or null where no file states it. */
export function sysctlNumber(view: PathView, name: string): number | null {
  const fact = view.scene.facts.sysctl.get(name);
  if (!fact || !/^-?\d{1,12}$/.test(fact.value)) return null;
  return Number(fact.value);
}
