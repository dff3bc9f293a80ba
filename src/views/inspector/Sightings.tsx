// The same packet at every capture point, side by side: what NAT and routers changed stands out, in weight and by a mark.
import { useState } from 'react';
import type { PacketDetail } from '../../engine/model/packetDetail.ts';
import { samePacket } from '../../store/selection.ts';
import { Button } from '../shared/Button.tsx';
import { formatDuration, formatRecorded } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import { PacketLink } from '../shared/PacketLink.tsx';
import styles from './Sightings.module.css';
import { type InspectorText, inspectorText } from './text.ts';

/** Fields that have a word in the language of the page; the others (TTL, DSCP, TSval) are the same everywhere. */
const WORDS: Readonly<Record<string, InspectorText>> = {
  'frame.protocols': 'cmpLayers',
  'ip.src': 'cmpSource',
  'ipv6.src': 'cmpSource',
  'ip.dst': 'cmpDestination',
  'ipv6.dst': 'cmpDestination',
  'ipv6.hlim': 'cmpHopLimit',
  'ip.len': 'cmpIpLength',
  'ipv6.plen': 'cmpIpLength',
  'ip.checksum': 'cmpIpChecksum',
  'tcp.srcport': 'cmpSourcePort',
  'tcp.dstport': 'cmpDestinationPort',
  'tcp.seq_raw': 'cmpSeq',
  'tcp.ack_raw': 'cmpAck',
  'tcp.len': 'cmpLength',
  'tcp.flags': 'cmpFlags',
  'tcp.window_size_value': 'cmpWindow',
  'tcp.checksum': 'cmpTcpChecksum',
  'eth.src': 'cmpSourceMac',
  'eth.dst': 'cmpDestinationMac',
};

/** Letters of `2026-11-22 `. */
const DAY = 11;

export function Sightings({ detail }: { readonly detail: PacketDetail }) {
  const t = useText(inspectorText);
  const [everything, setEverything] = useState(false);
  const rows = detail.compared.filter((f) => everything || f.changed);
  const sameDay = new Set(detail.sightings.map((s) => formatRecorded(s.ownTime).slice(0, DAY))).size === 1;
  return (
    <section>
      <h3 className={styles.title}>{t('elsewhere')}</h3>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col" className={styles.corner}>
                <span className="unseen">{t('field')}</span>
              </th>
              {detail.sightings.map((s) => (
                <th key={`${s.packet.tap} ${s.packet.row}`} scope="col" data-here={samePacket(s.packet, detail.packet)}>
                  <PacketLink packet={s.packet} label={s.label} />
                  {s.transit !== 0 && (
                    <span className={styles.transit}>{`${s.transit > 0 ? '+' : '−'}${formatDuration(Math.abs(s.transit))}`}</span>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t('recorded')}</th>
              {detail.sightings.map((s) => (
                <td key={`${s.packet.tap} ${s.packet.row}`} title={formatRecorded(s.ownTime)}>
                  {formatRecorded(s.ownTime).slice(sameDay ? DAY : 0)}
                </td>
              ))}
            </tr>
            {rows.map((f) => (
              <tr key={f.name} data-changed={f.changed}>
                <th scope="row" title={f.name}>
                  {WORDS[f.name] ? t(WORDS[f.name] ?? 'field') : f.label}
                </th>
                {f.values.map((value, i) => {
                  const s = detail.sightings[i];
                  const differs = i > 0 && value !== f.values[i - 1];
                  return (
                    <td key={s ? `${s.packet.tap} ${s.packet.row}` : i} data-differs={differs}>
                      {value === '' ? '—' : value}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Button look="plain" className={styles.more} aria-expanded={everything} onClick={() => setEverything(!everything)}>
        {t(everything ? 'changedOnly' : 'unchanged')}
      </Button>
    </section>
  );
}
