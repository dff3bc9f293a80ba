// What a comparison asks of one value, with the literal understood once and for all.
import { err, ok, type Result } from '../../../base/result.ts';
import { encodeUtf8 } from '../../../base/utf8.ts';
import type { FilterError } from '../../model/filter.ts';
import { comparePrefix, parsePrefix } from './address.ts';
import type { Comparison, Literal, SetElement } from './ast.ts';
import type { FieldEntry } from './registry.ts';

/** One of these per domain of values. `moment` numbers are nanoseconds since 1970, as exact integers. */
export type ValueTest =
  | { readonly kind: 'number'; readonly test: (value: number) => boolean }
  | { readonly kind: 'moment'; readonly test: (value: bigint) => boolean }
  | { readonly kind: 'address'; readonly family: 4 | 6; readonly test: (octets: Uint8Array, at: number) => boolean }
  | { readonly kind: 'text'; readonly test: (value: string) => boolean };

type Parsed = Result<ValueTest, FilterError>;

const badValue = (value: Literal, wanted: string): Result<never, FilterError> =>
  err({ kind: 'badValue', at: value.at, length: value.length, found: value.text, wanted });

const holds = (op: Comparison, order: number): boolean => {
  switch (op) {
    case '==':
    case '===':
      return order === 0;
    case '!=':
    case '!==':
      return order !== 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
  }
};

export function comparisonTest(field: FieldEntry, op: Comparison, value: Literal, mask: number | null): Parsed {
  switch (field.type) {
    case 'uint':
    case 'bool':
    case 'flag':
    case 'seconds': {
      const wanted = parseNumber(field, value);
      if (wanted === null) return badValue(value, field.type);
      if (mask !== null) return ok({ kind: 'number', test: (v) => holds(op, (v & mask) - wanted) });
      return ok({ kind: 'number', test: numberTest(op, wanted) });
    }
    case 'moment': {
      const wanted = parseMoment(value.text);
      return wanted === null
        ? badValue(value, field.type)
        : ok({ kind: 'moment', test: (v) => holds(op, v === wanted ? 0 : v > wanted ? 1 : -1) });
    }
    case 'ipv4':
    case 'ipv6': {
      const prefix = parsePrefix(value.text);
      const family = field.type === 'ipv4' ? 4 : 6;
      if (prefix?.family !== family) return badValue(value, field.type);
      return ok({ kind: 'address', family, test: (octets, at) => holds(op, comparePrefix(octets, at, prefix)) });
    }
    case 'mac':
    case 'bytes': {
      const wanted = value.quoted ? hexOfText(value.text) : parseOctets(value.text);
      if (wanted === null || (field.type === 'mac' && wanted.length !== 12)) return badValue(value, field.type);
      return ok({ kind: 'text', test: (v) => holds(op, compareText(plainHex(v), wanted)) });
    }
    case 'text':
      return ok({ kind: 'text', test: (v) => holds(op, compareText(v, value.text)) });
    case 'none':
    case 'protocol':
      return err({ kind: 'noOrder', at: value.at, length: value.length, found: field.name, wanted: '' });
  }
}

/** A closure per operator: this runs for every packet. */
function numberTest(op: Comparison, wanted: number): (value: number) => boolean {
  switch (op) {
    case '==':
    case '===':
      return (v) => v === wanted;
    case '!=':
    case '!==':
      return (v) => v !== wanted;
    case '>':
      return (v) => v > wanted;
    case '<':
      return (v) => v < wanted;
    case '>=':
      return (v) => v >= wanted;
    case '<=':
      return (v) => v <= wanted;
  }
}

/** In the set: equal to an element, or from one end of a range to the other. */
export function membershipTest(field: FieldEntry, elements: readonly SetElement[], mask: number | null): Parsed {
  const parts: ValueTest[][] = [];
  for (const { from, to } of elements) {
    const low = comparisonTest(field, to ? '>=' : '==', from, mask);
    if (!low.ok) return low;
    const high = to ? comparisonTest(field, '<=', to, mask) : null;
    if (high && !high.ok) return high;
    parts.push(high ? [low.value, high.value] : [low.value]);
  }
  const [first] = parts[0] ?? [];
  switch (first?.kind) {
    case 'number':
      return ok({ kind: 'number', test: (v) => parts.some((p) => p.every((t) => t.kind === 'number' && t.test(v))) });
    case 'moment':
      return ok({ kind: 'moment', test: (v) => parts.some((p) => p.every((t) => t.kind === 'moment' && t.test(v))) });
    case 'address':
      return ok({ ...first, test: (o, at) => parts.some((p) => p.every((t) => t.kind === 'address' && t.test(o, at))) });
    default:
      return ok({ kind: 'text', test: (v) => parts.some((p) => p.every((t) => t.kind === 'text' && t.test(v))) });
  }
}

export function containsTest(field: FieldEntry, value: Literal): Parsed {
  if (field.type === 'text') return ok({ kind: 'text', test: (v) => v.includes(value.text) });
  if (field.type !== 'bytes' && field.type !== 'mac') return badValue(value, field.type);
  const wanted = value.quoted ? hexOfText(value.text) : (parseOctets(value.text) ?? hexOfText(value.text));
  return ok({ kind: 'text', test: (v) => containsOctets(plainHex(v), wanted) });
}

/** A longer pattern is hardly typed by hand, and backtracking costs grow with it. */
const LONGEST_PATTERN = 200;

/** Case does not matter, as in Wireshark. Octets are matched as Latin-1 text. */
export function matchesTest(field: FieldEntry, value: Literal): Parsed {
  if (field.type !== 'text' && field.type !== 'bytes') return badValue(value, field.type);
  const bad: FilterError = { kind: 'badPattern', at: value.at, length: value.length, found: value.text, wanted: '' };
  if (value.text.length > LONGEST_PATTERN) return err(bad);
  try {
    const pattern = new RegExp(value.text, 'i');
    return ok({ kind: 'text', test: (v) => pattern.test(field.type === 'bytes' ? latin1(v) : v) });
  } catch {
    return err(bad);
  }
}

export function parseUint(text: string): number | null {
  if (/^-?\d+$/.test(text) || /^0x[0-9a-f]+$/i.test(text) || /^0b[01]+$/i.test(text) || /^0o[0-7]+$/i.test(text)) {
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : null;
  }
  return null;
}

function parseNumber(field: FieldEntry, value: Literal): number | null {
  if (field.type === 'seconds') {
    const nanos = /[-:]\d\d/.test(value.text) ? null : parseMoment(value.text);
    return nanos === null ? null : Number(nanos);
  }
  if (field.type !== 'uint') {
    const word = value.text.toLowerCase();
    if (word === 'true' || word === 'set') return 1;
    if (word === 'false') return 0;
  }
  const named = NAMED_VALUES[field.name]?.[value.text.toUpperCase()];
  return named ?? parseUint(value.text);
}

const NAMED_VALUES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'ip.proto': { ICMP: 1, TCP: 6, UDP: 17, GRE: 47 },
  'tcp.checksum.status': { BAD: 0, GOOD: 1, UNVERIFIED: 2 },
  'ip.checksum.status': { BAD: 0, GOOD: 1, UNVERIFIED: 2 },
  'udp.checksum.status': { BAD: 0, GOOD: 1, UNVERIFIED: 2 },
};

/** Decimal seconds → nanoseconds, exactly. */
function parseMoment(text: string): bigint | null {
  const m = /^(-?)(\d{1,15})(?:\.(\d{1,12}))?$/.exec(text);
  if (!m) return parseDate(text);
  const nanos = BigInt(m[2] ?? '0') * 1_000_000_000n + BigInt((m[3] ?? '').slice(0, 9).padEnd(9, '0'));
  return m[1] ? -nanos : nanos;
}

/** `2023-12-24 08:57:22.7`, in UTC: what a browser calls local time is no property of a capture. */
function parseDate(text: string): bigint | null {
  const m = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?)?(?: ?UTC|Z)?$/.exec(text);
  const seconds = m ? Date.parse(`${m[1]}T${m[2] ?? '00:00:00'}Z`) / 1000 : Number.NaN;
  return Number.isNaN(seconds) ? null : BigInt(seconds) * 1_000_000_000n + BigInt((m?.[3] ?? '').padEnd(9, '0'));
}

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
const plainHex = (text: string): string => text.replaceAll(':', '').toLowerCase();

/** `02:00:5e`, `02-00-5e`, `0200.5e01`, `02005e`. */
function parseOctets(text: string): string | null {
  const hex = text.replace(/[:.-]/g, '').toLowerCase();
  return /^([0-9a-f]{2})+$/.test(hex) ? hex : null;
}
const hexOfText = (text: string): string => Array.from(encodeUtf8(text), (o) => o.toString(16).padStart(2, '0')).join('');

/** Only where an octet starts. */
function containsOctets(hex: string, wanted: string): boolean {
  for (let at = hex.indexOf(wanted); at >= 0; at = hex.indexOf(wanted, at + 1)) if (at % 2 === 0) return true;
  return false;
}

const latin1 = (hex: string): string => plainHex(hex).replace(/../g, (h) => String.fromCharCode(Number.parseInt(h, 16)));
