import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fill } from './i18n.ts';

test('values go into their holes, numbers with grouping, plurals by the language', () => {
  expect(fill('{n} {n|file|files} of {name}', { n: 1284, name: 'a' }, 'en')).toBe('1,284 files of a');
  expect(fill('{n} {n|file|files}', { n: 1 }, 'en')).toBe('1 file');
  expect(fill('{n} 个文件', { n: 2 }, 'zh')).toBe('2 个文件');
});

test('a hole without a value stays visible; a value is never read as a pattern', () => {
  expect(fill('{a} {b}', { a: '{b} $&' }, 'en')).toBe('{b} $& {b}');
});

const VIEWS = join(import.meta.dirname, '..');
const files = (dir: string): string[] =>
  readdirSync(dir).flatMap((name) => (statSync(join(dir, name)).isDirectory() ? files(join(dir, name)) : [join(dir, name)]));

test('every dictionary names the same holes in both languages', async () => {
  // `message` is a sentence of the engine in English: another language says the same in words of its own.
  const holes = (text: string): string =>
    [...new Set([...text.matchAll(/\{(\w+)/g)].map((m) => m[1]))]
      .filter((hole) => hole !== 'message')
      .sort()
      .join();
  const texts = files(VIEWS).filter((f) => /[tT]ext\.ts$/.test(f) && readFileSync(f, 'utf8').includes('dictionary('));
  expect(texts.length).toBeGreaterThan(3);
  for (const file of texts) {
    for (const value of Object.values((await import(file)) as Record<string, unknown>)) {
      if (!isDictionary(value)) continue;
      for (const [id, en] of Object.entries(value.en)) expect(`${id}: ${holes(value.zh[id] ?? '')}`, file).toBe(`${id}: ${holes(en)}`);
    }
  }
});

const isDictionary = (value: unknown): value is { en: Record<string, string>; zh: Record<string, string> } =>
  typeof value === 'object' && value !== null && 'en' in value && 'zh' in value;
