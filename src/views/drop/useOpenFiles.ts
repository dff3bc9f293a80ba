// Hands collected files on and says what could not be collected.
import { useCallback } from 'react';
import { useMessages } from '../../store/messages.ts';
import { useText } from '../shared/i18n.ts';
import { useOpening } from '../shared/opening.ts';
import { type Collected, MOST_FILES } from './collect.ts';
import { dropText } from './text.ts';

export function useOpenFiles(): (collected: Collected | Promise<Collected>) => Promise<void> {
  const opening = useOpening();
  const say = useMessages((s) => s.say);
  const t = useText(dropText);
  return useCallback(
    async (collected) => {
      const { files, refused, tooMany } = await collected;
      for (const r of refused) say(t('refused', { path: r.path }), { tone: 'bad', lasting: true });
      if (tooMany) say(t('tooMany', { n: MOST_FILES }), { tone: 'bad', lasting: true });
      if (files.length > 0) await opening.open(files);
      else if (refused.length === 0) say(t('noFiles'), { tone: 'bad' });
    },
    [opening, say, t],
  );
}
