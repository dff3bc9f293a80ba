// Which part of the diagram a picture shows, and how: width, theme, sharpness.
import { useText } from '../shared/i18n.ts';
import { Choice } from './Choices.tsx';
import type { PictureChoice } from './makePicture.ts';
import styles from './ShareDialog.module.css';
import { text } from './text.ts';

/** Px of the drawing. */
const WIDTHS = [700, 900, 1200, 1600, 2400] as const;
/** Device px per px of the drawing. */
const DENSITIES = [1, 2, 3] as const;

export const DEFAULT_PICTURE: PictureChoice = { part: 'whole', width: 1200, theme: 'light', density: 2 };
export const shownTheme = (): PictureChoice['theme'] => (document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light');

export function PictureChoices(props: {
  readonly kind: 'svg' | 'png';
  readonly choice: PictureChoice;
  readonly onChange: (choice: PictureChoice) => void;
}) {
  const t = useText(text);
  const { kind, choice } = props;
  const set = (part: Partial<PictureChoice>): void => props.onChange({ ...choice, ...part });
  return (
    <fieldset className={styles.picture}>
      <legend className={styles.legend}>{t('picture')}</legend>
      <Choice
        label={t('part')}
        value={choice.part}
        options={[
          ['whole', t('partWhole')],
          ['view', t('partView')],
        ]}
        onChange={(part) => set({ part })}
      />
      <Choice
        label={t('width')}
        value={String(choice.width)}
        options={WIDTHS.map((w) => [String(w), `${w} px`] as const)}
        onChange={(width) => set({ width: Number(width) })}
      />
      <Choice
        label={t('theme')}
        value={choice.theme}
        options={[
          ['light', t('themeLight')],
          ['dark', t('themeDark')],
        ]}
        onChange={(theme) => set({ theme })}
      />
      {kind === 'png' && (
        <Choice
          label={t('density')}
          value={String(choice.density)}
          options={DENSITIES.map((d) => [String(d), `${d}×`] as const)}
          onChange={(density) => set({ density: Number(density) })}
        />
      )}
    </fieldset>
  );
}
