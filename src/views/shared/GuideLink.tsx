// Where the guide is: beside the page. A page opened from disk has nothing beside it.
import { BookOpen } from 'lucide-react';
import styles from './GuideLink.module.css';
import { useText } from './i18n.ts';
import { sharedText } from './text.ts';

export function GuideLink() {
  const t = useText(sharedText);
  if (location.protocol === 'file:') return null;
  return (
    <a className={styles.guide} href="./guide.html" target="_blank" rel="noopener">
      <BookOpen size={15} aria-hidden />
      {t('guide')}
    </a>
  );
}
