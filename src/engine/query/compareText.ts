// What is compared, in words: the same on the page and on the command line.
import type { Language } from '../diagnose/wording/format.ts';
import { gapOf, renderSentence } from '../diagnose/wording/render.ts';
import type { Sentence } from '../model/finding.ts';
import type { Change, Comparison, Side } from './compare.ts';

export interface ChangeText extends Omit<Change, 'title'> {
  readonly title: string;
}
export interface SideText extends Pick<Side, 'packets' | 'paths' | 'taps'> {
  readonly main: { readonly severity: 'critical' | 'warning' | 'info'; readonly title: string; readonly summary: string } | null;
}
export interface ComparisonText {
  readonly a: SideText;
  readonly b: SideText;
  readonly appeared: readonly ChangeText[];
  readonly gone: readonly ChangeText[];
  readonly stayed: readonly ChangeText[];
}

export function compareText(comparison: Comparison, language: Language): ComparisonText {
  const side = ({ packets, paths, taps, main }: Side): SideText => ({
    packets,
    paths,
    taps,
    main: main && {
      severity: main.severity,
      title: renderSentence(main.title, language),
      summary: main.summary.map((says) => renderSentence(says, language)).join(gapOf(language)),
    },
  });
  const changes = (list: readonly Change[]): ChangeText[] => list.map((c) => ({ ...c, title: titleText(c.title, language) }));
  const { a, b, appeared, gone, stayed } = comparison;
  return { a: side(a), b: side(b), appeared: changes(appeared), gone: changes(gone), stayed: changes(stayed) };
}

/** Who sent a RST is a word of the language, too. */
function titleText(title: Sentence, language: Language): string {
  const { origin } = title.values;
  const values =
    origin === undefined ? title.values : { ...title.values, origin: renderSentence({ id: `cmp.origin.${origin}`, values: {} }, language) };
  return renderSentence({ ...title, values }, language);
}
