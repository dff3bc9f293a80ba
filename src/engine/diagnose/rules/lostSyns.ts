// SYNs that vanished between two capture points, and what became of their retransmissions.
import type { Leg } from '../../model/correlation.ts';
import { RST, SYN } from '../../model/packetTable.ts';
import { ORIGINAL, row } from '../../model/units.ts';
import { handshakeOf } from '../handshake.ts';
import type { PathView } from '../pathView.ts';
import { type Scene, serviceKey } from '../scene.ts';

export interface LostSyns {
  /** Transmissions that vanished, journeys. */
  readonly lost: readonly number[];
  /** The first that arrived, or null. */
  readonly passed: number | null;
  readonly seen: Leg;
  readonly missing: Leg;
}

/** Null where the first SYN arrived, or must have, or where no second capture point could have seen it. */
export function lostSyns(view: PathView): LostSyns | null {
  const { syns } = handshakeOf(view);
  const first = syns[0];
  if (first === undefined) return null;
  const gone = view.vanished(first) ?? nowhere(view);
  if (!gone) return null;
  const passed = view.vanished(first) === null ? null : (syns.find((j) => view.arrived(j)) ?? null);
  if (passed === null && hasOpened(view, gone.missing)) return null;
  return { lost: passed === null ? syns : syns.filter((j) => view.vanished(j) !== null), passed, seen: gone.seen, missing: gone.missing };
}

/** Did the client's segments of an open connection pass there? Then its SYN had, whether that was captured or not. */
function hasOpened(view: PathView, leg: Leg): boolean {
  for (let j = view.from; j < view.to; j++)
    if (view.direction(j) === ORIGINAL && (view.flags(j) & (SYN | RST)) === 0 && view.rowOn(j, leg) !== null) return true;
  return false;
}

/** No SYN of the path was seen at the next capture point, where other connections to the same service were. */
function nowhere(view: PathView): { readonly seen: Leg; readonly missing: Leg } | null {
  const { legs } = view.path;
  const seen = legs[legs.length - 1];
  if (!seen || handshakeOf(view).synAcks.length > 0) return null;
  const missing = legBeyond(view, seen);
  return missing && covers(view, missing) ? { seen, missing } : null;
}

const known = new WeakMap<Scene, Map<string, Leg | null>>();

/** Where connections to the same service, seen at the same tap, were seen next: found once for each service and tap. */
function legBeyond(view: PathView, seen: Leg): Leg | null {
  let legs = known.get(view.scene);
  if (!legs) {
    legs = new Map();
    known.set(view.scene, legs);
  }
  const key = `${serviceKey(view.path)} ${seen.tap}`;
  const cached = legs.get(key);
  if (cached !== undefined) return cached;
  const sister = view.scene
    .siblings(view.path)
    .find((p) => p.legs[p.legs.length - 1]?.tap !== seen.tap && p.legs.some((leg) => leg.tap === seen.tap));
  const leg = sister?.legs[sister.legs.findLastIndex((l) => l.tap === seen.tap) + 1] ?? null;
  legs.set(key, leg);
  return leg;
}

/** Was the other capture point being captured when the first SYN passed? */
function covers(view: PathView, leg: Leg): boolean {
  const { packets } = view.scene.workspace.taps[leg.tap];
  if (packets.length === 0) return false;
  const [start, end] = [view.scene.time({ tap: leg.tap, row: row(0) }), view.scene.time({ tap: leg.tap, row: row(packets.length - 1) })];
  return view.path.firstTime >= start && view.path.firstTime <= end;
}
