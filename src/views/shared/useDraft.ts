// Text being typed: handed on when typing pauses, and at once when the field is left. One pause is one step to undo.
import { useEffect, useRef, useState } from 'react';

const PAUSE = 350;

export interface Draft {
  readonly value: string;
  readonly change: (value: string) => void;
  /** Hands on what is not handed on yet. */
  readonly flush: () => void;
}

export function useDraft(saved: string, commit: (value: string) => void): Draft {
  const [value, setValue] = useState(saved);
  const latest = useRef({ value: saved, saved, commit });
  latest.current = { ...latest.current, saved, commit };
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // Undo, another tab, another incident: what is saved wins.
  useEffect(() => {
    setValue(saved);
    latest.current.value = saved;
  }, [saved]);
  const flush = (): void => {
    clearTimeout(timer.current);
    if (latest.current.value !== latest.current.saved) latest.current.commit(latest.current.value);
  };
  useEffect(() => {
    const handOn = (): void => {
      clearTimeout(timer.current);
      if (latest.current.value !== latest.current.saved) latest.current.commit(latest.current.value);
    };
    // Before whoever keeps the incident writes it for the last time.
    addEventListener('pagehide', handOn, { capture: true });
    document.addEventListener('visibilitychange', handOn, { capture: true });
    return () => {
      removeEventListener('pagehide', handOn, { capture: true });
      document.removeEventListener('visibilitychange', handOn, { capture: true });
      handOn();
    };
  }, []);
  return {
    value,
    change: (next) => {
      setValue(next);
      latest.current.value = next;
      clearTimeout(timer.current);
      timer.current = setTimeout(flush, PAUSE);
    },
    flush,
  };
}
