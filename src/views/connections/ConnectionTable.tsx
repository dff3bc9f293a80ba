// The rows: of any number only the visible exist. Arrows move, Enter shows the connection in the diagram.
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import type { ConnectionOrder, ConnectionRow } from '../../engine/model/connectionList.ts';
import type { PathId } from '../../engine/model/units.ts';
import { useSelection } from '../../store/selection.ts';
import { useSession } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import { useEngine } from '../shared/engine.ts';
import { formatBytes, formatCount, formatDuration } from '../shared/format.ts';
import grid from '../shared/Grid.module.css';
import { useText } from '../shared/i18n.ts';
import { useTimeFormat } from '../shared/timeFormat.ts';
import styles from './ConnectionTable.module.css';
import { connectionsText } from './text.ts';
import type { Connections } from './useConnections.ts';

const ROW_HEIGHT = 26;
/** Browsers lay out no more than this. */
const MAX_ROWS = 1_000_000;

const COLUMNS = ['start', 'client', 'server', 'taps', 'packets', 'bytes', 'retransmissions', 'resets', 'leaks', 'duration'] as const;
type Column = (typeof COLUMNS)[number];
const NUMBERS: ReadonlySet<Column> = new Set<Column>(['packets', 'bytes', 'retransmissions', 'resets', 'leaks', 'duration']);

export function ConnectionTable({
  connections,
  chosen,
  onChoose,
}: {
  readonly connections: Connections;
  readonly chosen: PathId | null;
  readonly onChoose: (path: PathId) => void;
}) {
  const t = useText(connectionsText);
  const engine = useEngine();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const { answer, request, scrollTo } = connections;
  const matched = Math.min(MAX_ROWS, answer?.matched ?? 0);
  const virtual = useVirtualizer({ count: matched, getScrollElement: () => box.current, estimateSize: () => ROW_HEIGHT, overscan: 8 });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  useEffect(() => scrollTo(first), [first, scrollTo]);
  const rowAt = (index: number): ConnectionRow | undefined => answer?.rows[index - answer.from];

  const onKeyDown = async (e: React.KeyboardEvent): Promise<void> => {
    if (e.key === 'Enter' && chosen !== null) {
      useSelection.getState().selectPath(chosen);
      return;
    }
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -MAX_ROWS,
      End: MAX_ROWS,
    };
    const step = steps[e.key];
    if (step === undefined || matched === 0) return;
    e.preventDefault();
    const at = chosen === null ? -1 : await engine.query('connectionPosition', request, chosen);
    const next = Math.max(0, Math.min(matched - 1, at + step));
    virtual.scrollToIndex(next);
    const row = rowAt(next) ?? (await engine.query('connections', { ...request, from: next, count: 1 })).rows[0];
    if (row) onChoose(row.path);
  };

  const shown = items.find((i) => rowAt(i.index)?.path === chosen);
  return (
    <div ref={box} className={styles.box}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are chosen here.
        role="grid"
        className={styles.table}
        tabIndex={0}
        aria-label={t('list')}
        aria-rowcount={matched + 1}
        aria-activedescendant={shown ? `${id}-${shown.index}` : undefined}
        onKeyDown={(e) => void onKeyDown(e)}
      >
        <Head connections={connections} />
        <tbody className={grid.body} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rowAt(item.index);
            return (
              row && (
                <Row
                  key={item.key}
                  id={`${id}-${item.index}`}
                  row={row}
                  index={item.index}
                  top={item.start}
                  isChosen={row.path === chosen}
                  onChoose={onChoose}
                />
              )
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Head({ connections: { request, sortBy } }: { readonly connections: Connections }) {
  const t = useText(connectionsText);
  return (
    <thead className={`${grid.head} ${styles.head}`}>
      <tr className={styles.line}>
        {COLUMNS.map((c) => {
          const isOrder = c === request.order;
          return (
            <th
              key={c}
              scope="col"
              className={grid.headCell}
              data-right={NUMBERS.has(c)}
              aria-sort={isOrder ? (request.descending ? 'descending' : 'ascending') : undefined}
            >
              {c === 'taps' ? (
                t(c)
              ) : (
                <button type="button" className={grid.sort} onClick={() => sortBy(c satisfies ConnectionOrder)}>
                  {t(c)}
                  {isOrder && (request.descending ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />)}
                </button>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function Row(props: {
  readonly id: string;
  readonly row: ConnectionRow;
  readonly index: number;
  readonly top: number;
  readonly isChosen: boolean;
  readonly onChoose: (path: PathId) => void;
}) {
  const { row } = props;
  const t = useText(connectionsText);
  const language = useSettings((s) => s.language);
  const time = useTimeFormat();
  const names = useSession((s) => s.summary?.taps);
  const count = (n: number): string => (n === 0 ? '' : formatCount(n, language));
  const servers = row.service ? `${row.service} → ${row.server}` : row.server;
  const cells: Readonly<Record<Column, React.ReactNode>> = {
    start: (
      <>
        {time(row.firstTime)}
        {!row.opened && (
          <span className={styles.midstream} title={t('midstream')}>
            <span aria-hidden>…</span>
            <span className="unseen">{t('midstream')}</span>
          </span>
        )}
      </>
    ),
    client: row.client,
    server: <span title={servers}>{servers}</span>,
    taps: row.taps.map((tap) => names?.[tap]?.name ?? tap).join(' · '),
    packets: formatCount(row.packets, language),
    bytes: formatBytes(row.bytes),
    retransmissions: count(row.retransmissions),
    resets: row.resets > 0 && (
      <span className={styles.reset} title={row.killed ? t('killed') : undefined}>
        {row.killed && <span aria-hidden>✕ </span>}
        {formatCount(row.resets, language)}
        {row.killed && <span className="unseen">{t('killed')}</span>}
      </span>
    ),
    leaks: row.leaks > 0 && <span className={styles.leak}>{formatCount(row.leaks, language)}</span>,
    duration: formatDuration(row.duration),
  };
  return (
    <tr
      id={props.id}
      className={`${grid.row} ${styles.line} ${styles.row}`}
      style={{ transform: `translateY(${props.top}px)` }}
      aria-rowindex={props.index + 2}
      aria-selected={props.isChosen}
      data-tone={row.leaks > 0 ? 'leak' : row.resets > 0 ? 'reset' : 'plain'}
      onClick={() => props.onChoose(row.path)}
      onDoubleClick={() => useSelection.getState().selectPath(row.path)}
    >
      {COLUMNS.map((c) => (
        <td key={c} className={`${grid.cell} ${styles.cell}`} data-right={NUMBERS.has(c)} data-column={c}>
          {cells[c]}
        </td>
      ))}
    </tr>
  );
}
