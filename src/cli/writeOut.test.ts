import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeOut } from './writeOut.ts';

const dir = mkdtempSync(join(tmpdir(), 'hopscope-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('never writes over a file that is there, unless told to', async () => {
  const path = join(dir, 'a.txt');
  expect(await writeOut([{ name: 'a.txt', content: 'one' }], path, false)).toBeNull();
  expect(await writeOut([{ name: 'a.txt', content: 'two' }], path, false)).toContain('--force');
  expect(readFileSync(path, 'utf8')).toBe('one');
  expect(await writeOut([{ name: 'a.txt', content: 'two' }], path, true)).toBeNull();
  expect(readFileSync(path, 'utf8')).toBe('two');
});

test('several files go into the folder, and not to standard output', async () => {
  const files = [
    { name: 'x', content: '1' },
    { name: 'y', content: Uint8Array.of(50) },
  ];
  expect(await writeOut(files, join(dir, 'sub'), false)).toBeNull();
  expect(readFileSync(join(dir, 'sub/y'), 'utf8')).toBe('2');
  expect(await writeOut(files, '-', false)).toContain('folder');
});
