import { expect, test } from 'vitest';
import { judgement } from '../../testing/judgement.ts';
import { layoutStrip } from './windowStripLayout.ts';

test('a segment inside lies between the bounds', () => {
  const s = layoutStrip(judgement({}));
  expect(s.of).toBe('seq');
  expect(s.gap).toBeNull();
  expect(s.low).toBeLessThan(s.start);
  expect(s.high).toBeGreaterThan(s.end);
});

test('a segment far behind: drawn to scale, with the gap up to the lower bound', () => {
  const s = layoutStrip(judgement({ seq: 4_294_000_000, end: 4_294_001_448, broken: 'II', by: 5_794_996 }));
  expect(s.gap).toEqual({ from: s.end, to: s.low });
  expect(s.low - s.end).toBeGreaterThan(0.8);
});

test('an ACK of unseen data is drawn on the scale of ACK numbers', () => {
  const s = layoutStrip(judgement({ ack: 900, broken: 'III', by: 399 }));
  expect(s.of).toBe('ack');
  expect(s.start).toBeGreaterThan(s.high);
  expect(s.gap).toEqual({ from: s.high, to: s.start });
});

test('whatever the numbers, everything stays inside and visible', () => {
  for (const part of [
    { seq: 0, end: 0 },
    { seq: 0x7fff_ffff, end: 0x7fff_ffff },
    { bounds: { seqUpper: 10_001, seqLower: 10_000, ackUpper: 0, ackLower: 0 } },
  ]) {
    const s = layoutStrip(judgement(part));
    for (const at of [s.start, s.end, s.low, s.high, s.tdEnd]) expect(at >= 0 && at <= 1).toBe(true);
    expect(s.end).toBeGreaterThan(s.start);
    expect(s.high).toBeGreaterThan(s.low);
  }
});
