// What of a capture limits the verdict, as ids of sentences. Pure: summary in, warnings out.
import type { TapSummary } from '../../worker/api.ts';
import type { Values } from '../shared/i18n.ts';
import { isKnownLinkType } from './linkTypes.ts';
import type { tapsText } from './text.ts';

export interface Warning {
  readonly id: Extract<keyof typeof tapsText.en, `warn${string}`>;
  readonly values: Values;
}

/** Larger than any link carries: offload merged or not yet cut it. */
const OFFLOADED = 9216;
/** Bare TCP over IPv6 with all options: below this even headers are cut. */
const HEADERS = 128;

export function warningsOf(summary: TapSummary): readonly Warning[] {
  const warnings: Warning[] = [];
  const add = (id: Warning['id'], values: Values = {}): void => void warnings.push({ id, values });
  const dropped = summary.files.reduce((sum, f) => sum + (f.dropped ?? 0), 0);
  const cut = summary.files.reduce((sum, f) => sum + f.cutPackets, 0);
  if (summary.packets === 0) add('warnNoPackets');
  else if (summary.tcp === 0) add('warnNoTcp');
  const unknown = new Set(summary.files.flatMap((f) => f.linkTypes.filter((l) => !isKnownLinkType(l))));
  if (unknown.size > 0) add('warnLinkType', { types: [...unknown].join(', ') });
  if (dropped > 0) add('warnDropped', { n: dropped });
  if (cut > 0) add(summary.cutAt < HEADERS ? 'warnCutHeaders' : 'warnCut', { n: cut, bytes: summary.cutAt });
  if (summary.largestPacket > OFFLOADED) add('warnOffload', { kb: Math.round(summary.largestPacket / 1000) });
  if (summary.midstream > 0) add('warnMidstream', { n: summary.midstream });
  for (const file of summary.files)
    for (const problem of file.problems)
      add(PROBLEMS[problem.kind] ?? 'warnProblem', { file: file.name, message: problem.message, at: problem.at });
  return warnings;
}

/** What the engine's sentence says, where a language has words of its own for it. */
const PROBLEMS: Readonly<Record<string, Warning['id']>> = {
  corrupt: 'warnCorrupt',
  cutShort: 'warnCutShort',
  leftOver: 'warnLeftOver',
  outOfMemory: 'warnOutOfMemory',
  passedOver: 'warnPassedOver',
  repeated: 'warnRepeated',
  unreadable: 'warnUnreadable',
  unsupported: 'warnUnsupported',
};

/** Do the capture points share any time at all, by their own clocks? Both spans where two do not. */
export function disjoint(taps: readonly TapSummary[]): readonly [TapSummary, TapSummary] | null {
  for (const [i, a] of taps.entries())
    for (const b of taps.slice(i + 1)) {
      if (a.first === null || a.last === null || b.first === null || b.last === null) continue;
      if (a.last < b.first || b.last < a.first) return a.first < b.first ? [a, b] : [b, a];
    }
  return null;
}
