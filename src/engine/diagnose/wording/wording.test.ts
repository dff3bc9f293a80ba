import { expect, test } from 'vitest';
import { SLUGS } from '../slugs.ts';
import { en } from './en.ts';
import { formatValue } from './format.ts';
import { narrator, renderSentence, say } from './render.ts';
import { zh } from './zh.ts';

const holes = (text: string): string[] => [...text.matchAll(/\{([^{}]+)\}/g)].map((m) => (m[1] ?? '').split(' ')[0] ?? '').sort();
const ids = Object.keys(en).filter((id): id is keyof typeof en => id in en);

test('every sentence has the same holes, of the same kind, in both languages', () => {
  const nameAndKind = (text: string): string[] => [...new Set(holes(text))];
  expect(ids.filter((id) => JSON.stringify(nameAndKind(en[id])) !== JSON.stringify(nameAndKind(zh[id])))).toEqual([]);
});

test('no Chinese sentence is English by oversight', () => {
  const onlyMarks = ['ev.invalid', 'label.endpoint', 'label.perService'];
  expect(ids.filter((id) => !/[一-鿿]/.test(zh[id]))).toEqual(onlyMarks);
});

test('every rule has a title', () => {
  expect(Object.keys(SLUGS).filter((slug) => !(`title.${slug}` in en))).toEqual([]);
});

test('no English verdict says it in more than two sentences', () => {
  const long = ids.filter((id) => /^(sum|out)\./.test(id) && /[.!?] \p{Lu}/u.test(en[id]));
  expect(long).toEqual([]);
});

test('numbers carry their units, as the language writes them', () => {
  expect(formatValue(5_794_996, 'bytes', 'en', null)).toBe('5,794,996 bytes');
  expect(formatValue(1, 'bytes', 'en', null)).toBe('1 byte');
  expect(formatValue(5_794_996, 'bytes', 'zh', null)).toBe('5,794,996 字节');
  expect(formatValue(412e6, 'duration', 'en', null)).toBe('412 ms');
  expect(formatValue(6_535_000_000, 'duration', 'en', null)).toBe('6.54 s');
  expect(formatValue(900, 'seconds', 'en', null)).toBe('900 s');
  expect(formatValue(86_400, 'seconds', 'en', null)).toBe('24 h');
  expect(formatValue(432_000, 'seconds', 'zh', null)).toBe('5 天');
  expect(formatValue(1, 'count RST|RSTs', 'en', null)).toBe('1 RST');
  expect(formatValue(31, 'count RST|RSTs', 'en', null)).toBe('31 RSTs');
});

test('a name explains an endpoint; its address stands beside it', () => {
  const names = (address: string, port: number | null) => (address === 'fd00::1' && port === 80 ? 'web' : null);
  expect(renderSentence(say('ev.halfClosed', { who: '[fd00::1]:80' }), 'en', names)).toBe('FIN of web ([fd00::1]:80)');
  expect(renderSentence(say('ev.halfClosed', { who: '10.0.0.1:80' }), 'en', names)).toBe('FIN of 10.0.0.1:80');
});

test('in one text the address stands beside the first mention only, and where it is the matter itself', () => {
  const narrate = narrator('en', () => 'pilot');
  expect(narrate(say('ev.halfClosed', { who: '10.0.0.1:80' }))).toBe('FIN of pilot (10.0.0.1:80)');
  expect(narrate(say('ev.halfClosed', { who: '10.0.0.1:80' }))).toBe('FIN of pilot');
  expect(narrate(say('ev.halfClosed', { who: '10.0.0.1:81' }))).toBe('FIN of pilot (10.0.0.1:81)');
  expect(narrate(say('step.aroundNode', { source: '10.0.0.1:80' }))).toMatch(/10\.0\.0\.1:80/);
});

test('a sentence of another version renders as its id, a missing value as its hole', () => {
  expect(renderSentence({ id: 'sum.of-the-future', values: {} }, 'en')).toBe('sum.of-the-future');
  expect(renderSentence({ id: 'toString', values: {} }, 'en')).toBe('toString');
  expect(renderSentence({ id: 'ev.halfClosed', values: {} }, 'en')).toBe('FIN of {who:endpoint}');
});
