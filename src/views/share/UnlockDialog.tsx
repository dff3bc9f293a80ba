// Asks for the passphrase of an incident that somebody locked. Nothing of it is shown before.
import { type FormEvent, useState } from 'react';
import { canLock } from '../../document/file/lock.ts';
import { useIncident } from '../../store/incident.ts';
import { Button } from '../shared/Button.tsx';
import { Dialog } from '../shared/Dialog.tsx';
import { useText } from '../shared/i18n.ts';
import { useKeeping } from '../shared/keeping.ts';
import { sharedText } from '../shared/text.ts';
import styles from './ShareDialog.module.css';
import { text } from './text.ts';

export function UnlockDialog() {
  const t = useText(text);
  const ts = useText(sharedText);
  const isWaiting = useIncident((s) => s.locked !== null);
  const close = (): void => useIncident.getState().set({ locked: null });
  return (
    <Dialog title={t('locked')} closeLabel={ts('close')} open={isWaiting} onClose={close}>
      <UnlockForm />
    </Dialog>
  );
}

function UnlockForm() {
  const t = useText(text);
  const keeping = useKeeping();
  const [state, setState] = useState<'asking' | 'working' | 'wrong'>('asking');
  if (!canLock()) return <p role="alert">{t('noCryptography')}</p>;
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const words = new FormData(event.currentTarget).get('passphrase');
    setState('working');
    if (!(await keeping.unlock(typeof words === 'string' ? words : ''))) setState('wrong');
  };
  return (
    <form className={styles.unlock} onSubmit={(event) => void submit(event)}>
      <p>{t('lockedHint')}</p>
      <label className={styles.choice}>
        <span>{t('passphrase')}</span>
        {/* biome-ignore lint/a11y/noAutofocus: the dialog asks for nothing else. */}
        <input name="passphrase" type="password" autoComplete="off" autoFocus required className={styles.words} />
      </label>
      <Button look="primary" type="submit" className={styles.go} disabled={state === 'working'}>
        {t(state === 'working' ? 'working' : 'unlock')}
      </Button>
      {state === 'wrong' && <p role="alert">{t('wrongPassphrase')}</p>}
    </form>
  );
}
