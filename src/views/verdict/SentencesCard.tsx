import { useText } from '../shared/i18n.ts';
import { Card } from './Card.tsx';
import styles from './SentencesCard.module.css';
import { verdictText } from './text.ts';

/** A plain list of sentences; nothing where there are none. */
export function SentencesCard({
  title,
  sentences,
}: {
  readonly title: 'contradictions' | 'undecided';
  readonly sentences: readonly string[];
}) {
  const t = useText(verdictText);
  const unique = [...new Set(sentences)];
  if (unique.length === 0) return null;
  return (
    <Card title={t(title)} {...(title === 'contradictions' ? { tone: 'warning' as const } : {})}>
      <ul className={styles.list}>
        {unique.map((s) => (
          <li key={s}>{s}</li>
        ))}
      </ul>
    </Card>
  );
}
