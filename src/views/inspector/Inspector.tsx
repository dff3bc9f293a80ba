// The packet that is selected, from four sides.
import { useState } from 'react';
import type { PacketRef } from '../../engine/model/units.ts';
import { primaryPacket, useSelection } from '../../store/selection.ts';
import { useSettings } from '../../store/settings.ts';
import { SequencePlot } from '../shared/curves/SequencePlot.tsx';
import { useQuery } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import { Tabs } from '../shared/Tabs.tsx';
import { sharedText } from '../shared/text.ts';
import { BytesTab } from './BytesTab.tsx';
import { ConnectionTab } from './ConnectionTab.tsx';
import styles from './Inspector.module.css';
import { PacketTab } from './PacketTab.tsx';
import { inspectorText } from './text.ts';

type Side = 'packet' | 'bytes' | 'connection' | 'plot';

/** Slot of the workbench: takes no props, reads the stores, asks the engine. */
export function Inspector() {
  const t = useText(inspectorText);
  const packet = useSelection(primaryPacket);
  if (!packet) return <p className={styles.empty}>{t('nothing')}</p>;
  return <Inspected packet={packet} />;
}

function Inspected({ packet }: { readonly packet: PacketRef }) {
  const t = useText(inspectorText);
  const shared = useText(sharedText);
  const language = useSettings((s) => s.language);
  const [side, setSide] = useState<Side>('packet');
  const state = useQuery('packetDetail', packet, language);
  const detail = state.value;
  if (state.kind === 'failed') return <p className={styles.empty}>{shared('failed', { detail: state.detail })}</p>;
  if (!detail) return <p className={styles.empty}>{state.kind === 'loading' ? shared('loading') : t('gone')}</p>;
  return (
    <Tabs
      label={t('tabs')}
      value={side}
      onChange={setSide}
      tabs={[
        { id: 'packet', label: t('packet'), content: <PacketTab detail={detail} /> },
        { id: 'bytes', label: t('bytes'), content: <BytesTab detail={detail} /> },
        { id: 'connection', label: t('connection'), content: <ConnectionTab detail={detail} /> },
        { id: 'plot', label: t('plot'), content: <SequencePlot packet={packet} /> },
      ]}
    />
  );
}
