// How a connection ended and what of it was captured, in words.
import type { Ending } from '../../engine/model/connectionList.ts';
import type { Translate } from '../shared/i18n.ts';
import type { connectionsText } from './text.ts';

type T = Translate<keyof typeof connectionsText.en>;

export function closeText(t: T, { close, closedBy, halfOpen }: Ending): string {
  switch (close) {
    case 'reset': {
      const who = { client: t('byClient'), server: t('byServer'), node: t('byNode'), middlebox: t('byMiddlebox'), unknown: '' }[
        closedBy ?? 'unknown'
      ];
      return who === '' ? t('closeReset') : t('closeResetBy', { who });
    }
    case 'fin':
      return t('closeFin');
    case 'half-open':
      return t(halfOpen?.heldBy === 'server' ? 'closeHalfOpenServer' : 'closeHalfOpenClient');
    case 'half-closed':
      return t(closedBy === 'client' ? 'closeHalfClient' : 'closeHalfServer');
    case 'unanswered':
      return t('closeUnanswered');
    case 'timed-out':
      return t('closeTimedOut');
    case 'open':
      return t('closeOpen');
  }
}

const ESTABLISHED = 7;
const DATA = 8;
const FIN_OR_RST = 48;

/** Wireshark's words (packet-tcp.c conversation_completeness_fill(), v4.0): the same in every language. */
export function completenessText(seen: number): string {
  const isEstablished = (seen & ESTABLISHED) === ESTABLISHED;
  if (isEstablished && (seen & FIN_OR_RST) !== 0) return `Complete, ${(seen & DATA) !== 0 ? 'WITH_DATA' : 'NO_DATA'} (${seen})`;
  const words: Readonly<Record<number, string>> = { 1: ', SYN_SENT', 3: ', CLIENT_ESTABLISHED', 7: ', ESTABLISHED', 15: ', DATA' };
  return `Incomplete${words[seen] ?? ''} (${seen})`;
}
