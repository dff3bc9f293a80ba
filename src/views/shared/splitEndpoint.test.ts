import { expect, test } from 'vitest';
import { splitEndpoint } from './splitEndpoint.ts';

test('what is short stays whole', () => {
  expect(splitEndpoint('192.168.107.214:15010')).toEqual({ head: '', tail: '192.168.107.214:15010' });
  expect(splitEndpoint('[fd00::1]:80')).toEqual({ head: '', tail: '[fd00::1]:80' });
});

test('of a long endpoint the end of the address and the port stay', () => {
  expect(splitEndpoint('[fd00:192:168:107::214]:15010')).toEqual({ head: '[fd00:192:168:10', tail: '7::214]:15010' });
  expect(splitEndpoint('istio-pilot-7d9f8b6c5d-x2x4z:15010')).toEqual({ head: 'istio-pilot-7d9f8b6c5d', tail: '-x2x4z:15010' });
});

test('the last group of an address without a port is no port', () => {
  expect(splitEndpoint('fd00:10:148:74:1:2:3:4567')).toEqual({ head: 'fd00:10:148:74:1:2:', tail: '3:4567' });
});

test('nothing is lost', () => {
  for (const text of ['[2001:db8:1234:5678:9abc:def0:1234:5678]:65535', 'a'.repeat(30), '']) {
    const { head, tail } = splitEndpoint(text);
    expect(head + tail).toBe(text);
  }
});
