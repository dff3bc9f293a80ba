// Every drawn case of the ladder, side by side in both themes: what to look at after a change to the drawing. Route: `#gallery`.
import { cases } from './cases.ts';
import styles from './Gallery.module.css';
import { Picture } from './Picture.tsx';

export function Gallery() {
  const wanted = new URLSearchParams(location.hash.split('?')[1] ?? '').get('case');
  const shown = cases().filter((c) => wanted === null || c.id === wanted);
  return (
    <main className={styles.page} lang="en">
      <h1>Ladder gallery</h1>
      {shown.map((c) => (
        <section key={c.id} className={styles.case} aria-labelledby={`case-${c.id}`}>
          <h2 id={`case-${c.id}`}>{c.title}</h2>
          <div className={styles.pair}>
            <Picture {...c.picture} theme="light" language="en" />
            <Picture {...c.picture} theme="dark" language={c.zhInDark ? 'zh' : 'en'} />
          </div>
        </section>
      ))}
    </main>
  );
}
