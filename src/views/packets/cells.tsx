// What stands in each column of the packet list.
import type { ReactNode } from 'react';
import type { PacketRow } from '../../engine/model/packetList.ts';
import * as M from '../../engine/model/packetList.ts';
import type { ColumnId } from '../../store/packetList.ts';
import { EndpointText } from '../shared/EndpointText.tsx';
import { formatRecorded } from '../shared/format.ts';
import type { Translate } from '../shared/i18n.ts';
import styles from './PacketTable.module.css';
import type { packetsText } from './text.ts';

type T = Translate<keyof typeof packetsText.en & string>;

export interface CellContext {
  readonly t: T;
  readonly tapName: (tap: number) => string;
  readonly time: (nanos: number) => string;
  /** The journey's column is hidden: its marks stand before the info text. */
  readonly marksInInfo: boolean;
}

/** CSS pixels: an IPv4 address and the longest state of conntrack fit; the info column takes what is left. */
export const WIDTHS: Readonly<Record<ColumnId, number>> = {
  number: 56,
  tap: 76,
  time: 96,
  ownTime: 226,
  delta: 84,
  source: 126,
  destination: 126,
  protocol: 66,
  length: 58,
  verdict: 98,
  marks: 120,
  info: 520,
};

export const RIGHT_ALIGNED: ReadonlySet<ColumnId> = new Set(['number', 'time', 'ownTime', 'delta', 'length']);

/** Most telling first. */
const MARKS: readonly (readonly [number, Parameters<T>[0], string])[] = [
  [M.M_LEAK, 'leak', 'leak'],
  [M.M_RESET_KILLS, 'kills', 'reset'],
  [M.M_RESET, 'reset', 'reset'],
  [M.M_LOST, 'lost', 'warn'],
  [M.M_INJECTED, 'injected', 'warn'],
  [M.M_HELD, 'held', 'warn'],
  [M.M_LEAKED, 'leaked', 'leak'],
  [M.M_DUPLICATED, 'duplicated', 'mute'],
  [M.M_STRAY, 'stray', 'mute'],
];

/** Marks in words; one word says it where a stronger one says the same. */
export function marksOfRow(row: PacketRow): readonly (readonly [Parameters<T>[0], string])[] {
  const hidden = (row.marks & M.M_LEAK ? M.M_LEAKED | M.M_STRAY : 0) | (row.marks & M.M_RESET_KILLS ? M.M_RESET : 0);
  return MARKS.filter(([bit]) => row.marks & bit & ~hidden).map(([, word, tone]) => [word, tone]);
}

const chips = (row: PacketRow, t: T): ReactNode =>
  marksOfRow(row).map(([word, tone]) => (
    <span key={word} className={styles.chip} data-tone={tone}>
      {t(word)}
    </span>
  ));

export function cell(column: ColumnId, row: PacketRow, c: CellContext): ReactNode {
  switch (column) {
    case 'number':
      return row.frame;
    case 'tap':
      return c.tapName(row.tap);
    case 'time':
      return c.time(row.time);
    case 'ownTime':
      return formatRecorded(row.ownTime);
    case 'delta':
      return (row.delta / 1e9).toFixed(6);
    case 'source':
    case 'destination':
      return <EndpointText text={row[column]} />;
    case 'protocol':
      return row.protocol;
    case 'length':
      return row.length;
    case 'verdict':
      return row.verdict === 'INVALID' || row.verdict === 'DROPPED' ? (
        <strong className={styles.invalid}>{row.verdict}</strong>
      ) : (
        row.verdict
      );
    case 'marks':
      return chips(row, c.t);
    case 'info':
      return (
        <>
          {c.marksInInfo && chips(row, c.t)}
          {row.info}
        </>
      );
  }
}
