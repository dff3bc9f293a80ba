// Where each capture point lies between client and server, over all its paths.
import type { CorrelationHints, TapPosition } from '../model/correlation.ts';
import { tapId } from '../model/units.ts';
import type { Context } from './context.ts';
import type { PathDraft } from './drafts.ts';
import { type LegIndex, pointOfLeg, rowCountOfLeg, rowOfLeg } from './legs.ts';
import { hopCounts } from './order.ts';

/** TTLs that hosts start with. */
const INITIAL = new Set([32, 64, 128, 255]);
/** Packets that take longer there and back did not only pass the node. Nanos. */
const NODE_ROUND_TRIP = 1e6;
/** Paths looked at: positions need no more. */
const ENOUGH = 2_000;

export function inferPositions(context: Context, hints: CorrelationHints): TapPosition[] {
  const { workspace, drafts, groups, roles, legs, tapOfPoint } = context;
  const votes = workspace.taps.map(() => new Map<TapPosition, number>());
  /** Votes of paths on which both ends spoke: where one was silent, nothing tells how far off it is. */
  const heard = workspace.taps.map(() => new Map<TapPosition, number>());
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
          ? isOnePlace(legs, stops, tap)
            ? 'node'
            : 'unknown'
          : role.side[k] === 0 && fresh[0] && !fresh[1] && k === 0
            ? 'client'
            : fresh[1] && !fresh[0] && k === stops.length - 1
              ? 'server'
              : !role.hasNat
                ? 'unknown'
                : role.side[k] === 0
                  ? 'client-side'
                  : 'server-side';
      for (const mine of hops[2 * k] >= 0 && hops[2 * k + 1] >= 0 ? [votes[tap], heard[tap]] : [votes[tap]])
        mine.set(position, (mine.get(position) ?? 0) + 1);
    });
  }
  return votes.map((all, tap) => {
    const pinned = hints.positions?.get(tapId(tap));
    if (pinned !== undefined) return pinned;
    return [...(heard[tap].size > 0 ? heard[tap] : all)].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'unknown';
  });
}

/** Packets of each side that are compared. */
const COMPARED = 32;

/** Both sides of the NAT in one capture: taken at the node, unless packets are longer on their way from one side to the other and back. */
function isOnePlace(legs: LegIndex, stops: PathDraft['stops'], tap: number): boolean {
  const here = stops.filter((s) => legs.points[s.point].tap === tap && s.main.length > 0);
  const [near, far] = [here[0]?.main[0], here.at(-1)?.main[0]];
  if (near === undefined || far === undefined) return true;
  const { packets } = pointOfLeg(legs, near.leg);
  const { time, seq, payloadLength, flags, tuple } = packets;
  const least = [Infinity, Infinity];
  const rowsOf = (leg: number): number[] =>
    Array.from({ length: Math.min(COMPARED, rowCountOfLeg(legs, leg)) }, (_, i) => rowOfLeg(legs, leg, i));
  const others = rowsOf(far.leg);
  for (const a of rowsOf(near.leg)) {
    const reply = (tuple[a] & 1) ^ near.original;
    const b = others.find(
      (r) =>
        ((tuple[r] & 1) ^ far.original) === reply && seq[r] === seq[a] && payloadLength[r] === payloadLength[a] && flags[r] === flags[a],
    );
    if (b !== undefined) least[reply] = Math.min(least[reply], Math.abs(time[b] - time[a]));
  }
  return least.reduce((sum, t) => sum + (t === Infinity ? 0 : t), 0) < NODE_ROUND_TRIP;
}
