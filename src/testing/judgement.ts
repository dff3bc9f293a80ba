// A packet inside its window, but for what a test wants otherwise.
import type { WindowJudgement } from '../engine/model/verdict.ts';

const record = { end: 10_000, maxend: 20_000, maxwin: 1000, scale: 0 };
export const judgement = (part: Partial<WindowJudgement>): WindowJudgement => ({
  journey: 0 as never,
  profile: '5.10',
  settings: {},
  direction: 1,
  state: 'ESTABLISHED',
  seq: 10_000,
  end: 10_100,
  ack: 500,
  sender: record,
  receiver: { ...record, end: 500 },
  bounds: { seqUpper: 20_001, seqLower: 8999, ackUpper: 501, ackLower: (500 - 66_001) >>> 0 },
  broken: null,
  by: 0,
  verdict: 2,
  isDecisive: true,
  hasRecords: true,
  log: null,
  ...part,
});
