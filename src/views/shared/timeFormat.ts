// Times of packets in the style in force: since the incident's first packet, or a clock time.
import { useCallback } from 'react';
import { useSession } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import { formatMoment } from './format.ts';

/** `2.526 431`: seconds and microseconds in groups of three. */
export function formatRelative(nanoseconds: number): string {
  const micros = Math.round(Math.abs(nanoseconds) / 1e3);
  const fraction = String(micros % 1_000_000).padStart(6, '0');
  return `${nanoseconds < 0 ? '−' : ''}${Math.floor(micros / 1_000_000)}.${fraction.slice(0, 3)} ${fraction.slice(3)}`;
}

/** Reference clock, Nanos since `Workspace.epoch` → text. */
export function useTimeFormat(): (nanoseconds: number) => string {
  const style = useSettings((s) => s.times);
  const epoch = useSession((s) => s.summary?.epoch ?? 0n);
  const first = useSession((s) => s.summary?.firstTime ?? 0);
  return useCallback(
    (nanoseconds) => {
      if (style === 'relative') return formatRelative(nanoseconds - first);
      return formatMoment(epoch + BigInt(Math.round(nanoseconds)), style);
    },
    [style, epoch, first],
  );
}
