// What could come next where the cursor is: fields, operators, values, connectives.
import type { Suggestion } from '../../model/filter.ts';
import { tokenize } from './lexer.ts';
import { FIELDS, type FieldEntry } from './registry.ts';

/** Values worth offering for a field: names of capture points, addresses seen. */
export type KnownValues = (field: string) => readonly string[];

const MOST = 40;
/** Offered first while nothing is typed: what incidents are made of. */
const FIRST: readonly string[] = [
  'hop.leak',
  'hop.lost',
  'hop.held',
  'hop.invalid',
  'hop.rst.origin',
  'hop.tap',
  'hop.path',
  'tcp.flags.reset',
  'tcp.analysis.retransmission',
  'tcp.analysis.out_of_order',
  'ip.addr',
  'tcp.port',
  'tcp.stream',
  'tcp.len',
  'frame.number',
];
const OPERATORS: readonly string[] = ['==', '!=', '>', '<', '>=', '<=', 'in', 'contains', 'matches'];
const CONNECTIVES: readonly string[] = ['&&', '||'];

export function completeFilter(text: string, cursor: number, known: KnownValues): readonly Suggestion[] {
  const before = text.slice(0, cursor);
  const tokens = tokenize(before);
  if (!tokens.ok) return [];
  const last = tokens.value.at(-1);
  const typing = last?.kind === 'word' && last.at + last.length === cursor ? last : null;
  const done = typing ? tokens.value.slice(0, -1) : tokens.value;
  const previous = done.at(-1);
  const from = typing?.at ?? cursor;
  const typed = typing?.text.toLowerCase() ?? '';
  const suggest = (kind: Suggestion['kind'], words: readonly string[]): readonly Suggestion[] =>
    words
      .filter((w) => w.toLowerCase().startsWith(typed) && w !== typing?.text)
      .slice(0, MOST)
      .map((w) => ({ kind, text: w, from, to: cursor, label: '', type: '' }));

  if (previous?.kind === 'word' || previous?.kind === 'string') {
    const beforeThat = done.at(-2);
    const isValue = previous.kind === 'string' || (beforeThat?.kind === 'sign' && !'( ) ! && ||'.split(' ').includes(beforeThat.sign));
    return isValue ? suggest('connective', CONNECTIVES) : suggest('operator', [...operatorsOf(previous.text), ...CONNECTIVES]);
  }
  if (previous?.kind === 'sign' && (previous.sign === ')' || previous.sign === '}')) return suggest('connective', CONNECTIVES);
  if (previous?.kind === 'sign' && !['(', '!', '&&', '||'].includes(previous.sign)) {
    const field = [...done].reverse().find((t) => t.kind === 'word' && FIELDS.has(t.text));
    return field?.kind === 'word' ? suggest('value', valuesOf(field.text, known)) : [];
  }
  return fieldSuggestions(typed, typing?.text ?? '', from, cursor);
}

function fieldSuggestions(typed: string, exact: string, from: number, to: number): readonly Suggestion[] {
  const names = typed === '' ? FIRST : [...FIELDS.keys()];
  const starts = names.filter((n) => n.startsWith(typed) && n !== exact);
  const contains = typed.length < 2 ? [] : names.filter((n) => !n.startsWith(typed) && n.includes(typed));
  const order = typed === '' ? starts : [...starts.sort(byDepth), ...contains.sort(byDepth)];
  return order.slice(0, MOST).flatMap((name) => {
    const entry = FIELDS.get(name);
    return entry ? [{ kind: 'field' as const, text: name, from, to, label: entry.label, type: entry.type }] : [];
  });
}

/** `tcp.len` before `tcp.options.timestamp.tsval`. */
const depth = (name: string): number => name.split('.').length;
const byDepth = (a: string, b: string): number => depth(a) - depth(b) || a.localeCompare(b);

function operatorsOf(name: string): readonly string[] {
  const entry = FIELDS.get(name);
  if (!entry || entry.type === 'protocol' || entry.type === 'none' || entry.type === 'flag') return [];
  if (entry.type === 'bool') return ['==', '!='];
  if (entry.type === 'text' || entry.type === 'bytes') return ['==', '!=', 'contains', 'matches', 'in'];
  return OPERATORS.slice(0, 7);
}

function valuesOf(name: string, known: KnownValues): readonly string[] {
  const entry: FieldEntry | undefined = FIELDS.get(name);
  if (entry?.type === 'bool' || entry?.type === 'flag') return ['1', '0'];
  return known(name).map((v) => (entry?.type === 'text' ? `"${v.replace(/["\\]/g, '\\$&')}"` : v));
}
