// The steps of the story: add the present view, write its text, put it in order, play.
import { ArrowDown, ArrowUp, Camera, Eye, Play, Plus, Trash2 } from 'lucide-react';
import type { PacketPlace, StoryStep } from '../../document/model.ts';
import { useAnnotations } from '../../store/annotations.ts';
import { useStory } from '../../store/story.ts';
import { applyView, captureView } from '../../store/viewState.ts';
import { Button } from '../shared/Button.tsx';
import { useEngine } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import { Markdown } from '../shared/Markdown.tsx';
import { NoteEditor } from '../shared/NoteEditor.tsx';
import styles from './NotesPanel.module.css';
import { text } from './text.ts';

export function StoryList({ readOnly }: { readonly readOnly: boolean }) {
  const t = useText(text);
  const engine = useEngine();
  const story = useAnnotations((s) => s.story);
  const { addStep } = useAnnotations.getState();
  return (
    <section className={styles.section} aria-label={t('story')}>
      <header className={styles.head}>
        <h2 className={styles.heading}>{t('story')}</h2>
        {story.length > 0 && (
          <Button onClick={() => useStory.getState().tell(0)}>
            <Play size={14} aria-hidden />
            {t('play')}
          </Button>
        )}
        {!readOnly && (
          <Button onClick={() => void captureView(engine).then((view) => addStep(view, ''))}>
            <Plus size={15} aria-hidden />
            {t('addStep')}
          </Button>
        )}
      </header>
      {story.length === 0 && !readOnly && <p className={styles.empty}>{t('storyHint')}</p>}
      <ol className={styles.list}>
        {story.map((step, i) => (
          <Step key={step.id} step={step} n={i + 1} of={story.length} readOnly={readOnly} />
        ))}
      </ol>
    </section>
  );
}

function Step(props: { readonly step: StoryStep<PacketPlace>; readonly n: number; readonly of: number; readonly readOnly: boolean }) {
  const t = useText(text);
  const engine = useEngine();
  const { editStep, moveStep, removeStep } = useAnnotations.getState();
  const { n, step } = props;
  const { id } = step;
  return (
    <li className={styles.step}>
      <span className={styles.number}>{n}</span>
      <div>
        {props.readOnly ? (
          <Markdown text={step.text} />
        ) : (
          <NoteEditor plain label={t('stepText', { n })} text={step.text} onChange={(next) => editStep(id, { text: next })} />
        )}
        <div className={styles.stepTools}>
          <Button look="icon" aria-label={t('showStep', { n })} onClick={() => void applyView(engine, step.view)}>
            <Eye size={15} aria-hidden />
          </Button>
          {!props.readOnly && (
            <>
              <Button look="icon" aria-label={t('useView')} onClick={() => void captureView(engine).then((view) => editStep(id, { view }))}>
                <Camera size={15} aria-hidden />
              </Button>
              <Button look="icon" aria-label={t('up', { n })} disabled={n === 1} onClick={() => moveStep(id, -1)}>
                <ArrowUp size={15} aria-hidden />
              </Button>
              <Button look="icon" aria-label={t('down', { n })} disabled={n === props.of} onClick={() => moveStep(id, 1)}>
                <ArrowDown size={15} aria-hidden />
              </Button>
              <Button look="icon" aria-label={t('removeStep', { n })} onClick={() => removeStep(id)}>
                <Trash2 size={15} aria-hidden />
              </Button>
            </>
          )}
        </div>
      </div>
    </li>
  );
}
