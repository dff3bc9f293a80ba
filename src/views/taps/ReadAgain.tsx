// Reads a capture again that was still being written when it was dropped. A browser hands out the file as it is now only when it is chosen anew.
import { RotateCw } from 'lucide-react';
import { type ChangeEvent, useRef, useState } from 'react';
import type { TapEntry } from '../../store/session.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import { useOpening } from '../shared/opening.ts';
import styles from './TapCard.module.css';
import { tapsText } from './text.ts';

export function ReadAgain({ tap }: { readonly tap: TapEntry }) {
  const t = useText(tapsText);
  const opening = useOpening();
  const input = useRef<HTMLInputElement>(null);
  const [other, setOther] = useState<string | null>(null);
  const label = t('readAgain', { file: tap.fileNames[0] ?? tap.name });
  const chosen = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const [file] = event.target.files ?? [];
    if (file) setOther((await opening.readAgain(tap.key, file)) ? null : file.name);
  };
  return (
    <>
      <Button look="icon" aria-label={label} title={label} onClick={() => input.current?.click()}>
        <RotateCw size={14} aria-hidden />
      </Button>
      <input ref={input} type="file" hidden aria-label={label} onChange={(e) => void chosen(e)} />
      {other !== null && (
        <p className={styles.other} role="alert">
          {t('notGrown', { file: other })}
        </p>
      )}
    </>
  );
}
