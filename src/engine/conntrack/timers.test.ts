// Section 9 of the conntrack rules: timers and expiry.
import { describe, expect, test } from 'vitest';
import { OPENED, track, trackLast } from '../../testing/exchange.ts';

/** Both sides have acknowledged everything. */
const QUIET = `${OPENED}
  3ms original A seq=101 ack=301 len=10
  4ms reply    A seq=301 ack=111`;

describe('9 timers', () => {
  test('9 defaults by state', () => {
    expect(trackLast('6.18', QUIET)).toMatchObject({ timeout: 432_000, isAssured: true });
    expect(trackLast('6.18', `${QUIET}\n5ms original FA seq=111 ack=301`).timeout).toBe(120);
    expect(trackLast('6.18', `${QUIET}\n5ms original FA seq=111 ack=301\n6ms reply A seq=301 ack=112`).timeout).toBe(60);
    expect(trackLast('6.18', `${QUIET}\n5ms original FA seq=111 ack=301`, { timeouts: { fin_wait: 7 } }).timeout).toBe(7);
  });
  test('9.1-1 three retransmissions shorten the life to max_retrans', () => {
    const again = '\n5s original A seq=111 ack=301 len=5';
    const few = `${QUIET}${again.repeat(3)}`;
    expect(trackLast('6.18', few, { timeouts: { unacknowledged: 500 } }).timeout).toBe(500);
    expect(trackLast('6.18', `${few}${again}`, { timeouts: { unacknowledged: 500 } }).timeout).toBe(300);
  });
  test('9.1-2 a RST sets the CLOSE timeout', () => {
    expect(trackLast('6.18', `${QUIET}\n5ms original R seq=111`).timeout).toBe(10);
  });
  test('9.1-3 unacknowledged data: 300 s instead of 5 days', () => {
    expect(trackLast('6.18', `${QUIET}\n5ms original A seq=111 ack=301 len=5`).timeout).toBe(300);
  });
  test('9.1-4 a closed window: 300 s (since 4.20)', () => {
    expect(trackLast('5.4', `${QUIET}\n5ms original A seq=111 ack=301 win=0`).timeout).toBe(300);
    expect(trackLast('4.15', `${QUIET}\n5ms original A seq=111 ack=301 win=0`).timeout).toBe(432_000);
  });
  test('9.2 INVALID and ignored packets do not touch the timer', () => {
    expect(trackLast('6.18', `${QUIET}\n100s reply A seq=900000 ack=111`).timeout).toBeCloseTo(432_000 - 99.996);
    expect(trackLast('6.18', `${QUIET}\n100s original S seq=900000`).timeout).toBeCloseTo(432_000 - 99.996);
  });
  test('9.3 a retransmitted SYN does not renew the timer (since 5.12)', () => {
    const exchange = '0s original S seq=100\n50s original S seq=100';
    expect(trackLast('5.15', exchange).timeout).toBe(70);
    expect(trackLast('5.10', exchange).timeout).toBe(120);
  });
  test('9.3 ESTABLISHED without an answer lives 300 s', () => {
    expect(trackLast('6.18', '0s original A seq=100 ack=1').timeout).toBe(300);
  });
  test('9.4 assured: an accepted packet in ESTABLISHED after a reply', () => {
    expect(track('6.18', OPENED).map((v) => v.isAssured)).toEqual([false, false, true]);
  });
  test('9.5 at the moment of expiry the entry is gone', () => {
    expect(trackLast('6.18', '0s original S seq=100\n119.999999s reply SA seq=300 ack=101').kind).toBe('established');
    expect(trackLast('6.18', '0s original S seq=100\n120s reply SA seq=300 ack=101').kind).toBe('invalid');
  });
  test('9.6 an INVALID FIN after a FIN of the other side shortens the life (6.1)', () => {
    const far = '\n5ms reply FA seq=9000000 ack=111\n6ms original FA seq=9000000 ack=301';
    expect(trackLast('6.18', `${QUIET}${far}`)).toMatchObject({ kind: 'invalid', state: 'ESTABLISHED', timeout: 300 });
    expect(trackLast('5.15', `${QUIET}${far}`).timeout).toBeCloseTo(431_999.998);
  });
  test('9.7 a RST on an entry without an answer deletes it', () => {
    expect(trackLast('6.18', '0s reply A seq=1 ack=1 len=3\n1ms direct R seq=1\n2ms original A seq=1 ack=4')).toMatchObject({
      kind: 'new',
      clientPort: 40_000,
    });
  });
});
