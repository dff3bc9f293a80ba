// Robustness (A1–A4 of the threat list): every fixture cut, flipped, spliced, reordered, lied to; the seeds are the case numbers.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { brokenMutant, differingColumn, openMutant } from '../../testing/captureInvariants.ts';
import { mutate } from '../../testing/mutate.ts';

const CORPUS = new URL('../../testing/captures/corpus/', import.meta.url);
const NAMES = readdirSync(CORPUS).filter((name) => /\.(pcap|pcapng|gz)$/.test(name));
/** At least 20,000 in all, spread over the fixtures by size, within a minute on one core. */
const CASES = 20_400;

const fixtures = await Promise.all(
  NAMES.map(async (name) => {
    const bytes = new Uint8Array(readFileSync(new URL(name, CORPUS)));
    const tap = await openMutant(bytes);
    if (!tap) throw new Error(`${name} can't be opened`);
    return { name, bytes, tap };
  }),
);

const weight = (size: number): number => 1 / (4000 + size);
const sum = fixtures.reduce((total, f) => total + weight(f.bytes.length), 0);

describe('damage anywhere leaves the rows before it as they were, and never more than bytes can hold', () => {
  test.each(fixtures)(
    '$name',
    async ({ bytes, tap, name }) => {
      const cases = Math.ceil((CASES * weight(bytes.length)) / sum);
      const isPlain = !name.endsWith('.gz');
      for (let seed = 1; seed <= cases; seed++) {
        const mutant = mutate(bytes, isPlain ? tap.packets.offset : [], seed);
        // Damage to compressed data is at another place than its octet says; only "never throws, never lies" is claimed.
        const broken = await brokenMutant(tap, bytes.length, isPlain ? mutant : { ...mutant, intactUntil: 0 });
        if (broken !== null) expect.fail(`${name}, seed ${seed} (${mutant.how}): ${broken}`);
      }
    },
    60_000,
  );
});

/** Octets of the longest prefix that lacks the record of a row: behind it the row is there, up to it it isn't. */
function endOf(bytes: Uint8Array, isPcapng: boolean, isModified: boolean, isLittle: boolean, offset: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset);
  if (!isPcapng) return offset + (isModified ? 24 : 16) + view.getUint32(8, isLittle);
  // Sections differ in byte order: the length that stands at both ends of the block is the one.
  const lengths = [true, false].map((little) => [view.getUint32(4, little), little] as const);
  const length = lengths.find(
    ([n, little]) => n + 4 <= view.byteLength + 4 && n >= 12 && view.byteLength >= n && view.getUint32(n - 4, little) === n,
  );
  return offset + (length?.[0] ?? Number.NaN);
}

describe('any prefix, at every octet, gives exactly the packets whose octets are whole', () => {
  test.each(fixtures.filter((f) => f.bytes.length < 20_000 && !f.name.endsWith('.gz')))(
    '$name',
    async ({ bytes, tap, name }) => {
      const [file] = tap.files;
      const isPcapng = file?.format === 'pcapng';
      const isModified = file?.facts.get('variant')?.startsWith('modified') ?? false;
      const ends = Array.from(tap.packets.offset, (offset) => endOf(bytes, isPcapng, isModified, file?.byteOrder === 'little', offset));
      let whole = 0;
      let broken = '';
      for (let at = 0; at <= bytes.length && broken === ''; at++) {
        while (whole < ends.length && (ends[whole] ?? 0) <= at) whole++;
        const rows = (await openMutant(bytes.subarray(0, at)))?.packets.length ?? 0;
        if (rows !== whole) broken = `${name} cut at ${at}: ${rows} rows, ${whole} are whole`;
      }
      expect(broken).toBe('');
      expect(whole).toBe(tap.packets.length);
    },
    60_000,
  );

  test('a longer file: at every octet around its records’ borders and within their headers', async () => {
    const { bytes, tap } = fixtures.find((f) => f.name === 'null-ip46.pcap') ?? fixtures[0] ?? expect.fail('no fixtures');
    for (let row = 0; row < tap.packets.length; row += 5) {
      const begin = tap.packets.offset[row] ?? 0;
      const end = endOf(bytes, false, false, tap.files[0]?.byteOrder === 'little', begin);
      for (let at = begin; at < begin + 60; at++) {
        expect((await openMutant(bytes.subarray(0, at)))?.packets.length ?? 0).toBe(at < end ? row : row + 1);
      }
    }
  });

  test('of compressed data: never fewer than before, never more than there are', async () => {
    const { bytes, tap } = fixtures.find((f) => f.name.endsWith('.gz')) ?? expect.fail('no fixture');
    let before = 0;
    for (let at = 0; at <= bytes.length; at += at < 200 || at >= bytes.length - 64 ? 1 : 29) {
      const rows = (await openMutant(bytes.subarray(0, at)))?.packets.length ?? 0;
      expect(rows).toBeGreaterThanOrEqual(before);
      before = rows;
    }
    expect(before).toBe(tap.packets.length);
  });
});

describe('the size of the chunks does not matter', () => {
  test.each(fixtures)('$name', async ({ bytes, tap }) => {
    for (const chunkSize of bytes.length < 20_000 ? [1, 7, 4096] : [7, 4096]) {
      const again = await openMutant(bytes, chunkSize);
      expect(again?.packets.length).toBe(tap.packets.length);
      expect(differingColumn(tap.packets, again?.packets ?? tap.packets, tap.packets.length, true)).toBeNull();
      expect(again?.files.map((f) => f.problems)).toEqual(tap.files.map((f) => f.problems));
    }
  });
});
