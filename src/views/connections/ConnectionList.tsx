// Every connection once, however many capture points saw it: filter on top, rows left, the chosen one's legs right.
import { X } from 'lucide-react';
import { useLayoutEffect, useMemo, useRef } from 'react';
import type { ConnectionRow } from '../../engine/model/connectionList.ts';
import { CONNECTION_COLUMNS, useConnectionColumns } from '../../store/connectionColumns.ts';
import { useSelection } from '../../store/selection.ts';
import { useSession } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import { Button } from '../shared/Button.tsx';
import { ColumnMenu } from '../shared/ColumnMenu.tsx';
import { CopyButton } from '../shared/CopyButton.tsx';
import { formatBytes } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import { useTimeFormat } from '../shared/timeFormat.ts';
import styles from './ConnectionList.module.css';
import { ConnectionTable, heightOf } from './ConnectionTable.tsx';
import { PathHeaderCard } from './PathHeaderCard.tsx';
import { type RowWords, tableText } from './rowText.ts';
import { showPackets } from './showPackets.ts';
import { connectionsText } from './text.ts';
import { useChosen } from './useChosen.ts';
import { type Connections, useConnections } from './useConnections.ts';

const FLAGS = ['reset', 'leak', 'nat', 'retransmission'] as const;

/** Slot of the workbench: takes no props, reads the stores, asks the engine. */
export function ConnectionList() {
  const t = useText(connectionsText);
  const connections = useConnections();
  const main = useSession((s) => s.summary?.mainPath ?? null);
  const onScreen = useSelection((s) => s.path) ?? main;
  const chosen = useChosen(onScreen);
  const language = useSettings((s) => s.language);
  const time = useTimeFormat();
  const names = useSession((s) => s.summary?.taps);
  const words = useMemo<RowWords>(
    () => ({ t, language, time, tapName: (tap) => names?.[tap]?.name ?? String(tap) }),
    [t, language, time, names],
  );
  const { answer } = connections;
  const rows = useRef<HTMLDivElement>(null);
  const needed = heightOf(answer?.matched ?? 0);
  useLayoutEffect(() => rows.current?.style.setProperty('--rows', `${needed}px`), [needed]);
  return (
    <div className={styles.view}>
      <FilterRow connections={connections} />
      <div className={styles.split}>
        <div className={styles.inner}>
          <div ref={rows} className={styles.rows}>
            <ConnectionTable connections={connections} chosen={chosen} words={words} />
            {answer?.matched === 0 && <p className={styles.none}>{t('none')}</p>}
          </div>
          <PathHeaderCard path={chosen.cursor} />
        </div>
      </div>
      {chosen.rows.length > 1 && <ChosenBar rows={chosen.rows} words={words} />}
    </div>
  );
}

/** What several chosen connections add up to, and what can be done with them. */
function ChosenBar({ rows, words }: { readonly rows: readonly ConnectionRow[]; readonly words: RowWords }) {
  const { t } = words;
  const hidden = useConnectionColumns((s) => s.hidden);
  const sum = (of: (row: ConnectionRow) => number): number => rows.reduce((n, row) => n + of(row), 0);
  const columns = CONNECTION_COLUMNS.filter((c) => !hidden.includes(c));
  return (
    <div className={styles.chosen}>
      <p role="status">
        {t('chosen', {
          n: rows.length,
          packets: sum((r) => r.packets),
          bytes: formatBytes(sum((r) => r.bytes)),
          resets: sum((r) => r.resets),
          leaks: sum((r) => r.leaks),
        })}
      </p>
      <Button look="plain" onClick={() => showPackets(rows.map((r) => r.path))}>
        {t('theirPackets')}
      </Button>
      <CopyButton text={tableText(columns, rows, words)} label={t('copyRows')} />
    </div>
  );
}

function FilterRow({ connections: { request, answer, setFilter } }: { readonly connections: Connections }) {
  const t = useText(connectionsText);
  const { filter } = request;
  const { hidden, toggle } = useConnectionColumns();
  return (
    <div className={styles.bar}>
      <div className={styles.search}>
        <input
          type="text"
          className={styles.input}
          aria-label={t('filter')}
          placeholder={t('placeholder')}
          spellCheck={false}
          autoComplete="off"
          value={filter.text}
          onChange={(e) => setFilter({ text: e.target.value })}
        />
        {filter.text !== '' && (
          <Button look="icon" className={styles.clear} aria-label={t('clear')} onClick={() => setFilter({ text: '' })}>
            <X size={14} aria-hidden />
          </Button>
        )}
      </div>
      {FLAGS.map((flag) => (
        <button
          key={flag}
          type="button"
          className={styles.chip}
          aria-pressed={filter[flag]}
          data-flag={flag}
          onClick={() => setFilter({ [flag]: !filter[flag] })}
        >
          {t(flag)}
        </button>
      ))}
      <p className={styles.count} aria-live="polite">
        {answer && t('count', { matched: answer.matched, total: answer.total })}
      </p>
      <ColumnMenu name={t('columns')} columns={CONNECTION_COLUMNS} hidden={hidden} label={(c) => t(c)} onToggle={toggle} />
      {answer?.unknownWord !== undefined && (
        <p className={styles.unknown} role="status">
          {t('unknownWord', { word: answer.unknownWord })}
        </p>
      )}
    </div>
  );
}
