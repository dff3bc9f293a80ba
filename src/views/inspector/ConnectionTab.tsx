// The connection the packet belongs to, end to end.
import type { PacketDetail } from '../../engine/model/packetDetail.ts';
import { usePacketList } from '../../store/packetList.ts';
import { useSettings } from '../../store/settings.ts';
import { Button } from '../shared/Button.tsx';
import { formatBytes, formatCount } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import { useTimeFormat } from '../shared/timeFormat.ts';
import { type Fact, offeredFacts } from './facts.ts';
import styles from './PacketTab.module.css';
import { Facts } from './PacketTab.tsx';
import { type InspectorText, inspectorText } from './text.ts';

export function ConnectionTab({ detail }: { readonly detail: PacketDetail }) {
  const t = useText(inspectorText);
  const time = useTimeFormat();
  const language = useSettings((s) => s.language);
  const set = useSettings((s) => s.set);
  const setFilter = usePacketList((s) => s.setFilter);
  const c = detail.connection;
  if (!c) return <p className={styles.tab}>{t('headOther', { protocol: detail.row.protocol, label: detail.label })}</p>;
  const n = (value: number): string => formatCount(value, language);
  const number = (value: number | null): string => (value === null ? t('unknown') : String(value));
  const fact = (id: InspectorText, value: string): Fact => ({ id, name: t(id), value, instead: null, tone: 'plain' });
  const facts: readonly Fact[] = [
    fact('client', c.client),
    ...(c.service ? [fact('service', c.service)] : []),
    fact('server', c.server),
    ...(c.direction === null ? [] : [fact('direction', t(c.direction === 0 ? 'original' : 'reply'))]),
    fact('packets', n(c.packets)),
    fact('payload', t('payloadValue', { up: formatBytes(c.payload[0]), down: formatBytes(c.payload[1]) })),
    fact('retransmissions', n(c.retransmissions)),
    fact('resets', n(c.resets)),
    fact('span', `${time(c.firstTime)}, ${time(c.lastTime)}`),
    fact('handshake', t(({ whole: 'seen', part: 'partlySeen', none: 'notSeen' } as const)[c.handshake.captured])),
    fact('isn', `${number(c.isn[0])}, ${number(c.isn[1])}`),
    fact('scales', `${number(c.windowScale[0])}, ${number(c.windowScale[1])}`),
    ...offeredFacts(c.handshake, t),
    fact('stream', String(c.stream)),
    ...(c.path === null ? [] : [fact('path', String(c.path))]),
  ];
  return (
    <div className={styles.tab}>
      <Facts facts={facts} />
      <Button
        className={styles.action}
        onClick={() => {
          setFilter(
            c.path === null
              ? `tcp.stream == ${c.stream} && hop.tap == ${JSON.stringify(detail.label.replace(/ #\d+$/, ''))}`
              : `hop.path == ${c.path}`,
          );
          set({ drawer: 'packets' });
        }}
      >
        {t('showInList')}
      </Button>
    </div>
  );
}
