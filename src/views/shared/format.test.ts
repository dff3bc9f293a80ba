import { describe, expect, test } from 'vitest';
import { formatBytes, formatDuration, formatMoment, formatOffset, formatRecorded } from './format.ts';

describe('numbers with units', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [5_794_996, '5.8 MB'],
    [999_999, '1.0 MB'],
    [150_000_000, '150 MB'],
  ])('%d octets are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  test.each([
    [0, '0 ns'],
    [41_000, '41 µs'],
    [412_300_000, '412 ms'],
    [999_600_000, '1 s'],
    [2_112_000_000, '2.112 s'],
    [90_000_000_000, '90 s'],
    [900e9, '15 min'],
    [3600e9 * 50, '2 d 2 h'],
    [-5000, '−5 µs'],
    [Number.POSITIVE_INFINITY, '∞'],
  ])('%d ns are %s', (ns, text) => expect(formatDuration(ns)).toBe(text));

  test('clock offsets are signed, large ones to the microsecond', () => {
    expect(formatOffset(3_700_012_345)).toBe('+3.700 012 s');
    expect(formatOffset(-5_100)).toBe('−5.1 µs');
  });

  test('moments keep their microseconds, and years no calendar holds are seconds', () => {
    expect(formatMoment(1_700_000_000_123_456_789n, 'utc')).toBe('2023-11-14 22:13:20.123456 UTC');
    expect(formatMoment(10n ** 26n, 'utc')).toMatch(/^\d+ s$/);
    expect(formatMoment(-1n, 'utc')).not.toContain('Invalid');
  });
});

test('a recorded time has as many digits as the file says', () => {
  expect(formatRecorded(1_700_000_000_123_456_000n)).toBe('2023-11-14 22:13:20.123456');
  expect(formatRecorded(1_700_000_000_123_456_789n)).toBe('2023-11-14 22:13:20.123456789');
});
