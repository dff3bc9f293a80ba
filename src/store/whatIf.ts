// The question "what if": which kernel and settings to replay under. The answer lives in the worker.
import { create } from 'zustand';
import { PROFILES, type Profile, type TrackerSettings } from '../engine/model/verdict.ts';

export interface WhatIfState {
  /** null: the kernel in force. */
  readonly profile: Profile | null;
  /** Laid over the settings in force. */
  readonly settings: TrackerSettings;
  readonly everyPath: boolean;
  setProfile(profile: Profile | null): void;
  /** `undefined` takes the setting back to what is in force. */
  setSetting(name: 'be_liberal' | 'dropInvalid' | 'loose' | 'ignore_invalid_rst', value: boolean | undefined): void;
  setTimeout(name: string, seconds: number | undefined): void;
  setEveryPath(everyPath: boolean): void;
  /** A remedy's parameters: `kernel`, or sysctls as the command line spells them. */
  ask(parameters: Readonly<Record<string, string>>): void;
  reset(): void;
}

export const useWhatIf = create<WhatIfState>()((set) => ({
  profile: null,
  settings: {},
  everyPath: false,
  setProfile: (profile) => set({ profile }),
  setSetting: (name, value) =>
    set(({ settings }) => {
      const { [name]: _, ...rest } = settings;
      return { settings: value === undefined ? rest : { ...rest, [name]: value } };
    }),
  setTimeout: (name, seconds) =>
    set(({ settings }) => {
      const { [name]: _, ...rest } = settings.timeouts ?? {};
      return { settings: { ...settings, timeouts: seconds === undefined ? rest : { ...rest, [name]: seconds } } };
    }),
  setEveryPath: (everyPath) => set({ everyPath }),
  ask: (parameters) => set({ profile: profileOf(parameters.kernel), settings: settingsOf(parameters) }),
  reset: () => set({ profile: null, settings: {} }),
}));

const profileOf = (kernel: string | undefined): Profile | null => PROFILES.find((p) => p === kernel) ?? null;

function settingsOf(parameters: Readonly<Record<string, string>>): TrackerSettings {
  const flag = (name: string): boolean | undefined => (parameters[name] === undefined ? undefined : parameters[name] !== '0');
  const [be_liberal, loose, dropInvalid] = [flag('be_liberal'), flag('loose'), flag('drop_invalid')];
  return {
    ...(be_liberal === undefined ? {} : { be_liberal }),
    ...(loose === undefined ? {} : { loose }),
    ...(dropInvalid === undefined ? {} : { dropInvalid }),
  };
}
