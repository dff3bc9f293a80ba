// What the user or the context files state about the node: profile and settings that are not inferred any more.
import { profileOfKernel } from '../conntrack/profiles.ts';
import type { ContextFacts } from '../model/context.ts';
import type { TrackerSettings } from '../model/verdict.ts';
import type { ReplayOptions } from './replayPaths.ts';

const FLAGS = ['be_liberal', 'loose', 'ignore_invalid_rst'] as const;
const TCP = 'net.netfilter.nf_conntrack_tcp_';

/** What was asked for comes first, then what the files say; what neither says stays open. */
export function statedOptions(asked: ReplayOptions, facts: ContextFacts): ReplayOptions {
  const profile = asked.profile ?? onlyProfile(facts);
  const settings = { ...settingsOfFacts(facts), ...asked.settings };
  const timeouts = { ...timeoutsOfFacts(facts), ...asked.settings?.timeouts };
  const hasTimeouts = Object.keys(timeouts).length > 0;
  return { ...(profile ? { profile } : {}), settings: { ...settings, ...(hasTimeouts ? { timeouts } : {}) } };
}

/** Kernels of several nodes that behave differently state nothing: which of them translates is not known. */
function onlyProfile(facts: ContextFacts): ReplayOptions['profile'] {
  const profiles = new Set(facts.kernels.map((k) => profileOfKernel(k.release)));
  const [first] = profiles;
  return profiles.size === 1 && first ? first : undefined;
}

function settingsOfFacts(facts: ContextFacts): TrackerSettings {
  const settings: { -readonly [K in keyof TrackerSettings]: TrackerSettings[K] } = {};
  for (const name of FLAGS) {
    const found = facts.sysctl.get(`${TCP}${name}`);
    if (found) settings[name] = Number(found.value) !== 0;
  }
  const checksum = facts.sysctl.get('net.netfilter.nf_conntrack_checksum');
  if (checksum) settings.checksum = Number(checksum.value) !== 0;
  const retrans = facts.sysctl.get(`${TCP}max_retrans`);
  if (retrans) settings.max_retrans = Number(retrans.value);
  if (facts.invalidRules.some((rule) => rule.action === 'drop' || rule.action === 'reject')) settings.dropInvalid = true;
  else if (facts.hasRules) settings.dropInvalid = false;
  if (facts.proxyMode) settings.ipvs = facts.proxyMode.mode === 'ipvs';
  return settings;
}

function timeoutsOfFacts(facts: ContextFacts): Record<string, number> {
  const timeouts: Record<string, number> = {};
  for (const [name, { value }] of facts.sysctl) {
    const state = name.startsWith(`${TCP}timeout_`) ? name.slice(`${TCP}timeout_`.length) : null;
    if (state !== null && Number.isFinite(Number(value))) timeouts[state] = Number(value);
  }
  if (facts.ipvsTimeouts) timeouts.ipvs_tcp = facts.ipvsTimeouts.tcp;
  return timeouts;
}
