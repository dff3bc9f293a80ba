// Our Zstandard decoder against the tool's encoder, and against files that no encoder makes.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cpuMillis } from '../../testing/cpuMillis.ts';
import { Random } from '../../testing/mutate.ts';
import { concat } from '../../testing/packets.ts';
import { ZstdInflater } from './zstd.ts';

const CAPTURES = new URL('../../testing/captures/', import.meta.url);
const pcap = new Uint8Array(readFileSync(new URL('app-close-unread/envoy.pcap', CAPTURES)));

interface Inflated {
  readonly plain: Uint8Array;
  readonly failure: string | null;
}
function inflate(stored: Uint8Array, piece = 65_536): Inflated {
  const inflater = new ZstdInflater();
  const parts: Uint8Array[] = [];
  for (let at = 0; !inflater.isDone; ) {
    const chunk = inflater.pull();
    if (chunk) parts.push(chunk.slice());
    else if (!inflater.isDone) {
      inflater.push(at < stored.length ? stored.slice(at, at + piece) : null);
      at += piece;
    }
  }
  return { plain: concat(...parts), failure: inflater.failure };
}
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const random = new Random(7);
const noise = Uint8Array.from({ length: 300_000 }, () => random.below(256));
const words = Uint8Array.from({ length: 400_000 }, (_, i) => (random.below(5) === 0 ? 32 : 97 + random.below(1 + (i % 26))));
const INPUTS: readonly (readonly [string, Uint8Array])[] = [
  ['a capture', pcap],
  ['noise', noise],
  ['words', words],
  ['zeros', new Uint8Array(1_000_000)],
  ['nothing', new Uint8Array(0)],
  ['one octet', Uint8Array.of(7)],
  ['captures far apart', concat(pcap, noise, pcap, words, noise, pcap)],
];

describe.runIf(existsSync('/usr/bin/zstd'))('what the tool makes', () => {
  const zstd = (bytes: Uint8Array, ...args: string[]): Uint8Array =>
    new Uint8Array(execFileSync('zstd', ['-q', '-c', ...args], { input: bytes, maxBuffer: 1 << 28 }));

  describe.each(INPUTS)('%s', (_, plain) => {
    test.each([['--fast=5'], ['-1'], ['-3', '--no-check'], ['-9'], ['-19'], ['--ultra', '-22'], ['-3', '--long=27']])(
      '%s %s',
      (...args) => {
        const stored = zstd(plain, ...args);
        for (const piece of [65_536, 1000, ...(stored.length < 60_000 ? [1] : [])]) {
          const { plain: again, failure } = inflate(stored, piece);
          expect([failure, again.length, isSame(again, plain)]).toEqual([null, plain.length, true]);
        }
      },
    );
  });

  test('a match 100 MB back, which takes offsets of more bits than a word holds beside their place', () => {
    const far = concat(noise, new Uint8Array(100_000_000), noise);
    const { plain, failure } = inflate(zstd(far, '-3', '--long=27'));
    expect([failure, plain.length]).toEqual([null, far.length]);
    expect(isSame(plain.subarray(-noise.length), noise)).toBe(true);
  }, 60_000);

  test('cut at every octet: what comes before is given, and nothing is invented', () => {
    const plain = words.subarray(0, 30_000);
    for (const stored of [zstd(plain, '-19'), concat(zstd(plain.subarray(0, 9000), '-1'), zstd(plain.subarray(9000), '-1'))]) {
      for (let at = 0; at < stored.length; at += at < 300 || at > stored.length - 300 ? 1 : 37) {
        const cut = inflate(stored.subarray(0, at));
        expect(isSame(cut.plain, plain.subarray(0, cut.plain.length))).toBe(true);
      }
    }
  });

  test('damaged anywhere it fails or gives something else, fast, and never throws', () => {
    const stored = zstd(concat(words.subarray(0, 20_000), pcap.subarray(0, 20_000)), '-9', '--no-check');
    const begun = cpuMillis();
    for (let i = 0; i < 3000; i++) {
      const broken = stored.slice();
      for (let flips = 1 + random.below(3); flips > 0; flips--) {
        const at = random.below(broken.length);
        broken[at] = (broken[at] ?? 0) ^ (1 << random.below(8));
      }
      expect(inflate(broken).plain.length).toBeLessThan(10_000_000);
    }
    expect(cpuMillis() - begun).toBeLessThan(20_000);
  });
});

/** A frame with a window of 128 MB. */
const LARGE_WINDOW = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 17 << 3);
const block = (type: number, size: number, ...octets: number[]): Uint8Array => {
  const header = (size << 3) | (type << 1);
  return Uint8Array.of(header & 255, (header >> 8) & 255, header >> 16, ...octets);
};
const repeat = (one: Uint8Array, count: number): Uint8Array => {
  const out = new Uint8Array(one.length * count);
  for (let i = 0; i < count; i++) out.set(one, i * one.length);
  return out;
};

describe('what no encoder makes', () => {
  test('a window of 128 MB, filled, then a million blocks of one octet: time goes by octets, not by window', () => {
    const stored = concat(
      LARGE_WINDOW,
      repeat(block(1, 131_072, 65), 1000),
      repeat(block(0, 1, 66), 1_000_000),
      block(0, 0, 0).subarray(0, 2),
    );
    const begun = cpuMillis();
    const inflater = new ZstdInflater();
    inflater.push(stored);
    inflater.push(null);
    let octets = 0;
    for (let chunk = inflater.pull(); chunk !== null; chunk = inflater.pull()) octets += chunk.length;
    expect(octets).toBe(131_072_000 + 1_000_000);
    expect(cpuMillis() - begun).toBeLessThan(3000);
  });

  test('a window of 128 MB that nothing fills takes no memory', () => {
    const before = process.memoryUsage().arrayBuffers;
    const inflater = new ZstdInflater();
    inflater.push(concat(LARGE_WINDOW, block(0, 3, 1, 2, 3)));
    expect(inflater.pull()).toEqual(Uint8Array.of(1, 2, 3));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4e6);
  });

  test.each<[string, Uint8Array]>([
    ['a block of the reserved type', block(3, 5, 1, 2, 3, 4, 5)],
    ['a block larger than any', block(0, 131_073)],
    ['a compressed block of nothing', block(2, 0)],
    ['literals without a table', block(2, 5, 0x13, 0, 0, 0, 0)],
    ['literals that go beyond their block', block(2, 2, 0xf8, 0)],
    ['sequences that go beyond their block', block(2, 2, 0, 0xff)],
    ['reserved bits of the modes', block(2, 4, 0, 1, 3, 1)],
    ['a match before the first octet', block(2, 7, 0x08, 65, 1, 0x54, 1, 5, 0)],
    ['a flag that is not defined', new Uint8Array(0)],
  ])('%s is a failure', (what, damage) => {
    const header = what.startsWith('a flag') ? Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 8, 0x58) : LARGE_WINDOW;
    const { failure, plain } = inflate(concat(header, damage, new Uint8Array(20)));
    expect(failure).not.toBeNull();
    expect(plain.length).toBe(0);
  });
});
