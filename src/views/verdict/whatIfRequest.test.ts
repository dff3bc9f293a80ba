import { expect, test } from 'vitest';
import { pathId } from '../../engine/model/units.ts';
import { whatIfRequest } from './whatIfRequest.ts';

test('sysctls become settings, a kernel a profile', () => {
  expect(whatIfRequest(pathId(3), { be_liberal: '1' })).toEqual({ path: 3, settings: { be_liberal: true } });
  expect(whatIfRequest(null, { drop_invalid: '1', loose: '0' })).toEqual({ path: null, settings: { dropInvalid: true, loose: false } });
  expect(whatIfRequest(null, { kernel: '6.1' })).toEqual({ path: null, settings: {}, profile: '6.1' });
});

test('a parameter the replay does not know has no effect to show', () => {
  expect(whatIfRequest(null, { vs_conntrack: '0' })).toBeNull();
});
