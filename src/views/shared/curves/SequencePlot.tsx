// The time–sequence plot of one packet's connection, small: in the inspector.
import { useState } from 'react';
import type { PacketRef } from '../../../engine/model/units.ts';
import { useText } from '../i18n.ts';
import { Legend } from './Legend.tsx';
import { SequenceCanvas } from './SequenceCanvas.tsx';
import styles from './SequencePlot.module.css';
import { SourceSelect } from './SourceSelect.tsx';
import { SummaryTable } from './SummaryTable.tsx';
import { curvesText } from './text.ts';
import { useCurves } from './useCurves.ts';

export function SequencePlot({ packet }: { readonly packet: PacketRef }) {
  const t = useText(curvesText);
  const [width, setWidth] = useState(300);
  const curves = useCurves(packet, width);
  if (curves.sources.length === 0) return <p className={styles.none}>{t('none')}</p>;
  return (
    <div className={styles.plot}>
      <SourceSelect curves={curves} />
      <div className={styles.canvas}>
        <SequenceCanvas curves={curves} onWidth={setWidth} />
      </div>
      <Legend marks={['Data', 'Retransmission', 'OutOfOrder', 'Leak', 'Reset', 'Ack', 'Window', 'Sack']} />
      {curves.answer && <SummaryTable answer={curves.answer} />}
    </div>
  );
}
