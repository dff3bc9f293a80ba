import { expect, test } from 'vitest';
import type { ConnectionRow } from '../../engine/model/connectionList.ts';
import { pathId, tapId } from '../../engine/model/units.ts';
import { translate } from '../shared/i18n.ts';
import { packetFilterOf, type RowWords, rowText, tableText } from './rowText.ts';
import { connectionsText } from './text.ts';

const row: ConnectionRow = {
  path: pathId(3),
  client: '[fd00::1]:40000',
  service: '10.96.0.1:80',
  server: '10.2.0.1:8080',
  taps: [tapId(1), tapId(0)],
  firstTime: 0,
  duration: 2e9,
  packets: 1234,
  bytes: 1500,
  bytesOut: 500,
  bytesBack: 1000,
  handshake: Number.NaN,
  rttLeast: 1e6,
  rttMedian: 2e6,
  inFlight: 1448,
  retransmissions: 0,
  resets: 2,
  killed: true,
  leaks: 0,
  close: 'reset',
  closedBy: 'client',
  halfOpen: null,
  completeness: 47,
  whatIf: true,
  opened: true,
};
const words: RowWords = {
  t: (id, values) => translate(connectionsText, 'en', id, values),
  language: 'en',
  time: () => '0.000 000',
  tapName: (tap) => ['pilot', 'envoy'][tap] ?? '',
};

test('a row as a spreadsheet takes it: names, both ends across NAT, nothing where nothing was', () => {
  expect(tableText(['client', 'server', 'taps', 'packets', 'resets', 'leaks', 'handshake', 'close'], [row], words)).toBe(
    'Client\tService → server\tSeen at\tPackets\tRST\tLeaks\tHandshake\tEnd\n' +
      '[fd00::1]:40000\t10.96.0.1:80 → 10.2.0.1:8080\tenvoy · pilot\t1,234\t2\t\t\tRST, client',
  );
  expect(rowText('server', { ...row, service: null }, words)).toBe('10.2.0.1:8080');
});

test('the filter that leaves the packets of connections alone', () => {
  expect(packetFilterOf([3])).toBe('hop.path == 3');
  expect(packetFilterOf([12, 3])).toBe('hop.path in {3, 12}');
});
