import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeUtf8 } from './utf8.ts';

test('agrees with the platform on any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
    }),
  );
  expect(encodeUtf8('é√😀\ud800')).toEqual(new TextEncoder().encode('é√😀\ufffd'));
});
