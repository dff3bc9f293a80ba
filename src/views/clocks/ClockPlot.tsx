// A small plot of the bounds that packets put on one clock, and the band that they leave.
import type { ClockDetail } from '../../engine/model/connectionList.ts';
import { formatDuration } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import styles from './ClockPlot.module.css';
import { layoutClockPlot, PLOT } from './clockPlotLayout.ts';
import { clocksText } from './text.ts';

export function ClockPlot({ clock, name }: { readonly clock: ClockDetail; readonly name: string }) {
  const t = useText(clocksText);
  const layout = layoutClockPlot(clock);
  if (!layout) return <p className={styles.none}>{t('none')}</p>;
  const { line, half } = layout;
  const band = `M${line.from[0]},${line.from[1] - half}L${line.to[0]},${line.to[1] - half}V${line.to[1] + half}L${line.from[0]},${line.from[1] + half}Z`;
  return (
    <figure className={styles.figure}>
      <svg viewBox={`0 0 ${PLOT.width} ${PLOT.height}`} className={styles.plot} role="img" aria-label={t('plot', { name })}>
        {layout.ticks.map((tick) => (
          <g key={tick.value}>
            <line x1={PLOT.left} x2={PLOT.width - PLOT.right} y1={tick.y} y2={tick.y} className={styles.grid} />
            <text x={PLOT.left - 6} y={tick.y + 4} className={styles.label} textAnchor="end">
              {tick.value > 0 ? '+' : ''}
              {formatDuration(tick.value)}
            </text>
          </g>
        ))}
        <path d={band} className={styles.band} />
        <line x1={line.from[0]} y1={line.from[1]} x2={line.to[0]} y2={line.to[1]} className={styles.line} />
        {layout.above.map(([x, y]) => (
          <path key={`a${x}`} d={`M${x - 3},${y - 5}h6l-3,5z`} className={styles.above} />
        ))}
        {layout.below.map(([x, y]) => (
          <path key={`b${x}`} d={`M${x - 3},${y + 5}h6l-3,-5z`} className={styles.below} />
        ))}
        <text x={PLOT.width - PLOT.right} y={PLOT.height - 6} className={styles.label} textAnchor="end">
          {formatDuration(layout.seconds * 1e9)}
        </text>
      </svg>
      <figcaption className={styles.legend}>
        <span>
          <span className={styles.aboveKey} aria-hidden>
            ▼
          </span>{' '}
          {t('above')}
        </span>
        <span>
          <span className={styles.belowKey} aria-hidden>
            ▲
          </span>{' '}
          {t('below')}
        </span>
      </figcaption>
    </figure>
  );
}
