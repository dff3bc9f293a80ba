import { expect, test } from 'vitest';
import type { WhatIfAnswer, WhatIfChange, WhatIfReset } from '../../engine/model/whatIf.ts';
import { eventsOf, MAX_EVENTS } from './beforeAfterLayout.ts';

const packet = (row: number) => ({ tap: 0 as never, row: row as never });
const change = (row: number, time: number): WhatIfChange => ({
  path: 0 as never,
  journey: row as never,
  packet: packet(row),
  direction: 1,
  time,
  seq: 0,
  length: 0,
  tcpFlags: 16,
  before: { verdict: 4, fate: 'untranslated', reason: '' },
  after: { verdict: 2, fate: 'translated', reason: '' },
});
const reset = (row: number, time: number, avoided: boolean): WhatIfReset => ({
  journey: row as never,
  packet: packet(row),
  path: 0 as never,
  direction: 0,
  time,
  kills: true,
  avoided,
});
const answer = (changes: WhatIfChange[], list: WhatIfReset[]): WhatIfAnswer => ({
  profile: '5.10',
  settings: {},
  profileBefore: '5.10',
  settingsBefore: {},
  packets: 0,
  leaks: { before: 0, after: 0 },
  dropped: { before: 0, after: 0 },
  invalid: { before: 0, after: 0 },
  portChanges: { before: 0, after: 0 },
  resets: { seen: list.length, avoided: 0, list },
  changes,
  changeCount: changes.length,
  unknown: 0,
  sideEffects: [],
});

test('changed packets and spared resets stand in order of time', () => {
  const { rows } = eventsOf(answer([change(5, 30)], [reset(7, 40, true), reset(6, 20, true)]));
  expect(rows.map((r) => [r.packet.row, r.now, r.would])).toEqual([
    [6, 'reset-kills', 'not-sent'],
    [5, 'untranslated', 'translated'],
    [7, 'reset-kills', 'not-sent'],
  ]);
});

test('a reset that stays is not drawn', () => {
  const { rows } = eventsOf(answer([change(5, 30)], [reset(8, 50, false)]));
  expect(rows.map((r) => r.would)).toEqual(['translated']);
});

test('a handful of rows, and how many more there are', () => {
  const { rows, more } = eventsOf(
    answer(
      Array.from({ length: MAX_EVENTS + 3 }, (_, i) => change(i, i)),
      [],
    ),
  );
  expect(rows.length).toBe(MAX_EVENTS);
  expect(more).toBe(3);
});
