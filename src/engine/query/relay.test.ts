import { describe, expect, test, vi } from 'vitest';
import { encodePcap, openBytes } from '../../testing/captureFiles.ts';
import { analyzeRecording, recordingNames } from '../../testing/recordings.ts';
import { recordsOf } from '../../testing/rewrap.ts';
import { analyzeScenario, hasScenarios, scenarioNames } from '../../testing/scenarios.ts';
import { tapExchangeFiles } from '../../testing/tapExchange.ts';
import type { Analysis } from '../model/analysis.ts';
import type { Relay } from '../model/connectionList.ts';
import { type PathId, pathId, tapId } from '../model/units.ts';
import { analyze } from './analyze.ts';
import { pathHeader } from './paths.ts';
import { relayOf } from './relay.ts';
import { buildWorkspace } from './workspace.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Octets added to the numbers of what goes towards port 80 or 8080, and of what comes from there. */
type Shifts = readonly [up: number, down: number];

/** The exchange, with the numbers at tap `s` shifted: content depends on the number it was written with, and is the same at both. */
async function analysed(text: string, shifts: Shifts, snap = 65_535, spoil: (frame: Uint8Array) => void = () => {}): Promise<Analysis> {
  const taps = await Promise.all(
    [...tapExchangeFiles(text)].map(([name, bytes], i) => {
      const records = recordsOf(bytes).records.map((r) => ({
        time: r.time,
        bytes: (name === 's' ? changed(r.bytes, shifts, spoil) : r.bytes).subarray(0, snap),
        originalLength: r.bytes.length,
      }));
      return openBytes(encodePcap(records), { tapName: name, tapId: tapId(i) });
    }),
  );
  return analyze(buildWorkspace(taps));
}

function changed(frame: Uint8Array, [up, down]: Shifts, spoil: (frame: Uint8Array) => void): Uint8Array {
  const out = frame.slice();
  spoil(out);
  const view = new DataView(out.buffer);
  const tcp = 14 + 20;
  const isDown = view.getUint16(tcp) === 80 || view.getUint16(tcp) === 8080;
  const add = (at: number, by: number): void => view.setUint32(at, (view.getUint32(at) + by) >>> 0);
  add(tcp + 4, isDown ? down : up);
  if ((view.getUint8(tcp + 13) & 16) !== 0) add(tcp + 8, isDown ? up : down);
  return out;
}

const CLIENT = '10.0.1.5:40000';
const PROXY = '10.0.5.1:80';
const AGAIN = '10.0.5.1:55001';
const SERVER = '10.0.2.9:8080';

/** A connection at one capture point. @param from number from which its content comes: connections with another say other things */
function one(tap: string, client: string, server: string, at: number, from = 1000, answers = 10): string {
  const ts = 'ts';
  return `
    ${at}ms ${tap}:${client}>${server} S seq=${from} ${ts}
    ${at + 1}ms ${tap}:${server}>${client} SA seq=${from + 500_000} ack=${from + 1} ${ts}
    ${at + 2}ms ${tap}:${client}>${server} A ${ts}
    ${at + 3}ms ${tap}:${client}>${server} PA len=150 ${ts}
    ${at + 9}ms ${tap}:${server}>${client} PA len=900 ${ts} *${answers}/0.2ms
    ${at + 14}ms ${tap}:${client}>${server} PA len=40 ${ts}
    ${at + 19}ms ${tap}:${server}>${client} FA ${ts}
    ${at + 20}ms ${tap}:${client}>${server} FA ${ts}
    ${at + 21}ms ${tap}:${server}>${client} A ${ts}`;
}

const relays = (analysis: Analysis): readonly (Relay | null)[] => analysis.correlation.paths.map((path) => relayOf(analysis, path));
const OTHER_NUMBERS: Shifts = [77_000_000, 3_000_000_000];

test('a proxy that ends TCP: two paths, each the other’s relay', async () => {
  const analysis = await analysed(one('c', CLIENT, PROXY, 0) + one('s', AGAIN, SERVER, 5), OTHER_NUMBERS);
  expect(analysis.correlation.paths).toHaveLength(2);
  expect(relays(analysis)).toEqual([
    { path: 1, kind: 'proxied', segments: 12, octets: 9190, confidence: 'likely' },
    { path: 0, kind: 'proxied', segments: 12, octets: 9190, confidence: 'likely' },
  ]);
  expect(pathHeader(analysis, pathId(0))?.relay).toEqual({
    path: 1,
    says: `relayed: ${AGAIN} → ${SERVER} carries the same payload (12 segments, 9,190 bytes agree) under other numbers; a proxy ends TCP between the two`,
  });
});

test('a SYN proxy shifts the server’s numbers and leaves the rest: said to be rewritten', async () => {
  const text = one('c', CLIENT, SERVER, 0)
    .replaceAll(/c:(\S+)/g, 'c:$1 s+0.4ms:$1')
    .replaceAll(`s:${SERVER}`, `s:${SERVER}`);
  const analysis = await analysed(text, [0, 3_000_000_000]);
  expect(analysis.correlation.paths).toHaveLength(2);
  expect(relays(analysis).map((relay) => [relay?.kind, relay?.confidence])).toEqual([
    ['rewritten', 'likely'],
    ['rewritten', 'likely'],
  ]);
  expect(pathHeader(analysis, pathId(0))?.relay?.says).toContain('something between the two rewrites them');
});

test('little content is no more than possible, and less is nothing', async () => {
  const few = (answers: number) => one('c', CLIENT, PROXY, 0, 1000, answers) + one('s', AGAIN, SERVER, 5, 1000, answers);
  expect(relays(await analysed(few(3), OTHER_NUMBERS)).map((relay) => relay?.confidence)).toEqual(['possible', 'possible']);
  expect(relays(await analysed(few(1), OTHER_NUMBERS))).toEqual([null, null]);
});

describe('is not said', () => {
  test.each([
    ['of other content', one('c', CLIENT, PROXY, 0) + one('s', AGAIN, SERVER, 5, 9000)],
    [
      'where the same is said again and again: health checks',
      [0, 1, 2, 3].map((i) => one('c', `10.0.1.5:4000${i}`, PROXY, 100 * i) + one('s', `10.0.5.1:5500${i}`, SERVER, 100 * i + 5)).join(''),
    ],
    [
      'of connections without payload',
      one('c', CLIENT, PROXY, 0).replaceAll(/len=\d+/g, 'len=0') + one('s', AGAIN, SERVER, 5).replaceAll(/len=\d+/g, 'len=0'),
    ],
    ['where only one direction agrees', one('c', CLIENT, PROXY, 0) + one('s', AGAIN, SERVER, 5).replace('seq=501000', 'seq=901000')],
  ])('%s', async (_, text) => {
    expect(relays(await analysed(text, OTHER_NUMBERS)).filter((relay) => relay !== null)).toEqual([]);
  });

  test('of streams that agree at first and differ later', async () => {
    const spoil = (frame: Uint8Array): void => {
      // The client's last words: 40 octets.
      if (frame.length === 14 + 20 + 32 + 40) frame[frame.length - 1] = (frame[frame.length - 1] ?? 0) ^ 1;
    };
    const analysis = await analysed(one('c', CLIENT, PROXY, 0) + one('s', AGAIN, SERVER, 5), OTHER_NUMBERS, 65_535, spoil);
    expect(relays(analysis)).toEqual([null, null]);
  });

  test('of a connection that began before the capture', async () => {
    const late = (text: string): string =>
      text.replaceAll(/^.* S seq.*$|^.* SA seq.*$/gm, '').replaceAll(' A ts', ' A seq=1001 ack=501001 ts');
    const analysis = await analysed(late(one('c', CLIENT, PROXY, 0)) + late(one('s', AGAIN, SERVER, 5)), OTHER_NUMBERS);
    expect(relays(analysis).filter((relay) => relay !== null)).toEqual([]);
  });

  test.each(recordingNames())('of recording %s', async (name) => {
    expect(relays(await analyzeRecording(name)).filter((relay) => relay !== null)).toEqual([]);
  });

  test.runIf(hasScenarios).each(scenarioNames())('of %s', async (name) => {
    const said: (PathId | undefined)[] = relays(await analyzeScenario(name)).flatMap((relay) => (relay ? [relay.path] : []));
    expect(said).toEqual([]);
  });
});

test('headers alone: what was cut alike still tells', async () => {
  const text = one('c', CLIENT, PROXY, 0) + one('s', AGAIN, SERVER, 5);
  expect(relays(await analysed(text, OTHER_NUMBERS, 128)).map((relay) => relay?.kind)).toEqual(['proxied', 'proxied']);
  expect(relays(await analysed(text, OTHER_NUMBERS, 66))).toEqual([null, null]);
});
