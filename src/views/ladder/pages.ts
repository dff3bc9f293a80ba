// Packets of open folds, by pages, kept only around what is visible: a fold of millions opens as fast as one of a hundred.
import type { LadderFold, LadderWindow } from '../../engine/model/ladder.ts';
import type { PathId } from '../../engine/model/units.ts';
import type { Assumption } from '../../engine/model/whatIf.ts';
import type { Engine } from '../../worker/api.ts';

export const PAGE = 64;
const KEPT_PAGES = 12;

export interface Pages {
  /** Asks for what is missing of ordinals `from … to`; `onChange` follows when it arrives. */
  readonly want: (fold: LadderFold, from: number, to: number) => void;
  readonly load: (fold: LadderFold, ordinal: number) => Promise<void>;
  readonly of: (fold: LadderFold) => readonly LadderWindow[];
  readonly forget: (first: number) => void;
}

export function createPages(engine: Engine, path: PathId | null, assumption: Assumption | null, onChange: () => void): Pages {
  const loaded = new Map<number, Map<number, LadderWindow>>();
  const asked = new Set<string>();

  async function page(fold: LadderFold, index: number): Promise<void> {
    const key = `${fold.first}:${index}`;
    if (loaded.get(fold.first)?.has(index) || asked.has(key)) return;
    asked.add(key);
    const first = fold.first + index * PAGE;
    const answer = await engine
      .query('ladderWindow', path, first, Math.min(PAGE, fold.first + fold.count - first), assumption)
      .catch(() => null);
    asked.delete(key);
    if (!answer) return;
    const pages = loaded.get(fold.first) ?? new Map<number, LadderWindow>();
    pages.set(index, answer);
    // The farthest from the one just read goes first.
    while (pages.size > KEPT_PAGES) {
      const far = [...pages.keys()].reduce((a, b) => (Math.abs(b - index) > Math.abs(a - index) ? b : a));
      pages.delete(far);
    }
    loaded.set(fold.first, pages);
    onChange();
  }

  return {
    want: (fold, from, to) => {
      const last = Math.floor((Math.min(to, fold.first + fold.count - 1) - fold.first) / PAGE);
      for (let i = Math.max(0, Math.floor((from - fold.first) / PAGE)); i <= last; i++) void page(fold, i);
    },
    load: (fold, ordinal) => page(fold, Math.floor((ordinal - fold.first) / PAGE)),
    of: (fold) => [...(loaded.get(fold.first) ?? new Map<number, LadderWindow>())].sort((a, b) => a[0] - b[0]).map(([, w]) => w),
    forget: (first) => loaded.delete(first),
  };
}
