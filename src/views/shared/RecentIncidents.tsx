// Incidents this browser remembers, with what each needs to be opened again. For the start page.
import { X } from 'lucide-react';
import { useAnnotations } from '../../store/annotations.ts';
import { type RecentIncident, useIncident } from '../../store/incident.ts';
import { useSettings } from '../../store/settings.ts';
import { rawIncident } from '../../store/shelf.ts';
import { Button } from './Button.tsx';
import { formatBytes, LOCALES } from './format.ts';
import { useText } from './i18n.ts';
import { useKeeping } from './keeping.ts';
import styles from './RecentIncidents.module.css';
import { recentText } from './recentText.ts';

export function RecentIncidents() {
  const t = useText(recentText);
  const recent = useIncident((s) => s.recent);
  if (recent.length === 0) return null;
  return (
    <section className={styles.recent} aria-label={t('recent')}>
      <h2 className={styles.heading}>{t('recent')}</h2>
      <ul className={styles.list}>
        {recent.slice(0, 8).map((incident) => (
          <Item key={incident.id} incident={incident} />
        ))}
      </ul>
    </section>
  );
}

function Item({ incident }: { readonly incident: RecentIncident }) {
  const t = useText(recentText);
  const keeping = useKeeping();
  const language = useSettings((s) => s.language);
  const title = incident.title || t('untitled');
  const when = new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'medium', timeStyle: 'short' }).format(incident.changed);
  const files = incident.captures.map((c) => c.name).join(', ');
  return (
    <li className={styles.item}>
      {incident.damaged ? (
        <span className={styles.open}>
          {t('damaged')}{' '}
          <Button onClick={() => void rawIncident(incident.id).then((blob) => download(`${incident.id}.json`, blob))}>{t('saveIt')}</Button>
        </span>
      ) : (
        <button
          type="button"
          className={styles.open}
          aria-label={t('open', { title })}
          onClick={() => void keeping.openRecent(incident.id)}
        >
          <span className={styles.title}>{title}</span>
          <span className={styles.detail}>
            {when}
            {incident.notes > 0 && ` · ${t('notes', { n: incident.notes })}`} ·{' '}
            {incident.hasPackets ? t('complete') : t('needs', { files })}
          </span>
        </button>
      )}
      <Button look="icon" aria-label={t('remove', { title })} onClick={() => void keeping.forgetRecent(incident.id)}>
        <X size={15} aria-hidden />
      </Button>
    </li>
  );
}

/** Captures that the remembered incident waits for, and files that only look like them. */
export function AwaitedCaptures() {
  const t = useText(recentText);
  const awaited = useIncident((s) => s.awaited);
  const unlike = useIncident((s) => s.unlike);
  const title = useAnnotations((s) => s.title);
  if (awaited.length === 0) return null;
  return (
    <div className={styles.awaited} role="status">
      <p>{t('waiting', { title: title || t('untitled') })}</p>
      <ul className={styles.files}>
        {awaited.map((c) => (
          <li key={`${c.name}/${c.sha256}`}>
            <code>{c.name}</code> {formatBytes(c.size)}
          </li>
        ))}
      </ul>
      {unlike.length > 0 && <p className={styles.unlike}>{t('unlike', { files: unlike.join(', ') })}</p>}
    </div>
  );
}

/** The same in one line, once some of them are open. */
export function StillAwaited() {
  const t = useText(recentText);
  const awaited = useIncident((s) => s.awaited);
  const unlike = useIncident((s) => s.unlike);
  if (awaited.length === 0) return null;
  return (
    <p className={styles.still} role="status">
      {t('stillWaiting', { files: awaited.map((c) => c.name).join(', ') })} {unlike.length > 0 && t('unlike', { files: unlike.join(', ') })}
    </p>
  );
}

function download(name: string, blob: Blob): void {
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(blob);
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
}
