// Sections 0, 2, 4, 5 and 10 of the conntrack rules: entries, flags, states, NAT. Numbers of tests are the rules'.
import { describe, expect, test } from 'vitest';
import { OPENED, track, trackLast } from '../../testing/exchange.ts';
import { PROFILES } from '../model/verdict.ts';

const CLOSED_BY_FIN = `${OPENED}
  10ms original FA seq=101 ack=301
  11ms reply    FA seq=301 ack=102
  12ms original A  seq=102 ack=302`;
const CLOSED_BY_RST = `${OPENED}
  10ms original R seq=101`;

describe('2 invalid before any state is looked at', () => {
  test.each([
    ['2.1', 'short', null],
    ['2.2', 'offset', 'truncated packet'],
    ['2.3', 'checksum', 'bad checksum'],
  ])('%s a packet with bad %s', (_rule, bad, reason) => {
    expect(trackLast('6.18', `${OPENED}\n 3ms original A seq=101 ack=301 len=5 bad=${bad}`)).toMatchObject({
      kind: 'invalid',
      reason,
      isTranslated: false,
      state: 'ESTABLISHED',
    });
  });
  test('2.3 a bad checksum passes with nf_conntrack_checksum=0', () => {
    expect(trackLast('6.18', `${OPENED}\n 3ms original A seq=101 ack=301 bad=checksum`, { checksum: false }).kind).toBe('established');
  });
  test.each(['F', 'RF', 'RU', 'SF', 'SFRPAU', 'U', 'FPU', 'RSA'])('2.4 flags %s are no combination', (flags) => {
    for (const profile of PROFILES) {
      expect(trackLast(profile, `${OPENED}\n 3ms original ${flags} seq=101 ack=301`)).toMatchObject({
        kind: 'invalid',
        reason: 'invalid tcp flag combination',
      });
    }
  });
  test.each(['FA', 'FAU', 'AU', 'APEC', 'RA'])('2.4 flags %s are fine', (flags) => {
    expect(trackLast('6.18', `${OPENED}\n 3ms original ${flags} seq=101 ack=301`).kind).toBe('established');
  });
});

describe('0 and 4 new entries', () => {
  test('4.1 a SYN makes an entry in SYN_SENT; its payload counts', () => {
    expect(trackLast('6.18', '0ms original S seq=100 len=7 win=0')).toMatchObject({
      kind: 'new',
      state: 'SYN_SENT',
      isTranslated: true,
      timeout: 120,
      end: [108, 0],
      maxwin: [1, 0],
    });
  });
  test('4.2 an ACK picks the connection up, liberal in both directions', () => {
    expect(trackLast('6.18', '0ms original A seq=100 ack=9 len=10 win=500')).toMatchObject({
      kind: 'new',
      state: 'ESTABLISHED',
      timeout: 300,
      end: [110, 0],
      maxend: [610, 0],
      flags: [0x0a, 0x0a],
      scale: [0, 0],
    });
  });
  test('4.2 a picked-up entry calls nothing out of window', () => {
    const wild = '\n1ms reply A seq=4000000000 ack=77\n2ms original A seq=2000000000 ack=5 len=100';
    expect(track('5.10', `0ms original A seq=100 ack=9${wild}`).map((v) => v.kind)).toEqual(['new', 'established', 'established']);
  });
  test('4.3 with loose=0 an ACK makes no entry and no message', () => {
    expect(trackLast('6.18', '0ms original A seq=100 ack=9', { loose: false })).toMatchObject({
      kind: 'invalid',
      reason: null,
      state: null,
    });
  });
  test.each(['SA', 'FA', 'R', 'RA'])('4.4 %s never makes an entry', (flags) => {
    expect(trackLast('6.18', `0ms reply ${flags} seq=100 ack=9`)).toMatchObject({ kind: 'invalid', reason: 'invalid new' });
    expect(trackLast('6.1', `0ms reply ${flags} seq=100 ack=9`)).toMatchObject({ kind: 'invalid', reason: null });
  });
  test('4.5 picked up in the reply direction: NEW, accepted, not translated', () => {
    expect(trackLast('6.18', '0ms reply A seq=100 ack=9 len=10', { dropInvalid: true })).toMatchObject({
      kind: 'new',
      direction: 'original',
      isTranslated: false,
    });
  });
  test('4.6 the client then gets another port, as the reply tuple is taken', () => {
    const [leak, data] = track('5.10', '0ms reply A seq=100 ack=9 len=10\n1ms original A seq=9 ack=100 len=10');
    expect(leak).toMatchObject({ kind: 'new', isTranslated: false });
    expect(data).toMatchObject({ kind: 'new', isTranslated: true });
    expect(data?.clientPort).not.toBe(40_000);
  });
  test("4.6 no clash once the client's own RST has removed the entry (9.7)", () => {
    const [, rst, data] = track('5.10', '0ms reply A seq=100 ack=9 len=10\n1ms direct R seq=9\n2ms original A seq=9 ack=100 len=10');
    expect(rst).toMatchObject({ kind: 'established', direction: 'reply', isTranslated: false });
    expect(data).toMatchObject({ kind: 'new', isTranslated: true, clientPort: 40_000 });
  });
  test('0 ct state: NEW until a reply was seen, then ESTABLISHED', () => {
    const kinds = track(
      '6.18',
      '0ms original S seq=100\n1ms original S seq=100\n2ms reply SA seq=300 ack=101\n3ms original A seq=101 ack=301',
    );
    expect(kinds.map((v) => v.kind)).toEqual(['new', 'new', 'established', 'established']);
  });
  test('0 an INVALID packet passes untranslated, or is dropped by the rule', () => {
    const exchange = `${OPENED}\n3ms reply A seq=4000000 ack=101 len=10`;
    expect(trackLast('6.18', exchange)).toMatchObject({ kind: 'invalid', isTranslated: false });
    expect(trackLast('6.18', exchange, { dropInvalid: true }).kind).toBe('dropped');
  });
});

describe('5 the state machine', () => {
  test('from SYN to TIME_WAIT', () => {
    expect(track('6.18', CLOSED_BY_FIN).map((v) => v.state)).toEqual([
      'SYN_SENT',
      'SYN_RECV',
      'ESTABLISHED',
      'FIN_WAIT',
      'LAST_ACK',
      'TIME_WAIT',
    ]);
  });
  test('5 CLOSE_WAIT after an ACK of either side', () => {
    expect(trackLast('6.18', `${OPENED}\n3ms original FA seq=101 ack=301\n4ms original A seq=102 ack=301`).state).toBe('CLOSE_WAIT');
  });
  test('5.1 a SYN/ACK of the client is INVALID', () => {
    const exchange = `${OPENED}\n3ms original SA seq=101 ack=301`;
    expect(trackLast('6.18', exchange)).toMatchObject({ kind: 'invalid', reason: 'packet (index 1) in dir 0 invalid, state ESTABLISHED' });
    expect(trackLast('5.10', exchange)).toMatchObject({ kind: 'invalid', reason: 'invalid state' });
  });
  test.each([
    ['a FIN', CLOSED_BY_FIN],
    ['a RST of the same direction', CLOSED_BY_RST],
  ])('5.2 a SYN after %s opens anew', (_what, closed) => {
    expect(trackLast('5.10', `${closed}\n2s original S seq=5000`)).toMatchObject({ kind: 'new', state: 'SYN_SENT', end: [5001, 0] });
  });
  test('5.2 a SYN after a RST of the other direction is ignored', () => {
    const exchange = `${OPENED}\n3ms reply R seq=301\n4ms original S seq=5000`;
    expect(trackLast('6.18', exchange)).toMatchObject({ kind: 'established', isIgnored: true, state: 'CLOSE' });
  });
  test('5.3 a SYN on a live entry passes, translated, and changes nothing', () => {
    const exchange = `${OPENED}\n3ms original S seq=9000`;
    expect(trackLast('6.18', exchange)).toMatchObject({
      kind: 'established',
      isIgnored: true,
      isTranslated: true,
      state: 'ESTABLISHED',
      end: [101, 301],
      reason: 'packet (index 0) in dir 0 ignored, state ESTABLISHED',
    });
    expect(trackLast('5.10', exchange).reason).toBe('invalid packet ignored in state ESTABLISHED');
  });
  test('5.4 the SYN/ACK with the right number resyncs', () => {
    const exchange = `${OPENED}\n3ms original S seq=9000 win=77\n4ms reply SA seq=50 ack=9001 win=88`;
    expect(trackLast('6.18', exchange)).toMatchObject({ state: 'SYN_RECV', end: [9001, 51], maxwin: [77, 88] });
    const wrong = `${OPENED}\n3ms original S seq=9000\n4ms reply SA seq=50 ack=9002`;
    expect(trackLast('6.18', wrong)).toMatchObject({ isIgnored: true, state: 'ESTABLISHED' });
  });
  test('5.4 a resync takes the liberal flag from the opener', () => {
    const exchange = '0ms original A seq=1 ack=1\n1ms original S seq=9000 sackok\n2ms reply SA seq=50 ack=9001';
    expect(trackLast('6.18', exchange).flags.map((f) => f & 8)).toEqual([0, 8]);
    expect(trackLast('5.10', exchange).flags.map((f) => f & 8)).toEqual([0, 0]);
  });
  test('5.5 a challenge ACK in LAST_ACK changes nothing', () => {
    const exchange = `${OPENED}
      3ms original FA seq=101 ack=301
      4ms reply    FA seq=301 ack=102
      5ms original S  seq=9000
      6ms reply    A  seq=302 ack=102`;
    expect(trackLast('6.18', exchange)).toMatchObject({ kind: 'established', state: 'LAST_ACK', reason: 'challenge-ack ignored' });
    expect(trackLast('6.18', `${exchange}\n7ms reply A seq=302 ack=102`).state).toBe('TIME_WAIT');
  });
  test('5.6 a simultaneous open ends ESTABLISHED', () => {
    const exchange = `
      0ms original S  seq=100
      1ms reply    S  seq=300
      2ms original SA seq=100 ack=301
      3ms reply    A  seq=301 ack=101`;
    expect(track('6.18', exchange).map((v) => v.state)).toEqual(['SYN_SENT', 'SYN_SENT2', 'SYN_RECV', 'ESTABLISHED']);
  });
  test('14.6 in SYN_SENT an ACK of the server is ignored, one of the client is INVALID', () => {
    expect(trackLast('6.18', '0ms original S seq=100\n1ms reply A seq=50 ack=7')).toMatchObject({ kind: 'established', isIgnored: true });
    expect(trackLast('6.18', '0ms original S seq=100\n1ms original A seq=101 ack=7')).toMatchObject({ kind: 'invalid' });
  });
});

describe('10 NAT', () => {
  test('10.2 what was ignored is translated all the same', () => {
    expect(trackLast('6.18', `${OPENED}\n3ms reply SA seq=300 ack=101`)).toMatchObject({ isIgnored: true, isTranslated: true });
  });
  test("10.3 the client's RST to the backend is `invalid new` and keeps its addresses", () => {
    expect(trackLast('6.18', `${OPENED}\n3ms direct R seq=101`)).toMatchObject({
      kind: 'invalid',
      reason: 'invalid new',
      isTranslated: false,
    });
  });
});
