// A small plot of the bounds that packets put on one clock, the band that they leave, and the offset in force.
import { useRef } from 'react';
import type { ClockDetail } from '../../engine/model/connectionList.ts';
import { formatTick } from '../shared/curves/ticks.ts';
import { formatDuration, formatOffset } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import { useSize } from '../shared/useSize.ts';
import styles from './ClockPlot.module.css';
import { layoutClockPlot, PLOT, type PlotPoint } from './clockPlotLayout.ts';
import { clocksText } from './text.ts';

export function ClockPlot({ clock, name }: { readonly clock: ClockDetail; readonly name: string }) {
  const t = useText(clocksText);
  const box = useRef<HTMLElement>(null);
  const { width } = useSize(box);
  const layout = layoutClockPlot(clock, Math.max(200, width));
  if (!layout) return <p className={styles.none}>{clock.apart === '' ? t('none') : `${name} ${clock.apart}${t('end')}`}</p>;
  const { inferred } = clock;
  const timeLabel = formatTick(layout.span);
  const says = t('plotSays', {
    name,
    from: formatOffset(inferred.offset - inferred.uncertainty),
    to: formatOffset(inferred.offset + inferred.uncertainty),
    n: layout.above.length + layout.below.length,
  });
  return (
    <figure ref={box} className={styles.figure}>
      <svg width={Math.max(200, width)} height={PLOT.height} className={styles.plot} role="img" aria-label={says}>
        {layout.ticks.map((tick) => (
          <g key={tick.value}>
            <line x1={PLOT.left} x2={width - PLOT.right} y1={tick.y} y2={tick.y} className={styles.grid} />
            <text x={PLOT.left - 6} y={tick.y + 4} className={tick.value === 0 ? styles.offset : styles.label} textAnchor="end">
              {tick.value === 0 ? formatOffset(clock.offset) : `${tick.value > 0 ? '+' : ''}${formatDuration(tick.value)}`}
            </text>
          </g>
        ))}
        {layout.times.map((tick) => (
          <g key={tick.value}>
            <line x1={tick.x} x2={tick.x} y1={PLOT.top} y2={PLOT.height - PLOT.bottom} className={styles.grid} />
            <text x={tick.x} y={PLOT.height - 6} className={styles.label} textAnchor="middle">
              {timeLabel(tick.value)}
            </text>
          </g>
        ))}
        <rect
          x={PLOT.left}
          y={layout.band.top}
          width={Math.max(0, width - PLOT.left - PLOT.right)}
          height={layout.band.bottom - layout.band.top}
          className={styles.band}
        />
        {layout.steps.map((x) => (
          <line key={x} x1={x} x2={x} y1={PLOT.top} y2={PLOT.height - PLOT.bottom} className={styles.step} />
        ))}
        <line x1={PLOT.left} x2={width - PLOT.right} y1={layout.line} y2={layout.line} className={styles.line} data-pinned={clock.pinned} />
        <path
          d={layout.above
            .filter((p) => !p.early)
            .map(down)
            .join('')}
          className={styles.above}
        />
        <path
          d={layout.below
            .filter((p) => !p.early)
            .map(up)
            .join('')}
          className={styles.below}
        />
        <path
          d={[...layout.above, ...layout.below]
            .filter((p) => p.early)
            .map(cross)
            .join('')}
          className={styles.early}
        />
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
        {clock.violations > 0 && (
          <span>
            <span className={styles.earlyKey} aria-hidden>
              ✕
            </span>{' '}
            {t('broken')}
          </span>
        )}
        <span>{t('axes', { name })}</span>
      </figcaption>
    </figure>
  );
}

const down = ({ x, y }: PlotPoint): string => `M${x - 3},${y - 5}h6l-3,5z`;
const up = ({ x, y }: PlotPoint): string => `M${x - 3},${y + 5}h6l-3,-5z`;
const cross = ({ x, y }: PlotPoint): string => `M${x - 3},${y - 3}l6,6m0,-6l-6,6`;
