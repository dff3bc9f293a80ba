import { expect, test } from 'vitest';
import { analyzeExchange } from '../../testing/diagnoseExchange.ts';
import type { Analysis } from '../model/analysis.ts';
import type { Path } from '../model/correlation.ts';
import { handshakeOf } from './handshake.ts';
import { openedText } from './openedText.ts';
import { buildReport } from './report.ts';

const HANDSHAKE = `
  0ms C> S  seq=1000 win=64240 mss=1460 ws=7 sackok ts
  1ms <S SA seq=9000 win=65160 mss=1440 ws=8 ts
  2ms C> A ts
  3ms C> PA len=200 ts
  4ms <S A ts`;

function said(analysis: Analysis): string {
  const handshake = handshakeOf(analysis, analysis.correlation.paths[0] as Path);
  return openedText(handshake, (tap) => analysis.workspace.taps[tap]?.name ?? '', 'en');
}

test('what each end offered, once where all capture points saw the same', async () => {
  expect(said(await analyzeExchange(HANDSHAKE, { taps: 4 }))).toBe(
    'client MSS 1460, window scale 7, SACK permitted, timestamps; server MSS 1440, window scale 8, timestamps',
  );
});

/** A node that clamps the MSS of what it forwards in both directions, and takes the SACK option out of the client's SYN. */
const CLAMPED = `
  0ms   envoy:client>svc     nin+0.05ms:client>svc  S seq=1000 mss=1460 ws=7 sackok ts
  0.2ms nout:client>pod      pilot+0.05ms:client>pod S seq=1000 mss=1360 ws=7 ts=0/0
  1ms   pilot:pod>client     nout+0.05ms:pod>client SA seq=9000 mss=1460 ws=7 ts=1/0
  1.2ms nin:svc>client       envoy+0.05ms:svc>client SA seq=9000 mss=1360 ws=7 ts=1/0 ack=1001
  2ms C> A ts
  3ms C> PA len=200 ts
  4ms <S A ts`;

test('what was changed on the way is said with both values and where they were seen', async () => {
  const analysis = await analyzeExchange(CLAMPED, { taps: 4 });
  expect(analysis.correlation.paths).toHaveLength(1);
  expect(said(analysis)).toBe(
    'client MSS 1460 (envoy, nin) → MSS 1360 (nout, pilot), window scale 7, SACK permitted (envoy, nin) → no SACK (nout, pilot), timestamps; ' +
      'server MSS 1460 (pilot, nout) → MSS 1360 (nin, envoy), window scale 7, timestamps',
  );
  const [path] = buildReport(analysis, { leakVerdict: () => null, render: (s) => s.id }).paths;
  expect(path?.handshake.options[0]).toEqual({
    option: 'mss',
    client: [
      { value: 1460, taps: ['envoy', 'nin'] },
      { value: 1360, taps: ['nout', 'pilot'] },
    ],
    server: [
      { value: 1460, taps: ['pilot', 'nout'] },
      { value: 1360, taps: ['nin', 'envoy'] },
    ],
  });
});

test('without a SYN nothing is said of what was offered, with one of them only that', async () => {
  const late = HANDSHAKE.split('\n').slice(3).join('\n').replace('C> A ', 'C> A seq=1001 ack=9001 ');
  expect(said(await analyzeExchange(late))).toBe('the handshake was not captured');
  const second = HANDSHAKE.split('\n').slice(2).join('\n').replace('SA ', 'SA ack=1001 ');
  expect(said(await analyzeExchange(second))).toBe(
    'of the handshake only a part was captured; server MSS 1440, window scale 8, timestamps',
  );
});

test('options that were cut off are no options that were not offered', async () => {
  expect(said(await analyzeExchange(`snap envoy 60\n snap pilot 60\n ${HANDSHAKE}`))).toBe('');
});
