import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Xxh64 } from './xxh64.ts';

const low32 = (...pieces: readonly Uint8Array[]): number => {
  const hash = new Xxh64();
  for (const piece of pieces) hash.update(piece);
  return hash.low32();
};
const text = (s: string): Uint8Array => new TextEncoder().encode(s);

/** The specification word for word, in bigints. */
function reference(bytes: Uint8Array): number {
  const [p1, p2, p3, p4, p5] = [0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n, 0x85ebca77c2b2ae63n, 0x27d4eb2f165667c5n];
  const u = (v: bigint): bigint => BigInt.asUintN(64, v);
  const rotl = (v: bigint, n: bigint): bigint => u(v << n) | (v >> (64n - n));
  const round = (acc: bigint, input: bigint): bigint => u(rotl(u(acc + input * p2), 31n) * p1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let h = p5;
  if (bytes.length >= 32) {
    const lanes = [u(p1 + p2), p2, 0n, u(-p1)];
    for (; at + 32 <= bytes.length; at += 32)
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i] as bigint, view.getBigUint64(at + 8 * i, true));
    const [a, b, c, d] = lanes as [bigint, bigint, bigint, bigint];
    h = u(rotl(a, 1n) + rotl(b, 7n) + rotl(c, 12n) + rotl(d, 18n));
    for (const lane of lanes) h = u((h ^ round(0n, lane)) * p1 + p4);
  }
  h = u(h + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8) h = u(rotl(h ^ round(0n, view.getBigUint64(at, true)), 27n) * p1 + p4);
  if (at + 4 <= bytes.length) {
    h = u(rotl(h ^ u(BigInt(view.getUint32(at, true)) * p1), 23n) * p2 + p3);
    at += 4;
  }
  for (; at < bytes.length; at++) h = u(rotl(h ^ u(BigInt(view.getUint8(at)) * p5), 11n) * p1);
  h = u((h ^ (h >> 33n)) * p2);
  h = u((h ^ (h >> 29n)) * p3);
  return Number((h ^ (h >> 32n)) & 0xffffffffn);
}

test('known values, as xxhsum prints them', () => {
  expect(low32(text(''))).toBe(0x51d8e999); // ef46db3751d8e999
  expect(low32(text('a'))).toBe(0xa98c6e5b); // d24ec4f1a98c6e5b
});

test('whatever the length and however cut, as the specification computes it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(300), { maxLength: 4 }), (bytes, cuts) => {
      const marks = [0, ...cuts.map((c) => Math.min(c, bytes.length)).sort((a, b) => a - b), bytes.length];
      const pieces = marks.slice(1).map((to, i) => bytes.subarray(marks[i], to));
      expect(low32(...pieces)).toBe(reference(bytes));
    }),
    { numRuns: 500 },
  );
});
