// Lanes from left to right, by what the reader made of their order.
import type { LadderLane } from '../engine/model/ladder.ts';

/** Lane indices from left to right: the reader's order first, lanes it does not name in their own order after it; then flipped. */
export function laneOrder(lanes: readonly LadderLane[], wanted: readonly string[] | null, flipped: boolean): number[] {
  const named = (wanted ?? []).map((id) => lanes.findIndex((l) => l.id === id)).filter((i) => i >= 0);
  const rest = lanes.map((_, i) => i).filter((i) => !named.includes(i));
  const order = [...named, ...rest];
  return flipped ? order.reverse() : order;
}

/**
 * The order, as it is kept, in which one lane has come to stand at an index among those shown. Lanes that are hidden keep their place
 * beside the ones they stand with.
 * @param shown ids from left to right as on screen
 */
export function placeLane(
  lanes: readonly LadderLane[],
  wanted: readonly string[] | null,
  flipped: boolean,
  shown: readonly string[],
  id: string,
  index: number,
): string[] {
  const others = shown.filter((other) => other !== id);
  const all = laneOrder(lanes, wanted, flipped)
    .map((i) => lanes[i]?.id ?? '')
    .filter((other) => other !== id);
  const at = Math.min(others.length, Math.max(0, index));
  const before = others[at];
  const after = others[at - 1];
  const place = before !== undefined ? all.indexOf(before) : after !== undefined ? all.indexOf(after) + 1 : 0;
  all.splice(place, 0, id);
  return flipped ? all.reverse() : all;
}
