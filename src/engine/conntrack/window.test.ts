// Sections 3 and 7 of the conntrack rules: options and the window test.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OPENED, track, trackLast } from '../../testing/exchange.ts';
import { PROFILES } from '../model/verdict.ts';
import { readOptions } from './options.ts';
import { Segment } from './segment.ts';

/** The server has sent 100,000 octets with client windows of 1000, all acknowledged. */
const sent = (count: number): string => {
  const lines = [OPENED];
  for (let i = 0; i < count; i++) {
    lines.push(`${10 + i}ms reply A seq=${301 + i * 1000} ack=101 len=1000`);
    lines.push(`${10 + i}ms original A seq=101 ack=${1301 + i * 1000}`);
  }
  return lines.join('\n');
};
const STREAM = sent(100);
const END = 100_301;

describe('3 options', () => {
  const options = (...octets: number[]): Segment => {
    const s = new Segment();
    s.ack = 1000;
    readOptions(s, Uint8Array.from(octets), 0, octets.length);
    return s;
  };
  test('3.1 scale and SACK permission come from SYN and SYN/ACK', () => {
    const exchange = '0ms original S seq=100 wscale=7 sackok\n1ms reply SA seq=300 ack=101 wscale=15';
    expect(trackLast('6.18', exchange)).toMatchObject({ scale: [7, 14], flags: [0x03, 0x21] });
  });
  test('3.1 a SYN/ACK without options after a SYN with scale: both scales 0', () => {
    expect(trackLast('6.18', '0ms original S seq=100 wscale=7\n1ms reply SA seq=300 ack=101').scale).toEqual([0, 0]);
  });
  test('3.2 parsing stops at the end of options and at lengths that lie', () => {
    expect(options(0, 3, 3, 7)).toMatchObject({ windowScale: -1, hasOptions: true });
    expect(options(2, 1, 3, 3, 7).windowScale).toBe(-1);
    expect(options(2, 40, 3, 3, 7).windowScale).toBe(-1);
    expect(options(1, 1, 3, 3, 7)).toMatchObject({ windowScale: 7, sackPermitted: false });
    expect(options(4, 2, 3, 3, 7)).toMatchObject({ windowScale: 7, sackPermitted: true });
    expect(options()).toMatchObject({ hasOptions: false });
  });
  test('3.3 timestamps are never looked at', () => {
    expect(options(1, 1, 8, 10, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)).toMatchObject({ hasOptions: true, sack: 1000, windowScale: -1 });
  });
  test('3.4 SACK is the highest right edge after the ACK number; D-SACK does nothing', () => {
    expect(options(5, 18, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0, 10, 0).sack).toBe(0xa00);
    expect(options(5, 10, 0, 0, 0, 1, 0, 0, 0, 2).sack).toBe(1000);
  });
  test('3.4 a SACK edge counts only where the other side permitted SACK', () => {
    const beyond = (sackok: string): string => `
      0ms original S  seq=100 ${sackok}
      1ms reply    SA seq=300 ack=101 ${sackok}
      2ms original A  seq=101 ack=301
      3ms reply    A  seq=301 ack=101 sack=150`;
    expect(trackLast('6.18', beyond('sackok'))).toMatchObject({
      kind: 'invalid',
      reason: expect.stringMatching(/^ACK is over upper bound 102 /),
    });
    expect(trackLast('6.18', beyond('')).kind).toBe('established');
  });
});

describe('7.1–7.3 records made and taken from packets', () => {
  test('7.1a the SYN/ACK starts the reply side', () => {
    expect(trackLast('6.18', '0ms original S seq=100\n1ms reply SA seq=300 ack=101 win=0')).toMatchObject({
      end: [101, 301],
      maxwin: [1000, 1],
    });
  });
  test('7.1b an ACK one ahead of a picked-up connection answers a keep-alive (5.10)', () => {
    const exchange = '0ms original A seq=99 ack=500\n1ms reply A seq=500 ack=100';
    expect(trackLast('5.10', exchange).end[0]).toBe(100);
    expect(trackLast('5.4', exchange).end[0]).toBe(99);
  });
  test('7.2 a higher SYN starts its side again, a lower one does not', () => {
    expect(trackLast('6.18', '0ms original S seq=100 win=10\n1ms original S seq=9000 win=20')).toMatchObject({
      end: [9001, 0],
      maxwin: [20, 0],
    });
    expect(trackLast('6.18', '0ms original S seq=100\n1ms original S seq=90').end[0]).toBe(101);
  });
  test('7.2 before 5.17 the original side could not start again in SYN_RECV', () => {
    const exchange = `
      0ms original S  seq=100
      1ms reply    S  seq=300
      2ms original SA seq=100 ack=301
      3ms original SA seq=5000 ack=301`;
    expect(trackLast('6.18', exchange)).toMatchObject({ kind: 'established', end: [5001, 301] });
    expect(trackLast('5.10', exchange)).toMatchObject({ kind: 'invalid', reason: expect.stringMatching(/^SEQ is over/) });
  });
  test('7.3 a RST with sequence number 0 is taken as right in SYN_SENT', () => {
    const exchange = '0ms original S seq=5000000 win=1000\n1ms original R seq=0';
    for (const profile of PROFILES) expect(trackLast(profile, exchange)).toMatchObject({ kind: 'new', isTranslated: true });
  });
  test('7.3 without the ACK flag nothing is acknowledged wrongly', () => {
    expect(trackLast('6.18', `${OPENED}\n3ms original R seq=101 ack=12345678`).kind).toBe('established');
  });
});

describe('7.4 the four conditions, to the octet', () => {
  const NEW = ['6.1', '6.18'] as const;
  const OLD = ['4.15', '5.4', '5.10', '5.15'] as const;

  test('7.4 I: a segment may start at maxend, not beyond (more than a window beyond is INVALID everywhere)', () => {
    for (const profile of PROFILES) {
      expect(trackLast(profile, `${STREAM}\n1s reply A seq=${END + 1000} ack=101`)).toMatchObject({
        kind: 'established',
        isIgnored: false,
      });
      expect(trackLast(profile, `${STREAM}\n1s reply A seq=${END + 1001} ack=101 len=1000`)).toMatchObject({
        kind: 'invalid',
        reason: expect.stringMatching(/^SEQ is over (the )?upper bound/),
      });
    }
  });
  test('7.4 II: an old segment must end inside one window behind the highest sent', () => {
    for (const profile of OLD) {
      expect(trackLast(profile, `${STREAM}\n1s reply A seq=${END - 1100} ack=101 len=100`).kind).toBe('established');
      expect(trackLast(profile, `${STREAM}\n1s reply A seq=${END - 1101} ack=101 len=100`)).toMatchObject({
        kind: 'invalid',
        isTranslated: false,
        reason: 'SEQ is under the lower bound (already ACKed data retransmitted)',
      });
    }
    for (const profile of NEW) {
      expect(trackLast(profile, `${STREAM}\n1s reply A seq=${END - 1101} ack=101 len=100`)).toMatchObject({
        kind: 'established',
        isIgnored: true,
        isTranslated: true,
        reason: `SEQ is under lower bound ${END - 1001} (already ACKed data retransmitted)`,
      });
    }
  });
  test('7.4 III: acknowledging one octet that was not seen is INVALID on every kernel', () => {
    for (const profile of PROFILES) {
      expect(trackLast(profile, `${STREAM}\n1s original A seq=101 ack=${END}`).kind).toBe('established');
      expect(trackLast(profile, `${STREAM}\n1s original A seq=101 ack=${END + 1}`)).toMatchObject({
        kind: 'invalid',
        reason: expect.stringMatching(/^ACK is over (the )?upper bound/),
      });
    }
  });
  test('7.4 IV: an ACK may be 66000 octets late', () => {
    for (const profile of OLD) {
      expect(trackLast(profile, `${STREAM}\n1s original A seq=101 ack=${END - 66_000}`).kind).toBe('established');
      expect(trackLast(profile, `${STREAM}\n1s original A seq=101 ack=${END - 66_001}`).kind).toBe('invalid');
    }
    expect(trackLast('6.18', `${STREAM}\n1s original A seq=101 ack=${END - 66_001}`)).toMatchObject({
      kind: 'established',
      isIgnored: true,
      reason: `ignored ACK under lower bound ${END - 66_001} (possible overly delayed)`,
    });
  });
  test('7.5 before 6.1 the first failing of I, II, III, IV names the sentence; from 6.1 III comes before II', () => {
    const both = `${STREAM}\n1s reply A seq=301 ack=102 len=1`;
    expect(trackLast('5.10', both).reason).toMatch(/^SEQ is under/);
    expect(trackLast('6.18', both).reason).toMatch(/^ACK is over/);
  });
  test('7.6 I: a small overshoot passes and moves end, so that its ACK is known', () => {
    const exchange = `${STREAM}\n1s reply A seq=${END + 1001} ack=101 len=10`;
    expect(trackLast('6.18', exchange)).toMatchObject({
      kind: 'established',
      isIgnored: true,
      reason: '12 bytes more than expected',
      end: [101, END + 1011],
    });
    expect(trackLast('6.18', `${exchange}\n2s original A seq=101 ack=${END + 1011}`)).toMatchObject({
      kind: 'established',
      isIgnored: false,
    });
  });
  test('7.6 an ignored packet changes neither state nor timer', () => {
    expect(trackLast('6.18', `${STREAM}\n50s reply FA seq=301 ack=101`)).toMatchObject({ isIgnored: true, state: 'ESTABLISHED' });
    expect(trackLast('6.18', `${STREAM}\n50s reply FA seq=301 ack=101`).timeout).toBeLessThan(432_000 - 49);
  });
  test('7.7 windows are scaled, except in a SYN', () => {
    const exchange = `
      0ms original S  seq=100 win=100 wscale=4
      1ms reply    SA seq=300 ack=101 win=200 wscale=2
      2ms original A  seq=101 ack=301 win=100`;
    expect(track('6.18', exchange).map((v) => v.maxwin)).toEqual([
      [100, 0],
      [100, 200],
      [1600, 200],
    ]);
    expect(trackLast('6.18', exchange).maxend).toEqual([301, 1901]);
  });
  test('7.7 a closed window still lets one octet through', () => {
    expect(trackLast('6.18', `${OPENED}\n3ms reply A seq=301 ack=101 len=1000\n4ms original A seq=101 ack=1301 win=0`).maxend[1]).toBe(
      1302,
    );
  });
  test('7.8 be_liberal accepts what is out of window and learns nothing from it', () => {
    for (const profile of PROFILES) {
      const last = trackLast(profile, `${STREAM}\n1s reply A seq=${END + 5_000_000} ack=101 len=10`, { be_liberal: true });
      expect(last).toMatchObject({ kind: 'established', isIgnored: false, isTranslated: true, reason: null, end: [101, END] });
    }
  });
  test('7.9 the side that sent the first FIN gets CLOSE_INIT', () => {
    expect((trackLast('6.18', `${OPENED}\n3ms reply FA seq=301 ack=101`).flags[1] ?? 0) & 4).toBe(4);
  });
  test('sequence numbers are a circle: shifting all of them changes no verdict', () => {
    const lines = (shift: number): string =>
      `${STREAM}\n1s reply A seq=301 ack=101 len=10\n1s reply A seq=${END + 9000} ack=101\n1s original A seq=101 ack=${END + 1}\n2s original FA seq=101 ack=${END}`.replaceAll(
        /(seq|ack)=(\d+)/g,
        (_all, key, value) => `${key}=${(Number(value) + shift) >>> 0}`,
      );
    const verdicts = (shift: number): string[] => track('5.10', lines(shift)).map((v) => `${v.kind} ${v.state} ${v.reason}`);
    const unshifted = verdicts(0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffff_ffff }), (shift) => {
        expect(verdicts(shift)).toEqual(unshifted);
      }),
      { numRuns: 40 },
    );
  });
});
