// `--set NAME=VALUE` → the replay's settings.
import { err, ok, type Result } from '../base/result.ts';
import type { TrackerSettings } from '../engine/model/verdict.ts';

const FLAGS = ['be_liberal', 'loose', 'ignore_invalid_rst', 'checksum'] as const;
const PREFIX = /^(?:net\.netfilter\.)?nf_conntrack_(?:tcp_)?/;
const TIMEOUT = /^timeout_(\w+)$/;

/** Sysctls as spelled (`nf_conntrack_tcp_be_liberal=1`) or short (`be_liberal=1`), `drop_invalid=1`, `timeout_established=86400`. */
export function parseSettings(pairs: readonly string[]): Result<TrackerSettings, string> {
  const settings: { -readonly [K in keyof TrackerSettings]: TrackerSettings[K] } = {};
  const timeouts: Record<string, number> = {};
  for (const pair of pairs) {
    const [full = '', value = ''] = pair.split('=', 2);
    const name = full.replace(PREFIX, '');
    const number = value.trim() === '' ? Number.NaN : Number(value);
    if (!Number.isInteger(number) || number < 0) return err(`--set ${pair}: a value of 0 or more is needed`);
    const flag = FLAGS.find((f) => f === name);
    const timeout = TIMEOUT.exec(name)?.[1];
    if (flag) settings[flag] = number !== 0;
    else if (name === 'drop_invalid') settings.dropInvalid = number !== 0;
    else if (name === 'masquerade') settings.masquerade = number !== 0;
    else if (name === 'max_retrans') settings.max_retrans = number;
    else if (timeout) timeouts[timeout] = number;
    else return err(`--set ${pair}: known are ${[...FLAGS, 'drop_invalid', 'masquerade', 'max_retrans', 'timeout_STATE'].join(', ')}`);
  }
  if (Object.keys(timeouts).length > 0) settings.timeouts = timeouts;
  return ok(settings);
}
