import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openSources } from '../../testing/captureFiles.ts';
import { DIFFERENCES } from '../../testing/tsharkDifferences.ts';
import { type CaptureFacts, captureFacts } from './facts.ts';
import { bytesSource } from './source.ts';

/** tshark's names of the facts, ours, and how to say ours in its words. */
const COMPARED: Readonly<Record<string, (facts: CaptureFacts) => unknown>> = {
  packets: (f) => f.packets,
  tcp: (f) => f.tcp,
  rst: (f) => f.rst,
  syn: (f) => f.syn,
  fin: (f) => f.fin,
  conversations: (f) => f.conversations,
  rst_conversations: (f) => f.rst_conversations,
  tuples: (f) => f.tuples,
  first: (f) => f.first,
  last: (f) => f.last,
  min: (f) => f.min,
  max: (f) => f.max,
  cut_packets: (f) => f.cutPackets,
  compression: (f) => f.compression,
  error: (f) => (f.problems[0]?.kind === 'cutShort' ? 'cut_short' : (f.problems[0]?.kind ?? null)),
};

function differing(ours: CaptureFacts, theirs: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(COMPARED).flatMap(([field, of]) => (of(ours) === (theirs[field] ?? null) ? [] : [field]));
}

const CORPUS = new URL('../../testing/captures/corpus/', import.meta.url);
const expected: Record<string, Record<string, unknown>> = JSON.parse(readFileSync(new URL('expected.json', CORPUS), 'utf8'));

describe('facts agree with tshark on every public capture', () => {
  test.each(Object.keys(expected))('%s', async (name) => {
    const tap = await openSources([bytesSource(name, readFileSync(new URL(name, CORPUS)))]);
    const stoodBy = DIFFERENCES.filter((d) => d.file !== null && name.includes(d.file)).flatMap((d) => d.fields);
    expect(differing(captureFacts(tap, name), expected[name] ?? {})).toEqual(stoodBy);
  });
});

test('frame numbers leave room for the blocks that Wireshark numbers though they are no packets', async () => {
  const numbers = { 'ng-be-all-blocks.pcapng': [1, 3, 8], 'ng-mixed-endian.pcapng': [1, 7, 10] };
  for (const [name, skipped] of Object.entries(numbers)) {
    const tap = await openSources([bytesSource(name, readFileSync(new URL(name, CORPUS)))]);
    expect(tap.files[0]?.skippedFrames).toEqual(skipped);
  }
});

const SHARED = new URL('../../../../shared/captures/', import.meta.url);
describe.runIf(existsSync(SHARED))('recorded scenarios', () => {
  test('a rotated set is one tap with all its packets, in order of time', async () => {
    const files = ['envoy.pcap1', 'envoy.pcap'].map((name) => bytesSource(name, readFileSync(new URL(`rotated/${name}`, SHARED))));
    const tap = await openSources(files);
    expect(tap.files.map((f) => f.name)).toEqual(['envoy.pcap', 'envoy.pcap1']);
    expect(tap.name).toBe('envoy');
    const times = Array.from(tap.packets.time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});
