// Taps → workspace → correlation, and what it says in words that tests compare.
import { correlate } from '../engine/correlate/correlate.ts';
import { analyzeFlows } from '../engine/flow/analyzeFlows.ts';
import { formatEndpoint } from '../engine/model/address.ts';
import type { Tap } from '../engine/model/capture.ts';
import type { Correlation, CorrelationHints, Workspace } from '../engine/model/correlation.ts';
import type { PacketTable } from '../engine/model/packetTable.ts';
import { type PacketRef, tapId } from '../engine/model/units.ts';
import { tapExchange } from './tapExchange.ts';

export interface Correlated {
  readonly workspace: Workspace;
  readonly correlation: Correlation;
  /** `envoy#12`: tap and frame. */
  readonly name: (packet: PacketRef) => string;
}

export function correlateTaps(taps: readonly Tap[], hints: CorrelationHints = {}): Correlated {
  const numbered = taps.map((tap, i) => ({ ...tap, id: tapId(i) }));
  const epoch = numbered[0]?.packets.epoch ?? 0n;
  const workspace = { epoch, taps: numbered, flows: numbered.map((tap) => analyzeFlows(tap.packets)) };
  const name = (p: PacketRef): string => `${numbered[p.tap]?.name}#${p.row + 1}`;
  return { workspace, correlation: correlate(workspace, hints), name };
}

/** The exchange of `tapExchange`, correlated. */
export const correlateExchange = async (text: string): Promise<Correlated> => correlateTaps(await tapExchange(text));

/** The same packets by another clock: `offset` nanoseconds ahead, `ppm` fast. */
export function reclocked(tap: Tap, offset: bigint, ppm: number): Tap {
  const time = Float64Array.from(tap.packets.time, (t) => Math.round(t * (1 + ppm / 1e6)));
  const packets: PacketTable = { ...tap.packets, epoch: tap.packets.epoch + offset, time };
  return { ...tap, packets };
}

/** Everything that must not depend on clocks, names of files or the order of taps; sorted lines. */
export function conclusions({ workspace, correlation, name }: Correlated): readonly string[] {
  const names = (list: readonly PacketRef[]): string => list.map(name).sort().join(' ');
  const paths = correlation.paths.map((p) => {
    const legs = p.legs.map((l) => workspace.taps[l.tap]?.name).join(' > ');
    return `path ${formatEndpoint(p.client)} ${p.service ? formatEndpoint(p.service) : '-'} ${formatEndpoint(p.server)} ${legs} ${p.packets}`;
  });
  const leaks = correlation.leaks.map(
    (l) => `leak ${names(l.packets)} ${l.kind} as ${l.sentAs ? name(l.sentAs) : '-'} behind ${l.bytesBehind ?? '-'}`,
  );
  const resets = correlation.resets.map(
    (r) =>
      `rst ${names(r.packets)} by ${r.origin} ${r.cause.kind} ${r.cause.packet ? name(r.cause.packet) : '-'} ${r.effect} ${r.confidence}`,
  );
  return [...paths, ...leaks, ...resets].sort();
}
