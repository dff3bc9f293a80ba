// Where the filter is typed: suggestions while typing, the error under the text at its place, applied on Enter.
import { X } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { FilterError, FilterHint, Suggestion } from '../../engine/model/filter.ts';
import { usePacketList } from '../../store/packetList.ts';
import { Button } from '../shared/Button.tsx';
import { useEngine } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import styles from './FilterBar.module.css';
import { errorText, hintText } from './filterText.ts';
import { packetsText } from './text.ts';

interface Checked {
  readonly error: FilterError | null;
  readonly hints: readonly FilterHint[];
}
const FINE: Checked = { error: null, hints: [] };

export function FilterBar() {
  const t = useText(packetsText);
  const engine = useEngine();
  const applied = usePacketList((s) => s.filter);
  const setFilter = usePacketList((s) => s.setFilter);
  const [text, setText] = useState(applied);
  const [checked, setChecked] = useState<Checked>(FINE);
  const [offers, setOffers] = useState<readonly Suggestion[]>([]);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const asked = useRef(0);
  const id = useId();

  useEffect(() => setText(applied), [applied]);
  useEffect(() => {
    let current = true;
    engine.query('checkFilter', text).then(
      (answer) => current && setChecked(answer),
      () => current && setChecked(FINE),
    );
    return () => {
      current = false;
    };
  }, [engine, text]);

  const close = (): void => {
    asked.current++;
    setOffers([]);
    setActive(-1);
  };
  const suggest = (value: string, cursor: number): void => {
    const mine = ++asked.current;
    engine.query('filterSuggestions', value, cursor).then(
      (found) => {
        if (mine !== asked.current) return;
        setOffers(found.slice(0, 12));
        setActive(-1);
      },
      () => undefined,
    );
  };
  const change = (value: string): void => {
    setText(value);
    suggest(value, input.current?.selectionStart ?? value.length);
  };
  const take = (offer: Suggestion): void => {
    const space = offer.kind === 'field' || offer.kind === 'value' ? '' : ' ';
    const next = `${text.slice(0, offer.from)}${offer.text}${space}${text.slice(offer.to)}`;
    const cursor = offer.from + offer.text.length + space.length;
    setText(next);
    close();
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(cursor, cursor);
    });
  };
  const apply = (value: string): void => {
    close();
    setFilter(value.trim());
  };
  const onKeyDown = (e: React.KeyboardEvent): void => {
    const count = offers.length;
    if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && count > 0) {
      e.preventDefault();
      setActive((a) => (e.key === 'ArrowDown' ? (a + 1) % count : (a <= 0 ? count : a) - 1));
    } else if (e.key === 'ArrowDown') suggest(text, input.current?.selectionStart ?? text.length);
    else if ((e.key === 'Enter' || e.key === 'Tab') && offers[active]) {
      e.preventDefault();
      take(offers[active]);
    } else if (e.key === 'Enter') apply(text);
    else if (e.key === 'Escape' && count > 0) {
      e.stopPropagation();
      close();
    }
  };

  const { error, hints } = checked;
  const isBad = error !== null && text.trim() !== '';
  return (
    <div className={styles.bar}>
      <div className={styles.field} data-state={isBad ? 'bad' : text.trim() === '' ? 'empty' : 'good'}>
        <input
          ref={input}
          className={styles.input}
          type="text"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          role="combobox"
          aria-label={t('filter')}
          aria-expanded={offers.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
          aria-invalid={isBad}
          aria-describedby={isBad && offers.length === 0 ? `${id}-error` : undefined}
          placeholder={t('placeholder')}
          value={text}
          onChange={(e) => change(e.target.value)}
          onKeyDown={onKeyDown}
          onBlur={close}
        />
        {text !== '' && (
          <Button
            look="icon"
            className={styles.clear}
            aria-label={t('clear')}
            onClick={() => {
              setText('');
              apply('');
            }}
          >
            <X size={14} aria-hidden />
          </Button>
        )}
        <div id={`${id}-list`} role="listbox" aria-label={t('suggestions')} className={styles.offers} hidden={offers.length === 0}>
          {offers.map((o, i) => (
            <div
              key={`${o.kind} ${o.text}`}
              id={`${id}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === active}
              className={styles.offer}
              onPointerDown={(e) => {
                e.preventDefault();
                take(o);
              }}
            >
              <code>{o.text}</code>
              <span className={styles.label}>{o.label}</span>
            </div>
          ))}
        </div>
      </div>
      {isBad && offers.length === 0 && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          <code aria-hidden className={styles.place}>
            {text.slice(0, error.at)}
            <mark>{text.slice(error.at, error.at + Math.max(1, error.length)) || '␣'}</mark>
            {text.slice(error.at + Math.max(1, error.length))}
          </code>
          {errorText(t, error)}
        </p>
      )}
      {!isBad && hints[0] && <p className={styles.hint}>{hintText(t, hints[0])}</p>}
    </div>
  );
}
