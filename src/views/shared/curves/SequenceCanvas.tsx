// The time–sequence picture with its hover: pointing names a packet, clicking selects it everywhere.
import { useCallback, useEffect, useRef, useState } from 'react';
import { type PacketRef, row as rowOf } from '../../../engine/model/units.ts';
import { primaryPacket, useSelection } from '../../../store/selection.ts';
import { useSettings } from '../../../store/settings.ts';
import { useQuery } from '../engine.ts';
import { formatBytes, formatCount } from '../format.ts';
import { useText } from '../i18n.ts';
import { useTimeFormat } from '../timeFormat.ts';
import { CurveCanvas } from './CurveCanvas.tsx';
import { type Chart, drawAxes, openChart } from './chart.ts';
import { drawSequence, octetDomain, segmentAt } from './drawSequence.ts';
import styles from './SequenceCanvas.module.css';
import { curvesText } from './text.ts';
import { formatTick } from './ticks.ts';
import type { Curves } from './useCurves.ts';

export function SequenceCanvas({ curves, onWidth }: { readonly curves: Curves; readonly onWidth: (width: number) => void }) {
  const t = useText(curvesText);
  const time = useTimeFormat();
  const language = useSettings((s) => s.language);
  const selected = useSelection(primaryPacket);
  const [hovered, setHovered] = useState(-1);
  const [marked, setMarked] = useState(-1);
  const [pointer, setPointer] = useState<readonly [number, number]>([0, 0]);
  const chart = useRef<Chart | null>(null);
  const { answer, source, window, whole, origin, setWindow } = curves;
  const plot = answer?.sequence ?? null;
  const selectedRow = selected && source && selected.tap === source.tap ? selected.row : -1;
  const draw = useCallback(
    (canvas: HTMLCanvasElement) => {
      const c = openChart(canvas, window, plot ? octetDomain(plot) : { from: 0, to: 1 });
      chart.current = c;
      if (!c) return;
      drawAxes(c, origin, formatTick(window), formatBytes);
      if (plot) drawSequence(c, plot, hovered >= 0 ? hovered : marked, selectedRow);
    },
    [plot, window, origin, hovered, marked, selectedRow],
  );
  // Pointed at in the list or the diagram: marked here, if it has a mark of its own.
  useEffect(
    () =>
      useSelection.subscribe((s, old) => {
        if (s.hovered === old.hovered || !plot || !source) return;
        const row = s.hovered?.tap === source.tap ? s.hovered.row : -1;
        setMarked(row < 0 ? -1 : plot.segments.row.indexOf(row));
      }),
    [plot, source],
  );
  const find = (x: number, y: number): number => (chart.current && plot ? segmentAt(chart.current, plot, x, y) : -1);
  const refOf = (i: number): PacketRef | null =>
    source && plot && i >= 0 ? { tap: source.tap, row: rowOf(plot.segments.row[i] ?? 0) } : null;
  const under = refOf(hovered);
  const summary = answer?.summary;
  const label = t('sequenceLabel', {
    label: source?.label ?? '',
    tap: source?.tapName ?? '',
    segments: summary?.segments ?? 0,
    payload: formatBytes(summary?.payload ?? 0),
    retransmissions: summary?.retransmissions ?? 0,
    leaks: summary?.leaks ?? 0,
    resets: summary?.resets ?? 0,
  });
  return (
    <div className={styles.plot}>
      <CurveCanvas
        label={label}
        window={window}
        whole={whole}
        setWindow={setWindow}
        draw={draw}
        onWidth={onWidth}
        onPoint={(x, y) => {
          const i = find(x, y);
          setHovered(i);
          setPointer([x, y]);
          useSelection.getState().hover(refOf(i));
        }}
        onLeave={() => {
          setHovered(-1);
          useSelection.getState().hover(null);
        }}
        onPick={(x, y) => {
          const ref = refOf(find(x, y));
          if (ref) useSelection.getState().selectPacket(ref);
        }}
      />
      {under && plot && (
        <div
          className={styles.tip}
          style={{ left: Math.max(4, pointer[0] - (pointer[0] > 200 ? 190 : -14)), top: Math.max(4, pointer[1] - 46) }}
          aria-hidden
        >
          <Label packet={under} />
          <span>
            {t('at', {
              time: time(plot.segments.time[hovered] ?? 0),
              low: formatCount(plot.segments.low[hovered] ?? 0, language),
              high: formatCount(plot.segments.high[hovered] ?? 0, language),
            })}
          </span>
          {(plot.segments.count[hovered] ?? 1) > 1 && <span>{t('several', { n: plot.segments.count[hovered] ?? 0 })}</span>}
        </div>
      )}
    </div>
  );
}

function Label({ packet }: { readonly packet: PacketRef }) {
  const labels = useQuery('packetLabels', [packet]).value;
  return <strong>{labels?.[0] ?? ''}</strong>;
}
