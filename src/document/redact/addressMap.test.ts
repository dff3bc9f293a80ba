import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSpecial, replaceAddresses, replaceHardwareAddresses } from './addressMap.ts';
import { createPrefixPreserving } from './prefixPreserving.ts';
import { createTextRedactor } from './textRedactor.ts';

/** Key and pairs of the reference implementation's sample trace (Crypto-PAn 1.0, sample.cpp). */
const KEY = Uint8Array.of(
  21,
  34,
  23,
  141,
  51,
  164,
  207,
  128,
  19,
  10,
  91,
  22,
  73,
  144,
  125,
  16,
  216,
  152,
  143,
  131,
  121,
  121,
  101,
  39,
  98,
  87,
  76,
  45,
  42,
  132,
  34,
  2,
);
const PUBLISHED: readonly (readonly [string, string])[] = [
  ['128.11.68.132', '135.242.180.132'],
  ['129.118.74.4', '134.136.186.123'],
  ['130.132.252.244', '133.68.164.234'],
  ['141.223.7.43', '141.167.8.160'],
  ['141.233.145.108', '141.129.237.235'],
  ['152.163.225.39', '151.140.114.167'],
  ['156.29.3.236', '147.225.12.42'],
  ['165.247.96.84', '162.9.99.234'],
  ['166.107.77.190', '160.132.178.185'],
  ['192.102.249.13', '252.138.62.131'],
  ['192.215.32.125', '252.43.47.189'],
];
const octets = (text: string): Uint8Array => Uint8Array.from(text.split('.'), Number);
const anyV4 = fc.uint8Array({ minLength: 4, maxLength: 4 });
const anyV6 = fc.uint8Array({ minLength: 16, maxLength: 16 });
const commonBits = (a: Uint8Array, b: Uint8Array): number => {
  for (let bit = 0; bit < a.length * 8; bit++) if ((((a[bit >> 3] as number) ^ (b[bit >> 3] as number)) >> (7 - (bit & 7))) & 1) return bit;
  return a.length * 8;
};

describe('Crypto-PAn', () => {
  test('the published vectors', () => {
    const map = createPrefixPreserving(KEY, 0);
    for (const [from, to] of PUBLISHED) expect(map(octets(from)).join('.')).toBe(to);
  });

  test('two addresses share as many leading bits as their images', () => {
    const map = createPrefixPreserving(KEY, 1);
    fc.assert(
      fc.property(anyV6, anyV6, fc.nat(127), (a, b, shared) => {
        for (let bit = 0; bit < shared; bit++) {
          const mask = 0x80 >> (bit & 7);
          b[bit >> 3] = ((b[bit >> 3] as number) & ~mask) | ((a[bit >> 3] as number) & mask);
        }
        expect(commonBits(map(a), map(b))).toBe(commonBits(a, b));
      }),
      { numRuns: 50 },
    );
  });
});

describe('the map of addresses', () => {
  const { map } = replaceAddresses(KEY);

  test('ordinary addresses stay ordinary, special ones stay themselves', () => {
    fc.assert(
      fc.property(fc.oneof(anyV4, anyV6), (address) => {
        const mapped = map(address);
        expect(isSpecial(mapped)).toBe(isSpecial(address));
        if (isSpecial(address)) expect(mapped).toEqual(address);
      }),
      { numRuns: 200 },
    );
    for (const special of ['0.0.0.0', '127.0.0.1', '224.0.0.251', '255.255.255.255']) expect(map(octets(special)).join('.')).toBe(special);
  });

  test('one-to-one', () => {
    const images = new Set<string>();
    // A block whose images need the walk past special addresses among others.
    for (let i = 0; i < 4096; i++) images.add(map(Uint8Array.of(192 + (i >> 10), 102, (i >> 4) & 255, i & 15)).join('.'));
    expect(images.size).toBe(4096);
  });

  test('an IPv4 address inside IPv6 becomes what it becomes on its own', () => {
    const v4 = map(octets('10.1.2.3'));
    const mapped = map(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 1, 2, 3));
    expect([...mapped.slice(12)]).toEqual([...v4]);
    expect([...mapped.slice(0, 12)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]);
  });

  test('link-local and solicited-node addresses keep their kind and lose their owner', () => {
    const local = Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0x5e, 0xff, 0xfe, 0, 0x53, 1);
    expect([...map(local).slice(0, 8)]).toEqual([...local.slice(0, 8)]);
    expect([...map(local).slice(8)]).not.toEqual([...local.slice(8)]);
    const node = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 1, 2, 3);
    expect([...map(node).slice(0, 13)]).toEqual([...node.slice(0, 13)]);
    expect([...map(node).slice(13)]).not.toEqual([1, 2, 3]);
  });

  test('another key, another map', () => {
    const other = replaceAddresses(KEY.map((o) => o ^ 1));
    expect(other.map(octets('10.148.74.34'))).not.toEqual(map(octets('10.148.74.34')));
  });
});

test('MAC addresses: group and local bits stay, well-known groups stay', () => {
  const { map } = replaceHardwareAddresses(KEY);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (mac) => {
      expect((map(mac)[0] as number) & 3).toBe((mac[0] as number) & 3);
    }),
    { numRuns: 100 },
  );
  const group = Uint8Array.of(1, 0, 0x5e, 0, 0, 251);
  expect(map(group)).toEqual(group);
});

describe('texts', () => {
  test('addresses in any spelling and whole names are replaced, the rest stays', () => {
    const addresses = replaceAddresses(KEY);
    const hardware = replaceHardwareAddresses(KEY);
    const { redact, replaced } = createTextRedactor(
      addresses,
      hardware,
      new Map([
        ['pilot', 'tap-1'],
        ['pilot.pcap', 'tap-1-1.pcap'],
      ]),
    );
    const mapped = addresses.map(octets('10.148.74.34')).join('.');
    expect(redact('Pilot #12 at 10.148.74.34:15010, copilot, pilot.pcap')).toBe(`tap-1 #12 at ${mapped}:15010, copilot, tap-1-1.pcap`);
    for (const text of ['[fd00::37]:48640', 'fd00:0:0:0:0:0:0:37', 'FD00::37']) expect(redact(text).toLowerCase()).not.toContain('fd00');
    expect(redact('2:42:ac')).toBe('2:42:ac');
    expect(redact('at 02:42:ac:11:00:02')).not.toContain('42:ac');
    expect(redact('took 12:30:45, 1.2.3, v1.2.3.4.5')).toBe('took 12:30:45, 1.2.3, v1.2.3.4.5');
    expect(replaced()).toBeGreaterThan(5);
  });

  test('the same address becomes the same text everywhere', () => {
    const addresses = replaceAddresses(KEY);
    const { redact } = createTextRedactor(addresses, addresses, new Map());
    expect(redact('fd00:0:0:0:0:0:0:37')).toBe(redact('fd00::37'));
  });
});
