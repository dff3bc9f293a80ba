// Node's inflaters and ours, which takes over where they give up: the same packets and the same words.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readFacts } from '../engine/capture/facts.ts';
import { bytesSource } from '../engine/capture/source.ts';
import { concat } from '../testing/packets.ts';
import { NODE_INFLATERS } from './nodeInflaters.ts';

const pcap = new Uint8Array(readFileSync(new URL('../testing/captures/app-close-unread/envoy.pcap', import.meta.url)));
const stored = gzipSync(pcap);
const damaged = Uint8Array.from(stored);
damaged[9000] = (damaged[9000] ?? 0) ^ 4;

test.each<[string, Uint8Array, string | undefined]>([
  ['whole', stored, undefined],
  ['two members', concat(gzipSync(pcap.subarray(0, 5000)), gzipSync(pcap.subarray(5000))), undefined],
  ['padded', concat(stored, new Uint8Array(700)), undefined],
  ['with garbage behind', concat(stored, new TextEncoder().encode('the end of it')), 'leftOver'],
  ['cut', stored.subarray(0, 9000), 'cutShort'],
  ['cut in its trailer', stored.subarray(0, -3), 'cutShort'],
  ['damaged', damaged, 'corrupt'],
])('gzip, %s', async (_, bytes, problem) => {
  for (const chunkSize of [1000, 1 << 20]) {
    const read = (inflaters: typeof NODE_INFLATERS | { gzip: null }) => readFacts(bytesSource('x', bytes), 'x', { inflaters, chunkSize });
    const ours = await read({ gzip: null });
    expect(await read(NODE_INFLATERS)).toEqual(ours);
    expect(ours.ok && ours.value.problems[0]?.kind).toBe(problem);
  }
});
