import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePrefix } from './address.ts';
import { COMPARISONS, type Expression, type Literal } from './ast.ts';
import { compileFilter, filterHints } from './compile.ts';
import { completeFilter } from './complete.ts';
import { parseFilter } from './parse.ts';
import { printFilter } from './print.ts';
import { FIELDS } from './registry.ts';

/** Without places: what the filter says. */
const plain = (e: Expression | null): unknown =>
  JSON.parse(JSON.stringify(e, (key, value) => (key === 'at' || key === 'length' ? undefined : value)));
const says = (text: string): unknown => {
  const parsed = parseFilter(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return plain(parsed.value);
};
const errorOf = (text: string): unknown => {
  const parsed = parseFilter(text);
  if (!parsed.ok) return [parsed.error.kind, parsed.error.at, parsed.error.found, parsed.error.wanted];
  const compiled = parsed.value === null ? null : compileFilter(parsed.value);
  return compiled === null || compiled.ok ? 'fine' : [compiled.error.kind, compiled.error.at, compiled.error.found, compiled.error.wanted];
};

test('everyday filters are understood', () => {
  const everyday = [
    'ip.addr == 10.0.0.0/8',
    'ip.src==10.148.74.34 and tcp.port in {80 443}',
    'tcp.port in {80,443,8000..8080}',
    'tcp.flags.reset == 1 || tcp.flags.syn',
    'not (tcp.analysis.retransmission or tcp.analysis.out_of_order)',
    '!tcp.analysis.keep_alive && tcp.len > 0',
    'tcp.seq_raw ge 0x10 && tcp.ack le 99',
    'frame.time_relative > 1.5 and frame.time_relative < 2',
    'frame.time_epoch >= 1703408042.731000001',
    'hop.leak',
    'hop.tap == "envoy" && hop.rst.origin == "node"',
    'hop.tap == envoy',
    'hop.path == 3 && hop.held > 0.4 && hop.invalid',
    'ipv6.addr == fd00::/8',
    'eth.src == 02:00:00:00:00:01',
    'tcp.payload contains "GET"',
    'tcp.flags & 0x12 == 0x12',
    '80 == tcp.port',
    'tcp.analysis.flags && !tcp.analysis.window_update',
    'tcp.options.timestamp.tsval == 7 or icmp or udp',
    'tcp contains "GET" || frame matches "host: *x"',
    'tcp[13] & 4 and eth.src[0:3] == 02:00:00 and tcp.payload[-2:] == 0d:0a',
    'any ip.addr == 10.0.0.1 && all tcp.port > 1024',
    'tcp.port not in {80, 443}',
    'tcp.analysis.ack_rtt > 0.2 && tcp.time_delta > 1 && tcp.completeness == 31',
    'frame.time >= "2023-12-24 08:57:22.5" && ip.host == 10.0.0.1',
  ];
  expect(everyday.map(errorOf)).toEqual(everyday.map(() => 'fine'));
});

test('and binds closer than or, not closest', () => {
  expect(says('tcp or udp and not icmp')).toEqual(says('tcp || (udp && (!icmp))'));
});

test('words and signs say the same', () => {
  expect(says('tcp.len gt 5 and not udp')).toEqual(says('tcp.len > 5 && !udp'));
  expect(says('tcp.port all_ne 5')).toEqual(says('tcp.port != 5'));
});

describe('errors say where and what', () => {
  test.each([
    ['tcp.prot == 80', ['unknownField', 0, 'tcp.prot', 'tcp.port']],
    ['ip.addr == 10.0.0.300', ['badValue', 11, '10.0.0.300', 'ipv4']],
    ['ip.addr == fd00::1', ['badValue', 11, 'fd00::1', 'ipv4']],
    ['tcp.len >', ['unfinished', 9, '', 'value']],
    ['tcp.len > 5 &&', ['unfinished', 14, '', 'field']],
    ['(tcp', ['unfinished', 4, '', ')']],
    ['tcp)', ['unexpected', 3, ')', '&& ||']],
    ['tcp udp', ['unexpected', 4, 'udp', '&& ||']],
    ['tcp.port in {}', ['emptySet', 13, '', 'value']],
    ['hop.tap == "envoy', ['unclosedString', 11, '"envoy', '"']],
    ['tcp.len == many', ['badValue', 11, 'many', 'uint']],
    ['tcp == many', ['badValue', 7, 'many', 'bytes']],
    ['http', ['unknownField', 0, 'http', 'tcp.payload matches "^(GET|POST|PUT|HEAD|DELETE|HTTP/)"']],
    ['dns.qry.name', ['unknownField', 0, 'dns.qry.name', 'udp.port == 53']],
    ['tcp.port[0:1] == 5', ['notSupported', 0, 'tcp.port[0:1]', '']],
    ['tcp[x] == 5', ['unexpected', 4, 'x', '0:2']],
    ['tcp[3-1] == 5', ['unexpected', 4, '3-1', '0:2']],
    ['tcp[1 == 5', ['unexpected', 6, '==', ']']],
    ['frame.time > yesterday', ['badValue', 13, 'yesterday', 'moment']],
    ['tcp.options.wscale matches 5 5', ['unexpected', 29, '5', '&& ||']],
    ['tcp.payload matches "("', ['badPattern', 20, '(', '']],
    ['tcp = 1', ['unexpected', 4, '=', '']],
  ])('%s', (text, error) => {
    expect(errorOf(text)).toEqual(error);
  });

  test('a thousand parentheses are refused, not a crash', () => {
    expect(errorOf(`${'('.repeat(1000)}tcp${')'.repeat(1000)}`)).toEqual(['tooDeep', expect.any(Number), '', '100']);
  });
});

test('a bare flag field gets a hint: it is true of every TCP packet', () => {
  const hints = (text: string) => {
    const parsed = parseFilter(text);
    return parsed.ok && parsed.value ? filterHints(parsed.value).map((h) => h.field) : [];
  };
  expect(hints('ip.ttl == 3 && tcp.flags.syn')).toEqual(['tcp.flags.syn']);
  expect(hints('tcp.flags.syn == 1 && hop.leak && tcp.analysis.retransmission')).toEqual([]);
});

describe('completion', () => {
  const offer = (text: string, cursor = text.length): readonly string[] =>
    completeFilter(text, cursor, (f) => (f === 'hop.tap' ? ['envoy', 'pilot'] : [])).map((s) => s.text);
  test('fields by their beginning, shallow ones first', () => {
    expect(offer('tcp.fl')[0]).toBe('tcp.flags');
    expect(offer('tcp.analysis.re')).toContain('tcp.analysis.retransmission');
  });
  test('fields by any part', () => expect(offer('retrans')).toContain('tcp.analysis.retransmission'));
  test('operators after a field', () => expect(offer('tcp.len ').slice(0, 3)).toEqual(['==', '!=', '>']));
  test('values that are there', () => expect(offer('hop.tap == ')).toEqual(['"envoy"', '"pilot"']));
  test('connectives after a comparison', () => expect(offer('tcp.len == 5 ')).toEqual(['&&', '||']));
  test('fields again after a connective', () => expect(offer('tcp.len == 5 && hop.l')).toContain('hop.leak'));
  test('only what stands before the cursor counts', () => expect(offer('tcp.le && udp', 6)).toContain('tcp.len'));
  test('every suggestion replaces the word being typed', () => {
    const [first] = completeFilter('udp || tcp.fl', 13, () => []);
    expect([first?.from, first?.to]).toEqual([7, 13]);
  });
});

const names = [...FIELDS.keys()];
const literal: fc.Arbitrary<Literal> = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 }).map((n) => ({ text: String(n), quoted: false, at: 0, length: 0 })),
  fc.constantFrom('10.0.0.0/8', 'fd00::1', '02:00:00:00:00:01', '0x1f', '1.5').map((text) => ({ text, quoted: false, at: 0, length: 0 })),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => ({ text, quoted: true, at: 0, length: 0 })),
);
const bare = { name: fc.constantFrom(...names), at: fc.constant(0), length: fc.constant(0), mask: fc.constant(null) };
const field = fc.oneof(
  fc.record(bare),
  fc.record({ ...bare, quantifier: fc.constantFrom('any' as const, 'all' as const) }),
  fc.record({
    ...bare,
    slice: fc.constantFrom({ from: 2, length: 3, text: '2:3' }, { from: -4, length: 1, text: '-4' }, { from: 1, length: 5, text: '1-5' }),
  }),
);
const expression: fc.Arbitrary<Expression> = fc.letrec<{ e: Expression }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 4 },
    fc.record({ kind: fc.constant('exists' as const), field }),
    fc.record({ kind: fc.constant('compare' as const), field, op: fc.constantFrom(...COMPARISONS), value: literal }),
    fc.record({ kind: fc.constantFrom('contains' as const, 'matches' as const), field, value: literal }),
    fc.record({
      kind: fc.constant('in' as const),
      field,
      elements: fc.array(fc.record({ from: literal, to: fc.option(literal) }), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), term: tie('e') }),
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), terms: fc.array(tie('e'), { minLength: 2, maxLength: 3 }) }),
  ),
})).e;

test('what is printed is parsed as the same', () => {
  fc.assert(
    fc.property(expression, (e) => {
      expect(says(printFilter(e))).toEqual(plain(e));
    }),
    { numRuns: 500 },
  );
});

test('no text makes parser, compiler or completion throw', () => {
  const piece = fc.oneof(
    fc.constantFrom(...names.slice(0, 40), '==', '!=', '(', ')', '{', '}', '..', '"', 'in', '!', '&&', '&', ' ', '/', '1', ':'),
    fc.string({ maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(60), (pieces, cursor) => {
      const text = pieces.join(' ');
      const parsed = parseFilter(text);
      if (parsed.ok && parsed.value) compileFilter(parsed.value);
      if (!parsed.ok) expect(parsed.error.at).toBeLessThanOrEqual(text.length);
      completeFilter(text, Math.min(cursor, text.length), () => []);
    }),
    { numRuns: 2000 },
  );
});

test('addresses and prefixes', () => {
  expect(parsePrefix('::ffff:1.2.3.4')?.octets.slice(12)).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect(parsePrefix('fd00::/7')?.bits).toBe(7);
  expect(['1.2.3', '1.2.3.4/33', '::1/129', ':::', '1:2:3:4:5:6:7', 'g::'].map(parsePrefix)).toEqual([null, null, null, null, null, null]);
});
