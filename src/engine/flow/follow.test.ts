import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openBytes } from '../../testing/captureFiles.ts';
import type { PacketTable } from '../model/packetTable.ts';
import { summarize } from './analyzeFlows.ts';
import { followConnections } from './follow.ts';
import { Follower } from './follower.ts';

const CAPTURES = ['lossy/node-envoy.pcap', 'ebay-leak/envoy.pcap', 'liberal/pilot.pcap'];

type Column = 'seq' | 'ack' | 'payloadLength' | 'window' | 'flags' | 'time' | 'ttl';

/** What a row may have instead, as rare segments do: `at` of that column, of the row itself (0) or the one before it (−1). */
const CHANGES: readonly (readonly [Column, (at: (offset: number) => number, by: number) => number])[] = [
  ['seq', (at, by) => at(0) + by],
  ['seq', (at) => at(-1)],
  ['ack', (at, by) => at(0) + by],
  ['ack', (at) => at(-1)],
  ['payloadLength', (_, by) => Math.abs(by) % 3],
  ['window', (at) => at(-1)],
  ['window', () => 0],
  ['flags', (at, by) => at(0) ^ (1 << (Math.abs(by) % 5))],
  ['time', (at, by) => at(0) + by * 1e4],
  ['ttl', (at) => at(0) - 1],
];

const copyOf = (p: PacketTable): PacketTable => ({
  ...p,
  seq: p.seq.slice(),
  ack: p.ack.slice(),
  payloadLength: p.payloadLength.slice(),
  window: p.window.slice(),
  flags: p.flags.slice(),
  time: p.time.slice(),
  ttl: p.ttl.slice(),
});

describe('the ordinary segment, which is taken without a call', () => {
  test.each(CAPTURES)('leaves all as if it had been judged: %s', async (file) => {
    const { packets } = await openBytes(readFileSync(new URL(`../../testing/captures/${file}`, import.meta.url)));
    const change = fc.record({
      row: fc.nat(packets.length - 1),
      change: fc.constantFrom(...CHANGES),
      by: fc.integer({ min: -2000, max: 2000 }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: packets.length >> 3 }), (changes) => {
        const changed = copyOf(packets);
        for (const { row, change, by } of changes) {
          const [column, instead] = change;
          changed[column][row] = instead((offset) => changed[column][row + offset] ?? 0, by);
        }
        const followed = followConnections(changed);
        const judged = new Follower(changed);
        for (let row = 0; row < changed.length; row++) judged.take(row);
        expect(followed.connection).toEqual(judged.connection);
        expect(followed.marks).toEqual(judged.marks);
        expect(summarize(changed, followed)).toEqual(summarize(changed, judged));
      }),
      { numRuns: 20 },
    );
  });
});
