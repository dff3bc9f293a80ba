// Setting a clock's offset by hand, and giving it back to the packets.
import { useState } from 'react';
import type { ClockDetail } from '../../engine/model/connectionList.ts';
import { useAnnotations } from '../../store/annotations.ts';
import { useSession } from '../../store/session.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import styles from './ClockPanel.module.css';
import { clocksText } from './text.ts';

/** A number of milliseconds as people type it, with either minus sign and groups of digits; null where it is none. */
export function parseMilliseconds(text: string): number | null {
  const plain = text.replace(/[\s\u00a0']/g, '').replace('−', '-');
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : null;
}

export function PinOffset({ clock, tapKey }: { readonly clock: ClockDetail; readonly tapKey: string }) {
  const t = useText(clocksText);
  const against = useSession((s) => s.summary?.taps[0]?.key ?? '');
  const pin = (offset: number | null): void => {
    const { offsets, correct } = useAnnotations.getState();
    const { [tapKey]: _, ...rest } = offsets;
    correct({ offsets: offset === null ? rest : { ...rest, [tapKey]: { offset, against } } });
  };
  const stands = (clock.offset / 1e6).toFixed(3);
  /** What is being typed in place of what; an offset that has changed since takes its place. */
  const [typed, setTyped] = useState<{ readonly text: string; readonly over: string } | null>(null);
  if (typed && typed.over !== stands) setTyped(null);
  const text = typed?.text ?? stands;
  const value = parseMilliseconds(text);
  return (
    <form
      className={styles.pin}
      onSubmit={(e) => {
        e.preventDefault();
        if (value !== null) pin(Math.round(value * 1e6));
      }}
    >
      <label className={styles.pinLabel}>
        {t('pinLabel')}
        <input
          className={styles.pinInput}
          inputMode="decimal"
          spellCheck={false}
          autoComplete="off"
          value={text}
          aria-invalid={value === null}
          onChange={(e) => setTyped({ text: e.target.value, over: stands })}
        />
      </label>
      <Button type="submit" disabled={value === null}>
        {t('pin')}
      </Button>
      {clock.pinned && (
        <Button look="plain" onClick={() => pin(null)}>
          {t('release')}
        </Button>
      )}
    </form>
  );
}
