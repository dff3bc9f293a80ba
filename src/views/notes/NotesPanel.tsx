// Everything the reader adds, in one place: what the incident is called, its notes, its story.
import { useSession } from '../../store/session.ts';
import { About } from './About.tsx';
import { NoteList } from './NoteList.tsx';
import styles from './NotesPanel.module.css';
import { StoryList } from './StoryList.tsx';

export function NotesPanel() {
  const readOnly = useSession((s) => s.readOnly);
  return (
    <div className={styles.panel}>
      <About readOnly={readOnly} />
      <NoteList readOnly={readOnly} />
      <StoryList readOnly={readOnly} />
    </div>
  );
}
