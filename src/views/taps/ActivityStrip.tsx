// Packets over time, on the axis of all captures together: captures that do not overlap are seen at once.
import type { TapSummary } from '../../worker/api.ts';
import styles from './ActivityStrip.module.css';

export interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

const WIDTH = 1000;
const HEIGHT = 28;

/** @param span the axis: from the first packet of any capture to the last of any */
export function ActivityStrip({ summary, span, label }: { readonly summary: TapSummary; readonly span: Span; readonly label: string }) {
  if (summary.first === null || summary.last === null) return null;
  const whole = Number(span.last - span.first) || 1;
  const left = (Number(summary.first - span.first) / whole) * WIDTH;
  const width = Math.max((Number(summary.last - summary.first) / whole) * WIDTH, 4);
  return (
    <svg className={styles.strip} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <rect className={styles.span} x={left} y={0} width={width} height={HEIGHT} />
      <path d={bars(summary.activity, left, width)} />
    </svg>
  );
}

/** Heights by square root: a handful of packets stays visible beside a burst. */
function bars(activity: Uint32Array, left: number, width: number): string {
  const most = activity.reduce((a, b) => Math.max(a, b), 1);
  const slice = width / activity.length;
  let path = '';
  for (const [i, n] of activity.entries()) {
    const height = HEIGHT * Math.sqrt(n / most);
    if (n > 0) path += `M${(left + i * slice).toFixed(2)} ${HEIGHT}v${(-height).toFixed(2)}h${slice.toFixed(2)}v${height.toFixed(2)}z`;
  }
  return path;
}
