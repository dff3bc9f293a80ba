import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDocument, writeDocument } from './codec.ts';
import { describeDocumentError } from './errors.ts';
import { MAX_FILE_JSON } from './limits.ts';
import { type Fields, migrate } from './migrations.ts';
import { DOCUMENT_VERSION } from './model.ts';
import { SAMPLE_DOCUMENT } from './testing/sampleDocument.ts';

const read = (text: string) => readDocument(text, MAX_FILE_JSON);
const written = (): Record<string, unknown> => JSON.parse(writeDocument(SAMPLE_DOCUMENT));
const without = (key: string) => Object.fromEntries(Object.entries(written()).filter(([k]) => k !== key));

describe('round trip', () => {
  test('write, read, write is a fixpoint', () => {
    const first = read(writeDocument(SAMPLE_DOCUMENT));
    if (!first.ok) throw new Error(JSON.stringify(first.error));
    expect(first.value.document).toEqual(SAMPLE_DOCUMENT);
    expect(writeDocument(first.value.document, first.value.packets.slice(0, first.value.inFile))).toBe(writeDocument(SAMPLE_DOCUMENT));
  });

  test('packets are referred to by their position in the file', () => {
    const stored = JSON.parse(
      writeDocument(SAMPLE_DOCUMENT, [
        { capture: 1, frame: 1 },
        { capture: 1, frame: 7 },
      ]),
    );
    expect(stored.notes[0].pin).toEqual({ kind: 'packet', packet: 1 });
    expect(stored.packets.inFile).toBe(2);
  });

  test('fields that this version does not know come back where they were', () => {
    const strange = { ...written(), shape: { of: 'things' }, notes: [{ ...SAMPLE_DOCUMENT.notes[4], mood: 'calm' }] };
    const result = read(JSON.stringify(strange));
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    const again = JSON.parse(writeDocument(result.value.document));
    expect(again.shape).toEqual({ of: 'things' });
    expect(again.notes[0].mood).toBe('calm');
  });

  test('every version ever written opens', () => {
    const dir = new URL('./testing/', import.meta.url);
    const files = readdirSync(dir).filter((name) => /^document-v\d+\.json$/.test(name));
    expect(files.length).toBe(DOCUMENT_VERSION);
    for (const name of files) {
      const result = read(readFileSync(new URL(name, dir), 'utf8'));
      expect(result.ok && result.value.document.title).toBe('Pilot push resets, cell 12');
    }
  });
});

describe('versions', () => {
  test('a newer version is refused with a sentence', () => {
    const result = read(JSON.stringify({ ...written(), version: DOCUMENT_VERSION + 1 }));
    expect(result).toEqual({ ok: false, error: { kind: 'newerVersion', version: DOCUMENT_VERSION + 1 } });
    if (!result.ok) expect(describeDocumentError(result.error)).toContain('made by a newer version');
  });

  test('older versions take one step after another', () => {
    const steps = new Map<number, (old: Fields) => Fields>([
      [1, (old) => ({ ...old, added: 1 })],
      [2, (old) => ({ ...old, more: true })],
    ]);
    expect(migrate({ version: 1 }, steps, 3)).toEqual({ ok: true, value: { version: 3, added: 1, more: true } });
    for (const bad of [null, [], 'x', {}, { version: -1 }, { version: 0.5 }, { version: '1' }]) expect(migrate(bad).ok).toBe(false);
  });
});

describe('from strangers', () => {
  const wrongPath = (value: unknown): string => {
    const result = read(JSON.stringify(value));
    if (result.ok) return 'accepted';
    return 'path' in result.error ? result.error.path : result.error.kind;
  };

  test('the path of the first wrong field is named', () => {
    const doc = written();
    expect(wrongPath({ ...doc, title: 7 })).toBe('title');
    expect(wrongPath(without('notes'))).toBe('notes');
    expect(
      wrongPath({ ...doc, notes: [{ ...SAMPLE_DOCUMENT.notes[4] }, { id: 'x', pin: { kind: 'span', from: 0 }, text: '', changed: 0 }] }),
    ).toBe('notes.1.pin.to');
    expect(wrongPath({ ...doc, notes: [{ id: 'x', pin: { kind: 'packet', packet: 999 }, text: '', changed: 0 }] })).toBe('packets');
    expect(wrongPath({ ...doc, notes: [{ id: 'x', pin: { kind: 'packet', packet: -1 }, text: '', changed: 0 }] })).toBe(
      'notes.0.pin.packet',
    );
    expect(wrongPath({ ...doc, title: 'x'.repeat(200_001) })).toBe('title');
    expect(wrongPath({ ...doc, highlights: Array.from({ length: 1_000_000 }, () => 0) })).toBe('highlights');
    expect(wrongPath({ ...doc, taps: [{ name: '', captures: [5], position: '', clock: null }] })).toBe('taps.0.captures');
  });

  test('depth, size and forbidden keys are judged before anything is built', () => {
    expect(read(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)).toEqual({ ok: false, error: { kind: 'tooDeep', limit: 32 } });
    expect(readDocument('{"a":"'.padEnd(2_000, 'x'), 1_000)).toMatchObject({ ok: false, error: { kind: 'tooLarge' } });
    const hostile = JSON.stringify(written()).replace('"kind":"incident"', '"kind":"incident","__proto__":{"polluted":1}');
    expect(read(hostile)).toEqual({ ok: false, error: { kind: 'forbiddenKey', path: 'notes.4.pin.__proto__' } });
    expect(read('{"version":1,')).toMatchObject({ ok: false, error: { kind: 'notJson' } });
    // Brackets inside strings are no depth.
    expect(read(JSON.stringify({ ...written(), title: '[{'.repeat(5_000) })).ok).toBe(true);
  });

  test('no key at any level reaches a prototype', () => {
    const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];
    for (const key of keys) {
      const level = `{"${key}":{"polluted":true,"prototype":{"polluted":true}}}`;
      read(
        JSON.stringify(written()).replace(
          '"notes":[',
          `"extra":${level},"notes":[{"id":"a","${key}":${level},"pin":{"kind":"incident"},"text":"","changed":0},`,
        ),
      );
      read(JSON.stringify({ ...written(), names: [[key, key]] }));
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('anything at any place is a document or a refusal, never a throw', () => {
    const paths: (string | number)[][] = [];
    const walk = (value: unknown, path: (string | number)[]): void => {
      if (path.length > 0) paths.push(path);
      if (typeof value === 'object' && value !== null) for (const [k, v] of Object.entries(value)) walk(v, [...path, k]);
    };
    walk(written(), []);
    const wild = fc.oneof(
      fc.constant(undefined),
      fc.constant(null),
      fc.constant(1e308),
      fc.constant(-1),
      fc.constant([]),
      fc.anything(),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), wild, (path, value) => {
        const doc = written();
        let at: Record<string, unknown> = doc;
        for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
        at[path.at(-1) as string] = value;
        let text: string;
        try {
          text = JSON.stringify(doc);
        } catch {
          return; // not JSON at all (a bigint, a cycle)
        }
        const result = read(text);
        if (!result.ok) expect(describeDocumentError(result.error)).toMatch(/\.$/);
      }),
      { numRuns: 400 },
    );
  });
});
