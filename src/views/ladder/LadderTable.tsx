// The same rows as a table: what screen readers get, what the keyboard walks through, and on request what everybody sees.
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { LadderPacket, LadderRow } from '../../engine/model/ladder.ts';
import type { Nanos } from '../../engine/model/units.ts';
import type { DescribeStage } from '../../figure/describe.ts';
import { describePacket, describeRow, laneName } from '../../figure/describe.ts';
import type { LadderWords } from '../../figure/words.ts';
import { useLanes } from '../../store/lanes.ts';
import { useViewport } from '../../store/viewport.ts';
import { useText } from '../shared/i18n.ts';
import styles from './Ladder.module.css';
import type { LadderControl } from './ladderControl.ts';
import { foldId, packetId, rowId } from './ladderState.ts';
import { ladderText } from './text.ts';

interface TableProps {
  readonly control: LadderControl;
  readonly words: LadderWords;
  readonly formatTime: (time: Nanos) => string;
  readonly visible: boolean;
}

export function LadderTable({ control, words, formatTime, visible }: TableProps) {
  const t = useText(ladderText);
  const { ladder } = control;
  const open = useViewport((s) => s.openFolds);
  const pages = useStore(control.store, (s) => s.pages);
  const cursor = useStore(control.store, (s) => s.cursor);
  const names = useLanes((s) => s.names);
  const body = useRef<HTMLTableSectionElement>(null);
  const stage: DescribeStage = { words, lanes: ladder.lanes, isn: ladder.paths.map((p) => p.isn) };
  const rows = ladder.rows.flatMap((row): (LadderRow | LadderPacket)[] =>
    row.kind === 'fold' && open.has(foldId(row)) ? [row, ...(pages.get(row.first) ?? []).flatMap((w) => w.packets)] : [row],
  );
  const current = cursor && rows.some((r) => rowId(r) === cursor) ? cursor : rows[0] ? rowId(rows[0]) : null;

  // The focus goes with the cursor, but only when it is in the table already.
  useEffect(() => {
    if (!cursor || !body.current?.contains(document.activeElement)) return;
    body.current.querySelector<HTMLElement>(`[data-row="${CSS.escape(cursor)}"]`)?.focus({ preventScroll: !visible });
  }, [cursor, visible]);

  const seen = (p: LadderPacket): string => p.sightings.map((s) => `${laneName(ladder, s.lane, words, names)} #${s.frame}`).join(', ');
  return (
    <div className={visible ? styles.table : `unseen ${styles.unseenTable}`}>
      <table>
        <caption className="unseen">{t('rows')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('time')}</th>
            <th scope="col">{t('what')}</th>
            <th scope="col">{t('where')}</th>
          </tr>
        </thead>
        <tbody ref={body} data-rows>
          {rows.map((row) => {
            const id = rowId(row);
            const time = row.kind === 'packet' ? (row.sightings[0]?.time ?? ladder.firstTime) : row.from;
            const says = row.kind === 'packet' ? describePacket(row, stage) : describeRow(row, stage, ladder);
            const acts = row.kind === 'packet' || row.kind === 'fold';
            return (
              <tr key={id} className={id === cursor ? styles.currentRow : undefined}>
                <td className={styles.mono}>{formatTime(time)}</td>
                <td>
                  {acts ? (
                    <button
                      type="button"
                      className={styles.rowButton}
                      data-row={id}
                      tabIndex={id === current ? 0 : -1}
                      aria-expanded={row.kind === 'fold' ? open.has(id) : undefined}
                      aria-pressed={row.kind === 'packet' ? id === cursor : undefined}
                      onFocus={() => {
                        if (control.store.getState().cursor !== id) control.setCursor(id, { select: false });
                      }}
                      onClick={(e) => {
                        if (e.shiftKey) control.reachTo(id);
                        else if (row.kind === 'packet') control.setCursor(packetId(row), { extend: e.ctrlKey || e.metaKey });
                        else control.toggleFold(foldId(row));
                      }}
                    >
                      {says}
                    </button>
                  ) : (
                    says
                  )}
                </td>
                <td className={styles.mono}>{row.kind === 'packet' ? seen(row) : ''}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
