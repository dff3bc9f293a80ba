// A sentence with the packets it names as jumps.
import { useSelection } from '../../store/selection.ts';
import type { PacketMention, RichText as Rich } from '../../worker/api.ts';
import { useText } from '../shared/i18n.ts';
import styles from './RichText.module.css';
import { verdictText } from './text.ts';

export function RichText({ text }: { readonly text: Rich }) {
  return text.map((part, i) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
    typeof part === 'string' ? <span key={i}>{part}</span> : <Jump key={i} mention={part} />,
  );
}

export function Jump({ mention }: { readonly mention: PacketMention }) {
  const t = useText(verdictText);
  const { tap, row } = mention.packet;
  const selected = useSelection((s) => s.packets.some((p) => p.tap === tap && p.row === row));
  const select = useSelection((s) => s.selectPacket);
  return (
    <button
      type="button"
      className={styles.jump}
      title={t('jump', { packet: mention.label })}
      aria-pressed={selected}
      onClick={() => select(mention.packet)}
    >
      {mention.label}
    </button>
  );
}
