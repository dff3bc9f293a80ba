// Recursive descent over the tokens of a filter: `or` binds loosest, then `and`, then `not`.
import { err, ok, type Result } from '../../../base/result.ts';
import type { FilterError } from '../../model/filter.ts';
import { COMPARISONS, type Comparison, type Expression, type FieldRef, type Literal, type SetElement } from './ast.ts';
import { type Sign, type Token, tokenize } from './lexer.ts';

/** Parentheses and negations inside each other; bounds the recursion. */
const MAX_DEPTH = 100;

type Parsed<T> = Result<T, FilterError>;

/** @returns null for a filter of white space only: everything passes */
export function parseFilter(text: string): Parsed<Expression | null> {
  const tokens = tokenize(text);
  if (!tokens.ok) return tokens;
  if (tokens.value.length === 0) return ok(null);
  return new Parser(text, tokens.value).whole();
}

const isComparison = (sign: Sign): sign is Comparison => (COMPARISONS as readonly string[]).includes(sign);

class Parser {
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.text = text;
    this.tokens = tokens;
  }

  whole(): Parsed<Expression> {
    const expression = this.chain('or');
    return expression.ok && this.at < this.tokens.length ? this.unexpected('&& ||') : expression;
  }

  private chain(kind: 'or' | 'and'): Parsed<Expression> {
    const terms: Expression[] = [];
    do {
      const term = kind === 'or' ? this.chain('and') : this.negation();
      if (!term.ok) return term;
      terms.push(term.value);
    } while (this.take(kind === 'or' ? '||' : '&&'));
    const [only] = terms;
    return ok(terms.length === 1 && only ? only : { kind, terms });
  }

  private negation(): Parsed<Expression> {
    if (++this.depth > MAX_DEPTH) {
      const token = this.tokens[this.at];
      return err({ kind: 'tooDeep', at: token?.at ?? this.text.length, length: 1, found: '', wanted: String(MAX_DEPTH) });
    }
    const result = this.primary();
    this.depth--;
    return result;
  }

  private primary(): Parsed<Expression> {
    if (this.take('!')) {
      const term = this.negation();
      return term.ok ? ok({ kind: 'not', term: term.value }) : term;
    }
    if (this.take('(')) {
      const inner = this.chain('or');
      if (!inner.ok) return inner;
      return this.take(')') ? inner : this.unexpected(')');
    }
    return this.test();
  }

  private test(): Parsed<Expression> {
    const token = this.tokens[this.at];
    if (token?.kind === 'sign' || !token) return this.unexpected('field');
    if (token.kind === 'string' || startsValue(token.text)) return this.valueFirst();
    this.at++;
    const next = this.tokens[this.at];
    if ((token.text === 'any' || token.text === 'all') && next?.kind === 'word') {
      this.at++;
      return this.fieldFirst({ name: next.text, at: next.at, length: next.length, mask: null, quantifier: token.text });
    }
    return this.fieldFirst({ name: token.text, at: token.at, length: token.length, mask: null });
  }

  private fieldFirst(field: FieldRef): Parsed<Expression> {
    const sliced = this.slice(field);
    const masked = sliced.ok ? this.mask(sliced.value) : sliced;
    return masked.ok ? this.relation(masked.value) : masked;
  }

  /** `[from:length]`, `[from-to]`, `[at]`, `[:length]`, `[from:]`. */
  private slice(field: FieldRef): Parsed<FieldRef> {
    if (!this.take('[')) return ok(field);
    const token = this.tokens[this.at];
    const m = token?.kind === 'word' ? /^(-?\d{1,6})?(?:([:-])(\d{1,6})?)?$/.exec(token.text) : null;
    const from = Number(m?.[1] ?? 0);
    const last = m?.[3] === undefined ? null : Number(m[3]);
    const isBackwards = m?.[2] === '-' && (last === null || last < from);
    if (!m || isBackwards) return this.unexpected('0:2');
    this.at++;
    if (!this.take(']')) return this.unexpected(']');
    const length = m[2] === undefined ? 1 : last !== null && m[2] === '-' ? last - from + 1 : last;
    return ok({ ...field, slice: { from, length, text: m[0] } });
  }

  private mask(field: FieldRef): Parsed<FieldRef> {
    if (!this.take('&')) return ok(field);
    const mask = this.literal();
    return mask.ok ? ok({ ...field, mask: mask.value }) : mask;
  }

  private relation(field: FieldRef): Parsed<Expression> {
    const token = this.tokens[this.at];
    if (token?.kind !== 'sign') return ok({ kind: 'exists', field });
    const { sign } = token;
    if (isComparison(sign)) {
      this.at++;
      const value = this.literal();
      return value.ok ? ok({ kind: 'compare', field, op: sign, value: value.value }) : value;
    }
    if (sign === 'contains' || sign === 'matches') {
      this.at++;
      const value = this.literal();
      return value.ok ? ok({ kind: sign, field, value: value.value }) : value;
    }
    const following = this.tokens[this.at + 1];
    if (sign === '!' && following?.kind === 'sign' && following.sign === 'in') {
      this.at++;
      const within = this.relation(field);
      return within.ok ? ok({ kind: 'not', term: within.value }) : within;
    }
    if (sign !== 'in') return ok({ kind: 'exists', field });
    this.at++;
    const elements = this.set();
    return elements.ok ? ok({ kind: 'in', field, elements: elements.value }) : elements;
  }

  /** `80 == tcp.port`: turned round. */
  private valueFirst(): Parsed<Expression> {
    const value = this.literal();
    if (!value.ok) return value;
    const sign = this.tokens[this.at];
    if (sign?.kind !== 'sign' || !isComparison(sign.sign)) return this.unexpected('==');
    this.at++;
    const name = this.tokens[this.at];
    if (name?.kind !== 'word') return this.unexpected('field');
    this.at++;
    const field = { name: name.text, at: name.at, length: name.length, mask: null };
    return ok({ kind: 'compare', field, op: TURNED[sign.sign], value: value.value });
  }

  private set(): Parsed<readonly SetElement[]> {
    if (!this.take('{')) return this.unexpected('{');
    const elements: SetElement[] = [];
    while (!this.take('}')) {
      const from = this.literal();
      if (!from.ok) return elements.length === 0 && this.peek('}') ? this.empty() : from;
      const to = this.take('..') ? this.literal() : ok(null);
      if (!to.ok) return to;
      elements.push({ from: from.value, to: to.value });
      this.take(',');
    }
    return elements.length === 0 ? this.empty() : ok(elements);
  }

  private literal(): Parsed<Literal> {
    const token = this.tokens[this.at];
    if (!token || token.kind === 'sign') return this.unexpected('value');
    this.at++;
    return ok({ text: token.text, quoted: token.kind === 'string', at: token.at, length: token.length });
  }

  private take(sign: Sign): boolean {
    if (!this.peek(sign)) return false;
    this.at++;
    return true;
  }
  private peek(sign: Sign): boolean {
    const token = this.tokens[this.at];
    return token?.kind === 'sign' && token.sign === sign;
  }
  private empty(): Parsed<never> {
    const token = this.tokens[this.at - 1];
    return err({ kind: 'emptySet', at: token?.at ?? 0, length: 1, found: '', wanted: 'value' });
  }
  private unexpected(wanted: string): Parsed<never> {
    const token = this.tokens[this.at];
    if (!token) return err({ kind: 'unfinished', at: this.text.length, length: 0, found: '', wanted });
    return err({
      kind: 'unexpected',
      at: token.at,
      length: token.length,
      found: this.text.slice(token.at, token.at + token.length),
      wanted,
    });
  }
}

/** Field names start with a letter; `fe80::1` and `02:00:…` are values. */
const startsValue = (word: string): boolean => !/^\p{L}/u.test(word) || word.includes(':');

const TURNED: Readonly<Record<Comparison, Comparison>> = {
  '==': '==',
  '!=': '!=',
  '===': '===',
  '!==': '!==',
  '>': '<',
  '<': '>',
  '>=': '<=',
  '<=': '>=',
};
