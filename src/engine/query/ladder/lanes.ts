// The lifelines of a ladder: one per capture point that saw its paths, and those that follow from what changed between them.
import type { Analysis } from '../../model/analysis.ts';
import type { Path, TapPosition } from '../../model/correlation.ts';
import { type FoldedTap, type LadderLane, MAX_LANES } from '../../model/ladder.ts';
import type { PathId, TapId } from '../../model/units.ts';

export interface Lanes {
  readonly lanes: readonly LadderLane[];
  readonly folded: readonly FoldedTap[];
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
  const path = paths[0];
  const positions = path ? correlation.positionsOn(path.id) : correlation.positions;
  const taps = tapsFromClient(paths, positions);
  const shown = mostTelling(taps, path, positions, MAX_LANES - 3);
  const nat = path
    ? natPlace(
        path,
        shown,
        correlation.leaks.some((l) => l.path === path.id),
        positions,
      )
    : null;
  const lanes: LadderLane[] = shown.map((tap) => ({
    id: `tap:${tap}`,
    kind: 'observed',
    role: positions[tap],
    tap,
    name: workspace.taps[tap].name,
    endpoint: endpointAt(positions[tap], path),
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
  return { lanes, folded: foldedOf(analysis, taps, lanes), laneOf, nat: lanes.findIndex((l) => l.translation !== null) };
}

/** All capture points that saw a connection, from client to server: in the order of the main path, then of the others. */
export function tapsInOrder({ correlation, workspace }: Analysis, main: PathId | null): readonly TapId[] {
  const { paths, positions } = correlation;
  const first = main === null ? [] : [paths[main]];
  let taps: readonly TapId[] = [];
  // The first paths tell: more are looked at only while a capture point is missing.
  for (let looked = 16; taps.length < workspace.taps.length; looked *= 8) {
    taps = tapsFromClient([...first, ...paths.slice(0, looked)], positions);
    if (looked >= paths.length) break;
  }
  return taps;
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

/**
 * Where there are more capture points than lanes: the first and the last one and those beside the NAT stay, of the others those that lie
 * farthest from what stays, so that no stretch of the way goes unseen.
 */
function mostTelling(taps: readonly TapId[], path: Path | undefined, positions: readonly TapPosition[], most: number): readonly TapId[] {
  if (taps.length <= most) return taps;
  const kept = new Set<number>([0, taps.length - 1]);
  const { natBefore = 0, legs = [] } = path ?? {};
  for (const leg of [legs[natBefore - 1], legs[natBefore]]) if (leg) kept.add(taps.indexOf(leg.tap));
  taps.forEach((tap, i) => {
    if (kept.size < most && (positions[tap] === 'client' || positions[tap] === 'server') && !hasLike(kept, taps, positions, tap))
      kept.add(i);
  });
  while (kept.size < most) {
    let [farthest, distance] = [-1, 0];
    for (let i = 0; i < taps.length; i++) {
      let nearest = Number.POSITIVE_INFINITY;
      for (const k of kept) nearest = Math.min(nearest, Math.abs(k - i));
      if (nearest > distance) [farthest, distance] = [i, nearest];
    }
    kept.add(farthest);
  }
  return taps.filter((_, i) => kept.has(i));
}

const hasLike = (kept: ReadonlySet<number>, taps: readonly TapId[], positions: readonly TapPosition[], tap: TapId): boolean =>
  [...kept].some((i) => positions[taps[i]] === positions[tap]);

/** What has no lane, with the lane before it on the way from the client. */
function foldedOf({ workspace }: Analysis, taps: readonly TapId[], lanes: readonly LadderLane[]): readonly FoldedTap[] {
  const folded: FoldedTap[] = [];
  let beside = lanes.length - 1;
  for (const tap of taps) {
    const lane = lanes.findIndex((l) => l.tap === tap);
    if (lane >= 0) beside = lane;
    else folded.push({ name: workspace.taps[tap].name, clientSideLane: beside });
  }
  return folded;
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
