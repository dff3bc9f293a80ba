// `--set NAME=VALUE` → the replay's settings; `--what-if NAME=VALUE` → an assumption.
import { err, ok, type Result } from '../base/result.ts';
import { PROFILES, type Profile, type TrackerSettings } from '../engine/model/verdict.ts';
import type { Assumption } from '../engine/model/whatIf.ts';

const FLAGS = ['be_liberal', 'loose', 'ignore_invalid_rst', 'checksum'] as const;
const PREFIX = /^(?:net\.netfilter\.)?nf_conntrack_(?:tcp_)?/;
const TIMEOUT = /^timeout_(\w+)$/;

/** Sysctls as spelled (`nf_conntrack_tcp_be_liberal=1`) or short (`be_liberal=1`), `drop_invalid=1`, `timeout_established=86400`. */
export function parseSettings(pairs: readonly string[], option = '--set'): Result<TrackerSettings, string> {
  const settings: { -readonly [K in keyof TrackerSettings]: TrackerSettings[K] } = {};
  const timeouts: Record<string, number> = {};
  for (const pair of pairs) {
    const [full = '', value = ''] = pair.split('=', 2);
    const name = full.replace(PREFIX, '');
    const number = value.trim() === '' ? Number.NaN : Number(value);
    if (!Number.isInteger(number) || number < 0) return err(`${option} ${pair}: a value of 0 or more is needed`);
    const flag = FLAGS.find((f) => f === name);
    const timeout = TIMEOUT.exec(name)?.[1];
    if (flag) settings[flag] = number !== 0;
    else if (name === 'drop_invalid') settings.dropInvalid = number !== 0;
    else if (name === 'masquerade') settings.masquerade = number !== 0;
    else if (name === 'max_retrans') settings.max_retrans = number;
    else if (timeout) timeouts[timeout] = number;
    else return err(`${option} ${pair}: known are ${[...FLAGS, 'drop_invalid', 'masquerade', 'max_retrans', 'timeout_STATE'].join(', ')}`);
  }
  if (Object.keys(timeouts).length > 0) settings.timeouts = timeouts;
  return ok(settings);
}

/** As `parseSettings`, and `kernel=6.1`. @returns null where nothing is assumed */
export function parseAssumption(pairs: readonly string[], option = '--what-if'): Result<Assumption | null, string> {
  let profile: Profile | undefined;
  const others: string[] = [];
  for (const pair of pairs) {
    const kernel = /^kernel=(.*)$/.exec(pair)?.[1];
    if (kernel === undefined) others.push(pair);
    else profile = PROFILES.find((p) => p === kernel);
    if (kernel !== undefined && !profile) return err(`${option} ${pair}: known kernels are ${PROFILES.join(', ')}`);
  }
  const settings = parseSettings(others, option);
  if (!settings.ok) return settings;
  return ok(pairs.length === 0 ? null : { settings: settings.value, ...(profile ? { profile } : {}) });
}
