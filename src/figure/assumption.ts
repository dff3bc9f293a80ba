// What a ladder assumes, in words: only what differs from what is in force, sysctls as they are spelled.
import type { LadderAssumption } from '../engine/model/ladder.ts';
import type { TrackerSettings } from '../engine/model/verdict.ts';
import { grouped } from './numbers.ts';
import type { LadderWords } from './words.ts';

const SYSCTLS = ['be_liberal', 'loose', 'ignore_invalid_rst', 'max_retrans'] as const;
const DEFAULTS: Readonly<Record<(typeof SYSCTLS)[number], number>> = { be_liberal: 0, loose: 1, ignore_invalid_rst: 0, max_retrans: 3 };

/** `Linux 6.1`, `nf_conntrack_tcp_be_liberal = 1`, … */
export function assumedParts(a: LadderAssumption, words: LadderWords): string[] {
  const parts: string[] = [];
  if (a.profile !== a.profileBefore) parts.push(words.would.kernel(a.profile));
  for (const name of SYSCTLS) {
    const value = (s: TrackerSettings): number => Number(s[name] ?? DEFAULTS[name]);
    if (value(a.settings) !== value(a.settingsBefore)) parts.push(`nf_conntrack_tcp_${name} = ${value(a.settings)}`);
  }
  if ((a.settings.checksum ?? true) !== (a.settingsBefore.checksum ?? true))
    parts.push(`nf_conntrack_checksum = ${Number(a.settings.checksum ?? true)}`);
  const [drops, dropped] = [a.settings.dropInvalid === true, a.settingsBefore.dropInvalid === true];
  if (drops !== dropped) parts.push(words.would.settings[drops ? 'drop' : 'noDrop']);
  for (const [name, seconds] of Object.entries(a.settings.timeouts ?? {}))
    if (seconds !== a.settingsBefore.timeouts?.[name]) parts.push(`nf_conntrack_tcp_timeout_${name} = ${seconds}`);
  return parts.length > 0 ? parts : [words.would.kernel(a.profile)];
}

/** One sentence that says that, and on what, a prediction rests. */
export const assumptionText = (a: LadderAssumption, words: LadderWords): string =>
  `${words.would.title}: ${words.and([words.would.asIf(assumedParts(a, words)), ...words.would.counts(a, grouped)])}`;
