// The parameters of a remedy, spelled as in reports and on the command line → a question to the replay.
import type { PathId } from '../../engine/model/units.ts';
import { PROFILES, type TrackerSettings } from '../../engine/model/verdict.ts';
import type { WhatIfRequest } from '../../engine/model/whatIf.ts';

const SWITCHES: Readonly<Record<string, keyof TrackerSettings & ('be_liberal' | 'loose' | 'ignore_invalid_rst' | 'dropInvalid')>> = {
  be_liberal: 'be_liberal',
  loose: 'loose',
  ignore_invalid_rst: 'ignore_invalid_rst',
  drop_invalid: 'dropInvalid',
};

/** @returns null where a parameter is unknown: then the replay can't show the effect */
export function whatIfRequest(path: PathId | null, parameters: Readonly<Record<string, string>>): WhatIfRequest | null {
  let settings: TrackerSettings = {};
  let profile: WhatIfRequest['profile'];
  for (const [name, value] of Object.entries(parameters)) {
    const setting = SWITCHES[name];
    if (setting) settings = { ...settings, [setting]: value === '1' };
    else if (name === 'kernel') profile = PROFILES.find((p) => p === value);
    else return null;
  }
  return { path, settings, ...(profile ? { profile } : {}) };
}
