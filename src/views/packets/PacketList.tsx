// The packet list: filter on top, rows below, totals of the selection at the foot.
import { useState } from 'react';
import { ALL_COLUMNS, usePacketList } from '../../store/packetList.ts';
import { useSelection } from '../../store/selection.ts';
import { useSettings } from '../../store/settings.ts';
import { ColumnMenu } from '../shared/ColumnMenu.tsx';
import { useQuery } from '../shared/engine.ts';
import { formatBytes, formatCount, formatDuration } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import { FilterBar } from './FilterBar.tsx';
import styles from './PacketList.module.css';
import { PacketTable, ROW_HEIGHT } from './PacketTable.tsx';
import { packetsText } from './text.ts';
import { usePacketWindow } from './usePacketWindow.ts';

/** Slot of the workbench: takes no props, reads the stores, asks the engine. */
export function PacketList() {
  const t = useText(packetsText);
  const language = useSettings((s) => s.language);
  const { hidden, toggleColumn, filter } = usePacketList();
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(0);
  const window = usePacketWindow(top, Math.ceil(height / ROW_HEIGHT) + 1);
  const { answer } = window;
  return (
    <div className={styles.list}>
      <div className={styles.bar}>
        <FilterBar />
        <p className={styles.count} aria-live="polite">
          {answer &&
            !answer.error &&
            (answer.done
              ? t('count', { matched: answer.matched, total: answer.total })
              : t('scanning', {
                  percent: Math.floor((100 * answer.scanned) / Math.max(1, answer.total)),
                  matched: formatCount(answer.matched, language),
                }))}
        </p>
        <ColumnMenu name={t('columns')} columns={ALL_COLUMNS} hidden={hidden} label={(c) => t(c)} onToggle={toggleColumn} />
      </div>
      <div className={styles.table}>
        <PacketTable window={window} top={top} onScroll={setTop} onResize={setHeight} height={height} />
        {answer?.done && answer.matched === 0 && !answer.error && <p className={styles.empty}>{t(filter === '' ? 'none' : 'empty')}</p>}
      </div>
      {answer && answer.unread > 0 && <p className={styles.foot}>{t('unread', { n: answer.unread })}</p>}
      <SelectionTotals />
    </div>
  );
}

function SelectionTotals() {
  const t = useText(packetsText);
  const packets = useSelection((s) => s.packets);
  const totals = useQuery('packetTotals', packets.length > 1 ? packets : []).value;
  if (packets.length < 2 || !totals) return null;
  return (
    <p className={styles.foot} role="status">
      {t('selected', {
        n: totals.packets,
        bytes: formatBytes(totals.octets),
        payload: formatBytes(totals.payload),
        retransmissions: totals.retransmissions,
        resets: totals.resets,
        span: formatDuration(totals.span),
      })}
    </p>
  );
}
