import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { concat, streamBytes } from '../../testing/packets.ts';
import { GzipInflater, type RestartPoint } from './inflate.ts';

/** Pushes in pieces, pulls everything. */
function inflate(stored: Uint8Array, piece = 1000, inflater = new GzipInflater(), from = 0): { plain: Uint8Array; failure: string | null } {
  const parts: Uint8Array[] = [];
  let at = from;
  for (let rounds = 0; !inflater.isDone; rounds++) {
    if (rounds > 1_000_000) throw new Error(`stuck at bit ${inflater.bit} of ${stored.length * 8}, plain ${inflater.plain}`);
    const chunk = inflater.pull();
    if (chunk !== null) {
      parts.push(chunk.slice());
      continue;
    }
    if (inflater.isDone) break;
    inflater.push(at < stored.length ? stored.subarray(at, at + piece) : null);
    at += piece;
  }
  return { plain: concat(...parts), failure: inflater.failure };
}

/** Byte by byte in native code: the matchers of the test runner walk typed arrays as objects. */
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Text that compresses, then noise that doesn't, then zeros. */
const text = new TextEncoder().encode('the quick brown fox jumps over the lazy dog; '.repeat(20_000));
const mixed = concat(text, streamBytes(7, 400_000), new Uint8Array(700_000), text);

test.each([0, 1, 6, 9])('inflates what zlib deflates at level %i', (level) => {
  const { plain, failure } = inflate(gzipSync(mixed, { level }));
  expect([same(plain, mixed), failure]).toEqual([true, null]);
});

test('the size of the pieces does not matter', () => {
  const stored = gzipSync(mixed.subarray(890_000, 960_000));
  for (const piece of [1, 7, 4096]) expect(same(inflate(stored, piece).plain, mixed.subarray(890_000, 960_000))).toBe(true);
});

test('several members follow each other, and garbage behind them is passed over', () => {
  const stored = concat(gzipSync(text), gzipSync(new Uint8Array(0)), gzipSync(mixed), new Uint8Array(100));
  const { plain, failure } = inflate(stored);
  expect([same(plain, concat(text, mixed)), failure]).toEqual([true, null]);
});

test('a cut anywhere gives what came before it, and says so', () => {
  const plain = streamBytes(1, 300);
  const stored = gzipSync(concat(plain, text.subarray(0, 500)));
  let before = -1;
  for (let cut = 18; cut < stored.length; cut++) {
    const cutShort = inflate(stored.subarray(0, cut));
    expect(cutShort.failure).not.toBeNull();
    expect(cutShort.plain.length).toBeGreaterThanOrEqual(before);
    expect(same(concat(plain, text).subarray(0, cutShort.plain.length), cutShort.plain)).toBe(true);
    before = cutShort.plain.length;
  }
});

test('a wrong checksum is told after everything was delivered', () => {
  const stored = gzipSync(text);
  stored[stored.length - 6] = (stored[stored.length - 6] ?? 0) ^ 1;
  const { plain, failure } = inflate(stored);
  expect([same(plain, text), failure]).toEqual([true, 'its checksum is wrong']);
});

test('decoding starts again at any restart point', () => {
  const stored = concat(gzipSync(mixed), gzipSync(text));
  const whole = concat(mixed, text);
  const points: RestartPoint[] = [];
  const inflater = new GzipInflater();
  inflater.onBlock = (i) => points.push(i.restartPoint());
  inflate(stored, 5000, inflater);
  expect(points.length).toBeGreaterThan(3);
  for (const point of points) {
    const rest = inflate(stored, 3000, new GzipInflater(point), Math.floor(point.bit / 8));
    expect(rest.failure).toBeNull();
    expect(same(rest.plain, whole.subarray(point.plain))).toBe(true);
  }
});

test('bytes that are no gzip end with a reason, whatever they are', () => {
  const stored = gzipSync(mixed.subarray(880_000, 920_000));
  for (let i = 0; i < 400; i++) {
    const damaged = stored.slice();
    const at = 18 + ((i * 7919) % (stored.length - 18));
    damaged[at] = (damaged[at] ?? 0) ^ (1 << (i % 8));
    const result = inflate(damaged);
    expect(result.failure).not.toBeNull();
  }
});
