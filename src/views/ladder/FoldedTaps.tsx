// More capture points than lanes: how many have none, which, and between which lanes they lie.
import { ChevronDown } from 'lucide-react';
import type { Ladder } from '../../engine/model/ladder.ts';
import { laneName } from '../../figure/describe.ts';
import type { LadderWords } from '../../figure/words.ts';
import { useLanes } from '../../store/lanes.ts';
import { useSettings } from '../../store/settings.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import { Menu, type MenuItem } from '../shared/Menu.tsx';
import styles from './Ladder.module.css';
import { ladderText } from './text.ts';

const MOST_NAMES = 24;

/** In the toolbar: which they are, between which lanes they lie, and how they get one. */
export function FoldedMenu({ ladder, words }: { readonly ladder: Ladder; readonly words: LadderWords }) {
  const t = useText(ladderText);
  const names = useLanes((s) => s.names);
  const set = useSettings((s) => s.set);
  const { folded, lanes } = ladder;
  if (folded.length === 0) return null;
  const items = folded.map(({ name, clientSideLane }, i): MenuItem => {
    const a = laneName(ladder, clientSideLane, words, names);
    const b = clientSideLane > 0 ? laneName(ladder, clientSideLane - 1, words, names) : '';
    return { kind: 'heading', id: `${i}`, label: b === '' ? t('foldedEnd', { name, a }) : t('foldedItem', { name, a, b }) };
  });
  return (
    <Menu
      trigger={
        <Button title={namesOf(folded)}>
          {t('folded', { n: folded.length })}
          <ChevronDown size={13} aria-hidden />
        </Button>
      }
      items={[
        { kind: 'heading', id: 'title', label: t('foldedTitle', { lanes: lanes.length }) },
        { kind: 'line', id: 'line' },
        ...items,
        { kind: 'line', id: 'end' },
        { kind: 'action', id: 'captures', label: t('foldedHow'), onSelect: () => set({ drawer: 'captures' }) },
      ]}
    />
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
