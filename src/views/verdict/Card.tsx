import type { ReactNode } from 'react';
import styles from './Card.module.css';

/** A card of the column. `tone` draws the left edge; the words carry the same meaning. */
export function Card(props: {
  readonly title: string;
  readonly tone?: 'critical' | 'warning' | 'info' | 'good' | 'plain';
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className={styles.card} data-tone={props.tone ?? 'none'} aria-label={props.title}>
      <header className={styles.header}>
        <h2 className={styles.title}>{props.title}</h2>
        {props.actions}
      </header>
      {props.children}
    </section>
  );
}
