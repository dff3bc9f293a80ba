// Share: choose a form, decide what goes into it, see what will leave, save or copy.
import { Binary, Camera, FileCode2, FileText, Image, Link2, Table2, Waypoints, Workflow } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { canLock, SHORTEST_PASSPHRASE } from '../../document/file/lock.ts';
import { DEFAULT_CHOICES, type RedactionChoices } from '../../document/redact/choices.ts';
import type { PacketChoice } from '../../document/share/selectRows.ts';
import { useSession } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import { captureView } from '../../store/viewState.ts';
import { assumptionOf, useWhatIf } from '../../store/whatIf.ts';
import type { SharePreview } from '../../worker/api.ts';
import { Button } from '../shared/Button.tsx';
import { Dialog } from '../shared/Dialog.tsx';
import { useEngine } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import { sharedText } from '../shared/text.ts';
import { Choices } from './Choices.tsx';
import { canBeLocked, type Kind, type Made, makeFile, saveBlob } from './makeFile.ts';
import { makePicture, type PictureChoice } from './makePicture.ts';
import { DEFAULT_PICTURE, PictureChoices, shownTheme } from './PictureChoices.tsx';
import { Preview } from './Preview.tsx';
import styles from './ShareDialog.module.css';
import { shareRequest } from './shareRequest.ts';
import { type TextId, text } from './text.ts';

const KINDS: readonly { readonly kind: Kind; readonly hint: TextId; readonly Icon: typeof Link2 }[] = [
  { kind: 'html', hint: 'htmlHint', Icon: FileCode2 },
  { kind: 'incident', hint: 'incidentHint', Icon: Waypoints },
  { kind: 'link', hint: 'linkHint', Icon: Link2 },
  { kind: 'markdown', hint: 'markdownHint', Icon: FileText },
  { kind: 'mermaid', hint: 'mermaidHint', Icon: Workflow },
  { kind: 'svg', hint: 'svgHint', Icon: Image },
  { kind: 'png', hint: 'pngHint', Icon: Camera },
  { kind: 'pcapng', hint: 'pcapngHint', Icon: Binary },
  { kind: 'tables', hint: 'tablesHint', Icon: Table2 },
];

export function ShareDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const t = useText(text);
  const ts = useText(sharedText);
  return (
    <Dialog title={t('share')} closeLabel={ts('close')} open={open} onClose={onClose} wide>
      <ShareForm />
    </Dialog>
  );
}

type Outcome =
  | Made
  | { readonly kind: 'working' }
  | { readonly kind: 'saved'; readonly names: string }
  | { readonly kind: 'copied' }
  | { readonly kind: 'failed'; readonly detail: string };

/** Lives while the dialog is open: a new key for every opening. */
function ShareForm() {
  const t = useText(text);
  const ts = useText(sharedText);
  const engine = useEngine();
  const language = useSettings((s) => s.language);
  const isAnalysed = useSession((s) => s.summary !== null);
  const isAssuming = useWhatIf((s) => assumptionOf(s) !== null);
  const [kind, setKind] = useState<Kind>('html');
  const [packets, setPackets] = useState<PacketChoice>('findings');
  const [choices, setChoices] = useState<RedactionChoices>(DEFAULT_CHOICES);
  const [redactionKey] = useState(() => crypto.getRandomValues(new Uint8Array(32)));
  const [preview, setPreview] = useState<SharePreview | null>(null);
  const [picture, setPicture] = useState<PictureChoice>(() => ({ ...DEFAULT_PICTURE, theme: shownTheme() }));
  const [passphrase, setPassphrase] = useState('');
  const isShort = canBeLocked(kind) && passphrase !== '' && passphrase.length < SHORTEST_PASSPHRASE;
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const options = { packets, choices, redactionKey, language };

  // biome-ignore lint/correctness/useExhaustiveDependencies: `options` is made of these.
  useEffect(() => {
    if (!isAnalysed) return;
    let current = true;
    setPreview(null);
    setOutcome(null);
    engine.query('sharePreview', shareRequest(options, null)).then(
      (value) => current && setPreview(value),
      (error: unknown) => current && setOutcome({ kind: 'failed', detail: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      current = false;
    };
  }, [engine, isAnalysed, packets, choices, language]);

  // Counts exports: one that was cancelled, or whose dialog was closed, neither saves nor copies anything.
  const job = useRef(0);
  useEffect(
    () => () => {
      job.current++;
    },
    [],
  );
  function cancel(): void {
    job.current++;
    setOutcome(null);
  }

  async function go(): Promise<void> {
    const mine = ++job.current;
    setOutcome({ kind: 'working' });
    try {
      const request = shareRequest(options, await captureView(engine));
      const made =
        kind === 'svg' || kind === 'png' || kind === 'mermaid'
          ? await makePicture(engine, request, kind, picture)
          : await makeFile(engine, request, kind, canBeLocked(kind) ? passphrase : '');
      if (mine !== job.current) return;
      if (made.kind === 'files') {
        for (const file of made.files) saveBlob(file.name, file.blob);
        setOutcome({ kind: 'saved', names: made.files.map((f) => f.name).join(', ') });
      } else if (made.kind === 'text') {
        const copied = await navigator.clipboard.writeText(made.text).then(
          () => true,
          () => false,
        );
        setOutcome(copied ? { kind: 'copied' } : made);
      } else setOutcome(made);
    } catch (error) {
      if (mine === job.current) setOutcome({ kind: 'failed', detail: error instanceof Error ? error.message : String(error) });
    }
  }

  if (!isAnalysed) return <p className={styles.quiet}>{t('nothing')}</p>;
  return (
    <div className={styles.form}>
      <fieldset className={styles.kinds}>
        <legend className={styles.legend}>{t('as')}</legend>
        {KINDS.map(({ kind: id, hint, Icon }) => (
          <label key={id} className={styles.kind}>
            <input type="radio" name="kind" value={id} checked={kind === id} onChange={() => setKind(id)} />
            <Icon size={18} aria-hidden />
            <span>
              <strong>{t(id)}</strong>
              <small>{t(hint)}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <Choices packets={packets} choices={choices} onPackets={setPackets} onChoices={setChoices} />
      <section className={styles.leaving} aria-label={t('leaves')}>
        <h3 className={styles.legend}>{t('leaves')}</h3>
        <Preview preview={preview} choices={choices} />
        {(kind === 'svg' || kind === 'png') && <PictureChoices kind={kind} choice={picture} onChange={setPicture} />}
        {canBeLocked(kind) && canLock() && (
          <label className={styles.choice}>
            <span>{t('passphrase')}</span>
            <input
              type="password"
              autoComplete="new-password"
              className={styles.words}
              value={passphrase}
              onChange={(e) => setPassphrase(e.target.value)}
            />
            <small className={styles.quiet}>{isShort ? t('passphraseShort', { n: SHORTEST_PASSPHRASE }) : t('passphraseHint')}</small>
          </label>
        )}
        {isAssuming && (kind === 'svg' || kind === 'png') && (
          <p className={styles.quiet}>{t(packets === 'evidence' ? 'pictureObservedOnly' : 'pictureForetells')}</p>
        )}
        {outcome?.kind === 'working' ? (
          <Button className={styles.go} onClick={cancel}>
            {ts('cancel')}
          </Button>
        ) : (
          <Button look="primary" className={styles.go} disabled={isShort} onClick={() => void go()}>
            {t(kind === 'link' ? 'copyLink' : kind === 'markdown' || kind === 'mermaid' ? 'copy' : 'save')}
          </Button>
        )}
        <OutcomeLine outcome={outcome} />
      </section>
    </div>
  );
}

function OutcomeLine({ outcome }: { readonly outcome: Outcome | null }) {
  const t = useText(text);
  if (!outcome) return null;
  switch (outcome.kind) {
    case 'working':
      return <p role="status">{t('working')}</p>;
    case 'saved':
      return <p role="status">{t('savedAs', { name: outcome.names })}</p>;
    case 'copied':
      return <p role="status">{t('copied')}</p>;
    case 'failed':
      return <p role="alert">{t('failed', { detail: outcome.detail })}</p>;
    case 'refused':
      return <p role="alert">{t(outcome.why)}</p>;
    case 'linkTooLong':
      return <p role="alert">{t('linkTooLong', { n: outcome.characters, limit: outcome.limit })}</p>;
    case 'text':
      return (
        <label className={styles.byHand}>
          {t('copyByHand')}
          <textarea readOnly rows={6} value={outcome.text} onFocus={(e) => e.currentTarget.select()} />
        </label>
      );
    default:
      return null;
  }
}
