// The name of a capture point, edited in place: Enter or leaving keeps it, Escape takes it back.
import { useEffect, useState } from 'react';
import type { TapEntry } from '../../store/session.ts';
import { useText } from '../shared/i18n.ts';
import { useOpening } from '../shared/opening.ts';
import styles from './TapName.module.css';
import { tapsText } from './text.ts';

export function TapName({ tap }: { readonly tap: TapEntry }) {
  const t = useText(tapsText);
  const opening = useOpening();
  const [draft, setDraft] = useState(tap.name);
  useEffect(() => setDraft(tap.name), [tap.name]);
  const keep = (): void => {
    const name = draft.trim();
    if (name !== '' && name !== tap.name) opening.rename(tap.key, name);
    else setDraft(tap.name);
  };
  return (
    <input
      className={styles.name}
      aria-label={t('tapName', { file: tap.fileNames[0] ?? '' })}
      value={draft}
      maxLength={80}
      spellCheck={false}
      onChange={(e) => setDraft(e.target.value)}
      onBlur={keep}
      onKeyDown={(e) => {
        if (e.key === 'Enter') e.currentTarget.blur();
        if (e.key === 'Escape') setDraft(tap.name);
      }}
    />
  );
}
