// What the band along the node's lane is drawn with: each state of the conntrack entry, its pattern and letters, its name, what it means.
import type { TcpState } from '../../engine/model/verdict.ts';
import { BAND_WIDTH, bandStrokes, STATE_LOOKS } from '../../figure/stateBand.ts';
import type { LadderWords } from '../../figure/words.ts';
import styles from './StateLegend.module.css';

const HEIGHT = 18;

/** In the order of a connection's life. */
export const ALL_STATES: readonly TcpState[] = [
  'SYN_SENT',
  'SYN_RECV',
  'SYN_SENT2',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'NONE',
];

export function StateLegend({ states, words }: { readonly states: readonly TcpState[]; readonly words: LadderWords }) {
  return (
    <ul className={styles.legend}>
      {states.map((state) => (
        <li key={state}>
          <Swatch state={state} />
          <span className={styles.name}>{state === 'NONE' ? words.entry.gone.packet : state}</span>
          <span className={styles.means}>{words.entry.means[state]}</span>
        </li>
      ))}
    </ul>
  );
}

/** A piece of the band as the diagram draws it, with its letters beside it. */
function Swatch({ state }: { readonly state: TcpState }) {
  const band = { state: { state }, x: BAND_WIDTH / 2, width: BAND_WIDTH, top: 0, bottom: HEIGHT };
  return (
    <>
      <svg className={styles.swatch} width={BAND_WIDTH} height={HEIGHT} aria-hidden="true">
        {bandStrokes(band, 0, HEIGHT).map((s) => (
          <line
            key={`${s.x} ${s.width} ${s.alpha}`}
            x1={s.x}
            x2={s.x}
            y1={s.y0}
            y2={s.y1}
            strokeWidth={s.width}
            strokeOpacity={s.alpha}
            strokeDasharray={s.dash?.join(' ')}
            style={{ stroke: `var(--${s.tone})` }}
          />
        ))}
      </svg>
      <span className={styles.letters}>{STATE_LOOKS[state].letters}</span>
    </>
  );
}
