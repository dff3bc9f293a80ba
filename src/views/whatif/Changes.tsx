// The packets that would fare differently, with what became of them and what would have.
import { useState } from 'react';
import { ACK, FIN, PSH, RST, SYN } from '../../engine/model/packetTable.ts';
import { V_DROPPED, V_INVALID } from '../../engine/model/verdict.ts';
import type { WhatIfChange } from '../../engine/model/whatIf.ts';
import { Button } from '../shared/Button.tsx';
import { useQuery } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import { useTimeFormat } from '../shared/timeFormat.ts';
import { PacketButton } from './Packets.tsx';
import { whatIfText } from './text.ts';
import styles from './whatif.module.css';

const FIRST = 12;
const FLAGS: readonly (readonly [number, string])[] = [
  [SYN, 'SYN'],
  [FIN, 'FIN'],
  [RST, 'RST'],
  [PSH, 'PSH'],
  [ACK, 'ACK'],
];

export function Changes({ changes, count }: { readonly changes: readonly WhatIfChange[]; readonly count: number }) {
  const t = useText(whatIfText);
  const [shown, setShown] = useState(FIRST);
  const list = changes.slice(0, shown);
  const labels = useQuery(
    'packetLabels',
    list.map((c) => c.packet),
  );
  return (
    <div>
      <h2 className={styles.title}>{t('changes', { n: count })}</h2>
      <table className={styles.changes}>
        <thead>
          <tr>
            <th scope="col">{t('packet')}</th>
            <th scope="col">{t('time')}</th>
            <th scope="col">{t('segment')}</th>
            <th scope="col">{t('now')}</th>
            <th scope="col">{t('thenWould')}</th>
          </tr>
        </thead>
        <tbody>
          {list.map((c, i) => (
            <Change key={c.journey} change={c} label={labels.value?.[i] ?? `#${c.packet.row + 1}`} />
          ))}
        </tbody>
      </table>
      {changes.length > shown && <Button onClick={() => setShown(shown * 4)}>{t('showAll', { n: changes.length - shown })}</Button>}
    </div>
  );
}

function Change({ change: c, label }: { readonly change: WhatIfChange; readonly label: string }) {
  const t = useText(whatIfText);
  const formatTime = useTimeFormat();
  const flags = FLAGS.filter(([bit]) => (c.tcpFlags & bit) !== 0).map(([, name]) => name);
  return (
    <tr>
      <td>
        <PacketButton packet={c.packet} label={label} />
      </td>
      <td className={styles.number}>{formatTime(c.time)}</td>
      <td>
        <span title={t(c.direction === 0 ? 'original' : 'reply')}>{c.direction === 0 ? 'C→S' : 'S→C'}</span> {flags.join(' ')}
        {c.length > 0 && `, ${t('octets', { n: c.length })}`}
      </td>
      <Side side={c.before} />
      <Side side={c.after} />
    </tr>
  );
}

function Side({ side }: { readonly side: WhatIfChange['before'] }) {
  const t = useText(whatIfText);
  const isRefused = side.verdict === V_INVALID || side.verdict === V_DROPPED;
  return (
    <td data-tone={isRefused || side.fate === 'untranslated' || side.fate === 'port-changed' ? 'bad' : 'good'}>
      <span className={styles.fate}>{side.fate === 'gone' && isRefused ? t('v-5') : t(side.fate)}</span>
      {side.reason !== '' && <span className={styles.reason}>{side.reason}</span>}
    </td>
  );
}
