// A filter as text again, in the spelling Wireshark's own dialogs use.
import { assertNever } from '../../../base/result.ts';
import type { Expression, FieldRef, Literal } from './ast.ts';

/** `parseFilter(printFilter(e))` is `e`, places apart. */
export function printFilter(e: Expression): string {
  switch (e.kind) {
    case 'or':
      return e.terms.map((t) => (t.kind === 'or' ? `(${printFilter(t)})` : printFilter(t))).join(' || ');
    case 'and':
      return e.terms.map((t) => (t.kind === 'or' || t.kind === 'and' ? `(${printFilter(t)})` : printFilter(t))).join(' && ');
    case 'not':
      return e.term.kind === 'or' || e.term.kind === 'and' ? `!(${printFilter(e.term)})` : `!${printFilter(e.term)}`;
    case 'exists':
      return fieldText(e.field);
    case 'compare':
      return `${fieldText(e.field)} ${e.op} ${literalText(e.value)}`;
    case 'in':
      return `${fieldText(e.field)} in {${e.elements.map((x) => (x.to ? `${literalText(x.from)} .. ${literalText(x.to)}` : literalText(x.from))).join(', ')}}`;
    case 'contains':
    case 'matches':
      return `${fieldText(e.field)} ${e.kind} ${literalText(e.value)}`;
    default:
      return assertNever(e);
  }
}

function fieldText(f: FieldRef): string {
  const name = `${f.quantifier ? `${f.quantifier} ` : ''}${f.name}${f.slice ? `[${f.slice.text}]` : ''}`;
  return f.mask ? `${name} & ${literalText(f.mask)}` : name;
}

export const quote = (text: string): string =>
  `"${text.replace(/["\\]/g, (c) => `\\${c}`).replace(/[\n\r\t\0]/g, (c) => (c === '\n' ? '\\n' : c === '\r' ? '\\r' : c === '\t' ? '\\t' : '\\0'))}"`;

const literalText = (l: Literal): string => (l.quoted ? quote(l.text) : l.text);
