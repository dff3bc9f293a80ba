// What the marks of a plot mean: each with its own shape beside its colour.
import { useText } from '../i18n.ts';
import styles from './Legend.module.css';
import { curvesText } from './text.ts';

export type LegendMark =
  | 'Data'
  | 'Retransmission'
  | 'OutOfOrder'
  | 'Leak'
  | 'Reset'
  | 'Ack'
  | 'Window'
  | 'Sack'
  | 'Throughput'
  | 'Retransmitted'
  | 'InFlight';

export function Legend({ marks }: { readonly marks: readonly LegendMark[] }) {
  const t = useText(curvesText);
  return (
    <ul className={styles.legend}>
      {marks.map((mark) => (
        <li key={mark}>
          <span className={styles.mark} data-mark={mark} aria-hidden>
            {GLYPHS[mark]}
          </span>
          {t(`legend${mark}`)}
        </li>
      ))}
    </ul>
  );
}

const GLYPHS: Readonly<Record<LegendMark, string>> = {
  Data: 'I',
  Retransmission: 'I',
  OutOfOrder: 'I',
  Leak: '◆',
  Reset: '✕',
  Ack: '━',
  Window: '┅',
  Sack: '▌',
  Throughput: '▇',
  Retransmitted: '▇',
  InFlight: '━',
};
