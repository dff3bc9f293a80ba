import { expect, test } from 'vitest';
import { formatTime } from './report.ts';

test('times are seconds since 1970 with nine digits, also before 1970 and beyond doubles', () => {
  expect(formatTime(1_795_353_887_056_641_000n, 12)).toBe('1795353887.056641012');
  expect(formatTime(0n, 5)).toBe('0.000000005');
  expect(formatTime(-1_500_000_000n, 0)).toBe('-1.500000000');
});
