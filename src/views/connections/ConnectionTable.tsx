// The rows: of any number only the visible exist. Arrows move, Enter shows the connection in the diagram.
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import type { ConnectionOrder, ConnectionRow } from '../../engine/model/connectionList.ts';
import type { PathId } from '../../engine/model/units.ts';
import { CONNECTION_COLUMNS, useConnectionColumns } from '../../store/connectionColumns.ts';
import { useSelection } from '../../store/selection.ts';
import { useSession } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import { useEngine } from '../shared/engine.ts';
import { formatBytes, formatCount, formatDuration } from '../shared/format.ts';
import grid from '../shared/Grid.module.css';
import { type Translate, useText } from '../shared/i18n.ts';
import { useTimeFormat } from '../shared/timeFormat.ts';
import styles from './ConnectionTable.module.css';
import { connectionsText } from './text.ts';
import type { Connections } from './useConnections.ts';
import { closeText, completenessText } from './words.ts';

const ROW_HEIGHT = 26;
/** Browsers lay out no more than this. */
const MAX_ROWS = 1_000_000;

/** Least and most width; names take what is left. */
const WIDTHS: Readonly<Record<ConnectionOrder, readonly [least: number, most: string]>> = {
  start: [120, '120px'],
  client: [150, '1fr'],
  server: [260, '2fr'],
  taps: [110, '1fr'],
  packets: [72, '72px'],
  bytes: [76, '76px'],
  bytesOut: [100, '100px'],
  bytesBack: [100, '100px'],
  handshake: [92, '92px'],
  rttLeast: [82, '82px'],
  rttMedian: [98, '98px'],
  inFlight: [88, '88px'],
  retransmissions: [72, '72px'],
  resets: [52, '52px'],
  leaks: [58, '58px'],
  close: [150, '150px'],
  completeness: [190, '190px'],
  duration: [90, '90px'],
  whatIf: [76, '76px'],
};
const TEXTS: ReadonlySet<ConnectionOrder> = new Set<ConnectionOrder>([
  'start',
  'client',
  'server',
  'taps',
  'close',
  'completeness',
  'whatIf',
]);

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
  const hidden = useConnectionColumns((s) => s.hidden);
  const columns = CONNECTION_COLUMNS.filter((c) => !hidden.includes(c));
  const template = columns.map((c) => `minmax(${WIDTHS[c][0]}px, ${WIDTHS[c][1]})`).join(' ');
  const matched = Math.min(MAX_ROWS, answer?.matched ?? 0);
  const virtual = useVirtualizer({ count: matched, getScrollElement: () => box.current, estimateSize: () => ROW_HEIGHT, overscan: 8 });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  useEffect(() => scrollTo(first), [first, scrollTo]);
  const rowAt = (index: number): ConnectionRow | undefined => answer?.rows[index - answer.from];

  // The connection on screen comes into view, wherever it was chosen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another connection or order moves the list, not every answer.
  useEffect(() => {
    if (chosen === null || answer === null) return;
    let current = true;
    engine.query('connectionPosition', request, chosen).then(
      (position) => current && position >= 0 && virtual.scrollToIndex(position),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [engine, chosen, request.order, request.descending, answer === null]);

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
        style={{ minWidth: columns.reduce((sum, c) => sum + WIDTHS[c][0], 0) }}
        tabIndex={0}
        aria-label={t('list')}
        aria-rowcount={matched + 1}
        aria-colcount={columns.length}
        aria-activedescendant={shown ? `${id}-${shown.index}` : undefined}
        onKeyDown={(e) => void onKeyDown(e)}
      >
        <Head connections={connections} columns={columns} template={template} />
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
                  columns={columns}
                  template={template}
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

/** What a column's name does not say by itself. */
function help(t: Translate<keyof typeof connectionsText.en>, column: ConnectionOrder): string | undefined {
  switch (column) {
    case 'handshake':
      return t('handshakeHelp');
    case 'rttLeast':
    case 'rttMedian':
      return t('rttHelp');
    case 'inFlight':
      return t('inFlightHelp');
    case 'completeness':
      return t('completenessHelp');
    case 'whatIf':
      return t('whatIfHelp');
    default:
      return undefined;
  }
}

interface Shown {
  readonly columns: readonly ConnectionOrder[];
  readonly template: string;
}

function Head({ connections: { request, sortBy }, columns, template }: Shown & { readonly connections: Connections }) {
  const t = useText(connectionsText);
  return (
    <thead className={`${grid.head} ${styles.head}`}>
      <tr className={styles.line} style={{ gridTemplateColumns: template }}>
        {columns.map((c) => {
          const isOrder = c === request.order;
          return (
            <th
              key={c}
              scope="col"
              className={grid.headCell}
              data-right={!TEXTS.has(c)}
              aria-sort={isOrder ? (request.descending ? 'descending' : 'ascending') : undefined}
            >
              <button type="button" className={grid.sort} title={help(t, c)} onClick={() => sortBy(c)}>
                {t(c)}
                {isOrder && (request.descending ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />)}
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

const measured = (value: number, format: (value: number) => string): string => (Number.isNaN(value) ? '' : format(value));

function Row(
  props: Shown & {
    readonly id: string;
    readonly row: ConnectionRow;
    readonly index: number;
    readonly top: number;
    readonly isChosen: boolean;
    readonly onChoose: (path: PathId) => void;
  },
) {
  const { row } = props;
  const t = useText(connectionsText);
  const language = useSettings((s) => s.language);
  const time = useTimeFormat();
  const names = useSession((s) => s.summary?.taps);
  const count = (n: number): string => (n === 0 ? '' : formatCount(n, language));
  const servers = row.service ? `${row.service} → ${row.server}` : row.server;
  const cells: Readonly<Record<ConnectionOrder, React.ReactNode>> = {
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
    bytesOut: formatBytes(row.bytesOut),
    bytesBack: formatBytes(row.bytesBack),
    handshake: measured(row.handshake, formatDuration),
    rttLeast: measured(row.rttLeast, formatDuration),
    rttMedian: measured(row.rttMedian, formatDuration),
    inFlight: measured(row.inFlight, formatBytes),
    close: <span data-close={row.close}>{closeText(t, row)}</span>,
    completeness: <span title={completenessText(row.completeness)}>{completenessText(row.completeness)}</span>,
    whatIf: row.whatIf ? t('yes') : '',
  };
  return (
    <tr
      id={props.id}
      className={`${grid.row} ${styles.line} ${styles.row}`}
      style={{ gridTemplateColumns: props.template, transform: `translateY(${props.top}px)` }}
      aria-rowindex={props.index + 2}
      aria-selected={props.isChosen}
      data-tone={row.leaks > 0 ? 'leak' : row.resets > 0 ? 'reset' : 'plain'}
      onClick={() => props.onChoose(row.path)}
      onDoubleClick={() => useSelection.getState().selectPath(row.path)}
    >
      {props.columns.map((c) => (
        <td key={c} className={`${grid.cell} ${styles.cell}`} data-right={!TEXTS.has(c)} data-column={c}>
          {cells[c]}
        </td>
      ))}
    </tr>
  );
}
