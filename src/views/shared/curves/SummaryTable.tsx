// The plots in numbers: for those who can't see them, and for tickets.

import type { PlotAnswer } from '../../../engine/model/plot.ts';
import { useSettings } from '../../../store/settings.ts';
import { formatBytes, formatCount, formatDuration } from '../format.ts';
import { useText } from '../i18n.ts';
import styles from './SummaryTable.module.css';
import { curvesText } from './text.ts';

const COUNTS = ['segments', 'retransmissions', 'outOfOrder', 'duplicateAcks', 'zeroWindows', 'sacks', 'resets', 'leaks'] as const;

export function SummaryTable({ answer }: { readonly answer: PlotAnswer }) {
  const t = useText(curvesText);
  const language = useSettings((s) => s.language);
  const { summary, rtt } = answer;
  const rows: readonly (readonly [string, string])[] = [
    [t('payload'), formatBytes(summary.payload)],
    [t('throughput'), `${formatBytes(summary.throughput)}/s`],
    [t('mostInFlight'), formatBytes(summary.mostInFlight)],
    ...(rtt.samples > 0
      ? [
          [t('rttMedian'), formatDuration(rtt.median)] as const,
          [t('rttRange'), `${formatDuration(rtt.least)} – ${formatDuration(rtt.most)}`] as const,
        ]
      : []),
    ...COUNTS.map((id) => [t(id), formatCount(summary[id], language)] as const),
  ];
  return (
    <table className={styles.table}>
      <caption className="unseen">{t('summary')}</caption>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
