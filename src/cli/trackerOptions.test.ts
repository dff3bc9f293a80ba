import { expect, test } from 'vitest';
import { parseSettings, profileOfKernel } from './trackerOptions.ts';

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

test('a kernel runs under the newest profile that is not newer', () => {
  expect(['4.4', '4.18.0-80.el8', '5.4.0', '5.10.46', '5.15.1', '6.0', '6.8', '7.1'].map(profileOfKernel)).toEqual([
    '4.15',
    '4.15',
    '5.4',
    '5.10',
    '5.15',
    '5.15',
    '6.1',
    '6.18',
  ]);
  expect(profileOfKernel('linux')).toBeNull();
});
