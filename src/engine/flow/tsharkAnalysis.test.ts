// Every judgement of a segment, every round trip sample and every connection's completeness against tshark: kept of the fixtures
// (src/dev/compare-analysis.mjs --write), asked for exchanges that the fixtures have none of where tshark is installed.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openView } from '../../testing/filterCount.ts';
import { type HardTcp, hardTcp } from '../../testing/hardTcp.ts';
import { tapExchangeFiles } from '../../testing/tapExchange.ts';
import {
  ANALYSIS_DIFFERENCES,
  type Judged,
  type JudgedDifference,
  judgedDifferences,
  ourJudged,
  tsharkJudged,
} from '../../testing/tsharkAnalysis.ts';
import { hasTshark40 } from '../../testing/tsharkFacts.ts';

const FIXTURES = 'src/testing/captures';
const kept: Readonly<Record<string, Partial<Judged>>> = JSON.parse(readFileSync(`${FIXTURES}/tshark-analysis.json`, 'utf8'));
const whole = (part: Partial<Judged>, like: Judged): Judged =>
  ({ ...Object.fromEntries(Object.keys(like).map((k) => [k, []])), ...part }) as Judged;

/** [only tshark, only ours] where we stand by another answer: ANALYSIS_DIFFERENCES says why. */
const STAND_BY: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>> = {
  'context-files/pilot.pcap': { ack_rtt: [0, 17] },
  'corpus/bad-nano.pcap': { ack_rtt: [1, 1] },
  'corpus/erspan.pcap': { completeness: [2, 2] },
  'corpus/gre-eth-frag.pcap': { ack_lost_segment: [5, 1] },
  'corpus/ipv6-ext.pcap': {
    retransmission: [1, 0],
    spurious_retransmission: [1, 0],
    ack_lost_segment: [1, 0],
    ack_rtt: [1, 3],
    completeness: [1, 1],
  },
  'corpus/ng-le.pcapng': { ack_rtt: [0, 14] },
  'corpus/ng-many-links.pcapng': { ack_rtt: [47, 47], completeness: [1, 1] },
  'corpus/port-reuse.pcap': { completeness: [1, 1] },
  'corpus/raw-ip46.pcap': { completeness: [2, 2] },
  'corpus/snaplen-retransmit.pcap': { fast_retransmission: [0, 2] },
  'corpus/vlan-mpls.pcap': { ack_rtt: [16, 16] },
  'lossy/envoy.pcap': { retransmission: [0, 7], fast_retransmission: [0, 9], out_of_order: [7, 0] },
  'lossy/node-envoy.pcap': { retransmission: [0, 7], fast_retransmission: [0, 9], out_of_order: [7, 0] },
  'lossy/node-pilot.pcap': { retransmission: [0, 6], fast_retransmission: [0, 9], out_of_order: [6, 0] },
  'lossy/pilot.pcap': { retransmission: [0, 12], fast_retransmission: [0, 44], out_of_order: [12, 0] },
};

describe('segments are judged as by tshark, but where we stand by another answer', () => {
  test.each(Object.entries(kept))('%s', async (file, theirs) => {
    const ours = ourJudged((await openView(`${FIXTURES}/${file}`)).view);
    const found = judgedDifferences(whole(theirs, ours), ours).map((d) => [d.flag, [d.onlyTshark.length, d.onlyOurs.length]]);
    expect(Object.fromEntries(found)).toEqual(STAND_BY[file] ?? {});
  });

  test('each of which has its reason', () => {
    const flags = new Set(Object.values(STAND_BY).flatMap((of) => Object.keys(of)));
    expect([...flags].filter((flag) => !(flag in ANALYSIS_DIFFERENCES))).toEqual([]);
  });
});

const OUT = '10.0.0.1:1000>10.0.0.2:80';
const BACK = '10.0.0.2:80>10.0.0.1:1000';
const RARE = `
  0ms   t ${OUT} S seq=4294967000 ws=7
  10ms  t ${BACK} SA seq=300 ws=7
  11ms  t ${OUT} A
  20ms  t ${BACK} A win=1
  30ms  t ${OUT} PA len=128
  40ms  t ${BACK} A win=0
  50ms  t ${OUT} A len=1
  51ms  t ${BACK} A win=0 ack=4294967129
  60ms  t ${BACK} A win=300
  70ms  t ${OUT} PA len=200
  80ms  t ${BACK} A win=300
  1s    t ${OUT} A seq=33
  1.01s t ${BACK} A win=300
  2s    t ${OUT} PA seq=34 len=400 *3/0.1ms
  2.1s  t ${BACK} R seq=301
  2.2s  t ${OUT} PA seq=34 len=400
  3s    t ${OUT} S seq=777
  3.1s  t ${BACK} RA seq=0 ack=778`;

/** What tshark says of a capture, and where we differ. */
async function compare(bytes: Uint8Array): Promise<{ theirs: Judged; found: readonly JudgedDifference[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-'));
  try {
    const path = join(folder, 't.pcap');
    writeFileSync(path, bytes);
    const theirs = tsharkJudged(path);
    return { theirs, found: judgedDifferences(theirs, ourJudged((await openView(path)).view)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.runIf(hasTshark40())('what the fixtures have none of', () => {
  test('window full, zero window, probe and its ACK, keep-alive and its ACK, wrapped numbers, reused ports', async () => {
    const { theirs, found } = await compare(tapExchangeFiles(RARE).get('t') ?? new Uint8Array());
    const rare = ['window_full', 'zero_window', 'zero_window_probe', 'zero_window_probe_ack', 'window_update', 'keep_alive'] as const;
    expect(rare.filter((flag) => theirs[flag].length === 0)).toEqual([]);
    expect([theirs.keep_alive_ack.length, theirs.reused_ports.length]).toEqual([1, 1]);
    expect(found.filter((d) => !(d.flag in ANALYSIS_DIFFERENCES))).toEqual([]);
  });

  /** Where we stand by another answer. */
  const DEBATABLE = ['lost', 'ackOfUnseen', 'synAgain', 'synAckAgain', 'newSyn', 'probe', 'zeroWindow', 'reset', 'sack'] as const;
  const HARD: HardTcp = { seed: 1, connections: 150, steps: 40 };
  const AGREED = ['retransmission', 'fast_retransmission', 'spurious_retransmission', 'out_of_order', 'duplicate_ack'] as const;

  test.each([1, 2, 3])(
    'numbers that wrap, repairs with other boundaries, offload, FINs again, keep-alives: all the same (%i)',
    async (seed) => {
      const { theirs, found } = await compare(hardTcp({ ...HARD, seed, without: [...DEBATABLE, 'againOtherwise', 'oddOpening'] }));
      expect(AGREED.filter((flag) => theirs[flag].length === 0)).toEqual([]);
      expect(found.filter((d) => d.flag !== 'ack_lost_segment')).toEqual([]);
    },
  );

  test('odd handshakes, ports used again, RSTs with data: the same but for what has its reason', async () => {
    const { theirs, found } = await compare(
      hardTcp({ ...HARD, without: ['lost', 'ackOfUnseen', 'probe', 'zeroWindow', 'sack', 'againOtherwise'] }),
    );
    expect(theirs.reused_ports.length).toBeGreaterThan(5);
    const differing = found
      .map((d) => d.flag)
      .filter((flag) => !['ack_lost_segment', 'ack_rtt', 'completeness', 'window_full'].includes(flag));
    expect(differing).toEqual([]);
  });

  test('all of it at once: every difference has its reason, and few segments differ', async () => {
    const { theirs, found } = await compare(hardTcp({ ...HARD, connections: 300 }));
    expect(found.map((d) => d.flag).filter((flag) => !(flag in ANALYSIS_DIFFERENCES))).toEqual([]);
    for (const { flag, onlyTshark, onlyOurs } of found) {
      if (flag === 'zero_window_probe_ack' || flag === 'ack_lost_segment') continue;
      expect([flag, onlyTshark.length + onlyOurs.length <= 3 + 0.25 * theirs[flag].length]).toEqual([flag, true]);
    }
  });
});
