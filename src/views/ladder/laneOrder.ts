import type { LadderLane } from '../../engine/model/ladder.ts';

/** Lane indices from left to right: the reader's order first, lanes it does not name in their own order after it; then flipped. */
export function laneOrder(lanes: readonly LadderLane[], wanted: readonly string[] | null, flipped: boolean): number[] {
  const named = (wanted ?? []).map((id) => lanes.findIndex((l) => l.id === id)).filter((i) => i >= 0);
  const rest = lanes.map((_, i) => i).filter((i) => !named.includes(i));
  const order = [...named, ...rest];
  return flipped ? order.reverse() : order;
}
