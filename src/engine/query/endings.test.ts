import { describe, expect, test, vi } from 'vitest';
import { analyzeExchange, OPENED } from '../../testing/diagnoseExchange.ts';
import { analyzeRecording, recordingNames } from '../../testing/recordings.ts';
import { analyzeScenario, hasScenarios, scenarioNames, truthOf } from '../../testing/scenarios.ts';
import { formatEndpoint } from '../model/address.ts';
import type { Analysis } from '../model/analysis.ts';
import { endingsOf } from './endings.ts';

vi.setConfig({ testTimeout: 60_000 });

/** `half-open: client, lost` or the close kind, of the first path. */
function endOf(analysis: Analysis, path = 0): string {
  const { close, halfOpen } = endingsOf(analysis).of(path);
  return halfOpen === null ? close : `${close}: ${halfOpen.heldBy}, ${halfOpen.why}`;
}

describe('half-open (RFC 9293 §3.5.1)', () => {
  test.each([
    ['the server lost it, and answers the client with a RST', '5s C> PA len=40 ts\n 5.001s <S R ipid=0', 'half-open: client, lost'],
    ['the client lost it, and answers the server with a RST', '5s <S PA len=40 ts\n 5.001s C> R ipid=0', 'half-open: server, lost'],
    [
      'as well where that RST does not arrive',
      '5s C> PA len=40 ts\n 5.001s |<S R ipid=0\n 5.3s C> PA seq=1201 len=40 ts',
      'half-open: client, lost',
    ],
    [
      'a RST of the client did not arrive, and the server goes on',
      '5s C>| RA\n 6s <S PA len=40 ts\n 7s <S PA len=40 ts',
      'half-open: server, untold',
    ],
    [
      'the FINs of the server do not arrive, and the client is captured on',
      '1s C> PA len=10 *60/5ms ts\n 5s |<S FA ts\n 5.2s |<S FA seq=10001 ts\n 5.6s |<S FA seq=10001 ts\n 7s C>| PA len=40 ts',
      'half-open: client, fin-lost',
    ],
  ])('%s', async (_, text, expected) => {
    expect(endOf(await analyzeExchange(`${OPENED()}\n ${text}`))).toBe(expected);
  });

  test('its SYN/ACK, sent again, was never acknowledged (RFC 4987)', async () => {
    const text = '0ms C> S seq=1000 mss=1460 ts\n 1ms <S SA seq=9000 mss=1460 ts\n 1001ms <S SA seq=9000 mss=1460 ts';
    expect(endOf(await analyzeExchange(text))).toBe('half-open: server, embryonic');
    expect(endOf(await analyzeExchange(`${text}\n 1002ms C> A ts`))).toBe('open');
    expect(endOf(await analyzeExchange(text.slice(0, text.lastIndexOf('\n'))))).toBe('open');
  });

  test.each([
    [
      'nobody answers: gone or out of reach, who knows',
      '5s C> PA len=40 ts\n 5.2s C> PA seq=1201 len=40 ts\n 5.6s C> PA seq=1201 len=40 ts',
      'timed-out',
    ],
    ['nobody answers keep-alives', '60s C> A seq=1200 ts\n 61s C> A seq=1200 ts\n 62s C> A seq=1200 ts', 'timed-out'],
    ['an abort that arrives', '5s <S RA', 'reset'],
    ['an abort while data is under way', '5s <S RA\n 5.0005s C> PA len=40 ts\n 5.001s <S R seq=10001 ipid=0', 'reset'],
    ['data for a socket that had closed', '5s <S FA ts\n 5.01s C> PA len=40 ts\n 5.02s <S R seq=10002 ipid=0', 'reset'],
    ['half-closed, which the other end knows', '5s <S FA ts\n 5.01s C> A ts', 'half-closed'],
    ['closed by both', '5s <S FA ts\n 5.01s C> FA ts\n 5.02s <S A ts', 'fin'],
  ])('not: %s', async (_, text, expected) => {
    expect(endOf(await analyzeExchange(`${OPENED()}\n ${text}`))).toBe(expected);
  });

  test('a refused connection was none', async () => {
    expect(endOf(await analyzeExchange('0ms C> S seq=1000 mss=1460 ts\n 1ms <S RA seq=0 ack=1001'))).toBe('reset');
  });

  test('in the client’s capture alone, what the server’s would show is not guessed', async () => {
    // The server's own RST may have been under way already when the client spoke.
    const silent = await analyzeExchange(
      `${OPENED()}\n 5s C>| PA len=40 ts\n 5.3s C>| PA seq=1201 len=40 ts\n 6s C>| PA seq=1201 len=40 ts`,
    );
    expect(endOf(silent)).toBe('timed-out');
  });
});

/** What the application's log says of an end that has it no more, and of one that never learnt of it. */
const GONE = /reset|aborted|vanished|linger0|unread/;
const HELD = /timed out|still open/;

describe.runIf(hasScenarios)('as the applications of recorded incidents logged it', () => {
  test.each(scenarioNames())('%s', async (name) => {
    const analysis = await analyzeScenario(name);
    const logged = truthOf(name).connections ?? [];
    const held = logged.flatMap(({ as_seen_by_client, client_log, server_log }) => {
      const client = as_seen_by_client.split(' ')[0] ?? '';
      if (client_log === 'vanished' || (GONE.test(client_log) && HELD.test(server_log))) return [`${client} server`];
      if (server_log === 'vanished' || (GONE.test(server_log) && HELD.test(client_log))) return [`${client} client`];
      return [];
    });
    const said = analysis.correlation.paths.flatMap((path) => {
      const { halfOpen } = endingsOf(analysis).of(path.id);
      return halfOpen ? [`${formatEndpoint(path.client)} ${halfOpen.heldBy}`] : [];
    });
    expect(said.sort()).toEqual(held.sort());
  });
});

/** Of the recordings between network namespaces, from all capture points and from the two ends. */
const HALF_OPEN: Readonly<Record<string, string>> = {
  'backend-changed-ipv6': 'half-open: server, untold',
  'client-forgot': 'half-open: server, lost',
  'node-rejects': 'half-open: server, untold',
  'server-host-rejects': 'half-open: server, untold',
  'way-back-changes': 'half-open: client, untold',
  'zone-changes': 'half-open: client, untold',
};

test.each(recordingNames())('recording %s', async (name) => {
  for (const isWanted of [() => true, (point: string) => /^(client|server)/.test(point)]) {
    const analysis = await analyzeRecording(name, isWanted);
    const ends = analysis.correlation.paths.map((path) => endOf(analysis, path.id)).filter((end) => end.startsWith('half-open'));
    expect(ends).toEqual(name in HALF_OPEN ? [HALF_OPEN[name]] : []);
  }
});
