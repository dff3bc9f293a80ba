// Every drawn case of the ladder, side by side in both themes: what to look at after a change to the drawing. Route: `#gallery`.
import { cases } from './cases.ts';
import { Frames } from './Frames.tsx';
import styles from './Gallery.module.css';
import { Picture } from './Picture.tsx';

export function Gallery() {
  const wanted = new URLSearchParams(location.hash.split('?')[1] ?? '');
  const packets = Number(wanted.get('frames') ?? 0);
  if (packets > 0) return <Frames packets={Math.min(packets, 1e8)} />;
  const only = wanted.get('case');
  const shown = cases().filter((c) => only === null || c.id === only);
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
