// Capture points of one host merged into one file: every packet twice, unchanged.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { encodePcap, openBytes } from '../../testing/captureFiles.ts';
import { correlateTaps } from '../../testing/correlateTaps.ts';
import { recordsOf } from '../../testing/rewrap.ts';
import { formatEndpoint } from '../model/address.ts';
import type { Tap } from '../model/capture.ts';

const FOLDER = fileURLToPath(new URL('../../testing/captures/app-close-unread', import.meta.url));
const bytesOf = (point: string): Uint8Array => new Uint8Array(readFileSync(`${FOLDER}/${point}.pcap`));
const open = (tapName: string, bytes: Uint8Array): Promise<Tap> => openBytes(bytes, { tapName });

function answer(taps: readonly Tap[]): unknown {
  const { correlation } = correlateTaps(taps);
  return {
    resets: correlation.resets.map((r) => `${formatEndpoint(r.source)} by ${r.origin} ${r.effect} ${r.cause.kind}`),
    leaks: correlation.leaks.map((l) => `${l.kind} ${l.seq}`),
    paths: correlation.paths.map((p) => `${formatEndpoint(p.client)} ${formatEndpoint(p.server)} ${p.legs.length}`),
  };
}

test.each([
  ['of one clock', 0n],
  ['whose clocks are two seconds apart', 2_000_000_000n],
])('two capture points in one file, %s, say the same as in two', async (_, behind) => {
  const [envoy, node] = ['envoy', 'node-envoy'].map((point) => recordsOf(bytesOf(point)).records);
  const rest = await Promise.all(['node-pilot', 'pilot'].map((point) => open(point, bytesOf(point))));
  const later = (node ?? []).map((r) => ({ ...r, time: r.time + behind }));
  const records = [...(envoy ?? []), ...later].sort((a, b) => Number(a.time - b.time));
  const apart = [await open('envoy', bytesOf('envoy')), await open('node-envoy', bytesOf('node-envoy')), ...rest];
  expect(answer([await open('near', encodePcap(records)), ...rest])).toEqual(answer(apart));
});

test('segments sent again are no copies', async () => {
  const { records } = recordsOf(bytesOf('envoy'));
  const again = records.flatMap((r, i) => (i % 4 === 0 ? [r, { ...r, time: r.time + 300_000_000n }] : [r]));
  const { correlation } = correlateTaps([await open('envoy', encodePcap(again))]);
  expect(correlation.paths.map((p) => p.legs.length)).toEqual(correlation.paths.map(() => 1));
});
