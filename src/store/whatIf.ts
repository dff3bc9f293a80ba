// The question "what if": which kernel and settings to replay under. The answer lives in the worker.
import { create } from 'zustand';
import type { Profile, TrackerSettings } from '../engine/model/verdict.ts';
import type { Assumption } from '../engine/model/whatIf.ts';

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
  /** Takes over a question asked elsewhere, such as a remedy's. */
  ask(question: { readonly profile?: Profile; readonly settings: TrackerSettings }): void;
  reset(): void;
}

/** What is asked; null: nothing, what was observed stands alone. Equal questions give equal JSON. */
export function assumptionOf({ profile, settings: asked }: Pick<WhatIfState, 'profile' | 'settings'>): Assumption | null {
  const { timeouts, ...flags } = asked;
  const settings = { ...flags, ...(timeouts && Object.keys(timeouts).length > 0 ? { timeouts } : {}) };
  if (profile === null && Object.keys(settings).length === 0) return null;
  return { settings, ...(profile ? { profile } : {}) };
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
  ask: ({ profile, settings }) => set({ profile: profile ?? null, settings }),
  reset: () => set({ profile: null, settings: {} }),
}));
