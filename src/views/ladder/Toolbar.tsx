// Scale, zoom, findings, search: what the keys do, for the pointer.
import { ArrowLeftRight, ChevronLeft, ChevronRight, Keyboard, Maximize2, Minus, Plus, Search, Table2 } from 'lucide-react';
import { type RefObject, useState } from 'react';
import { useStore } from 'zustand';
import type { LadderWords } from '../../figure/words.ts';
import { useViewport } from '../../store/viewport.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import { Tip } from '../shared/Tip.tsx';
import { FoldedMenu } from './FoldedTaps.tsx';
import styles from './Ladder.module.css';
import { LanesMenu } from './LaneMenu.tsx';
import type { LadderControl } from './ladderControl.ts';
import { searchRows } from './searchRows.ts';
import { ladderText } from './text.ts';

interface ToolbarProps {
  readonly control: LadderControl;
  readonly searchRef: RefObject<HTMLInputElement | null>;
  readonly words: LadderWords;
  readonly onHelp: () => void;
  readonly asTable: boolean;
  readonly onTable: (on: boolean) => void;
}

export function Toolbar({ control, searchRef, words, onHelp, asTable, onTable }: ToolbarProps) {
  const t = useText(ladderText);
  const mode = useViewport((s) => s.mode);
  const { setMode, flip } = useViewport.getState();
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t('diagram')}>
      <fieldset className={styles.segmented}>
        <legend className="unseen">{t('scale')}</legend>
        {(['rows', 'time'] as const).map((m) => (
          <label key={m} className={mode === m ? styles.segmentOn : styles.segment}>
            <input type="radio" name="ladder-scale" checked={mode === m} onChange={() => setMode(m)} />
            {t(m === 'rows' ? 'rowsScale' : 'timeScale')}
          </label>
        ))}
      </fieldset>
      <Icon label={t('zoomOut')} onClick={() => control.zoomBy(0.8)} icon={<Minus size={15} aria-hidden />} />
      <Icon label={t('zoomIn')} onClick={() => control.zoomBy(1.25)} icon={<Plus size={15} aria-hidden />} />
      <Icon label={t('fit')} onClick={control.fitAll} icon={<Maximize2 size={14} aria-hidden />} />
      <Findings control={control} />
      <span className={styles.grow} />
      <FoldedMenu ladder={control.ladder} words={words} />
      <SearchBox control={control} searchRef={searchRef} words={words} />
      <LanesMenu control={control} words={words} />
      <Icon label={t('flip')} onClick={flip} icon={<ArrowLeftRight size={15} aria-hidden />} />
      <Tip text={t('table')}>
        <Button look="icon" aria-label={t('table')} aria-pressed={asTable} onClick={() => onTable(!asTable)}>
          <Table2 size={15} aria-hidden />
        </Button>
      </Tip>
      <Icon label={t('help')} onClick={onHelp} icon={<Keyboard size={15} aria-hidden />} />
    </div>
  );
}

function Icon({ label, onClick, icon }: { readonly label: string; readonly onClick: () => void; readonly icon: React.ReactNode }) {
  return (
    <Tip text={label}>
      <Button look="icon" aria-label={label} onClick={onClick}>
        {icon}
      </Button>
    </Tip>
  );
}

function Findings({ control }: { readonly control: LadderControl }) {
  const t = useText(ladderText);
  const at = useStore(control.store, (s) => s.findingAt);
  const n = control.ladder.findings.length;
  if (n === 0) return null;
  return (
    <span className={styles.findings}>
      <Icon label={t('previousFinding')} onClick={() => control.stepFinding(-1)} icon={<ChevronLeft size={15} aria-hidden />} />
      <span className={styles.quiet} aria-live="polite">
        {at < 0 ? t('findings', { n }) : t('finding', { at: at + 1, n })}
      </span>
      <Icon label={t('nextFinding')} onClick={() => control.stepFinding(1)} icon={<ChevronRight size={15} aria-hidden />} />
    </span>
  );
}

function SearchBox({ control, searchRef, words }: Pick<ToolbarProps, 'control' | 'searchRef' | 'words'>) {
  const t = useText(ladderText);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const hits = text.trim() === '' ? [] : searchRows(control, words, text);
  function go(index: number): void {
    const hit = hits[((index % hits.length) + hits.length) % hits.length];
    if (!hit) return;
    setAt(((index % hits.length) + hits.length) % hits.length);
    control.setCursor(hit);
  }
  return (
    <search className={styles.search}>
      <Search size={14} aria-hidden className={styles.searchIcon} />
      <input
        ref={searchRef}
        type="search"
        aria-label={t('search')}
        placeholder={t('searchHint')}
        value={text}
        onChange={(e) => {
          setText(e.target.value);
          setAt(-1);
        }}
        onKeyDown={(e) => {
          if (e.key === 'Enter') go(at + (e.shiftKey ? -1 : 1));
          if (e.key === 'Escape') {
            setText('');
            e.currentTarget.blur();
          }
        }}
      />
      <output className={styles.quiet}>
        {text.trim() === ''
          ? ''
          : hits.length === 0
            ? t('notFound')
            : at < 0
              ? String(hits.length)
              : t('found', { at: at + 1, n: hits.length })}
      </output>
    </search>
  );
}
