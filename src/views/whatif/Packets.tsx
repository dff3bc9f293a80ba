// Packets by name, as jumps.
import type { PacketRef } from '../../engine/model/units.ts';
import { useSelection } from '../../store/selection.ts';
import { useQuery } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import { whatIfText } from './text.ts';
import styles from './whatif.module.css';

export function Packets({ packets }: { readonly packets: readonly PacketRef[] }) {
  const labels = useQuery('packetLabels', packets);
  return packets.map((packet, i) => (
    <PacketButton key={`${packet.tap} ${packet.row}`} packet={packet} label={labels.value?.[i] ?? `#${packet.row + 1}`} />
  ));
}

export function PacketButton({ packet, label }: { readonly packet: PacketRef; readonly label: string }) {
  const t = useText(whatIfText);
  const select = useSelection((s) => s.selectPacket);
  const isSelected = useSelection((s) => s.packets.some((p) => p.tap === packet.tap && p.row === packet.row));
  return (
    <button
      type="button"
      className={styles.jump}
      aria-pressed={isSelected}
      title={t('select', { packet: label })}
      onClick={() => select(packet)}
    >
      {label}
    </button>
  );
}
