// Sentences → text: the same words in page, terminal and export.
import type { Sentence } from '../../model/finding.ts';
import { en } from './en.ts';
import { formatValue, type Language, type NameLookup, type Naming } from './format.ts';
import { zh } from './zh.ts';

/** Ids of all sentences. The English dictionary defines them; the Chinese one must have each. */
export type SentenceId = keyof typeof en;

type Hole<Text extends string> = Text extends `${string}{${infer H}}${infer Rest}` ? H | Hole<Rest> : never;
type HoleName<H extends string> = H extends `${infer Name}:${string}` ? Name : H;
type IsText<H extends string> = H extends `${string}:endpoint` | `${string}:address`
  ? true
  : H extends `${string}:${string}`
    ? false
    : true;
type Holes<Text extends string> = { readonly [H in Hole<Text> as HoleName<H>]: IsText<H> extends true ? string : number };

/** What the holes of a sentence need: text for names and endpoints, numbers for what carries a unit. */
export type ValuesOf<Id extends SentenceId> = Holes<(typeof en)[Id]>;

/** Builds a sentence; that its values fit its holes is checked by the compiler. */
export const say = <Id extends SentenceId>(id: Id, ...values: keyof ValuesOf<Id> extends never ? [] : [ValuesOf<Id>]): Sentence => ({
  id,
  values: values[0] ?? {},
});

const DICTIONARIES: Readonly<Record<Language, Readonly<Record<string, string>>>> = { en, zh };

/** Text of a sentence. An id of another version renders as itself, never throws: documents outlive dictionaries. */
export const renderSentence = (sentence: Sentence, language: Language, names: NameLookup | null = null): string =>
  fill(sentence, language, names && { nameOf: names, mentioned: new Set() });

/** Writes the sentences of one text in turn: an endpoint with a name has its address beside it where it is first mentioned. */
export function narrator(language: Language, names: NameLookup): (sentence: Sentence) => string {
  const naming = { nameOf: names, mentioned: new Set<string>() };
  return (sentence) => fill(sentence, language, naming);
}

/** What stands between two sentences. */
export const gapOf = (language: Language): string => (language === 'zh' ? '' : ' ');

function fill(sentence: Sentence, language: Language, naming: Naming | null): string {
  const dictionary = DICTIONARIES[language];
  const template = Object.hasOwn(dictionary, sentence.id) ? dictionary[sentence.id] : undefined;
  if (template === undefined) return sentence.id;
  return template.replace(/\{([^{}:]+)(?::([^{}]*))?\}/g, (whole, name: string, spec?: string) => {
    const value = Object.hasOwn(sentence.values, name) ? sentence.values[name] : undefined;
    return value === undefined ? whole : formatValue(value, spec ?? '', language, naming);
  });
}
