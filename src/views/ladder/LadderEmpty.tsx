import styles from './Ladder.module.css';

/** Why there is nothing to draw, and what would change that. */
export function LadderEmpty({ title, text, busy = false }: { readonly title: string; readonly text: string; readonly busy?: boolean }) {
  return (
    <div className={styles.empty} role={busy ? 'status' : undefined} aria-busy={busy}>
      <svg className={styles.emptyPicture} viewBox="0 0 160 96" aria-hidden="true">
        <path d="M30 6v84M130 6v84" className={styles.emptyLane} />
        <path d="M80 6v84" className={styles.emptyDashed} />
        <path d="M130 26 30 32M30 48l100 6M130 70 30 76" className={styles.emptyArrow} />
      </svg>
      <p className={styles.emptyTitle}>{title}</p>
      {text && <p className={styles.emptyText}>{text}</p>}
    </div>
  );
}
