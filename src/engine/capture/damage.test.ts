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

describe('any prefix gives exactly the packets whose bytes are whole', () => {
  test.each(fixtures.filter((f) => f.bytes.length < 3000 && !f.name.endsWith('.gz')))('$name', async ({ bytes, tap }) => {
    let before = 0;
    for (let at = 0; at <= bytes.length; at++) {
      const rows = (await openMutant(bytes.subarray(0, at)))?.packets.length ?? 0;
      expect(rows).toBeGreaterThanOrEqual(before);
      before = rows;
    }
    expect(before).toBe(tap.packets.length);
  });
});

/** Octets of a record in which its headers lie: a cut behind them changes nothing that a cut at its end doesn't. */
const HEAD = 100;

describe('any prefix of a longer file, cut within the head of every record', () => {
  test.each(fixtures.filter((f) => f.bytes.length >= 3000 && f.bytes.length < 20_000 && !f.name.endsWith('.gz')))(
    '$name',
    async ({ bytes, tap }) => {
      let before = 0;
      const step = Math.max(1, Math.floor((bytes.length * tap.packets.length) / 200_000));
      for (let row = 0; row < tap.packets.length; row += step) {
        const begin = tap.packets.offset[row] ?? 0;
        const end = tap.packets.offset[row + 1] ?? bytes.length;
        for (let at = begin; at <= end; at += at < begin + HEAD ? 1 + (row % 3) : end - at || 1) {
          const rows = (await openMutant(bytes.subarray(0, at)))?.packets.length ?? 0;
          expect(rows).toBeGreaterThanOrEqual(before);
          expect(rows).toBeLessThanOrEqual(row + 1);
          before = rows;
        }
      }
    },
    30_000,
  );
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
