// What a selected stretch of time or several selected packets add up to.
import { X } from 'lucide-react';
import { useStore } from 'zustand';
import { J_RETRANSMISSION } from '../../engine/model/correlation.ts';
import type { LadderPacket } from '../../engine/model/ladder.ts';
import { bytes, duration } from '../../figure/numbers.ts';
import { useSelection } from '../../store/selection.ts';
import { Button } from '../shared/Button.tsx';
import { useEngine, useQuery } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import styles from './Ladder.module.css';
import type { LadderControl } from './ladderControl.ts';
import { packetId } from './ladderState.ts';
import { ladderText } from './text.ts';

interface Sum {
  readonly packets: number;
  readonly bytes: number;
  readonly retransmissions: number;
  readonly time: number;
}

export function SelectionBar({ control }: { readonly control: LadderControl }) {
  const range = useSelection((s) => s.timeRange);
  const several = useSelection((s) => s.packets.length > 1);
  if (range) return <RangeBar control={control} from={range.from} to={range.to} />;
  return several ? <PacketsBar control={control} /> : null;
}

function RangeBar({ control, from, to }: { readonly control: LadderControl; readonly from: number; readonly to: number }) {
  useEngine();
  const { value } = useQuery('ladderTotals', control.path, from, to);
  if (!value) return null;
  const { totals } = value;
  return (
    <Bar
      sum={{
        packets: totals.packets[0] + totals.packets[1],
        bytes: totals.bytes[0] + totals.bytes[1],
        retransmissions: totals.retransmissions,
        time: to - from,
      }}
    />
  );
}

function PacketsBar({ control }: { readonly control: LadderControl }) {
  const refs = useSelection((s) => s.packets);
  const pages = useStore(control.store, (s) => s.pages);
  const all = [
    ...control.ladder.rows.filter((r): r is LadderPacket => r.kind === 'packet'),
    ...[...pages.values()].flatMap((windows) => windows.flatMap((w) => w.packets)),
  ];
  const wanted = new Set(refs.map((r) => `${r.tap}:${r.row}`));
  const chosen = new Map<string, LadderPacket>();
  for (const p of all) if (p.sightings.some((s) => wanted.has(`${s.tap}:${s.row}`))) chosen.set(packetId(p), p);
  const packets = [...chosen.values()];
  if (packets.length < 2) return null;
  const times = packets.map((p) => p.sightings[0]?.time ?? 0);
  return (
    <Bar
      sum={{
        packets: packets.length,
        bytes: packets.reduce((n, p) => n + p.length, 0),
        retransmissions: packets.filter((p) => (p.journeyFlags & J_RETRANSMISSION) !== 0).length,
        time: Math.max(...times) - Math.min(...times),
      }}
    />
  );
}

function Bar({ sum }: { readonly sum: Sum }) {
  const t = useText(ladderText);
  return (
    <div className={styles.selectionBar} role="status">
      <b>{t('selected')}</b>
      <span>
        {t('totals', { packets: sum.packets, bytes: bytes(sum.bytes), retransmissions: sum.retransmissions, time: duration(sum.time) })}
      </span>
      <Button
        look="icon"
        aria-label={t('clearSelection')}
        onClick={() => {
          useSelection.getState().selectTimeRange(null);
          useSelection.getState().selectPackets([]);
        }}
      >
        <X size={14} aria-hidden />
      </Button>
    </div>
  );
}
