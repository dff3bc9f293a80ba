// Where each capture point lies between client and server, over all its paths.
import type { CorrelationHints, TapPosition } from '../model/correlation.ts';
import { tapId } from '../model/units.ts';
import type { Context } from './context.ts';
import { hopCounts } from './order.ts';

/** TTLs that hosts start with. */
const INITIAL = new Set([32, 64, 128, 255]);
/** Paths looked at: positions need no more. */
const ENOUGH = 2_000;

export function inferPositions(context: Context, hints: CorrelationHints): TapPosition[] {
  const { workspace, drafts, groups, roles, legs, tapOfPoint } = context;
  const votes = workspace.taps.map(() => new Map<TapPosition, number>());
  for (let path = 0; path < Math.min(drafts.length, ENOUGH); path++) {
    const { stops } = drafts[path];
    const role = roles[path];
    const hops = hopCounts(legs, drafts[path], groups, path);
    const sides = new Map<number, Set<number>>();
    stops.forEach((stop, k) => {
      const tap = tapOfPoint[stop.point];
      sides.set(tap, (sides.get(tap) ?? new Set()).add(role.side[k]));
    });
    stops.forEach((stop, k) => {
      const tap = tapOfPoint[stop.point];
      const fresh = [INITIAL.has(hops[2 * k]), INITIAL.has(hops[2 * k + 1])];
      const position: TapPosition =
        (sides.get(tap)?.size ?? 0) > 1
          ? 'node'
          : role.side[k] === 0 && fresh[0] && !fresh[1] && k === 0
            ? 'client'
            : fresh[1] && !fresh[0] && k === stops.length - 1
              ? 'server'
              : !role.hasNat
                ? 'unknown'
                : role.side[k] === 0
                  ? 'client-side'
                  : 'server-side';
      const mine = votes[tap];
      mine.set(position, (mine.get(position) ?? 0) + 1);
    });
  }
  return votes.map((v, tap) => {
    const pinned = hints.positions?.get(tapId(tap));
    if (pinned !== undefined) return pinned;
    return [...v].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'unknown';
  });
}
