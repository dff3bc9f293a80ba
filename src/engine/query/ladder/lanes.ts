// The lifelines of a ladder: one per capture point that saw its paths, and those that follow from what changed between them.
import type { Analysis } from '../../model/analysis.ts';
import type { Path, TapPosition } from '../../model/correlation.ts';
import { type LadderLane, MAX_LANES } from '../../model/ladder.ts';
import type { PathId, TapId } from '../../model/units.ts';

export interface Lanes {
  readonly lanes: readonly LadderLane[];
  readonly hidden: number;
  /** Lane of each tap, −1 not shown. */
  readonly laneOf: readonly number[];
  /** Lane where addresses change, −1 none. */
  readonly nat: number;
}

/** Client side first, as legs come. */
const RANK: Readonly<Record<TapPosition, number>> = { client: 0, 'client-side': 1, node: 2, unknown: 2, 'server-side': 3, server: 4 };

export function lanesOf(analysis: Analysis, ids: readonly PathId[]): Lanes {
  const { workspace, correlation } = analysis;
  const paths = ids.map((id) => correlation.paths[id]);
  const taps = tapsFromClient(paths, correlation.positions);
  const shown = taps.slice(0, MAX_LANES - 3);
  const path = paths[0];
  const nat = path
    ? natPlace(
        path,
        shown,
        correlation.leaks.some((l) => l.path === path.id),
        correlation.positions,
      )
    : null;
  const lanes: LadderLane[] = shown.map((tap) => ({
    id: `tap:${tap}`,
    kind: 'observed',
    role: correlation.positions[tap],
    tap,
    name: workspace.taps[tap].name,
    endpoint: endpointAt(correlation.positions[tap], path),
    translation: nat?.tap === tap ? (path?.dnat ?? path?.snat ?? null) : null,
    from: workspace.taps[tap].files.map((f) => f.name),
  }));
  const tapNames = shown.map((tap) => workspace.taps[tap].name);
  const inferred = (id: string, role: TapPosition, translated: boolean): LadderLane => ({
    id,
    kind: 'inferred',
    role,
    tap: null,
    name: '',
    endpoint: endpointAt(role, path),
    translation: translated && path ? translationOf(path) : null,
    from: tapNames,
  });
  if (nat && nat.tap === null) lanes.splice(nat.before, 0, inferred('nat', 'node', true));
  if (path && lanes[0]?.role !== 'client') lanes.unshift(inferred('client', 'client', false));
  if (path && lanes.at(-1)?.role !== 'server') lanes.push(inferred('server', 'server', false));
  lanes.reverse();
  const laneOf = workspace.taps.map((_, tap) => lanes.findIndex((l) => l.tap === tap));
  return { lanes, hidden: taps.length - shown.length, laneOf, nat: lanes.findIndex((l) => l.translation !== null) };
}

/** Order of the first path's legs; taps that only another path or a stray saw are put beside their like. */
function tapsFromClient(paths: readonly Path[], positions: readonly TapPosition[]): TapId[] {
  const taps: TapId[] = [];
  const add = (tap: TapId): void => {
    if (taps.includes(tap)) return;
    const rank = RANK[positions[tap]];
    let at = taps.length;
    while (at > 0 && RANK[positions[taps[at - 1]]] > rank) at--;
    taps.splice(at, 0, tap);
  };
  for (const leg of paths[0]?.legs ?? []) if (!taps.includes(leg.tap)) taps.push(leg.tap);
  for (const path of paths) {
    for (const leg of path.legs) add(leg.tap);
    for (const stray of path.strays) add(stray.tap);
  }
  return taps;
}

const translationOf = (path: Path): LadderLane['translation'] =>
  path.dnat ?? path.snat ?? (path.service ? { from: path.service, to: path.server } : { from: path.server, to: path.server });

/** Where NAT happens: at a tap that saw both sides, or before which of `shown` (client side first); null where no NAT is known. */
function natPlace(
  path: Path,
  shown: readonly TapId[],
  leaks: boolean,
  positions: readonly TapPosition[],
): { readonly tap: TapId | null; readonly before: number } | null {
  const { natBefore, legs } = path;
  if (natBefore > 0 && natBefore < legs.length) {
    const [near, far] = [legs[natBefore - 1].tap, legs[natBefore].tap];
    return near === far ? { tap: near, before: -1 } : { tap: null, before: Math.max(0, shown.indexOf(far)) };
  }
  if (!path.dnat && !path.snat && !path.service && !leaks) return null;
  // One side only: the NAT lies beyond the taps that saw the client's view.
  const firstFar = shown.findIndex((tap) => RANK[positions[tap]] > RANK.node);
  return { tap: null, before: firstFar < 0 ? shown.length : firstFar };
}

function endpointAt(role: TapPosition, path: Path | undefined): LadderLane['endpoint'] {
  if (!path) return null;
  return role === 'client' ? path.client : role === 'server' ? path.server : null;
}
