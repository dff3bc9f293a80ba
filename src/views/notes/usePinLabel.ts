// What a pin is called: `envoy #1991`, `1.2 s to 1.4 s`, a lane, a finding.
import type { PacketPlace, Pin } from '../../document/model.ts';
import { useAnnotations } from '../../store/annotations.ts';
import { useIncident } from '../../store/incident.ts';
import { useSession } from '../../store/session.ts';
import { formatDuration } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import { text } from './text.ts';
import type { PinTargets } from './usePinTargets.ts';

export interface PinLabel {
  readonly label: string;
  /** Its packet is in a capture that is not open. */
  readonly isMissing: boolean;
}

export function usePinLabel(pin: Pin<PacketPlace>, targets: PinTargets): PinLabel {
  const t = useText(text);
  const taps = useSession((s) => s.taps);
  const byTap = useIncident((s) => s.byTap);
  const captures = useIncident((s) => s.captures);
  const lanes = useAnnotations((s) => s.lanes);
  const nameOf = (lane: string): string =>
    lanes.find((l) => l.key === lane)?.name || targets.lanes.find((l) => l.id === lane)?.name || lane;
  if (pin.kind === 'incident') return { label: t('pinIncident'), isMissing: false };
  if (pin.kind === 'span') return { label: t('pinSpan', { from: formatDuration(pin.from), to: formatDuration(pin.to) }), isMissing: false };
  if (pin.kind === 'lane') return { label: t('pinLane', { name: nameOf(pin.lane) }), isMissing: false };
  if (pin.kind === 'finding') {
    const title = targets.findings.find((f) => f.kind === pin.finding)?.title;
    return { label: t('pinFinding', { name: title ?? pin.finding }), isMissing: false };
  }
  const { capture, frame } = pin.packet;
  const tap = taps.find((x) => byTap[x.key]?.includes(capture));
  const name = tap?.name ?? captures[capture]?.name ?? '?';
  return { label: `${name} #${frame}${tap ? '' : ` ${t('notOpen')}`}`, isMissing: !tap };
}
