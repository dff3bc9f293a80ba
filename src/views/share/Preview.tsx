// What will leave: counts, the lists behind them on demand, and what to be careful about.
import type { RedactionChoices } from '../../document/redact/choices.ts';
import type { SharedName, SharePreview } from '../../worker/api.ts';
import { formatBytes } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import styles from './ShareDialog.module.css';
import { text } from './text.ts';

/** A list longer than this is cut on screen: whoever wants all of it shares less. */
const MOST = 500;

export function Preview({ preview, choices }: { readonly preview: SharePreview | null; readonly choices: RedactionChoices }) {
  const t = useText(text);
  if (!preview) return <p className={styles.quiet}>{t('counting')}</p>;
  const fate = (kept: boolean, gone: 'replaced' | 'left' = 'replaced'): string => t(kept ? 'asIs' : gone);
  const { packets, payload } = preview;
  return (
    <div className={styles.preview} data-ready>
      <ul className={styles.counts}>
        <li>{t('packetsLeave', packets)}</li>
        <li>{t('payloadLeaves', { kept: formatBytes(payload.kept), captured: formatBytes(payload.captured) })}</li>
        <Count
          says={t('addressesLeave', { n: preview.addresses.length })}
          fate={fate(choices.addresses === 'keep')}
          list={preview.addresses}
        />
        <Count
          says={t('hardwareLeave', { n: preview.hardwareAddresses.length })}
          fate={fate(choices.hardwareAddresses === 'keep')}
          list={preview.hardwareAddresses}
        />
        <Count says={t('namesLeave', { n: preview.names.length })} fate={fate(choices.names === 'keep')} list={renamings(preview.names)} />
        <Count
          says={t('pointsLeave', { n: preview.points.length })}
          fate={fate(choices.names === 'keep')}
          list={renamings(preview.points)}
        />
        <Count says={t('filesLeave', { n: preview.files.length })} fate={fate(choices.names === 'keep')} list={renamings(preview.files)} />
        <li>
          {t('commentsLeave', { n: preview.comments })}: {fate(choices.comments === 'keep', 'left')}
        </li>
        <li>
          {t('notesLeave', { n: preview.notes })}: {fate(choices.notes === 'keep', 'left')}
        </li>
        <Count
          says={t('contextLeaves', { n: preview.context.length })}
          fate={t(choices.context === 'words' ? 'contextWords' : 'contextFacts')}
          list={preview.context.map((file) => t('contextFile', { ...file, n: file.facts }))}
        />
        {preview.textReplacements > 0 && <li>{t('replacements', { n: preview.textReplacements })}</li>}
      </ul>
      {choices.payload.keep !== 'none' && (choices.addresses === 'replace' || choices.names === 'replace') && (
        <p className={styles.warning}>{t('payloadWarning')}</p>
      )}
      {preview.suspicious.length > 0 && (
        <p className={styles.warning}>
          {t('suspicious')} {preview.suspicious.slice(0, 20).join(' · ')}
        </p>
      )}
      {preview.unreadable > 0 && <p className={styles.warning}>{t('unreadable', { n: preview.unreadable })}</p>}
      {preview.notUnderstood > 0 && <p className={styles.quiet}>{t('notUnderstood', { n: preview.notUnderstood })}</p>}
      <p className={styles.size}>{t('size', { size: formatBytes(preview.size) })}</p>
    </div>
  );
}

const renamings = (names: readonly SharedName[]): string[] =>
  names.map(({ was, becomes }) => (was === becomes ? was : `${was} → ${becomes || '–'}`));

function Count({ says, fate, list }: { readonly says: string; readonly fate: string; readonly list: readonly string[] }) {
  if (list.length === 0) return <li>{says}</li>;
  return (
    <li>
      <details>
        <summary>
          {says}: {fate}
        </summary>
        <ul className={styles.list}>
          {list.slice(0, MOST).map((item) => (
            <li key={item}>{item}</li>
          ))}
          {list.length > MOST && <li>… {list.length - MOST}</li>}
        </ul>
      </details>
    </li>
  );
}
