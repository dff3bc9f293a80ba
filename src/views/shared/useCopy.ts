// Copies a text; where the browser forbids it, says so, as the text is on screen to be copied by hand.
import { useCallback } from 'react';
import { useMessages } from '../../store/messages.ts';
import { useText } from './i18n.ts';
import { sharedText } from './text.ts';

/** @returns a function that resolves to whether the text was copied */
export function useCopy(): (text: string) => Promise<boolean> {
  const t = useText(sharedText);
  return useCallback(
    (text) => {
      const { say } = useMessages.getState();
      const written = navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject(new Error('no clipboard'));
      return written.then(
        () => {
          say(t('copied'), { tone: 'good' });
          return true;
        },
        () => {
          say(t('copyFailed'), { tone: 'bad' });
          return false;
        },
      );
    },
    [t],
  );
}
