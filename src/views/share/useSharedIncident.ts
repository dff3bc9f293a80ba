// An incident that came with the page: inside it (a shared page) or in the address (a link). Opened once, read only.
import { useEffect } from 'react';
import { extractIncident } from '../../document/file/html.ts';
import { isIncidentLink, readLink } from '../../document/file/link.ts';
import { useMessages } from '../../store/messages.ts';
import { useText } from '../shared/i18n.ts';
import { useKeeping } from '../shared/keeping.ts';
import { text } from './text.ts';

let isTaken = false;

export function useSharedIncident(): void {
  const t = useText(text);
  const keeping = useKeeping();
  useEffect(() => {
    const open = async (bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
      const why = await keeping.openShared(new File([bytes], 'incident.pcapng'), { readOnly: true });
      if (why !== null) useMessages.getState().say(t('cantOpen', { why }), { tone: 'bad', lasting: true });
    };
    const fromLink = async (): Promise<void> => {
      const fragment = location.hash;
      if (!isIncidentLink(fragment)) return;
      // The address bar, history and what is copied from it no longer carry the incident.
      history.replaceState(null, '', location.pathname + location.search);
      const read = await readLink(fragment);
      if (read.ok) await open(read.value);
      else useMessages.getState().say(t('badLink'), { tone: 'bad', lasting: true });
    };
    if (!isTaken) {
      isTaken = true;
      const inside = document.getElementById('incident');
      const bytes = inside?.textContent ? extractIncident(inside.textContent) : null;
      if (bytes) void open(bytes);
      else void fromLink();
    }
    const follow = (): void => void fromLink();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [keeping, t]);
}
