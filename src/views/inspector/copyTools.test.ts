// What is copied selects the packet it was copied from, and no other, in tshark and in tcpdump: over Ethernet, VLAN, tunnels, IPv6.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { correlate } from '../../engine/correlate/correlate.ts';
import { IS_TCP } from '../../engine/model/packetTable.ts';
import { row as rowId, tapId } from '../../engine/model/units.ts';
import { packetDetail } from '../../engine/query/packetDetail.ts';
import { openView } from '../../testing/filterCount.ts';
import { packetFilter, tcpdumpExpression, tcpdumpPacket } from './copyText.ts';

const FOLDER = 'src/testing/captures';
const has = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0;
const lines = (tool: string, args: readonly string[]): readonly string[] => {
  const run = spawnSync(tool, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const lines = run.stdout.split('\n').filter((l) => l !== '');
  return lines.length === 0 && run.status !== 0 ? [`${run.stderr}`] : lines;
};

/** Every so-manyth TCP packet, the first and the last of them. */
async function somePackets(file: string) {
  const { view, reader } = await openView(`${FOLDER}/${file}`);
  const { flags, length, epoch } = view.tap.packets;
  const tcp = Array.from({ length }, (_, row) => row).filter((row) => ((flags[row] ?? 0) & IS_TCP) !== 0);
  const chosen = [...new Set([0, 0.31, 0.62, 1].map((part) => tcp[Math.floor(part * (tcp.length - 1))] ?? 0))];
  const workspace = { epoch, taps: [{ ...view.tap, id: tapId(0) }], flows: [view.flow] };
  const analysis = {
    workspace,
    correlation: correlate(workspace, {}),
    replays: [],
    diagnosis: {
      findings: [],
      verdict: { kind: 'nothing' as const, says: [{ id: 'none', values: {} }] as const },
      undecided: [],
      captureNext: [],
      contradictions: [],
    },
  };
  const details = await Promise.all(
    chosen.map((row) =>
      packetDetail(analysis as never, [{ view, reader }], { tap: tapId(0), row: rowId(row) }, () => ({ judgement: null, reason: '' })),
    ),
  );
  return details.flatMap((d) => (d ? [d] : []));
}

const FILES = [
  'ebay-leak/envoy.pcap',
  'recorded-6.18/backend-changed-ipv6/client.pcap',
  'corpus/vlan-rst.pcap',
  'corpus/qinq.pcap',
  'corpus/geneve.pcap',
  'corpus/vxlan.pcap',
  'corpus/gre-ip.pcap',
  'corpus/ip-in-ip.pcap',
  'corpus/4in6.pcap',
  'corpus/sll2.pcap',
  'corpus/rawip6.pcap',
  'corpus/pppoe.pcap',
];

describe.runIf(has('tshark'))('a packet’s display filter', () => {
  test.each(FILES)(
    '%s',
    async (file) => {
      for (const d of await somePackets(file)) {
        const found = lines('tshark', ['-n', '-r', `${FOLDER}/${file}`, '-Y', packetFilter(d), '-T', 'fields', '-e', 'frame.number']);
        expect([packetFilter(d), found]).toEqual([packetFilter(d), [String(d.row.frame)]]);
      }
    },
    60_000,
  );
});

describe.runIf(has('tcpdump'))('a packet’s tcpdump expression, and its connection’s', () => {
  test.each(FILES)(
    '%s',
    async (file) => {
      const times = (expression: string): readonly string[] =>
        lines('tcpdump', ['-n', '-q', '-tt', '--time-stamp-precision=nano', '-r', `${FOLDER}/${file}`, expression]).map(
          (l) => l.split(' ')[0] ?? '',
        );
      for (const d of await somePackets(file)) {
        const own = `${d.row.ownTime / 1_000_000_000n}.${String(d.row.ownTime % 1_000_000_000n).padStart(9, '0')}`;
        expect([tcpdumpPacket(d), times(tcpdumpPacket(d))]).toEqual([tcpdumpPacket(d), [own]]);
        if (!/vxlan|gre|ip-in-ip|4in6/.test(file))
          expect([tcpdumpExpression(d), times(tcpdumpExpression(d)).includes(own)]).toEqual([tcpdumpExpression(d), true]);
      }
    },
    60_000,
  );
});
