// More capture points than lanes: how many have none, which, and between which lanes they lie.
import type { Ladder } from '../../engine/model/ladder.ts';
import { useSettings } from '../../store/settings.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import { Tip } from '../shared/Tip.tsx';
import styles from './Ladder.module.css';
import { ladderText } from './text.ts';

const MOST_NAMES = 24;

/** In the toolbar. Opens the list of captures, where one that is not needed can be removed. */
export function FoldedButton({ ladder }: { readonly ladder: Ladder }) {
  const t = useText(ladderText);
  const set = useSettings((s) => s.set);
  const { folded } = ladder;
  if (folded.length === 0) return null;
  return (
    <Tip text={t('foldedTip', { names: namesOf(folded) })}>
      <Button onClick={() => set({ drawer: 'captures' })}>{t('folded', { n: folded.length })}</Button>
    </Tip>
  );
}

/** Over the gaps between lanes. @param xs px by lane */
export function FoldedMarks({ ladder, xs }: { readonly ladder: Ladder; readonly xs: readonly number[] }) {
  const t = useText(ladderText);
  const gaps = [...new Set(ladder.folded.map((f) => f.clientSideLane))];
  return gaps.map((lane) => {
    const here = ladder.folded.filter((f) => f.clientSideLane === lane);
    const [from, to] = [xs[lane] ?? 0, xs[lane - 1] ?? xs[lane] ?? 0];
    const says = t('foldedHere', { n: here.length, names: namesOf(here) });
    return (
      <span key={lane} className={styles.foldedMark} style={{ left: (from + to) / 2 }} role="img" aria-label={says} title={says}>
        +{here.length}
      </span>
    );
  });
}

function namesOf(folded: Ladder['folded']): string {
  const names = folded.slice(0, MOST_NAMES).map((f) => f.name);
  return names.join(', ') + (folded.length > MOST_NAMES ? ', …' : '');
}
