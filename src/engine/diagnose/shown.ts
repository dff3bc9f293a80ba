// What a capture point shows of a path: since when, and of which directions.
import { sameEndpoint } from '../model/address.ts';
import type { Leg, Path, Workspace } from '../model/correlation.ts';
import { SYN } from '../model/packetTable.ts';
import type { Direction, Row } from '../model/units.ts';

/** Paths to the same server that are asked what a capture point shows. */
const SISTERS = 200;

/** What is asked of a path: its journeys `from` … `to` − 1, and its siblings. */
interface Shown {
  readonly from: number;
  readonly to: number;
  readonly path: Path;
  readonly scene: { readonly workspace: Workspace; siblings(path: Path): readonly Path[] };
  time(j: number): number;
  flags(j: number): number;
  direction(j: number): Direction;
  rowOn(j: number, leg: Leg): Row | null;
}

/**
 * Since when what passed on a leg was captured, reference clock. One file that shows another leg of the path as well may have been merged from
 * several: where this one begins in the midst of things, what went before tells nothing of it.
 */
export function sinceWhen(view: Shown, leg: Leg): number {
  if (!view.path.legs.some((l) => l !== leg && l.tap === leg.tap)) return -Infinity;
  let j = view.from;
  while (j < view.to && view.rowOn(j, leg) === null) j++;
  return j === view.from || j === view.to || view.flags(j) & SYN ? -Infinity : view.time(j);
}

export function showsDirection(view: Shown, leg: Leg, direction: Direction): boolean {
  if (passed(view, leg, direction)) return true;
  const isThere = (l: Leg): boolean => l.tap === leg.tap && sameEndpoint(l.server, leg.server) && sent(view, l, direction) > 0;
  return view.scene
    .siblings(view.path)
    .slice(0, SISTERS)
    .some(({ legs }) => legs.some(isThere));
}

function passed(view: Shown, leg: Leg, direction: Direction): boolean {
  if (leg.rows === null && leg.encapsulations === null) return sent(view, leg, direction) > 0;
  for (let j = view.from; j < view.to; j++) if (view.direction(j) === direction && view.rowOn(j, leg) !== null) return true;
  return false;
}

const sent = ({ scene }: Shown, { tap, connection, originalDirection }: Leg, direction: Direction): number =>
  scene.workspace.flows[tap].connections.sent[2 * connection + (originalDirection ^ direction)];
