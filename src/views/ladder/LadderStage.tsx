// One ladder on screen: lane heads, canvas, overview, hover card, table, tools. Wires them to one control.
import { useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { laneOrder } from '../../figure/laneOrder.ts';
import { wordsEn } from '../../figure/words.en.ts';
import { wordsZh } from '../../figure/words.zh.ts';
import { useLanes } from '../../store/lanes.ts';
import { useSettings } from '../../store/settings.ts';
import { useViewport } from '../../store/viewport.ts';
import { useText } from '../shared/i18n.ts';
import { AssumptionBanner } from './AssumptionBanner.tsx';
import { attachGestures } from './gestures.ts';
import { HelpDialog } from './HelpDialog.tsx';
import { HoverCard } from './HoverCard.tsx';
import { handleKey } from './keys.ts';
import styles from './Ladder.module.css';
import { LadderTable } from './LadderTable.tsx';
import { LaneHeads } from './LaneHeads.tsx';
import type { LadderControl } from './ladderControl.ts';
import { Overview } from './Overview.tsx';
import { SelectionBar } from './SelectionBar.tsx';
import { Toolbar } from './Toolbar.tsx';
import { ladderText } from './text.ts';
import { timeFormatter } from './timeFormat.ts';
import { useNotes } from './useNotes.ts';
import { useViewLink } from './useViewLink.ts';

export function LadderStage({ control }: { readonly control: LadderControl }) {
  const t = useText(ladderText);
  const { ladder } = control;
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [help, setHelp] = useState(false);
  const [asTable, setAsTable] = useState(false);
  const language = useSettings((s) => s.language);
  const times = useSettings((s) => s.times);
  const flipped = useViewport((s) => s.flipped);
  const userOrder = useLanes((s) => s.order);
  const { notes, marked } = useNotes(control);
  const words = language === 'zh' ? wordsZh : wordsEn;
  const formatTime = useMemo(() => timeFormatter(ladder, times), [ladder, times]);
  const order = useMemo(() => laneOrder(ladder.lanes, userOrder, flipped), [ladder, userOrder, flipped]);
  const hasFigure = useStore(control.store, (s) => s.figure !== null);

  useEffect(() => control.setLook({ words, formatTime, order, notes, marked }), [control, words, formatTime, order, notes, marked]);
  useEffect(() => (canvas.current ? control.attach(canvas.current) : undefined), [control]);
  useEffect(() => (canvas.current ? attachGestures(canvas.current, control) : undefined), [control]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => control.resize(element.clientWidth, element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [control]);
  useEffect(() => {
    const onKey = (e: KeyboardEvent): void => {
      const handled = handleKey(e, { control, focusSearch: () => search.current?.focus(), showHelp: () => setHelp(true) });
      if (handled) e.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [control]);
  useViewLink(control);

  return (
    <div className={styles.stage} data-ladder>
      <Toolbar control={control} searchRef={search} words={words} onHelp={() => setHelp(true)} asTable={asTable} onTable={setAsTable} />
      {ladder.assumed && <AssumptionBanner assumed={ladder.assumed} words={words} />}
      <div className={styles.body}>
        <div className={styles.drawing}>
          <LaneHeads control={control} words={words} order={order} />
          <div ref={box} className={styles.window}>
            <canvas ref={canvas} className={styles.canvas} role="img" aria-label={t('diagram')} />
            {hasFigure && <HoverCard control={control} words={words} formatTime={formatTime} />}
            <SelectionBar control={control} />
          </div>
          {control.whole.lanes.filter((l) => l.kind === 'observed').length === 1 && <p className={styles.hint}>{t('oneTap')}</p>}
        </div>
        <Overview control={control} formatTime={formatTime} />
      </div>
      <LadderTable control={control} words={words} formatTime={formatTime} visible={asTable} />
      <HelpDialog open={help} onClose={() => setHelp(false)} words={words} />
    </div>
  );
}
