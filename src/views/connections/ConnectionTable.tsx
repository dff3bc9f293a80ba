// The rows: of any number only the visible exist. Arrows move, Enter shows the connection in the diagram.
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { memo, useCallback, useEffect, useId, useMemo, useRef } from 'react';
import type { ConnectionOrder, ConnectionRow } from '../../engine/model/connectionList.ts';
import { CONNECTION_COLUMNS, useConnectionColumns } from '../../store/connectionColumns.ts';
import { useSelection } from '../../store/selection.ts';
import { useSettings } from '../../store/settings.ts';
import { EndpointText } from '../shared/EndpointText.tsx';
import { useEngine } from '../shared/engine.ts';
import grid from '../shared/Grid.module.css';
import { type Translate, useText } from '../shared/i18n.ts';
import { useCopy } from '../shared/useCopy.ts';
import styles from './ConnectionTable.module.css';
import { type RowWords, rowText, tableText } from './rowText.ts';
import { connectionsText } from './text.ts';
import type { Chosen } from './useChosen.ts';
import type { Connections } from './useConnections.ts';

const ROW_HEIGHT = 26;
/** Of the head, so many rows and a scroll bar below them, px. */
export const heightOf = (rows: number): number => (Math.max(1, rows) + 1) * ROW_HEIGHT + 16;
/** Browsers lay out no more than this. */
const MAX_ROWS = 1_000_000;

/** Width of the start as a moment of the calendar. */
const MOMENT = [206, '206px'] as const;
/** Least and most width; names take what is left. */
const WIDTHS: Readonly<Record<ConnectionOrder, readonly [least: number, most: string]>> = {
  start: [104, '104px'],
  client: [120, '1fr'],
  server: [150, '2fr'],
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
  close: [176, '176px'],
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
  words,
}: {
  readonly connections: Connections;
  readonly chosen: Chosen;
  readonly words: RowWords;
}) {
  const t = useText(connectionsText);
  const engine = useEngine();
  const copy = useCopy();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const { answer, request, scrollTo } = connections;
  const hidden = useConnectionColumns((s) => s.hidden);
  const columns = useMemo(() => CONNECTION_COLUMNS.filter((c) => !hidden.includes(c)), [hidden]);
  const isRelative = useSettings((s) => s.times === 'relative');
  const room = useRoom(answer?.rows);
  const widthOf = (c: ConnectionOrder): readonly [least: number, most: string] => {
    const [least, most] = c === 'start' && !isRelative ? MOMENT : WIDTHS[c];
    return [Math.max(least, room[c] ?? 0), most];
  };
  const template = columns.map((c) => `minmax(${widthOf(c)[0]}px, ${widthOf(c)[1]})`).join(' ');
  const { cursor } = chosen;
  const isChosen = useMemo(() => new Set(chosen.rows.length > 0 ? chosen.rows.map((row) => row.path) : [cursor]), [chosen.rows, cursor]);
  const matched = Math.min(MAX_ROWS, answer?.matched ?? 0);
  // The head stays over the rows: what comes into view has to come out from under it.
  const virtual = useVirtualizer({
    count: matched,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    scrollMargin: ROW_HEIGHT,
    scrollPaddingStart: ROW_HEIGHT,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  useEffect(() => scrollTo(first), [first, scrollTo]);
  const rowAt = (index: number): ConnectionRow | undefined => answer?.rows[index - answer.from];
  // A row that comes into view takes the place of one that left: making one anew costs the browser five times as much as giving it other words.
  const slots = useRef(0);
  slots.current = Math.max(slots.current, items.length);
  const choose = useRef<Choose>(() => undefined);
  choose.current = (row, index, how) => {
    if (how === 'reach') void chosen.reach(row, index, request);
    else if (how === 'add') chosen.toggle(row);
    else chosen.only(row);
  };
  const onChoose = useCallback<Choose>((...how) => choose.current(...how), []);

  // The connection on screen comes into view, wherever it was chosen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another connection or order moves the list, not every answer.
  useEffect(() => {
    if (cursor === null || answer === null) return;
    let current = true;
    engine.query('connectionPosition', request, cursor).then(
      (position) => current && position >= 0 && virtual.scrollToIndex(position),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [engine, cursor, request.order, request.descending, answer === null]);

  const onKeyDown = async (e: React.KeyboardEvent): Promise<void> => {
    if (e.target !== e.currentTarget) return;
    if (e.key === 'Enter' && cursor !== null) {
      useSelection.getState().selectPath(cursor);
      return;
    }
    if (e.key.toLowerCase() === 'c' && (e.ctrlKey || e.metaKey) && chosen.rows.length > 0) {
      e.preventDefault();
      copy(tableText(columns, chosen.rows, words));
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
    const { shiftKey } = e;
    const at = cursor === null ? -1 : await engine.query('connectionPosition', request, cursor);
    const next = Math.max(0, Math.min(matched - 1, at + step));
    virtual.scrollToIndex(next);
    const row = rowAt(next) ?? (await engine.query('connections', { ...request, from: next, count: 1 })).rows[0];
    if (row) await (shiftKey ? chosen.reach(row, next, request) : chosen.only(row));
  };

  const shown = items.find((i) => rowAt(i.index)?.path === cursor);
  return (
    <div ref={box} className={styles.box}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are chosen here.
        role="grid"
        className={styles.table}
        style={{ minWidth: columns.reduce((sum, c) => sum + widthOf(c)[0], 0) }}
        tabIndex={0}
        aria-label={t('list')}
        aria-multiselectable
        aria-busy={!connections.isFresh}
        aria-rowcount={matched + 1}
        aria-colcount={columns.length}
        aria-activedescendant={shown ? `${id}-${shown.index}` : undefined}
        onKeyDown={(e) => void onKeyDown(e)}
      >
        <Head connections={connections} columns={columns} template={template} />
        <tbody className={grid.body} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rowAt(index);
            return (
              <Row
                key={index % slots.current}
                id={`${id}-${index}`}
                row={row}
                index={index}
                top={start - ROW_HEIGHT}
                columns={columns}
                template={template}
                isCursor={row?.path === cursor}
                isChosen={row !== undefined && isChosen.has(row.path)}
                words={words}
                onChoose={onChoose}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** A letter of an address, px, and what stands around it in its cell. */
const LETTER = 7.3;
const PADDING = 18;
const MOST_LETTERS = 58;

/** Width that endpoints have needed so far, px: columns never become narrower under the reader's eyes. */
function useRoom(rows: readonly ConnectionRow[] = []): Readonly<Partial<Record<ConnectionOrder, number>>> {
  const longest = useRef({ client: 0, server: 0 });
  const width = (letters: number): number => Math.min(MOST_LETTERS, letters) * LETTER + PADDING;
  for (const row of rows) {
    longest.current.client = Math.max(longest.current.client, row.client.length);
    longest.current.server = Math.max(longest.current.server, row.server.length + (row.service ? row.service.length + ARROW : 0));
  }
  return { client: width(longest.current.client), server: width(longest.current.server) };
}
/** Letters between a service and its server. */
const ARROW = 3;

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
    case 'close':
      return t('closeHelp');
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

type Choose = (row: ConnectionRow, index: number, how: 'one' | 'add' | 'reach') => void;

/** Scrolling renders no row again that stays. */
const Row = memo(function Row(
  props: Shown & {
    readonly id: string;
    /** Absent until the engine has answered. */
    readonly row: ConnectionRow | undefined;
    readonly index: number;
    readonly top: number;
    readonly isCursor: boolean;
    readonly isChosen: boolean;
    readonly words: RowWords;
    readonly onChoose: Choose;
  },
) {
  const { row, words, index } = props;
  return (
    <tr
      id={props.id}
      className={`${grid.row} ${styles.line} ${styles.row}`}
      style={{ gridTemplateColumns: props.template, transform: `translateY(${props.top}px)` }}
      aria-rowindex={index + 2}
      aria-selected={props.isChosen}
      aria-busy={row === undefined}
      data-cursor={props.isCursor}
      data-tone={!row ? 'awaited' : row.leaks > 0 ? 'leak' : row.resets > 0 ? 'reset' : 'plain'}
      onClick={(e) => row && props.onChoose(row, index, e.shiftKey ? 'reach' : e.ctrlKey || e.metaKey ? 'add' : 'one')}
      onMouseDown={(e) => {
        // Shift and a click would also mark the text in between.
        if (e.shiftKey) e.preventDefault();
      }}
      onDoubleClick={() => row && useSelection.getState().selectPath(row.path)}
    >
      {props.columns.map((c) => (
        <td
          key={c}
          className={`${grid.cell} ${styles.cell}`}
          data-right={!TEXTS.has(c)}
          data-column={c}
          title={row && CUT.has(c) ? rowText(c, row, words) : undefined}
          aria-label={row && ENDPOINTS.has(c) ? rowText(c, row, words) : undefined}
        >
          {row && <Cell column={c} row={row} words={words} />}
        </td>
      ))}
    </tr>
  );
});

/** Columns whose text may be longer than there is room. */
const CUT: ReadonlySet<ConnectionOrder> = new Set<ConnectionOrder>(['client', 'server', 'taps', 'close', 'completeness']);

/** Columns of endpoints, whose long addresses are drawn in parts. */
const ENDPOINTS: ReadonlySet<ConnectionOrder> = new Set<ConnectionOrder>(['client', 'server']);

/** The text of a cell, and what else tells what it means. */
function Cell({ column, row, words }: { readonly column: ConnectionOrder; readonly row: ConnectionRow; readonly words: RowWords }) {
  const { t } = words;
  const text = rowText(column, row, words);
  if (column === 'start' && !row.opened)
    return (
      <>
        {text}
        <span className={styles.midstream} title={t('midstream')}>
          <span aria-hidden>…</span>
          <span className="unseen">{t('midstream')}</span>
        </span>
      </>
    );
  if (column === 'resets' && row.resets > 0)
    return (
      <span className={styles.reset} title={row.killed ? t('killed') : undefined}>
        {row.killed && <span aria-hidden>✕ </span>}
        {text}
        {row.killed && <span className="unseen">{t('killed')}</span>}
      </span>
    );
  if (column === 'leaks' && row.leaks > 0) return <span className={styles.leak}>{text}</span>;
  if (column === 'client') return <EndpointText text={row.client} />;
  if (column === 'server')
    return (
      <span className={styles.pair}>
        {row.service && (
          <>
            <EndpointText text={row.service} />
            <span className={styles.arrow}>→</span>
          </>
        )}
        <EndpointText text={row.server} />
      </span>
    );
  if (column === 'close') return <span data-close={row.close}>{text}</span>;
  return text;
}
