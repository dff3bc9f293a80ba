// An assumption as a word of the page's address: `be_liberal:1,kernel:6.1,timeout_established:60`.
import { PROFILES, type Profile, type TrackerSettings } from '../engine/model/verdict.ts';
import type { Assumption } from '../engine/model/whatIf.ts';

const FLAGS = { be_liberal: 'be_liberal', loose: 'loose', ignore_invalid_rst: 'ignore_invalid_rst', drop_invalid: 'dropInvalid' } as const;
const MOST_SECONDS = 1e9;
const MOST_TIMEOUTS = 16;

export function formatAssumption({ profile, settings }: Assumption): string {
  const parts: string[] = [];
  if (profile) parts.push(`kernel:${profile}`);
  for (const [name, key] of Object.entries(FLAGS)) if (settings[key] !== undefined) parts.push(`${name}:${Number(settings[key])}`);
  for (const [state, seconds] of Object.entries(settings.timeouts ?? {})) parts.push(`timeout_${state}:${seconds}`);
  return parts.join(',');
}

/** Never trusts the address: what it does not know is left out. @returns null where nothing is left */
export function parseAssumption(text: string | null): Assumption | null {
  let profile: Profile | undefined;
  const flags: { -readonly [K in 'be_liberal' | 'loose' | 'ignore_invalid_rst' | 'dropInvalid']?: boolean } = {};
  const timeouts: [string, number][] = [];
  for (const part of (text ?? '').split(',')) {
    const [name = '', value = ''] = part.split(':', 2);
    const flag = Object.entries(FLAGS).find(([known]) => known === name)?.[1];
    const state = /^timeout_([a-z_0-9]{1,20})$/.exec(name)?.[1];
    if (name === 'kernel') profile = PROFILES.find((p) => p === value);
    else if (flag && (value === '0' || value === '1')) flags[flag] = value === '1';
    else if (state && /^\d{1,9}$/.test(value) && Number(value) <= MOST_SECONDS && timeouts.length < MOST_TIMEOUTS)
      timeouts.push([state, Number(value)]);
  }
  if (!profile && Object.keys(flags).length === 0 && timeouts.length === 0) return null;
  const settings: TrackerSettings = { ...flags, ...(timeouts.length > 0 ? { timeouts: Object.fromEntries(timeouts) } : {}) };
  return { settings, ...(profile ? { profile } : {}) };
}
