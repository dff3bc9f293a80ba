// How far it reaches: connections with the same signature, per service and node, and a strip of minutes.
import type { VerdictBlast } from '../../worker/api.ts';
import { useText } from '../shared/i18n.ts';
import styles from './BlastCard.module.css';
import { Card } from './Card.tsx';
import { verdictText } from './text.ts';

const WIDTH = 300;
const HEIGHT = 34;
const MOST_ROWS = 6;

export function BlastCard({ blast }: { readonly blast: VerdictBlast }) {
  const t = useText(verdictText);
  if (blast.connections <= 1) return null;
  return (
    <Card title={t('blast')}>
      <p className={styles.line}>{t('blastLine', { n: blast.connections, critical: blast.critical })}</p>
      <Strip minutes={blast.perMinute} />
      <Rows title={t('services')} rows={blast.perService.map((s) => [s.service, s.connections])} />
      <Rows title={t('nodes')} rows={blast.perNode.map((n) => [n.node, n.connections])} />
    </Card>
  );
}

function Strip({ minutes }: { readonly minutes: VerdictBlast['perMinute'] }) {
  const t = useText(verdictText);
  const first = minutes[0];
  const last = minutes.at(-1);
  if (!first || !last || minutes.length < 2) return null;
  const span = last.minute - first.minute + 1;
  const most = Math.max(...minutes.map((m) => m.connections));
  const width = WIDTH / span;
  return (
    <svg
      className={styles.strip}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t('blastMinutes', { list: minutes.map((m) => m.connections).join(', ') })}
    >
      {minutes.map((m) => {
        const height = Math.max(2, (m.connections / most) * HEIGHT);
        return (
          <rect
            key={m.minute}
            x={(m.minute - first.minute) * width}
            y={HEIGHT - height}
            width={Math.max(1, width - 1)}
            height={height}
            rx={1}
          />
        );
      })}
    </svg>
  );
}

function Rows({ title, rows }: { readonly title: string; readonly rows: readonly (readonly [string, number])[] }) {
  if (rows.length < 2) return null;
  const most = Math.max(...rows.map(([, n]) => n));
  return (
    <div className={styles.rows}>
      <h3 className={styles.rowsTitle}>{title}</h3>
      {rows.slice(0, MOST_ROWS).map(([name, n]) => (
        <div key={name} className={styles.row}>
          <code className={styles.name}>{name}</code>
          <meter className={styles.meter} min={0} max={most} value={n} aria-label={name} />
          <span className={styles.number}>{n}</span>
        </div>
      ))}
    </div>
  );
}
