import { expect, test } from 'vitest';
import { groupRotatedSets } from './rotatedSets.ts';

const grouped = (...names: string[]): string[][] => groupRotatedSets(names).map((set) => set.map((i) => names[i] as string));

test('tcpdump -C counts behind the extension, the first file without a number; ten comes after nine', () => {
  expect(grouped('envoy.pcap10', 'envoy.pcap', 'pilot.pcap', 'envoy.pcap9', 'envoy.pcap1')).toEqual([
    ['envoy.pcap', 'envoy.pcap1', 'envoy.pcap9', 'envoy.pcap10'],
    ['pilot.pcap'],
  ]);
});

test('compression does not matter, a folder does', () => {
  expect(grouped('a/x.pcap.gz', 'a/x.pcap1.gz', 'b/x.pcap1', 'a/x.pcap2.zst')).toEqual([
    ['a/x.pcap.gz', 'a/x.pcap1.gz', 'a/x.pcap2.zst'],
    ['b/x.pcap1'],
  ]);
});

test.each([
  [['node_00001_20240501120000.pcapng', 'node_00002_20240501121000.pcapng', 'node_00003_20240501122000.pcapng']],
  [['node_20240501120000_00001.pcapng', 'node_20240501121000_00002.pcapng']],
  [['node-2024-05-01_12-00-00.pcap', 'node-2024-05-01_13-00-00.pcap']],
  [['node.20240501T120000.pcap', 'node.20240501T130000.pcap']],
  [['node-1714564800.pcap', 'node-1714568400.pcap']],
  [['node-20240501-120000.pcap', 'node-20240501-120000.pcap1', 'node-20240501-130000.pcap']],
])('dumpcap rings and tcpdump -G patterns are sets: %j', (names) => {
  expect(grouped(...[...names].reverse())).toEqual([names]);
});

test('numbers that tell capture points apart are no rotation', () => {
  const names = [
    'envoy-1.pcap',
    'envoy-2.pcap',
    'pod1.pcap',
    'pod2.pcap',
    '10.148.74.37.pcap',
    '10.148.74.38.pcap',
    'eth0.pcapng',
    'eth1.pcapng',
  ];
  expect(grouped(...names)).toEqual(names.map((n) => [n]));
});

test('two capture points rotated at the same times stay two', () => {
  expect(grouped('a-20240501120000.pcap', 'b-20240501120000.pcap', 'a-20240501130000.pcap', 'b-20240501130000.pcap')).toEqual([
    ['a-20240501120000.pcap', 'a-20240501130000.pcap'],
    ['b-20240501120000.pcap', 'b-20240501130000.pcap'],
  ]);
});

test('a ring that went round is ordered by its first packets', () => {
  const names = ['x.pcap0', 'x.pcap1', 'x.pcap2'];
  expect(groupRotatedSets(names, [30n, 10n, 20n])).toEqual([[1, 2, 0]]);
});

test('the same name twice is not a set', () => {
  expect(grouped('x.pcap', 'x.pcap')).toEqual([['x.pcap'], ['x.pcap']]);
});
