import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openSources } from '../../testing/captureFiles.ts';
import { concat } from '../../testing/packets.ts';
import { DIFFERENCES } from '../../testing/tsharkDifferences.ts';
import { type ComparedFacts, comparable, differences, hasTshark, tsharkFacts } from '../../testing/tsharkFacts.ts';
import { FactsCounter, readFacts } from './facts.ts';
import { bytesSource } from './source.ts';

const FIXTURES = new URL('../../testing/captures/', import.meta.url);
const CORPUS = new URL('corpus/', FIXTURES);
const SHARED = new URL('../../../../shared/captures/', import.meta.url);
const json = (url: URL): Record<string, ComparedFacts> => JSON.parse(readFileSync(url, 'utf8'));
const corpus = json(new URL('expected.json', CORPUS));
/** What tshark said of the recorded scenarios, by the file's SHA-256: `src/dev/compare-facts.mjs --write`. */
const recorded = json(new URL('tshark-facts.json', FIXTURES));

async function factsOf(bytes: Uint8Array, name: string) {
  const facts = await readFacts(bytesSource(name, bytes), name);
  if (!facts.ok) throw new Error(facts.error.kind);
  return facts.value;
}

/** Counted over the whole table. */
async function factsOfTable(bytes: Uint8Array, name: string) {
  const { files, packets } = await openSources([bytesSource(name, bytes)], { asWritten: true });
  const counter = new FactsCounter();
  counter.add(packets, 0, packets.length, packets.tuples.length);
  return files[0] && counter.factsOf(files[0], packets.epoch, name);
}

describe('facts agree with tshark on every public capture', () => {
  test.each(Object.keys(corpus))('%s', async (name) => {
    expect(differences(name, corpus[name] ?? {}, await factsOf(readFileSync(new URL(name, CORPUS)), name))).toEqual([]);
  });

  test('but where we stand by another answer, which is indeed another', async () => {
    for (const { file, fields } of DIFFERENCES) {
      if (file === null) continue;
      const ours = comparable(await factsOf(readFileSync(new URL(file, CORPUS)), file));
      const theirs = corpus[file];
      for (const field of fields) expect(ours).not.toHaveProperty(field, theirs?.[field as keyof ComparedFacts]);
    }
  });
});

function capturesIn(folder: URL): readonly (readonly [name: string, path: URL])[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(pcap|pcapng)\d*(\.(gz|zst))?$/.test(name) && !name.startsWith('corpus/'))
    .map((name) => [name, new URL(name, folder)] as const)
    .filter(([, path]) => statSync(path).isFile())
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Null where they are not known and tshark can't be asked. */
function theirFacts(path: URL): ComparedFacts | null {
  const known = recorded[createHash('sha256').update(readFileSync(path)).digest('hex')];
  return known ?? (hasTshark() ? tsharkFacts(fileURLToPath(path)) : null);
}

describe.each([['the fixtures', FIXTURES] as const, ...(existsSync(SHARED) ? [['the recorded scenarios', SHARED] as const] : [])])(
  'facts agree with tshark on %s',
  (_, folder) => {
    test.each(capturesIn(folder))('%s', async (name, path) => {
      const theirs = theirFacts(path);
      expect(theirs, 'no expectation, and no tshark to ask').not.toBeNull();
      expect(differences(name, theirs ?? {}, await factsOf(readFileSync(path), name))).toEqual([]);
    });
  },
);

test('facts are counted in passing as they are over a whole table', async () => {
  for (const [name, path] of capturesIn(FIXTURES)) {
    const bytes = readFileSync(path);
    // Ten times as many records, so that the rows handed over are more than once all that are held.
    const records = bytes.subarray(24);
    const many = name.endsWith('.pcap') && bytes.length < 1_000_000 ? concat(bytes, ...Array.from({ length: 10 }, () => records)) : bytes;
    expect(await factsOf(many, name)).toEqual(await factsOfTable(many, name));
  }
});

describe.runIf(hasTshark())('the kept expectations', () => {
  test('are what tshark says', () => {
    const path = new URL('app-close-unread/envoy.pcap', FIXTURES);
    expect(tsharkFacts(fileURLToPath(path))).toEqual(theirFacts(path));
  });
});

test('frame numbers leave room for the blocks that Wireshark numbers though they are no packets', async () => {
  const numbers = { 'ng-be-all-blocks.pcapng': [1, 3, 8], 'ng-mixed-endian.pcapng': [1, 7, 10] };
  for (const [name, skipped] of Object.entries(numbers)) {
    const tap = await openSources([bytesSource(name, readFileSync(new URL(name, CORPUS)))]);
    expect(tap.files[0]?.skippedFrames).toEqual(skipped);
  }
});

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
