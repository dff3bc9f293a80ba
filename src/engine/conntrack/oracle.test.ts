// The recorded kernel corpus: a subset as fixture always, the whole of it where the checkout has it beside it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseCases, profileOf, runCases } from '../../testing/oracleCases.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const FIXTURES = resolve(HERE, '../../testing/oracle');
const SHARED = resolve(HERE, '../../../../shared/oracle');

function check(path: string): void {
  const cases = parseCases(gunzipSync(readFileSync(path)).toString('utf8'));
  const result = runCases(cases, profileOf(path, cases));
  expect(result.differences.slice(0, 5)).toEqual([]);
  expect(result.agreeingPackets).toBe(result.packets);
  expect(result.cases).toBeGreaterThan(1000);
}

const recordings = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.jsonl.gz'));

describe('every field of every packet agrees with the recorded kernel', () => {
  test.each(recordings(FIXTURES))('subset %s', (name) => check(join(FIXTURES, name)));
});

describe.runIf(existsSync(SHARED))('and so does the whole recording', () => {
  test.each(existsSync(SHARED) ? recordings(SHARED) : [])('%s', (name) => check(join(SHARED, name)), 60_000);
});

describe('the profile of a recording', () => {
  const withLog = (log: string[]) =>
    parseCases(
      JSON.stringify({ name: 'a', sysctl: {}, packets: [{ t: 0, dir: 'orig', seq: 0, ack: 0, flags: 'R', win: 0, len: 0, log }] }),
    );
  test('is what its name says', () => {
    expect(profileOf('/x/hidden-6.1.jsonl', [])).toBe('6.1');
    expect(profileOf('conntrack-6.18b.jsonl.gz', [])).toBe('6.18');
    expect(profileOf('conntrack-5.10.jsonl.gz', [])).toBe('5.10');
  });
  test('else what its sentences betray', () => {
    expect(profileOf('a.jsonl', withLog(['invalid new']))).toBe('6.18');
    expect(profileOf('a.jsonl', withLog(['ACK is over upper bound 7 (ACKed data not seen yet)']))).toBe('6.1');
    expect(profileOf('a.jsonl', withLog(['ACK is over the upper bound (ACKed data not seen yet)']))).toBe('5.10');
  });
});
