// One capture point that was read: name (editable), place in the order of lanes, facts, warnings.
import { GripVertical, TriangleAlert, X } from 'lucide-react';
import { type DragEvent, type KeyboardEvent, useState } from 'react';
import { reorderTaps } from '../../store/arrangement.ts';
import type { TapEntry } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import type { FileSummary, TapSummary } from '../../worker/api.ts';
import { Button } from '../shared/Button.tsx';
import { formatBytes, formatCount, formatDuration, formatMoment } from '../shared/format.ts';
import { type Translate, useText } from '../shared/i18n.ts';
import { useOpening } from '../shared/opening.ts';
import { ActivityStrip, type Span } from './ActivityStrip.tsx';
import { errorText } from './errorText.ts';
import { linkTypeName } from './linkTypes.ts';
import { ReadAgain } from './ReadAgain.tsx';
import styles from './TapCard.module.css';
import { TapName } from './TapName.tsx';
import { tapsText } from './text.ts';
import { warningsOf } from './warnings.ts';

const DRAG_TYPE = 'application/x-hopscope-tap';

export function TapCard(props: {
  readonly tap: TapEntry;
  readonly summary: TapSummary;
  readonly span: Span;
  /** Keys of the capture points as they stand in the list. */
  readonly order: readonly string[];
}) {
  const { tap, summary, order } = props;
  const t = useText(tapsText);
  const language = useSettings((s) => s.language);
  const opening = useOpening();
  const [over, setOver] = useState(false);
  const warnings = warningsOf(summary);
  const move = (key: string, to: number): void => {
    const rest = order.filter((other) => other !== key);
    if (rest.length < order.length) reorderTaps(rest.toSpliced(to, 0, key), null);
  };
  const moveByKey = (event: KeyboardEvent): void => {
    const by = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const to = order.indexOf(tap.key) + by;
    if (to >= 0 && to < order.length) move(tap.key, to);
  };
  const isTap = (event: DragEvent): boolean => event.dataTransfer.types.includes(DRAG_TYPE);
  return (
    <li
      className={styles.card}
      data-over={over}
      onDragOver={(e) => {
        if (!isTap(e)) return;
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        setOver(false);
        if (!isTap(e)) return;
        e.preventDefault();
        move(e.dataTransfer.getData(DRAG_TYPE), order.indexOf(tap.key));
      }}
    >
      <header className={styles.header}>
        <button
          type="button"
          className={styles.grip}
          aria-label={t('move', { tap: tap.name })}
          title={t('move', { tap: tap.name })}
          draggable
          onDragStart={(e) => {
            e.dataTransfer.setData(DRAG_TYPE, tap.key);
            e.dataTransfer.effectAllowed = 'move';
          }}
          onKeyDown={moveByKey}
        >
          <GripVertical size={15} aria-hidden />
        </button>
        <TapName tap={tap} />
        {summary.files.length === 1 && <ReadAgain tap={tap} />}
        <Button look="icon" aria-label={t('removeFile', { file: tap.name })} onClick={() => opening.remove(tap.key)}>
          <X size={14} aria-hidden />
        </Button>
      </header>
      <ActivityStrip summary={summary} span={props.span} label={t('activity', { tap: tap.name })} />
      <dl className={styles.facts}>
        {summary.files.map((file) => (
          <div key={file.name}>
            <dt>{summary.files.length > 1 ? file.name : t('file')}</dt>
            <dd>
              {summary.files.length > 1 ? '' : `${file.name}${t('pause')}`}
              {fileLine(file, file.snapLength === 0 ? t('unlimited') : formatCount(file.snapLength, language)).join(t('pause'))}
            </dd>
          </div>
        ))}
        <div>
          <dt>{t('packets')}</dt>
          <dd>
            {formatCount(summary.packets, language)}
            {summary.packets > 0 && t('pause') + t('tcpShare', { percent: tcpPercent(summary) })}
            {summary.tcp < summary.packets && t('aside', { text: othersOf(summary, t) })}
            {t('pause') + t('connections', { n: summary.connections })}
          </dd>
        </div>
        {summary.first !== null && summary.last !== null && (
          <div>
            <dt>{t('span')}</dt>
            <dd>{spanText(summary.first, summary.last, t('pause'))}</dd>
          </div>
        )}
        <div>
          <dt>{t('drops')}</dt>
          <dd>{dropsLine(summary, t('dropsUnknown'), (n) => t('dropsStated', { n }))}</dd>
        </div>
      </dl>
      {summary.unread.length > 0 && (
        <ul className={styles.unread}>
          {summary.unread.map((error) => (
            <li key={error.file}>{errorText(error, t)}</li>
          ))}
        </ul>
      )}
      {warnings.length > 0 && (
        <ul className={styles.warnings}>
          {warnings.map((w, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: warnings have no identity but their place
            <li key={i}>
              <TriangleAlert size={13} aria-hidden />
              {t(w.id, w.values)}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** Never "100" or "0" where a packet says otherwise. */
function tcpPercent({ tcp, packets }: TapSummary): number {
  const percent = Math.round((tcp / packets) * 1000) / 10;
  return tcp < packets ? Math.min(99.9, tcp > 0 ? Math.max(0.1, percent) : 0) : percent;
}

/** What the rest is, by protocol: what there is none of is not named. */
function othersOf({ files }: TapSummary, t: Translate<keyof typeof tapsText.en>): string {
  const sum = (of: (file: FileSummary) => number): number => files.reduce((n, file) => n + of(file), 0);
  const counts = [
    ['udp', sum((f) => f.udp)],
    ['icmp', sum((f) => f.icmp)],
    ['other', sum((f) => f.other)],
  ] as const;
  return counts.flatMap(([id, n]) => (n > 0 ? [t(id, { n })] : [])).join(t('comma'));
}

/** First and last moment, with day and zone said once where they are the same. */
function spanText(first: bigint, last: bigint, pause: string): string {
  const [from, to] = [formatMoment(first, 'utc'), formatMoment(last, 'utc')];
  const day = /^\S*\d-\d\d-\d\d /.exec(from)?.[0] ?? '';
  const shortTo = day !== '' && to.startsWith(day) ? to.slice(day.length) : to;
  const shortFrom = from.endsWith(ZONE) && to.endsWith(ZONE) ? from.slice(0, -ZONE.length) : from;
  return `${shortFrom} – ${shortTo}${pause}${formatDuration(Number(last - first))}`;
}
const ZONE = ' UTC';

function fileLine(file: FileSummary, snapLength: string): readonly string[] {
  const parts = [
    `${file.format}${file.compression ? ` (${file.compression})` : ''}`,
    formatBytes(file.size),
    [...new Set(file.linkTypes.map(linkTypeName))].join(' + '),
    `snaplen ${snapLength}`,
  ];
  return parts.filter((p) => p !== '');
}

function dropsLine(summary: TapSummary, unknown: string, stated: (n: number) => string): string {
  const known = summary.files.map((f) => f.dropped).filter((d) => d !== null);
  return known.length === 0 ? unknown : stated(known.reduce((a, b) => a + b, 0));
}
