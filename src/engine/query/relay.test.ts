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

/** Octets added to the numbers of what goes towards port 8080, and of what comes from there, at all capture points but `c`. */
type Shifts = readonly [up: number, down: number];

type Spoil = (frame: Uint8Array, tap: string) => void;

/** The exchange, with numbers shifted: content depends on the number it was written with, and stays the same. */
async function analysed(text: string, shifts: Shifts, snap = 65_535, spoil: Spoil = () => {}): Promise<Analysis> {
  const taps = await Promise.all(
    [...tapExchangeFiles(text)].map(([name, bytes], i) => {
      const records = recordsOf(bytes).records.map((r) => ({
        time: r.time,
        bytes: changed(r.bytes, name === 'c' ? [0, 0] : shifts, (frame) => spoil(frame, name)).subarray(0, snap),
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
  const isDown = view.getUint16(tcp) === 8080;
  if (!isDown && view.getUint16(tcp + 2) !== 8080) return out;
  const add = (at: number, by: number): void => view.setUint32(at, (view.getUint32(at) + by) >>> 0);
  add(tcp + 4, isDown ? down : up);
  if ((view.getUint8(tcp + 13) & 16) !== 0) add(tcp + 8, isDown ? up : down);
  return out;
}

const CLIENT = '10.0.1.5:40000';
const PROXY = '10.0.5.1:80';
const AGAIN = '10.0.5.1:55001';
const SERVER = '10.0.2.9:8080';

/**
 * A connection at one capture point.
 * @param from number from which its content comes: connections with another say other things
 * @param inner milliseconds that all is later on its way to the server, and earlier on its way back
 */
function one(tap: string, client: string, server: string, at: number, from = 1000, answers = 10, inner = 0): string {
  const up = (ms: number, what: string): string => `${at + ms + inner}ms ${tap}:${client}>${server} ${what} ts\n`;
  const down = (ms: number, what: string): string => `${at + ms - inner}ms ${tap}:${server}>${client} ${what} ts\n`;
  return `
    ${up(0, `S seq=${from}`)}${down(1, `SA seq=${from + 500_000} ack=${from + 1}`)}${up(2, 'A')}
    ${up(3, 'PA len=150')}${down(9, `PA len=900 *${answers}/0.2ms`)}${up(14, 'PA len=40')}
    ${down(19, 'FA')}${up(20, 'FA')}${down(21, 'A')}`;
}

/** Content that depends on its length alone: whoever asks says the same, and is told the same. */
const sameWords: Spoil = (frame) => {
  for (let i = 14 + 20 + 32; i < frame.length; i++) frame[i] = (i * 7 + frame.length) & 255;
};

const relays = (analysis: Analysis): readonly (Relay | null)[] => analysis.correlation.paths.map((path) => relayOf(analysis, path));
const OTHER_NUMBERS: Shifts = [77_000_000, 3_000_000_000];

test('a proxy that ends TCP, captures on clocks of their own: two paths, each possibly the other’s relay', async () => {
  const analysis = await analysed(one('c', CLIENT, PROXY, 0) + one('s', AGAIN, SERVER, 5), OTHER_NUMBERS);
  expect(analysis.correlation.paths).toHaveLength(2);
  expect(relays(analysis)).toEqual([
    { path: 1, kind: 'proxied', segments: 12, octets: 9190, confidence: 'possible' },
    { path: 0, kind: 'proxied', segments: 12, octets: 9190, confidence: 'possible' },
  ]);
  expect(pathHeader(analysis, pathId(0))?.relay).toEqual({
    path: 1,
    says: `possibly relayed: ${AGAIN} → ${SERVER} carries the same payload as far as it can be compared (12 segments, 9,190 bytes, each by its first 64 bytes) under other numbers, as where a proxy ends TCP between the two`,
  });
});

test('captured on one clock, where the proxy is: likely', async () => {
  const analysis = await analysed(one('p', CLIENT, PROXY, 0) + one('p', AGAIN, SERVER, 0, 1000, 10, 0.3), OTHER_NUMBERS);
  expect(relays(analysis).map((relay) => [relay?.path, relay?.kind, relay?.confidence])).toEqual([
    [1, 'proxied', 'likely'],
    [0, 'proxied', 'likely'],
  ]);
});

test('many connections through one proxy, each with content of its own: each finds its own', async () => {
  const many = Array.from({ length: 60 }, (_, i) => {
    const from = 1_000_000 * (i + 1);
    return one('p', `10.0.1.5:${41_000 + i}`, PROXY, i, from) + one('p', `10.0.5.1:${51_000 + i}`, SERVER, i, from, 10, 0.3);
  });
  const found = relays(await analysed(many.join(''), OTHER_NUMBERS));
  expect(found.map((relay) => relay?.confidence)).toEqual(Array(120).fill('likely'));
});

test('a SYN proxy shifts the server’s numbers and leaves the rest: said to be rewritten', async () => {
  const text = one('c', CLIENT, SERVER, 0).replaceAll(/c:(\S+)/g, 'c:$1 s+0.4ms:$1');
  const analysis = await analysed(text, [0, 3_000_000_000]);
  expect(analysis.correlation.paths).toHaveLength(2);
  expect(relays(analysis).map((relay) => [relay?.kind, relay?.confidence])).toEqual([
    ['rewritten', 'possible'],
    ['rewritten', 'possible'],
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

  test.each([
    [
      'two clients of one server that ask the same at one time',
      one('p', CLIENT, SERVER, 0) + one('p', '10.0.1.6:40000', SERVER, 0, 1000, 10, 0.3),
    ],
    [
      'one client that asks two servers the same at one time',
      one('p', CLIENT, PROXY, 0) + one('p', '10.0.1.5:40001', SERVER, 0, 1000, 10, 0.3),
    ],
    [
      'a host that asks itself the same twice',
      one('p', '127.0.0.1:4000', '127.0.0.1:80', 0) + one('p', '127.0.0.1:4001', '127.0.0.1:8080', 0, 1000, 10, 0.3),
    ],
    ['what would be passed on before it came', one('p', CLIENT, PROXY, 0, 1000, 10, 0.3) + one('p', AGAIN, SERVER, 0)],
    ['what was answered later than it was passed on', one('p', CLIENT, PROXY, 0) + one('p', AGAIN, SERVER, 0.5)],
    ['a connection after the other', one('p', CLIENT, PROXY, 0) + one('p', AGAIN, SERVER, 60)],
  ])('of %s', async (_, text) => {
    expect(relays(await analysed(text, OTHER_NUMBERS)).filter((relay) => relay !== null)).toEqual([]);
  });

  test.each([
    ['cleared payload', (frame: Uint8Array): void => void frame.fill(0, 14 + 20 + 32)],
    [
      'pings over one connection: the same question and answer ever again',
      (frame: Uint8Array): void => {
        if (frame.length > 14 + 20 + 32) sameWords(frame, '');
      },
    ],
  ] as const)('of %s', async (_, spoil) => {
    const analysis = await analysed(one('p', CLIENT, PROXY, 0) + one('p', AGAIN, SERVER, 0, 1000, 10, 0.3), OTHER_NUMBERS, 65_535, spoil);
    expect(analysis.correlation.paths).toHaveLength(2);
    expect(relays(analysis)).toEqual([null, null]);
  });

  test('of 1,000 connections that ask the same, through the proxy and past it, and costs little', async () => {
    const text = Array.from({ length: 500 }, (_, i) => {
      const [client, again] = [`10.0.1.5:${41_000 + i}`, `10.0.5.1:${51_000 + i}`];
      return one('p', client, PROXY, 30 * i, 1000, 6) + one('p', again, SERVER, 30 * i, 1000, 6, 0.3);
    });
    const analysis = await analysed(text.join(''), OTHER_NUMBERS);
    expect(analysis.correlation.paths).toHaveLength(1000);
    expect(relays(analysis).filter((relay) => relay !== null)).toEqual([]);
  });

  test('of streams that agree at first and differ later', async () => {
    const spoil: Spoil = (frame, tap) => {
      // The client's last words: 40 octets.
      if (tap === 's' && frame.length === 14 + 20 + 32 + 40) frame[frame.length - 1] = (frame[frame.length - 1] ?? 0) ^ 1;
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
