// What stands in each column of the connection list, as text: for the screen and for the clipboard. Pure.
import type { ConnectionOrder, ConnectionRow } from '../../engine/model/connectionList.ts';
import type { Language } from '../../worker/api.ts';
import { formatBytes, formatCount, formatDuration } from '../shared/format.ts';
import type { Translate } from '../shared/i18n.ts';
import type { connectionsText } from './text.ts';
import { closeText, completenessText } from './words.ts';

export interface RowWords {
  readonly t: Translate<keyof typeof connectionsText.en>;
  readonly language: Language;
  readonly time: (nanos: number) => string;
  readonly tapName: (tap: number) => string;
}

/** Empty where nothing was captured, or nothing of the kind happened. */
export function rowText(column: ConnectionOrder, row: ConnectionRow, { t, language, time, tapName }: RowWords): string {
  const count = (n: number): string => (n === 0 ? '' : formatCount(n, language));
  const measured = (value: number, format: (value: number) => string): string => (Number.isNaN(value) ? '' : format(value));
  switch (column) {
    case 'start':
      return time(row.firstTime);
    case 'client':
      return row.client;
    case 'server':
      return row.service ? `${row.service} → ${row.server}` : row.server;
    case 'taps':
      return row.taps.map(tapName).join(' · ');
    case 'packets':
      return formatCount(row.packets, language);
    case 'bytes':
    case 'bytesOut':
    case 'bytesBack':
      return formatBytes(row[column]);
    case 'retransmissions':
    case 'resets':
    case 'leaks':
      return count(row[column]);
    case 'duration':
      return formatDuration(row.duration);
    case 'handshake':
    case 'rttLeast':
    case 'rttMedian':
      return measured(row[column], formatDuration);
    case 'inFlight':
      return measured(row.inFlight, formatBytes);
    case 'close':
      return closeText(t, row);
    case 'completeness':
      return completenessText(row.completeness);
    case 'whatIf':
      return row.whatIf ? t('yes') : '';
  }
}

/** Rows as a spreadsheet takes them: a line of names, then a line each, tabs between columns. */
export function tableText(columns: readonly ConnectionOrder[], rows: readonly ConnectionRow[], words: RowWords): string {
  const lines = [columns.map((c) => words.t(c)), ...rows.map((row) => columns.map((c) => rowText(c, row, words)))];
  return lines.map((cells) => cells.join('\t')).join('\n');
}

/** The packets of these connections, leaks among them, in the filter language. */
export function packetFilterOf(paths: readonly number[]): string {
  if (paths.length === 1) return `hop.path == ${paths[0]}`;
  return `hop.path in {${[...paths].sort((a, b) => a - b).join(', ')}}`;
}
