import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WRAPPINGS } from '../../../testing/wrappings.ts';
import { type Dissection, type Field, fieldsNamed } from '../../model/dissection.ts';
import { onesSum } from './checksum.ts';
import { dissect } from './dissect.ts';

const octets = (hex: string): Uint8Array => Uint8Array.from(hex.replace(/[\s|]/g, '').match(/../g) ?? [], (h) => Number.parseInt(h, 16));
const field = (d: Dissection, name: string, nth = 0): Field => {
  const found = fieldsNamed(d.layers, name)[nth];
  if (!found) throw new Error(`no ${name}`);
  return found;
};
const value = (d: Dissection, name: string, nth = 0): string => field(d, name, nth).value;
const all = (fields: readonly Field[]): Field[] => fields.flatMap((f) => [f, ...all(f.children)]);

const IP = '45b8 0050 9a41 4000 3f06 0000 0a000001 0a000002';
const OPTIONS = '0101 080a 00000001 00000002 0101 050a 00000190 000001f4 | 0101 0101 0101 0101 0101 0101';
/** Ethernet, VLAN 7 with priority 3, IPv4, TCP with timestamps and a SACK block, 4 octets of data. Both checksums are zero: wrong. */
const SACKED = octets(
  `020000000002 020000000001 8100 | 6007 0800 | ${IP} | bee0 3aa2 00000064 000000c8 e010 00e5 0000 0000 | ${OPTIONS} | 64617461`,
);
const CONTEXT = { stream: 3, seqBase: 90, ackBase: 100, windowShift: 7 };

/** The packet with the 16-bit word at `at` set. */
function withWord(bytes: Uint8Array, at: number, word: number): Uint8Array {
  const copy = bytes.slice();
  copy.set([word >> 8, word & 255], at);
  return copy;
}

describe('a segment in a VLAN', () => {
  const d = dissect(SACKED, 1, SACKED.length, CONTEXT);

  test('layers and names are Wireshark’s', () => {
    expect(d.protocols).toEqual(['eth', 'ethertype', 'vlan', 'ethertype', 'ip', 'tcp']);
    expect(d.layers.map((l) => l.name)).toEqual(['eth', 'vlan', 'ip', 'tcp']);
    expect(d.stop).toBeNull();
  });

  test.each([
    ['eth.src', '02:00:00:00:00:01', 6, 6],
    ['vlan.id', '7', 14, 2],
    ['vlan.priority', '3', 14, 2],
    ['ip.dsfield.dscp', '46', 19, 1],
    ['ip.id', '0x9a41', 22, 2],
    ['ip.flags.df', '1', 24, 1],
    ['ip.ttl', '63', 26, 1],
    ['ip.src', '10.0.0.1', 30, 4],
    ['tcp.srcport', '48864', 38, 2],
    ['tcp.flags.ack', '1', 51, 1],
    ['tcp.flags.reset', '0', 51, 1],
    ['tcp.options.timestamp.tsval', '1', 62, 4],
    ['tcp.payload', '64617461', 94, 4],
  ])('%s is %s at %i, %i long', (name, text, offset, length) => {
    const f = field(d, name);
    expect([f.value, f.offset, f.length]).toEqual([text, offset, length]);
  });

  test('relative numbers count from the connection, raw ones stay', () => {
    expect(['tcp.seq', 'tcp.seq_raw', 'tcp.nxtseq', 'tcp.ack', 'tcp.ack_raw', 'tcp.len'].map((n) => value(d, n))).toEqual([
      '10',
      '100',
      '14',
      '100',
      '200',
      '4',
    ]);
    expect(['tcp.options.sack_le', 'tcp.options.sack_re', 'tcp.options.sack.count'].map((n) => value(d, n))).toEqual(['300', '400', '1']);
    expect(['tcp.window_size_value', 'tcp.window_size', 'tcp.stream'].map((n) => value(d, n))).toEqual(['229', '29312', '3']);
  });

  test('a number just below the base is no negative one', () => {
    expect(value(dissect(SACKED, 1, SACKED.length, { ...CONTEXT, seqBase: 101 }), 'tcp.seq')).toBe('4294967295');
  });
});

describe('checksums', () => {
  const ipAt = 18;
  const tcpAt = 38;
  const pseudo = onesSum(SACKED, ipAt + 12, ipAt + 20) + 6 + 60;
  const judged = (bytes: Uint8Array, name: string, original = bytes.length): readonly [string | null, string] => {
    const f = field(dissect(bytes, 1, original), name);
    return [f.judgement, f.text];
  };

  test('wrong ones say what they should be', () => {
    const should = ~onesSum(SACKED, ipAt, ipAt + 20) & 0xffff;
    expect(judged(SACKED, 'ip.checksum')).toEqual(['bad', `0x0000 [incorrect, should be 0x${should.toString(16).padStart(4, '0')}]`]);
    expect(judged(withWord(SACKED, ipAt + 10, should), 'ip.checksum')[0]).toBe('good');
  });

  test('TCP: good, partial, cut', () => {
    const should = ~onesSum(SACKED, tcpAt, SACKED.length, pseudo) & 0xffff;
    expect(judged(withWord(SACKED, tcpAt + 16, should), 'tcp.checksum')).toEqual([
      'good',
      `0x${should.toString(16).padStart(4, '0')} [correct]`,
    ]);
    const partial = judged(withWord(SACKED, tcpAt + 16, pseudo % 0xffff), 'tcp.checksum');
    expect(partial).toEqual(['note', `0x${(pseudo % 0xffff).toString(16).padStart(4, '0')} [partial: left to offload]`]);
    expect(judged(SACKED.subarray(0, SACKED.length - 1), 'tcp.checksum', SACKED.length)).toEqual([
      null,
      '0x0000 [unverified: cut by the snap length]',
    ]);
  });
});

test('a header cut by the snap length keeps the fields that are there and says where it ended', () => {
  const d = dissect(SACKED.subarray(0, 48), 1, SACKED.length);
  expect([value(d, 'tcp.srcport'), value(d, 'tcp.seq_raw')]).toEqual(['48864', '100']);
  expect(fieldsNamed(d.layers, 'tcp.flags')).toEqual([]);
  expect(d.stop).toEqual({ kind: 'cut', layer: 'tcp', at: 46, need: 4, have: 2 });
});

test('the same missing octets in a frame that was not cut are the packet’s own lie', () => {
  expect(dissect(SACKED.subarray(0, 48), 1, 48).stop?.kind).toBe('malformed');
});

test('an ICMP error quotes the packet it answers', () => {
  const quoted = '4500 05dc 0001 4000 4006 0000 0a000002 0a000001 | 3aa2 bee0 00000064 000000c8';
  const d = dissect(octets(`4500 0038 0000 0000 4001 0000 0a000009 0a000002 | 0304 0000 0000 0578 | ${quoted}`), 101, 56);
  expect(d.protocols).toEqual(['raw', 'ip', 'icmp', 'ip', 'tcp']);
  expect([value(d, 'icmp.mtu'), value(d, 'ip.src', 1), value(d, 'tcp.dstport'), value(d, 'tcp.seq_raw')]).toEqual([
    '1400',
    '10.0.0.2',
    '48864',
    '100',
  ]);
  expect(d.stop?.kind).toBe('cut');
});

test('a packet of nothing but VLAN tags ends at the depth limit', () => {
  const tags = octets(`020000000002 020000000001 8100 ${'0001 8100 '.repeat(3000)}`);
  const d = dissect(tags, 1, tags.length);
  expect(d.stop?.kind).toBe('tooDeep');
  expect(d.layers.length).toBeLessThanOrEqual(65);
});

const LINK_TYPES = [0, 1, 9, 12, 50, 51, 100, 101, 104, 108, 113, 204, 228, 229, 276, 147];

/** Starts of real stacks, so that damage reaches the inner layers. */
const SEEDS = [
  SACKED,
  octets(
    '020000000002 020000000001 86dd 6000 0000 0040 0040 fe80 0000 0000 0000 0000 0000 0000 0001 fe80 0000 0000 0000 0000 0000 0000 0002 2c00 0502 0000 0100 0600 0000 0000 0001',
  ),
  octets(
    '020000000002 020000000001 0800 4500 0100 0000 0000 4011 0000 0a000001 0a000002 1000 17c1 00ec 0000 0640 6558 000001 00 0102 8083 00000000 00000000 00000000',
  ),
  octets(
    '020000000002 020000000001 0800 4500 0100 0000 0000 402f 0000 0a000001 0a000002 b081 88be 0000 0000 00000001 00000002 00000003 1007 0005 00000012',
  ),
  octets(
    '020000000002 020000000001 0800 4500 0100 0000 0000 4011 0000 0a000001 0a000002 0868 0868 00ec 0000 37ff 0020 00000001 0001 00 85 01 0000 00 4500',
  ),
];
const damaged = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.uint8Array({ maxLength: 80 }),
    fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 8 }),
    fc.nat(200),
  )
  .map(([seed, tail, flips, length]) => {
    const bytes = Uint8Array.from([...seed, ...tail]).subarray(0, length);
    for (const [at, octet] of flips) if (at < bytes.length) bytes[at] = octet;
    return bytes;
  });

test('no octets make it throw, and every field lies within them', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged),
      fc.constantFrom(...LINK_TYPES),
      fc.nat(2000),
      (bytes, linkType, more) => {
        const d = dissect(bytes, linkType, bytes.length + more);
        for (const f of all(d.layers)) if (f.offset < 0 || f.offset + f.length > bytes.length) return false;
        return true;
      },
    ),
    { numRuns: 3000 },
  );
});

test('a longer capture of the same packet never changes a field that a shorter one had', () => {
  fc.assert(
    fc.property(damaged, fc.nat(200), (bytes, cut) => {
      const derived = (f: Field): boolean =>
        f.length === 0 ||
        f.value === '' ||
        f.judgement !== null ||
        f.children.length > 0 ||
        /payload|data|checksum|padding|trailer|fcs/.test(f.name);
      const leaves = (d: Dissection): string[] =>
        all(d.layers)
          .filter((f) => f.name && !derived(f))
          .map((f) => `${f.name}=${f.value}@${f.offset}`);
      const whole = leaves(dissect(bytes, 1, 2000));
      const short = leaves(dissect(bytes.subarray(0, Math.min(cut, bytes.length)), 1, 2000));
      const known = new Set(whole);
      return short.every((line) => known.has(line) || /options|llc|gtp/.test(line));
    }),
    { numRuns: 500 },
  );
});

describe('what the table finds inside, the dissection shows', () => {
  test.each(WRAPPINGS)('$name', ({ bytes, linkType }) => {
    const d = dissect(bytes, linkType, bytes.length);
    expect(d.stop).toBeNull();
    expect(d.protocols.filter((p) => p !== 'data').at(-1)).toBe('tcp');
    expect([value(d, 'tcp.srcport'), value(d, 'tcp.dstport'), value(d, 'tcp.len')]).toEqual(['1234', '5678', '9']);
  });

  test.each(WRAPPINGS)('$name: cut after any octet, it says where and never throws', ({ bytes, linkType }) => {
    for (let length = 0; length < bytes.length; length++) {
      const d = dissect(bytes.subarray(0, length), linkType, bytes.length);
      for (const f of all(d.layers)) expect(f.offset + f.length).toBeLessThanOrEqual(length);
      expect(dissect(bytes.subarray(0, length), linkType, length).layers.length).toBeGreaterThanOrEqual(0);
    }
  });
});
