// The rows: a grid of any length of which only what is visible exists. Selecting here selects everywhere.
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { MOST_SELECTED, type PacketListAnswer, type PacketRow } from '../../engine/model/packetList.ts';
import type { PacketRef } from '../../engine/model/units.ts';
import { ALL_COLUMNS, type ColumnId, usePacketList } from '../../store/packetList.ts';
import { primaryPacket, useSelection } from '../../store/selection.ts';
import { useSession } from '../../store/session.ts';
import { useEngine } from '../shared/engine.ts';
import gridStyles from '../shared/Grid.module.css';
import { useText } from '../shared/i18n.ts';
import { useTimeFormat } from '../shared/timeFormat.ts';
import { cell, RIGHT_ALIGNED, WIDTHS } from './cells.tsx';
import styles from './PacketTable.module.css';
import { packetsText } from './text.ts';
import type { PacketWindow } from './usePacketWindow.ts';
import { contentHeight, isScaled, maxTop, rowAtScroll, scrollOfRow, topToShow } from './virtualScroll.ts';

export const ROW_HEIGHT = 22;

const keyOf = ({ tap, row }: PacketRef): string => `${tap}.${row}`;

export function PacketTable({
  window: { answer, fresh },
  top,
  onScroll,
  onResize,
  height,
}: {
  readonly window: PacketWindow;
  /** First visible row, fractional. */
  readonly top: number;
  readonly onScroll: (top: number) => void;
  readonly onResize: (height: number) => void;
  readonly height: number;
}) {
  const t = useText(packetsText);
  const engine = useEngine();
  const { hidden, widths, filter, sort, descending } = usePacketList();
  const selected = useSelection((s) => s.packets);
  const primary = useSelection(primaryPacket);
  const reveal = useSelection((s) => s.reveal);
  const summary = useSession((s) => s.summary);
  const time = useTimeFormat();
  const box = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLTableElement>(null);
  const expected = useRef(-1);
  const [cursor, setCursor] = useState(-1);
  /** Where a range begins. */
  const anchor = useRef(-1);
  const chosen = useMemo(() => new Set(selected.map(keyOf)), [selected]);
  const id = useId();
  const rows = answer?.matched ?? 0;
  const shape = { rows, rowHeight: ROW_HEIGHT, height };
  const shapeRef = useRef(shape);
  shapeRef.current = shape;
  const topRef = useRef(top);
  topRef.current = top;
  const columns = ALL_COLUMNS.filter((c) => !hidden.includes(c));
  const needed = useNeeded(answer?.rows);
  const widthOf = (c: ColumnId): number => widths[c] ?? needed[c] ?? WIDTHS[c];
  const template = columns.map((c) => (c === 'info' ? `minmax(${widths.info ?? 300}px, 1fr)` : `${widthOf(c)}px`)).join(' ');
  const context = { t, time, marksInInfo: hidden.includes('marks'), tapName: (tap: number) => summary?.taps[tap]?.name ?? String(tap) };

  const moveTo = useCallback(
    (next: number) => {
      const s = shapeRef.current;
      const clamped = Math.max(0, Math.min(maxTop(s), next));
      onScroll(clamped);
      if (box.current) {
        box.current.scrollTop = scrollOfRow(s, clamped);
        expected.current = box.current.scrollTop;
      }
    },
    [onScroll],
  );

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => onResize(element.clientHeight - HEADER_HEIGHT));
    observer.observe(element);
    return () => observer.disconnect();
  }, [onResize]);

  // In a list too tall for the browser a notch of the wheel is rows, not pixels of the bar.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const wheel = (e: WheelEvent): void => {
      if (!isScaled(shapeRef.current) || e.ctrlKey || e.deltaY === 0) return;
      e.preventDefault();
      moveTo(topRef.current + (e.deltaMode === 1 ? e.deltaY : e.deltaY / ROW_HEIGHT));
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [moveTo]);

  // What was selected elsewhere comes into view here.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `reveal` counts the requests; another analysis moves rows.
  useEffect(() => {
    if (!primary) return;
    let current = true;
    engine.query('packetPosition', { filter, sort, descending, from: 0, count: 0 }, primary).then(
      (position) => {
        if (!current) return;
        setCursor(position);
        if (useSelection.getState().packets.length < 2) anchor.current = position;
        if (position >= 0) moveTo(topToShow(shapeRef.current, topRef.current, position));
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [engine, primary, reveal, filter, sort, descending, summary?.revision, rows === 0]);

  // Pointed at elsewhere: its row stands out, without rendering the list again.
  useEffect(
    () =>
      useSelection.subscribe((s, old) => {
        if (s.hovered === old.hovered) return;
        for (const row of grid.current?.querySelectorAll('[data-pointed]') ?? []) row.removeAttribute('data-pointed');
        if (s.hovered) grid.current?.querySelector(`[data-packet="${s.hovered.tap}.${s.hovered.row}"]`)?.setAttribute('data-pointed', '');
      }),
    [],
  );

  const list = { filter, sort, descending, from: 0, count: 0 };
  const select = (position: number): void => {
    const at = Math.max(0, Math.min(rows - 1, position));
    anchor.current = at;
    setCursor(at);
    moveTo(topToShow(shapeRef.current, topRef.current, at));
    engine.query('packetAtPosition', list, at).then(
      (packet) => packet && useSelection.getState().selectPacket(packet),
      () => undefined,
    );
  };
  /** Selects from where the range began to this row. */
  const reachTo = (position: number): void => {
    const at = Math.max(0, Math.min(rows - 1, position));
    const start = anchor.current >= 0 ? anchor.current : Math.max(0, cursor);
    // Of more than can be selected those at the end that was reached for.
    const from = Math.max(Math.min(start, at), at - MOST_SELECTED + 1);
    const to = Math.min(Math.max(start, at), at + MOST_SELECTED - 1);
    anchor.current = start;
    setCursor(at);
    moveTo(topToShow(shapeRef.current, topRef.current, at));
    engine.query('packetsBetween', list, from, to).then(
      (packets) => useSelection.getState().selectPackets(at >= start ? packets : packets.toReversed()),
      () => undefined,
    );
  };

  const onKeyDown = (e: React.KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(height / ROW_HEIGHT) - 1);
    const step: Readonly<Record<string, number>> = {
      ArrowDown: cursor + 1,
      ArrowUp: cursor - 1,
      PageDown: cursor + page,
      PageUp: cursor - page,
      Home: 0,
      End: rows - 1,
    };
    const to = step[e.key];
    if (to === undefined || e.target !== grid.current || rows === 0) return;
    e.preventDefault();
    if (e.shiftKey) reachTo(to);
    else select(to);
  };

  const rowsShown = answer?.rows ?? [];
  const from = answer?.from ?? 0;
  const visibleRows = rowsShown
    .map((row, i) => ({ row, at: from + i }))
    .filter(({ at }) => at >= Math.floor(top) - 4 && at <= top + height / ROW_HEIGHT + 4);
  const cursorShown = visibleRows.some(({ at }) => at === cursor);
  return (
    <div
      ref={box}
      className={styles.box}
      onScroll={(e) => {
        const { scrollTop } = e.currentTarget;
        if (Math.abs(scrollTop - expected.current) < 1) return;
        expected.current = -1;
        onScroll(rowAtScroll(shape, scrollTop));
      }}
      onPointerLeave={() => useSelection.getState().hover(null)}
    >
      <div className={styles.content} style={{ height: contentHeight(shape) + HEADER_HEIGHT }}>
        <table
          ref={grid}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are selected here.
          role="grid"
          tabIndex={0}
          className={styles.grid}
          style={{ height: height + HEADER_HEIGHT }}
          aria-label={t('list')}
          aria-rowcount={rows + 1}
          aria-colcount={columns.length}
          aria-multiselectable
          aria-busy={!fresh}
          aria-activedescendant={cursorShown ? `${id}-${cursor}` : undefined}
          onKeyDown={onKeyDown}
        >
          <Header columns={columns} template={template} widthOf={widthOf} />
          <tbody className={gridStyles.body}>
            {visibleRows.map(({ row, at }) => (
              <Row
                key={at}
                id={`${id}-${at}`}
                row={row}
                at={at}
                offset={(at - top) * ROW_HEIGHT}
                template={template}
                selected={chosen.has(keyOf(row))}
                isCursor={at === cursor}
                cells={columns.map((c) => ({ id: c, content: cell(c, row, context) }))}
                onSelect={(how) => {
                  grid.current?.focus({ preventScroll: true });
                  if (how === 'reach') return reachTo(at);
                  anchor.current = at;
                  setCursor(at);
                  useSelection.getState().selectPacket({ tap: row.tap, row: row.row }, { extend: how === 'add' });
                }}
              />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

const HEADER_HEIGHT = 26;

/** A letter of an address and of a name, px, and what stands around it in its cell. */
const LETTER = 7.3;
const NAME_LETTER = 6.9;
const PADDING = 18;
const MOST = 180;

/** Width that names and addresses have needed so far, px: columns never become narrower under the reader's eyes. */
function useNeeded(rows: PacketListAnswer['rows'] = []): Readonly<Partial<Record<ColumnId, number>>> {
  const names = useSession((s) => s.summary?.taps);
  const longest = useRef(0);
  for (const row of rows) longest.current = Math.max(longest.current, row.source.length, row.destination.length);
  const within = (least: number, letters: number): number => Math.round(Math.max(least, Math.min(MOST, letters + PADDING)));
  const address = within(WIDTHS.source, longest.current * LETTER);
  const tap = within(WIDTHS.tap, Math.max(0, ...(names ?? []).map((n) => n.name.length)) * NAME_LETTER);
  return { source: address, destination: address, tap };
}

interface HeaderProps {
  readonly columns: readonly ColumnId[];
  readonly template: string;
  readonly widthOf: (column: ColumnId) => number;
}

function Header({ columns, template, widthOf }: HeaderProps) {
  const t = useText(packetsText);
  const { sort, descending, sortBy } = usePacketList();
  return (
    <thead className={`${gridStyles.head} ${styles.head}`}>
      <tr className={styles.headRow} style={{ gridTemplateColumns: template }} aria-rowindex={1}>
        {columns.map((c) => (
          <th
            key={c}
            scope="col"
            className={`${gridStyles.headCell} ${styles.headCell}`}
            data-right={RIGHT_ALIGNED.has(c)}
            aria-sort={c === sort ? (descending ? 'descending' : 'ascending') : undefined}
          >
            {c === 'time' || c === 'tap' ? (
              <button type="button" className={gridStyles.sort} onClick={() => sortBy(c)}>
                {t(c)}
                {sort === c && (descending ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />)}
              </button>
            ) : (
              t(c)
            )}
            {c !== 'info' && <Handle column={c} width={widthOf(c)} />}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** Drags or steps a column's width. */
function Handle({ column, width }: { readonly column: ColumnId; readonly width: number }) {
  const t = useText(packetsText);
  const setWidth = usePacketList((s) => s.setWidth);
  const start = useRef<{ readonly x: number; readonly width: number } | null>(null);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is moved has a value, which hr has not.
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t('resize', { column: t(column) })}
      aria-valuenow={width}
      aria-valuemin={36}
      aria-valuemax={800}
      className={styles.handle}
      onPointerDown={(e) => {
        start.current = { x: e.clientX, width };
        e.currentTarget.setPointerCapture(e.pointerId);
      }}
      onPointerMove={(e) => start.current && setWidth(column, start.current.width + e.clientX - start.current.x)}
      onPointerUp={() => {
        start.current = null;
      }}
      onKeyDown={(e) => {
        if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
        e.preventDefault();
        e.stopPropagation();
        setWidth(column, width + (e.key === 'ArrowRight' ? 8 : -8));
      }}
    />
  );
}

function Row(props: {
  readonly id: string;
  readonly row: PacketRow;
  readonly at: number;
  readonly offset: number;
  readonly template: string;
  readonly selected: boolean;
  readonly isCursor: boolean;
  readonly cells: readonly { readonly id: ColumnId; readonly content: React.ReactNode }[];
  readonly onSelect: (how: 'one' | 'add' | 'reach') => void;
}) {
  const { row, cells } = props;
  return (
    <tr
      id={props.id}
      className={`${gridStyles.row} ${styles.row}`}
      style={{ gridTemplateColumns: props.template, transform: `translateY(${props.offset}px)` }}
      aria-rowindex={props.at + 2}
      aria-selected={props.selected}
      data-cursor={props.isCursor}
      data-packet={keyOf(row)}
      data-tone={toneOf(row)}
      onClick={(e) => props.onSelect(e.shiftKey ? 'reach' : e.ctrlKey || e.metaKey ? 'add' : 'one')}
      onMouseDown={(e) => {
        // Shift and a click would also mark the text in between.
        if (e.shiftKey) e.preventDefault();
      }}
      onPointerEnter={() => useSelection.getState().hover({ tap: row.tap, row: row.row })}
    >
      {cells.map((c) => (
        <td
          key={c.id}
          className={`${gridStyles.cell} ${styles.cell}`}
          data-column={c.id}
          data-right={RIGHT_ALIGNED.has(c.id)}
          aria-label={wholeOf(c.id, row)}
          title={wholeOf(c.id, row)}
        >
          {c.content}
        </td>
      ))}
    </tr>
  );
}

/** Of an address that is drawn in parts. */
const wholeOf = (column: ColumnId, row: PacketRow): string | undefined =>
  column === 'source' || column === 'destination' ? row[column] : undefined;

const LEAK_BIT = 1;
const RESET_BIT = 2;
const REPEATED = 0x0007 | 0x0008;

function toneOf(row: PacketRow): string {
  if (row.marks & LEAK_BIT) return 'leak';
  if (row.marks & RESET_BIT || /\[.*RST/.test(row.info)) return 'reset';
  return row.analysis & REPEATED ? 'warn' : row.protocol === 'TCP' ? 'plain' : 'other';
}
