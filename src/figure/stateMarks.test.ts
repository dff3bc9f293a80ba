import { expect, test } from 'vitest';
import type { LadderPacket } from '../engine/model/ladder.ts';
import type { TcpState } from '../engine/model/verdict.ts';
import { incident } from '../views/ladder/gallery/incident.ts';
import { layoutLadder } from './layout.ts';
import { measureByTable } from './measure.ts';
import { stateWishes } from './stateMarks.ts';
import { wordsEn } from './words.en.ts';

const ladder = incident();
const { stage } = layoutLadder({
  ladder,
  scale: 'rows',
  width: 900,
  height: 860,
  zoom: null,
  order: [0, 1, 2],
  open: new Map(),
  notes: [],
  words: wordsEn,
  measure: measureByTable,
  formatTime: String,
});
const nat = ladder.lanes.findIndex((l) => l.translation !== null);
const sample = ladder.rows.find((row) => row.kind === 'packet') as LadderPacket;
const through = (state: TcpState, path: number, y: number, lane = nat) => ({
  packet: { ...sample, path, verdict: { verdict: 'ESTABLISHED' as const, reason: '', state, orderDependent: false } },
  byLane: new Map([[lane, y]]),
});

test('a state is named where it changes, per path, at the lane where NAT happens and nowhere else', () => {
  const crossings = [
    through('SYN_SENT', 0, 10),
    through('SYN_SENT', 0, 20),
    through('SYN_SENT', 1, 30),
    through('ESTABLISHED', 0, 40, nat + 1),
    through('ESTABLISHED', 0, 50),
    { packet: { ...sample, verdict: null }, byLane: new Map([[nat, 60]]) },
    through('NONE', 0, 65),
    through('ESTABLISHED', 0, 67),
    through('CLOSE', 0, 70),
  ];
  const said = stateWishes(crossings, stage).map((w) => w.variants[0]?.[0]?.text);
  expect(said).toEqual(['SYN_SENT', 'SYN_SENT', 'ESTABLISHED', 'CLOSE']);
  expect(stateWishes(crossings, { ...stage, lanes: stage.lanes.map((l) => ({ ...l, translation: null })) })).toEqual([]);
});
