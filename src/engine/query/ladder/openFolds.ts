// The packets of bands that a picture shows open, all at once: nobody scrolls a picture.
import type { LadderFold, LadderWindow } from '../../model/ladder.ts';
import { nanos } from '../../model/units.ts';
import { type LadderSource, MAX_WINDOW } from './buildLadder.ts';

/** Packets of one band at most; more than this no picture tells apart. */
const MOST = 4 * MAX_WINDOW;
/** Packets of a stretch of true time at most: beyond it the bands say more. */
const MOST_IN_TIME = 240;

/** By `fold.first`, as the layout takes them. @param folds ids of open bands, `f:12` */
export function openFolds(source: LadderSource, folds: ReadonlySet<string>): ReadonlyMap<number, readonly LadderWindow[]> {
  const open = foldsOf(source).filter((fold) => folds.has(`f:${fold.first}`));
  return new Map(
    open.map((fold) => {
      const windows: LadderWindow[] = [];
      const end = fold.first + Math.min(fold.count, MOST);
      for (let at = fold.first; at < end; at += MAX_WINDOW) windows.push(source.window(at, Math.min(MAX_WINDOW, end - at)));
      return [fold.first, windows] as const;
    }),
  );
}

/** Those that lie in a stretch of true time, as the page draws them once they are few enough. */
export function openSpan(source: LadderSource, from: number, to: number): ReadonlyMap<number, readonly LadderWindow[]> {
  const { packets } = source.span(nanos(from), nanos(to), MOST_IN_TIME);
  return new Map(
    foldsOf(source).flatMap((fold) => {
      const inside = packets.filter((p) => p.ordinal >= fold.first && p.ordinal < fold.first + fold.count);
      return inside[0] ? [[fold.first, [{ first: inside[0].ordinal, packets: inside }]] as const] : [];
    }),
  );
}

const foldsOf = ({ ladder }: LadderSource): LadderFold[] => ladder.rows.flatMap((row) => (row.kind === 'fold' ? [row] : []));
