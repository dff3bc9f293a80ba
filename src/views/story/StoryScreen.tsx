// One step at a time over the whole window: the diagram as the step has it, its text at the side, arrow keys to turn.
import { ChevronLeft, ChevronRight, Maximize, Minimize, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';
import { useAnnotations } from '../../store/annotations.ts';
import { useStory } from '../../store/story.ts';
import { applyView } from '../../store/viewState.ts';
import { Button } from '../shared/Button.tsx';
import { useEngine } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import { Markdown } from '../shared/Markdown.tsx';
import styles from './StoryScreen.module.css';
import { text } from './text.ts';

const TURNS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  PageDown: 1,
  ' ': 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageUp: -1,
};

/** @param props.children the diagram */
export function StoryScreen(props: { readonly at: number; readonly children: ReactNode }) {
  const t = useText(text);
  const engine = useEngine();
  const title = useAnnotations((s) => s.title);
  const story = useAnnotations((s) => s.story);
  const { turn, end } = useStory.getState();
  const at = Math.min(props.at, story.length - 1);
  const step = story[at];
  const side = useRef<HTMLElement>(null);
  const isFull = useSyncExternalStore(onFullscreen, () => document.fullscreenElement !== null);
  // Who ends the story has the window back as it was.
  useEffect(() => () => void (document.fullscreenElement && document.exitFullscreen().catch(() => undefined)), []);
  useEffect(() => {
    if (step) void applyView(engine, step.view);
    side.current?.focus();
  }, [engine, step]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const by = TURNS[event.key];
      // The space bar presses the button that has the focus.
      if (event.key === ' ' && event.target instanceof HTMLButtonElement) return;
      if (event.key === 'Escape') end();
      else if (event.key === 'f' && !event.ctrlKey && !event.metaKey) toggleFullscreen();
      else if (by !== undefined) turn(by, story.length);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, [story, turn, end]);
  if (!step) return null;
  return (
    <div className={styles.screen}>
      <main className={styles.stage}>{props.children}</main>
      <aside ref={side} tabIndex={-1} className={styles.side} aria-label={t('story')}>
        <header className={styles.head}>
          <h1 className={styles.title}>{title || t('story')}</h1>
          <span className={styles.grow} />
          {document.fullscreenEnabled && (
            <Button
              look="icon"
              aria-label={t(isFull ? 'leaveFull' : 'full')}
              title={t(isFull ? 'leaveFull' : 'full')}
              onClick={toggleFullscreen}
            >
              {isFull ? <Minimize size={15} aria-hidden /> : <Maximize size={15} aria-hidden />}
            </Button>
          )}
          <Button look="icon" aria-label={t('end')} onClick={end}>
            <X size={16} aria-hidden />
          </Button>
        </header>
        <div className={styles.text} aria-live="polite">
          <p className={styles.at}>{t('at', { n: at + 1, of: story.length })}</p>
          <Markdown text={step.text} />
        </div>
        <footer className={styles.foot}>
          <Button disabled={at === 0} aria-label={t('previous')} onClick={() => turn(-1, story.length)}>
            <ChevronLeft size={16} aria-hidden />
          </Button>
          <ol className={styles.dots} aria-hidden>
            {story.map((s, i) => (
              <li key={s.id} className={i === at ? styles.here : undefined} />
            ))}
          </ol>
          <Button disabled={at === story.length - 1} aria-label={t('next')} onClick={() => turn(1, story.length)}>
            <ChevronRight size={16} aria-hidden />
          </Button>
        </footer>
        <p className={styles.keys}>{t('keys')}</p>
      </aside>
    </div>
  );
}

function onFullscreen(changed: () => void): () => void {
  document.addEventListener('fullscreenchange', changed);
  return () => document.removeEventListener('fullscreenchange', changed);
}

/** A browser may refuse: the story fills the window all the same. */
function toggleFullscreen(): void {
  const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  done.catch(() => undefined);
}
