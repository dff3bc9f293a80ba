import type { ReactNode } from 'react';
import { type Theme, useSettings } from '../../store/settings.ts';
import type { Language } from '../../worker/api.ts';
import { useText } from '../shared/i18n.ts';
import { Menu } from '../shared/Menu.tsx';
import { dropText } from './text.ts';

export function LanguageAndTheme({ trigger }: { readonly trigger: ReactNode }) {
  const t = useText(dropText);
  const { language, theme, set } = useSettings();
  return (
    <Menu
      trigger={trigger}
      items={[
        {
          kind: 'choice',
          id: 'language',
          label: t('language'),
          value: language,
          options: [
            { value: 'en', label: 'English' },
            { value: 'zh', label: '简体中文' },
          ],
          onChange: (v) => set({ language: v as Language }),
        },
        {
          kind: 'choice',
          id: 'theme',
          label: t('theme'),
          value: theme,
          options: [
            { value: 'auto', label: t('themeAuto') },
            { value: 'light', label: t('themeLight') },
            { value: 'dark', label: t('themeDark') },
          ],
          onChange: (v) => set({ theme: v as Theme }),
        },
      ]}
    />
  );
}
