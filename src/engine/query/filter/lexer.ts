// Splits a filter into words, strings and signs.
import { err, ok, type Result } from '../../../base/result.ts';
import type { FilterError } from '../../model/filter.ts';
import type { Comparison, Span } from './ast.ts';

export type Sign = '[' | ']' | '(' | ')' | '{' | '}' | ',' | '!' | '&&' | '||' | '&' | '..' | 'in' | 'contains' | 'matches' | Comparison;

export type Token = Span &
  (
    | { readonly kind: 'word'; readonly text: string }
    | { readonly kind: 'string'; readonly text: string }
    | { readonly kind: 'sign'; readonly sign: Sign }
  );

/** Words that are signs, with Wireshark's spellings of them. */
const WORD_SIGNS: ReadonlyMap<string, Sign> = new Map<string, Sign>([
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
  ['eq', '=='],
  ['any_eq', '=='],
  ['ne', '!='],
  ['all_ne', '!='],
  ['all_eq', '==='],
  ['any_ne', '!=='],
  ['gt', '>'],
  ['lt', '<'],
  ['ge', '>='],
  ['le', '<='],
  ['bitand', '&'],
  ['bitwise_and', '&'],
  ['in', 'in'],
  ['contains', 'contains'],
  ['matches', 'matches'],
]);
/** Longest first. `~=` is Wireshark's old spelling of "any differs", `~` of matches. */
const SIGNS: readonly (readonly [string, Sign])[] = [
  ['===', '==='],
  ['!==', '!=='],
  ['==', '=='],
  ['!=', '!='],
  ['~=', '!=='],
  ['>=', '>='],
  ['<=', '<='],
  ['&&', '&&'],
  ['||', '||'],
  ['..', '..'],
  ['>', '>'],
  ['<', '<'],
  ['!', '!'],
  ['&', '&'],
  ['~', 'matches'],
  ['[', '['],
  [']', ']'],
  ['(', '('],
  [')', ')'],
  ['{', '{'],
  ['}', '}'],
  [',', ','],
];
const WORD = /[\p{L}\p{N}_:/*@%+-]|\.(?!\.)/u;
/** Longer than any filter typed by hand; bounds the work on pasted text. */
const MAX_LENGTH = 10_000;

export function tokenize(text: string): Result<readonly Token[], FilterError> {
  if (text.length > MAX_LENGTH) return err({ kind: 'tooLong', at: MAX_LENGTH, length: 1, found: '', wanted: String(MAX_LENGTH) });
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const c = text.charAt(at);
    if (/\s/.test(c)) {
      at++;
      continue;
    }
    const raw = /^[rR]"/.test(text.slice(at, at + 2));
    if (c === '"' || raw) {
      const read = readString(text, raw ? at + 1 : at, raw);
      if (!read.ok) return read;
      tokens.push({ kind: 'string', text: read.value.text, at, length: read.value.end - at });
      at = read.value.end;
      continue;
    }
    const sign = SIGNS.find(([spelling]) => text.startsWith(spelling, at));
    if (sign) {
      tokens.push({ kind: 'sign', sign: sign[1], at, length: sign[0].length });
      at += sign[0].length;
      continue;
    }
    const end = wordEnd(text, at);
    if (end === at) return err({ kind: 'unexpected', at, length: 1, found: c, wanted: '' });
    const word = text.slice(at, end);
    const wordSign = WORD_SIGNS.get(word.toLowerCase());
    tokens.push(wordSign ? { kind: 'sign', sign: wordSign, at, length: end - at } : { kind: 'word', text: word, at, length: end - at });
    at = end;
  }
  return ok(tokens);
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const c = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (!(c === '.' ? text.charAt(at + 1) !== '.' && text.charAt(at - 1) !== '.' : WORD.test(c))) break;
    at += c.length;
  }
  return at;
}

function readString(text: string, quoteAt: number, raw: boolean): Result<{ readonly text: string; readonly end: number }, FilterError> {
  let value = '';
  for (let at = quoteAt + 1; at < text.length; at++) {
    const c = text.charAt(at);
    if (c === '"') return ok({ text: value, end: at + 1 });
    if (c === '\\' && !raw && at + 1 < text.length) {
      at++;
      const e = text.charAt(at);
      const hex = /^x[0-9a-fA-F]{2}/.exec(text.slice(at, at + 3));
      if (hex) {
        value += String.fromCharCode(Number.parseInt(text.slice(at + 1, at + 3), 16));
        at += 2;
      } else value += ESCAPES[e] ?? e;
    } else value += c;
  }
  return err({ kind: 'unclosedString', at: quoteAt, length: text.length - quoteAt, found: text.slice(quoteAt), wanted: '"' });
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0' };
