// How things are shown: kept in the browser across visits, never part of an incident.
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { Language } from '../worker/api.ts';

export type Theme = 'auto' | 'light' | 'dark';
/** Since the incident's first packet, or as clock time. */
export type TimeStyle = 'relative' | 'utc' | 'local';
export type SeqStyle = 'relative' | 'raw';
export type DrawerTab = 'packets' | 'connections' | 'plots' | 'captures' | 'clocks' | 'notes' | 'whatif';
export type InspectorTab = string;

export interface SettingsState {
  readonly theme: Theme;
  readonly language: Language;
  readonly times: TimeStyle;
  readonly seq: SeqStyle;
  readonly verdictOpen: boolean;
  readonly inspectorOpen: boolean;
  /** null: the drawer is closed. */
  readonly drawer: DrawerTab | null;
  set(part: Partial<Omit<SettingsState, 'set'>>): void;
}

/** The browser's languages in order of preference → the first one we speak. */
export const preferredLanguage = (languages: readonly string[]): Language =>
  languages
    .map((l) => (l.toLowerCase().startsWith('zh') ? 'zh' : l.toLowerCase().startsWith('en') ? 'en' : null))
    .find((l) => l !== null) ?? 'en';

export const useSettings = create<SettingsState>()(
  persist(
    (set) => ({
      theme: 'auto',
      language: preferredLanguage(globalThis.navigator?.languages ?? []),
      times: 'relative',
      seq: 'relative',
      verdictOpen: true,
      inspectorOpen: true,
      drawer: null,
      set: (part) => set(part),
    }),
    { name: 'hopscope-settings', version: 1 },
  ),
);
