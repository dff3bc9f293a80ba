// An endpoint in a cell of any width: of a long address the middle goes, its end and the port stay.
import styles from './EndpointText.module.css';
import { splitEndpoint } from './splitEndpoint.ts';

/** What reads it aloud may pause between its parts: a cell of it carries the whole as its label. */
export function EndpointText({ text }: { readonly text: string }) {
  const { head, tail } = splitEndpoint(text);
  if (head === '') return <span className={styles.tail}>{tail}</span>;
  return (
    <span className={styles.endpoint}>
      <span className={styles.head}>{head}</span>
      <span className={styles.tail}>{tail}</span>
    </span>
  );
}
