// Did a packet of the server reach the client without passing the node that translates? Capture points on the node tell, or the hops it came.
import { J_LEAKED, type Leak } from '../model/correlation.ts';
import { REPLY, type TapId } from '../model/units.ts';
import type { PathView } from './pathView.ts';
import { perPath } from './perPath.ts';

/** So many replies the usual way make their number of hops, or their passing a capture point, a rule. */
const USUAL = 3;

interface Usual {
  /** TTL of translated replies at the client's capture point; null where they differ, or are too few. */
  readonly ttl: number | null;
  /** Capture points on the node that saw every translated reply. */
  readonly inner: readonly TapId[];
}

/**
 * True: other capture points, or another number of hops, show that it took another path than the translated replies did. False: it was seen
 * on one side of the node at least (a filter for the connection's own tuple hides it on the other), or came as many hops. Null: nothing tells.
 */
export function wentAround(view: PathView, leak: Leak): boolean | null {
  if (leak.direction !== REPLY) return null;
  const { ttl, inner } = usualOf(view);
  const seenAt = new Set(view.sightings(leak.journey).map((s) => s.tap));
  for (const p of leak.packets) seenAt.add(p.tap);
  const watching = inner.filter((tap) => view.scene.lastTime(tap) >= view.lastTime(leak.journey));
  if (watching.length > 0) return watching.every((tap) => !seenAt.has(tap));
  const [packet] = leak.packets;
  const leg = view.clientLeg;
  if (ttl === null || !packet || !leg || packet.tap !== leg.tap) return null;
  return view.ttl(packet) !== ttl;
}

const usualOf = perPath((view: PathView): Usual => {
  const leg = view.clientLeg;
  const between = new Set(view.nodeLegs.map((l) => l.tap));
  let [count, ttl, same] = [0, -1, true];
  if (leg) {
    for (let j = view.from; j < view.to; j++) {
      if (view.direction(j) !== REPLY || view.isReset(j) || view.has(j, J_LEAKED)) continue;
      const row = view.rowOn(j, leg);
      if (row === null) continue;
      const own = view.table(leg.tap).ttl[row];
      if (count++ > 0 && own !== ttl) same = false;
      ttl = own;
      for (const tap of between) if (view.rowAt(j, tap) === null) between.delete(tap);
    }
  }
  const enough = count >= USUAL;
  return { ttl: enough && same ? ttl : null, inner: enough ? [...between] : [] };
});
