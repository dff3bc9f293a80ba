// Theme, language, how times and sequence numbers are written, which panels show.
import type { ReactNode } from 'react';
import { type SeqStyle, type Theme, type TimeStyle, useSettings } from '../../store/settings.ts';
import type { Language } from '../../worker/api.ts';
import { useText } from '../shared/i18n.ts';
import { Menu } from '../shared/Menu.tsx';
import { workbenchText } from './text.ts';

export function SettingsMenu({ trigger, onCompare }: { readonly trigger: ReactNode; readonly onCompare: () => void }) {
  const t = useText(workbenchText);
  const s = useSettings();
  return (
    <Menu
      trigger={trigger}
      items={[
        {
          kind: 'choice',
          id: 'language',
          label: t('language'),
          value: s.language,
          options: [
            { value: 'en', label: 'English' },
            { value: 'zh', label: '简体中文' },
          ],
          onChange: (v) => s.set({ language: v as Language }),
        },
        {
          kind: 'choice',
          id: 'theme',
          label: t('theme'),
          value: s.theme,
          options: [
            { value: 'auto', label: t('themeAuto') },
            { value: 'light', label: t('themeLight') },
            { value: 'dark', label: t('themeDark') },
          ],
          onChange: (v) => s.set({ theme: v as Theme }),
        },
        {
          kind: 'choice',
          id: 'times',
          label: t('times'),
          value: s.times,
          options: [
            { value: 'relative', label: t('timesRelative') },
            { value: 'utc', label: t('timesUtc') },
            { value: 'local', label: t('timesLocal') },
          ],
          onChange: (v) => s.set({ times: v as TimeStyle }),
        },
        {
          kind: 'choice',
          id: 'seq',
          label: t('seqNumbers'),
          value: s.seq,
          options: [
            { value: 'relative', label: t('seqRelative') },
            { value: 'raw', label: t('seqRaw') },
          ],
          onChange: (v) => s.set({ seq: v as SeqStyle }),
        },
        { kind: 'line', id: 'line' },
        { kind: 'action', id: 'compare', label: t('compare'), onSelect: onCompare },
        {
          kind: 'action',
          id: 'verdict',
          label: s.verdictOpen ? t('hideVerdict') : t('showVerdict'),
          onSelect: () => s.set({ verdictOpen: !s.verdictOpen }),
        },
        {
          kind: 'action',
          id: 'inspector',
          label: s.inspectorOpen ? t('hideInspector') : t('showInspector'),
          onSelect: () => s.set({ inspectorOpen: !s.inspectorOpen }),
        },
      ]}
    />
  );
}
