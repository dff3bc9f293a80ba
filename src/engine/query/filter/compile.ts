// A parsed filter → a predicate over the columns of a capture point, which says when it has to see the packet itself.
import { err, ok, type Result } from '../../../base/result.ts';
import { type Dissection, fieldsNamed } from '../../model/dissection.ts';
import type { FilterError, FilterHint } from '../../model/filter.ts';
import { IS_ICMP_ERROR, IS_TCP } from '../../model/packetTable.ts';
import type { TapView } from '../tapView.ts';
import { parsePrefix } from './address.ts';
import type { Expression, FieldRef, Literal, Slice } from './ast.ts';
import type { ColumnSource } from './columns.ts';
import { FIELDS, type FieldEntry, similarField } from './registry.ts';
import { comparisonTest, containsTest, matchesTest, membershipTest, parseUint, type ValueTest } from './valueTest.ts';

/** Answers of `BoundFilter.quick`: READ means that the columns can't tell. */
export const NO = 0;
export const YES = 1;
export const READ = 2;
export type Answer = 0 | 1 | 2;

/** A filter bound to the tables of one capture point. */
export interface BoundFilter {
  /** By the columns alone; runs for every row. */
  readonly quick: (row: number) => Answer;
  /** With the packet taken apart, and its octets; asked where `quick` says READ. */
  readonly deep: (row: number, packet: Dissection, octets: Uint8Array) => boolean;
}
export type CompiledFilter = (view: TapView) => BoundFilter;

export const EVERYTHING: CompiledFilter = () => ({ quick: () => YES, deep: () => true });

export function compileFilter(e: Expression): Result<CompiledFilter, FilterError> {
  switch (e.kind) {
    case 'and':
    case 'or': {
      const terms: CompiledFilter[] = [];
      for (const t of e.terms) {
        const compiled = compileFilter(t);
        if (!compiled.ok) return compiled;
        terms.push(compiled.value);
      }
      return ok((view) => (e.kind === 'and' ? allOf(terms.map((t) => t(view))) : anyOf(terms.map((t) => t(view)))));
    }
    case 'not': {
      const term = compileFilter(e.term);
      return term.ok ? ok((view) => not(term.value(view))) : term;
    }
    default:
      return compileTest(e);
  }
}

type Test = Exclude<Expression, { readonly kind: 'and' | 'or' | 'not' }>;

function compileTest(e: Test): Result<CompiledFilter, FilterError> {
  const entry = FIELDS.get(e.field.name) ?? FIELDS.get(e.field.name.toLowerCase());
  if (!entry) return err(unknownField(e.field));
  const isOctets = e.field.slice !== undefined || (entry.type === 'protocol' && e.kind !== 'exists');
  if (isOctets) return compileOctets(e, entry);
  const mask = e.field.mask ? parseUint(e.field.mask.text) : null;
  if (e.field.mask && (mask === null || entry.type !== 'uint')) {
    return err({ kind: 'badValue', at: e.field.mask.at, length: e.field.mask.length, found: e.field.mask.text, wanted: 'uint' });
  }
  if (e.kind === 'exists') {
    if (mask !== null) return ok(compileValues(entry, { kind: 'number', test: (v) => (v & mask) !== 0 }, 'any'));
    return ok(entry.type === 'protocol' ? compileProtocol(entry.name) : compileValues(entry, null, 'any'));
  }
  const test = valueTest(e, entry, mask);
  if (!test.ok) return test;
  return ok(compileValues(entry, test.value, modeOf(e)));
}

/** `!=` and `===` ask all values, the others any; a quantifier decides itself. */
function modeOf(e: Test): 'any' | 'all' {
  if (e.field.quantifier !== undefined) return e.field.quantifier;
  return e.kind === 'compare' && (e.op === '!=' || e.op === '===') ? 'all' : 'any';
}

function valueTest(e: Exclude<Test, { readonly kind: 'exists' }>, entry: FieldEntry, mask: number | null): Result<ValueTest, FilterError> {
  if (e.kind === 'compare') return comparisonTest(entry, e.op, e.value, mask);
  if (e.kind === 'in') return membershipTest(entry, e.elements, mask);
  return e.kind === 'contains' ? containsTest(entry, e.value) : matchesTest(entry, e.value);
}

/** Octets of the packet: `tcp contains "GET"`, `tcp[13] & 4`, `eth.src[0:3] == 02:00:00`. A protocol's are its header's and all that follow. */
function compileOctets(e: Test, entry: FieldEntry): Result<CompiledFilter, FilterError> {
  const { slice, mask: maskText } = e.field;
  const isProtocol = entry.type === 'protocol';
  if (!isProtocol && entry.type !== 'bytes' && entry.type !== 'mac') {
    return err({ kind: 'notSupported', at: e.field.at, length: e.field.length, found: `${entry.name}[${slice?.text ?? ''}]`, wanted: '' });
  }
  const mask = maskText ? parseUint(maskText.text) : null;
  if (maskText && mask === null)
    return err({ kind: 'badValue', at: maskText.at, length: maskText.length, found: maskText.text, wanted: 'uint' });
  const asOctets: FieldEntry = { ...entry, type: 'bytes', column: null };
  const test: Result<ValueTest, FilterError> =
    e.kind === 'exists' ? ok({ kind: 'text', test: (v) => v !== '' }) : valueTest(withPlainOctets(e), asOctets, null);
  if (!test.ok) return test;
  const passes = (hex: string): boolean => {
    const octets = slice ? cut(hex, slice) : hex;
    if (octets === '') return false;
    const masked = mask === null ? octets : masking(octets, mask);
    return e.kind === 'exists' && mask !== null ? !/^0*$/.test(masked) : test.value.kind === 'text' && test.value.test(masked);
  };
  const mode = modeOf(e);
  const deep: BoundFilter['deep'] = (_row, d, octets) => {
    const values = isProtocol
      ? layerOctets(entry.name, d, octets)
      : entry.dissected.flatMap((n) => fieldsNamed(d.layers, n).map((f) => f.value));
    const plain = values.map((v) => v.replaceAll(':', '').toLowerCase());
    return mode === 'all' ? plain.length > 0 && plain.every(passes) : plain.some(passes);
  };
  const carries: CompiledFilter = isProtocol ? compileProtocol(entry.name) : (view) => ({ quick: mayCarry(entry, view), deep });
  return ok((view) => {
    const { quick } = carries(view);
    return { quick: (row) => (quick(row) === NO ? NO : READ), deep };
  });
}

/** `0x12` is an octet like `12`. */
function withPlainOctets(e: Exclude<Test, { readonly kind: 'exists' }>): Exclude<Test, { readonly kind: 'exists' }> {
  const plain = (l: Literal): Literal => {
    const m = l.quoted ? null : /^0x([0-9a-f]+)$/i.exec(l.text);
    const digits = m?.[1] ?? (/^[0-9a-f]$/i.test(l.text) ? l.text : null);
    return digits === null ? l : { ...l, text: digits.length % 2 === 1 ? `0${digits}` : digits };
  };
  if (e.kind === 'in') return { ...e, elements: e.elements.map((x) => ({ from: plain(x.from), to: x.to && plain(x.to) })) };
  return { ...e, value: plain(e.value) };
}

function cut(hex: string, { from, length }: Slice): string {
  const start = from < 0 ? hex.length + 2 * from : 2 * from;
  if (start < 0 || start >= hex.length) return '';
  const end = length === null ? hex.length : start + 2 * length;
  return end > hex.length ? '' : hex.slice(start, end);
}

/** The mask is as wide as the octets, its last octet on theirs. */
const masking = (hex: string, mask: number): string => (BigInt(`0x${hex}`) & BigInt(mask)).toString(16).padStart(hex.length, '0');

function layerOctets(protocol: string, { layers }: Dissection, octets: Uint8Array): readonly string[] {
  const hexFrom = (at: number): string => {
    let hex = '';
    for (let i = at; i < octets.length; i++) hex += (octets[i] as number).toString(16).padStart(2, '0');
    return hex;
  };
  return protocol === 'frame' ? [hexFrom(0)] : layers.filter((l) => l.name === protocol).map((l) => hexFrom(l.offset));
}

function unknownField(field: FieldRef): FilterError {
  return { kind: 'unknownField', at: field.at, length: field.length, found: field.name, wanted: similarField(field.name) };
}

/** Fields that always exist where their protocol does: alone they select nothing. */
export function filterHints(e: Expression): readonly FilterHint[] {
  if (e.kind === 'and' || e.kind === 'or') return e.terms.flatMap(filterHints);
  if (e.kind === 'not') return filterHints(e.term);
  if (e.kind !== 'exists' || e.field.mask) return [];
  const isAlwaysThere = FIELDS.get(e.field.name)?.type === 'bool' && !/\.(options|opt)\./.test(e.field.name);
  return isAlwaysThere ? [{ kind: 'alwaysTrue', at: e.field.at, length: e.field.length, field: e.field.name }] : [];
}

function allOf(terms: readonly BoundFilter[]): BoundFilter {
  return {
    quick: (row) => {
      let answer: Answer = YES;
      for (const t of terms) {
        const a = t.quick(row);
        if (a === NO) return NO;
        if (a === READ) answer = READ;
      }
      return answer;
    },
    deep: (row, d, o) => terms.every((t) => t.deep(row, d, o)),
  };
}

function anyOf(terms: readonly BoundFilter[]): BoundFilter {
  return {
    quick: (row) => {
      let answer: Answer = NO;
      for (const t of terms) {
        const a = t.quick(row);
        if (a === YES) return YES;
        if (a === READ) answer = READ;
      }
      return answer;
    },
    deep: (row, d, o) => terms.some((t) => t.deep(row, d, o)),
  };
}

function not(term: BoundFilter): BoundFilter {
  return {
    quick: (row) => {
      const a = term.quick(row);
      return a === READ ? READ : a === YES ? NO : YES;
    },
    deep: (row, d, o) => !term.deep(row, d, o),
  };
}

/** Is the protocol anywhere in the packet? Headers that an ICMP error quotes count, as in Wireshark. */
function compileProtocol(name: string): CompiledFilter {
  if (name === 'frame') return EVERYTHING;
  const deep = (_row: number, d: Dissection): boolean => d.protocols.includes(name === 'pppoes' ? 'pppoes' : name);
  return (view) => {
    const { flags, encapsulation, encapsulations, tuple, tuples, addresses } = view.tap.packets;
    const wrapped = Uint8Array.from(encapsulations, (e) => (e.layers.includes(name) ? 1 : 0));
    if (name === 'tcp') return { quick: (row) => (flags[row] & (IS_TCP | IS_ICMP_ERROR) ? YES : NO), deep };
    const family = name === 'ip' ? 4 : name === 'ipv6' ? 6 : -1;
    const quick = (row: number): Answer => {
      if (wrapped[encapsulation[row]] === 1) return YES;
      if ((flags[row] & IS_TCP) === 0) return READ;
      return family > 0 && addresses.family[tuples.a[tuple[row] >>> 1]] === family ? YES : name === 'ah' || name === 'data' ? READ : NO;
    };
    return { quick, deep };
  };
}

/** @param test null: every value does */
function compileValues(entry: FieldEntry, test: ValueTest | null, mode: 'any' | 'all'): CompiledFilter {
  const deep = deepTest(entry, test, mode);
  const { column } = entry;
  if (!column) return (view) => ({ quick: mayCarry(entry, view), deep });
  return (view) => {
    const source = column.source(view);
    const row = rowTest(view, source, test, mode);
    const quick: BoundFilter['quick'] = (r) => {
      const a = row(r);
      if (a === READ && entry.dissected.length === 0) return NO;
      return a;
    };
    const settled: BoundFilter['deep'] = (r, d, o) => {
      const a = row(r);
      return a === READ ? deep(r, d, o) : a === YES;
    };
    return { quick, deep: settled };
  };
}

type RowTest = (row: number) => Answer;

function rowTest(view: TapView, source: ColumnSource, test: ValueTest | null, mode: 'any' | 'all'): RowTest {
  const { partial, getters } = source;
  const checks = getters.map((g) => {
    const passes = columnTest(view, source, test);
    return { has: g.has, passes: (row: number) => passes(g.get(row)) };
  });
  const [only] = checks;
  if (mode === 'any' && checks.length === 1 && only) {
    const { has, passes } = only;
    return (row) => (has(row) && passes(row) ? YES : partial(row) ? READ : NO);
  }
  if (mode === 'any') {
    return (row) => {
      for (const c of checks) if (c.has(row) && c.passes(row)) return YES;
      return partial(row) ? READ : NO;
    };
  }
  return (row) => {
    let exists = false;
    for (const c of checks) {
      if (!c.has(row)) continue;
      if (!c.passes(row)) return NO;
      exists = true;
    }
    return partial(row) ? READ : exists ? YES : NO;
  };
}

/** The test over what a getter gives. Addresses and texts are tested once each, not once a row. */
function columnTest(view: TapView, source: ColumnSource, test: ValueTest | null): (value: number) => boolean {
  if (test === null) return () => true;
  if (test.kind === 'number') return test.test;
  if (test.kind === 'moment') {
    const { epoch } = view.tap.packets;
    return (value) => test.test(epoch + BigInt(value));
  }
  if (test.kind === 'text') {
    const passes = source.texts.map(test.test);
    return (value) => passes[value] === true;
  }
  const { addresses } = view.tap.packets;
  const passes = new Uint8Array(addresses.length);
  for (let id = 1; id < addresses.length; id++) {
    if (addresses.family[id] === test.family && test.test(addresses.bytes, id * 16)) passes[id] = 1;
  }
  return (value) => passes[value] === 1;
}

function deepTest(entry: FieldEntry, test: ValueTest | null, mode: 'any' | 'all'): BoundFilter['deep'] {
  const names = entry.dissected;
  const passes = (value: string): boolean => test === null || textPasses(test, value);
  return (_row, d) => {
    let exists = false;
    for (const name of names) {
      for (const f of fieldsNamed(d.layers, name)) {
        const pass = passes(f.value);
        if (mode === 'any' && pass) return true;
        if (mode === 'all' && !pass) return false;
        exists = true;
      }
    }
    return mode === 'all' && exists;
  };
}

/** A dissected value as text, in the domain of the test. */
function textPasses(test: ValueTest, value: string): boolean {
  if (test.kind === 'text') return test.test(value);
  if (test.kind === 'number') return test.test(Number(value));
  if (test.kind === 'moment') return false;
  const address = parsePrefix(value);
  return address !== null && address.family === test.family && test.test(address.octets, 0);
}

/** Which rows may have a field that only the packet tells: a TCP option is in no ARP request. */
function mayCarry(entry: FieldEntry, view: TapView): RowTest {
  const protocol = entry.name.slice(0, entry.name.indexOf('.'));
  const { flags, encapsulation, encapsulations } = view.tap.packets;
  if (protocol === 'tcp') return (row) => (flags[row] & (IS_TCP | IS_ICMP_ERROR) ? READ : NO);
  const wrapped = Uint8Array.from(encapsulations, (e) => (e.layers.some((l) => LAYERS_OF[l] === protocol || l === protocol) ? 1 : 0));
  const innermost = protocol === 'ip' || protocol === 'ipv6' || protocol === 'ah';
  return (row) => (innermost || (flags[row] & IS_TCP) === 0 || wrapped[encapsulation[row]] === 1 ? READ : NO);
}
/** Layers whose fields have another prefix. */
const LAYERS_OF: Readonly<Record<string, string>> = { pppoes: 'pppoe', sll2: 'sll' };
