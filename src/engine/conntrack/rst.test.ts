// Section 6 of the conntrack rules: RST.
import { describe, expect, test } from 'vitest';
import { OPENED, trackLast } from '../../testing/exchange.ts';
import { PROFILES } from '../model/verdict.ts';

/** The client has sent and acknowledged: an established, assured entry whose client acknowledged up to 401. */
const BUSY = `${OPENED}
  3ms reply    A seq=301 ack=101 len=100
  4ms original A seq=101 ack=401
  5ms reply    A seq=401 ack=101
  6ms original A seq=101 ack=401 len=10`;

describe('6 RST', () => {
  test('6.1 once closing no RST is tested any more (5.14)', () => {
    const exchange = `${BUSY}\n7ms original FA seq=111 ack=401\n8ms reply R seq=1`;
    expect(trackLast('5.15', exchange)).toMatchObject({ kind: 'established', state: 'CLOSE' });
    expect(trackLast('5.10', exchange)).toMatchObject({ kind: 'invalid', reason: 'invalid rst' });
  });
  test('6.2 maxack counts for nothing after a SYN was let through (5.14)', () => {
    const exchange = `${BUSY}\n7ms original S seq=9000\n8ms reply RA seq=1 ack=9001`;
    expect(trackLast('5.15', exchange)).toMatchObject({ kind: 'established', state: 'CLOSE' });
    expect(trackLast('5.10', exchange).kind).toBe('invalid');
  });
  test('6.3a sequence 0 is let off before ESTABLISHED (5.14)', () => {
    const exchange = '0ms original S seq=100\n1ms reply SA seq=300 ack=101\n2ms original R seq=0';
    expect(trackLast('5.15', exchange).reason).not.toBe('invalid rst');
    expect(trackLast('5.10', exchange).reason).toBe('invalid rst');
  });
  test('6.3b a RST below the highest ACK seen is INVALID, also with be_liberal', () => {
    for (const profile of PROFILES) {
      const verdict = { kind: 'invalid', reason: 'invalid rst', isTranslated: false, state: 'ESTABLISHED' };
      expect(trackLast(profile, `${BUSY}\n7ms reply R seq=400`)).toMatchObject(verdict);
      expect(trackLast(profile, `${BUSY}\n7ms reply R seq=400`, { be_liberal: true })).toMatchObject(verdict);
    }
  });
  test('6.3b unless ignore_invalid_rst says otherwise, since 5.14', () => {
    const settings = { ignore_invalid_rst: true };
    expect(trackLast('5.15', `${BUSY}\n7ms reply R seq=400`, settings).kind).toBe('established');
    expect(trackLast('5.10', `${BUSY}\n7ms reply R seq=400`, settings).kind).toBe('invalid');
  });
  test('6.4 an exact RST closes', () => {
    expect(trackLast('6.18', `${BUSY}\n7ms reply R seq=401`)).toMatchObject({ kind: 'established', state: 'CLOSE', timeout: 10 });
  });
  test('6.5 a RST right behind a data segment closes', () => {
    expect(trackLast('6.18', `${BUSY}\n7ms reply A seq=401 ack=111 len=50\n8ms reply R seq=451`).state).toBe('CLOSE');
  });
  test('6.6 an inexact RST keeps ESTABLISHED and gives it 10 s (5.1)', () => {
    expect(trackLast('6.18', `${BUSY}\n7ms reply R seq=500`)).toMatchObject({ kind: 'established', state: 'ESTABLISHED', timeout: 10 });
    expect(trackLast('4.15', `${BUSY}\n7ms reply R seq=500`)).toMatchObject({ kind: 'established', state: 'CLOSE' });
  });
  test('6.7 a RST that answers a SYN we let through skips the window test', () => {
    const exchange = `${OPENED}\n3ms original S seq=900000\n4ms reply RA seq=0 ack=900001`;
    expect(trackLast('5.15', exchange)).toMatchObject({ kind: 'established', state: 'CLOSE' });
  });
  test('6.7 in new kernels only if the SYN came from the other direction', () => {
    const exchange = `${OPENED}\n3ms original S seq=900000\n4ms original RA seq=8000000 ack=900001`;
    expect(trackLast('5.15', exchange).kind).toBe('established');
    expect(trackLast('6.18', exchange).kind).toBe('invalid');
  });
  test('6.8 a RST that answers a challenge ACK in SYN_SENT', () => {
    const exchange = '0ms original S seq=100\n1ms reply A seq=50 ack=7777777\n2ms original R seq=7777777';
    expect(trackLast('6.18', exchange)).toMatchObject({ kind: 'established', state: 'CLOSE', end: [101, 0] });
    expect(trackLast('5.10', exchange).end[0]).toBe(7_777_777);
  });
  test('6.9 else the window decides', () => {
    expect(trackLast('6.18', `${BUSY}\n7ms reply R seq=900000`)).toMatchObject({
      kind: 'invalid',
      reason: expect.stringMatching(/^SEQ is over/),
    });
  });
  test('6.10 a RST on an unanswered entry deletes it, translated', () => {
    expect(trackLast('6.18', '0ms original S seq=100\n1ms original R seq=101')).toMatchObject({
      kind: 'new',
      isTranslated: true,
      state: null,
    });
  });
  test('6.11 ACK 0 of a RST is taken as right', () => {
    expect(trackLast('6.18', '0ms original S seq=100\n1ms reply RA seq=0 ack=0')).toMatchObject({
      kind: 'established',
      isTranslated: true,
    });
  });
});
