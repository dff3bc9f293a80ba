import type { PacketRef } from '../../engine/model/units.ts';
import { useSelection } from '../../store/selection.ts';
import styles from './PacketLink.module.css';

/** A packet's name that leads to it. */
export function PacketLink({ packet, label }: { readonly packet: PacketRef; readonly label: string }) {
  return (
    <button
      type="button"
      className={styles.link}
      onClick={() => useSelection.getState().selectPacket(packet)}
      onPointerEnter={() => useSelection.getState().hover(packet)}
      onPointerLeave={() => useSelection.getState().hover(null)}
    >
      {label}
    </button>
  );
}
