import { expect, test } from 'vitest';
import { parseAssumption, parseSettings } from './trackerOptions.ts';

test('takes sysctls by their full and short names', () => {
  expect(
    parseSettings([
      'be_liberal=1',
      'net.netfilter.nf_conntrack_tcp_loose=0',
      'nf_conntrack_tcp_timeout_established=86400',
      'drop_invalid=1',
    ]),
  ).toEqual({
    ok: true,
    value: { be_liberal: true, loose: false, dropInvalid: true, timeouts: { established: 86400 } },
  });
});

test('says which name or value it does not know', () => {
  expect(parseSettings(['liberal=1'])).toMatchObject({ ok: false, error: expect.stringContaining('--set liberal=1') });
  expect(parseSettings(['be_liberal=yes']).ok).toBe(false);
});

test('an assumption is a kernel, settings, or both', () => {
  expect(parseAssumption([])).toEqual({ ok: true, value: null });
  expect(parseAssumption(['kernel=6.1', 'loose=0'])).toEqual({ ok: true, value: { profile: '6.1', settings: { loose: false } } });
  expect(parseAssumption(['kernel=7'])).toMatchObject({ ok: false, error: expect.stringContaining('--what-if kernel=7') });
  expect(parseAssumption(['liberal=1'])).toMatchObject({ ok: false, error: expect.stringContaining('--what-if liberal=1') });
});
