import { describe, expect, test } from 'vitest';
import { formatAssumption, parseAssumption } from './assumptionLink.ts';

describe('an assumption in the address', () => {
  test.each(['be_liberal:1', 'kernel:6.1', 'kernel:6.18,loose:0,drop_invalid:1,timeout_established:60'])(
    '%s is read as it was written',
    (text) => {
      const read = parseAssumption(text);
      expect(read && formatAssumption(read)).toBe(text);
    },
  );
  test.each([null, '', 'kernel:7.0', 'be_liberal:2', 'timeout___proto__x:99999999999', 'x:1', ':::,,,'])('%s assumes nothing', (text) => {
    expect(parseAssumption(text)).toBeNull();
  });
});
