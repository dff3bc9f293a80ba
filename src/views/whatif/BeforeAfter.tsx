// Observed and predicted side by side: the decisive packets as two small sequence diagrams on one time axis.

import type { WhatIfAnswer } from '../../engine/model/whatIf.ts';
import { useQuery } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import styles from './BeforeAfter.module.css';
import { type EventRow, eventsOf, type Shape } from './beforeAfterLayout.ts';
import { whatIfText } from './text.ts';

const LANES = { server: 14, node: 94, client: 174 } as const;
const PANEL = 188;
const GAP = 118;
const WIDTH = 2 * PANEL + GAP;
const TOP = 26;
const ROW = 24;
const SLANT = 8;

export function BeforeAfter({ answer }: { readonly answer: WhatIfAnswer }) {
  const t = useText(whatIfText);
  const { rows, more } = eventsOf(answer);
  const labels = useQuery(
    'packetLabels',
    rows.map((r) => r.packet),
  );
  if (rows.length === 0) return null;
  const height = TOP + rows.length * ROW + 10;
  return (
    <figure className={styles.figure}>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={t('sideBySide')}>
        {([0, PANEL + GAP] as const).map((left, side) => (
          <g key={left} transform={`translate(${left} 0)`}>
            <text className={styles.head} x={LANES.node} y={9} textAnchor="middle">
              {t(side === 0 ? 'now' : 'thenWould')}
            </text>
            {(['server', 'node', 'client'] as const).map((lane) => (
              <g key={lane}>
                <text
                  className={styles.lane}
                  x={LANES[lane]}
                  y={20}
                  textAnchor={lane === 'server' ? 'start' : lane === 'client' ? 'end' : 'middle'}
                >
                  {t(lane)}
                </text>
                <line className={styles.life} data-lane={lane} x1={LANES[lane]} x2={LANES[lane]} y1={TOP - 2} y2={height - 2} />
              </g>
            ))}
            {rows.map((row, i) => (
              <Arrow
                key={`${row.packet.tap} ${row.packet.row}`}
                row={row}
                shape={side === 0 ? row.now : row.would}
                y={TOP + i * ROW + 4}
                notSent={t('notSent')}
              />
            ))}
          </g>
        ))}
        {rows.map((row, i) => (
          <text
            key={`${row.packet.tap} ${row.packet.row}`}
            className={styles.label}
            x={PANEL + GAP / 2}
            y={TOP + i * ROW + 12}
            textAnchor="middle"
          >
            {labels.value?.[i] ?? `#${row.packet.row + 1}`}
          </text>
        ))}
      </svg>
      {more > 0 && <figcaption className={styles.more}>{t('andMore', { n: more })}</figcaption>}
    </figure>
  );
}

/** One packet across the lanes. Shape carries the meaning besides colour: joint, bulge, stop, diamond, cross, dashes. */
function Arrow({
  row,
  shape,
  y,
  notSent,
}: {
  readonly row: EventRow;
  readonly shape: Shape;
  readonly y: number;
  readonly notSent: string;
}) {
  const [from, to] = row.direction === 0 ? [LANES.client, LANES.server] : [LANES.server, LANES.client];
  const middle = y + SLANT / 2;
  const sign = to > from ? 1 : -1;
  if (shape === 'not-sent') {
    return (
      <g data-shape={shape} className={styles.arrow}>
        <line x1={from} y1={middle} x2={to} y2={middle} />
        <text className={styles.ghost} x={LANES.node} y={middle - 3} textAnchor="middle">
          {notSent}
        </text>
      </g>
    );
  }
  if (shape === 'gone') {
    return (
      <g data-shape={shape} className={styles.arrow}>
        <line x1={from} y1={y} x2={LANES.node} y2={middle} />
        <Cross x={LANES.node} y={middle} />
      </g>
    );
  }
  const isReset = shape === 'reset' || shape === 'reset-kills';
  const bulge = shape === 'untranslated';
  const before = LANES.node - 7 * sign;
  const behind = LANES.node + 7 * sign;
  const path = bulge
    ? `M${from} ${y} L${before} ${middle - 0.4} A7 7 0 0 ${sign > 0 ? 0 : 1} ${behind} ${middle + 0.4} L${to} ${y + SLANT}`
    : `M${from} ${y} L${to} ${y + SLANT}`;
  return (
    <g data-shape={shape} className={styles.arrow}>
      <path d={path} />
      {shape === 'translated' && <circle className={styles.joint} cx={LANES.node} cy={middle} r={2.6} />}
      {(shape === 'port-changed' || shape === 'elsewhere') && (
        <rect
          className={styles.joint}
          x={LANES.node - 3}
          y={middle - 3}
          width={6}
          height={6}
          transform={`rotate(45 ${LANES.node} ${middle})`}
        />
      )}
      {isReset ? <Cross x={to} y={y + SLANT} /> : <path className={styles.tip} d={`M${to} ${y + SLANT} l${-7 * sign} -3.4 v6 z`} />}
    </g>
  );
}

function Cross({ x, y }: { readonly x: number; readonly y: number }) {
  return <path className={styles.cross} d={`M${x - 4} ${y - 4} l8 8 m0 -8 l-8 8`} />;
}
