// Words on the screen: typed dictionaries, one pair per feature folder. A missing translation is a compile error.
//
//   const text = dictionary({ files: '{n} {n|file|files}, {size}' }, { files: '{n} 个文件，{size}' });
//   const t = useText(text);  t('files', { n: 2, size: '1.3 MB' })
//
// `{name}` inserts a value, numbers with the language's grouping; `{name|one|other}` chooses by the number's plural form.
import { useCallback } from 'react';
import { useSettings } from '../../store/settings.ts';
import type { Language } from '../../worker/api.ts';
import { LOCALES } from './format.ts';

export type Values = Readonly<Record<string, string | number>>;
export interface Dictionary<Id extends string> {
  readonly en: Readonly<Record<Id, string>>;
  readonly zh: Readonly<Record<Id, string>>;
}
export type Translate<Id extends string> = (id: Id, values?: Values) => string;

export const dictionary = <const En extends Readonly<Record<string, string>>>(
  en: En,
  zh: Readonly<Record<keyof En & string, string>>,
): Dictionary<keyof En & string> => ({ en, zh });

const HOLE = /\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g;

/** What knows a language's ways, made once: making it takes longer than using it. */
const once = <T>(make: (locale: string) => T): ((language: Language) => T) => {
  const known = new Map<Language, T>();
  return (language) => {
    const made = known.get(language) ?? make(LOCALES[language]);
    known.set(language, made);
    return made;
  };
};
const numbersOf = once((locale) => new Intl.NumberFormat(locale));
const pluralsOf = once((locale) => new Intl.PluralRules(locale));

/** Fills a message. A hole without a value stays visible, so that a test or a reader finds it. */
export function fill(message: string, values: Values, language: Language): string {
  return message.replace(HOLE, (hole, name: string, one?: string, other?: string) => {
    const value = values[name];
    if (value === undefined) return hole;
    if (one !== undefined) return (pluralsOf(language).select(Number(value)) === 'one' ? one : other) ?? '';
    return typeof value === 'number' ? numbersOf(language).format(value) : value;
  });
}

export const translate = <Id extends string>(text: Dictionary<Id>, language: Language, id: Id, values: Values = {}): string =>
  fill(text[language][id], values, language);

/** The translate function of a dictionary in the language in force; stable until the language changes. */
export function useText<Id extends string>(text: Dictionary<Id>): Translate<Id> {
  const language = useSettings((s) => s.language);
  return useCallback((id, values) => translate(text, language, id, values), [text, language]);
}
