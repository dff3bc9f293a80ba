// The import rule as a test: each room imports only from floors below it (src/README.md shows the house).
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { groupBy } from './base/groupBy.ts';

const SRC = dirname(fileURLToPath(import.meta.url));

/** What each room may import besides itself. Type-only imports count. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  'engine/model': ['base'],
  'engine/wire': ['base', 'engine/model'],
  'engine/conntrack': ['base', 'engine/model'],
  'engine/capture': ['base', 'engine/model', 'engine/wire'],
  'engine/flow': ['base', 'engine/model'],
  'engine/correlate': ['base', 'engine/model', 'engine/flow'],
  'engine/replay': ['base', 'engine/model', 'engine/conntrack', 'engine/flow', 'engine/correlate'],
  document: ['base', 'engine/model', 'engine/wire', 'engine/capture'],
  'engine/diagnose': ['base', 'engine/model', 'engine/flow', 'engine/correlate', 'engine/conntrack', 'engine/replay'],
  'engine/query': [
    'base',
    'engine/model',
    'engine/wire',
    'engine/capture',
    'engine/flow',
    'engine/correlate',
    'engine/conntrack',
    'engine/replay',
    'engine/diagnose',
  ],
  figure: ['base', 'engine/model'],
  cli: ['base', 'engine/*', 'document', 'figure'],
  worker: ['base', 'engine/*', 'document', 'figure'],
  store: ['base', 'engine/model', 'document', 'worker'],
  views: ['base', 'engine/model', 'document', 'figure', 'worker', 'store'],
  main: ['base', 'engine/model', 'document', 'figure', 'worker', 'store', 'views'],
};

/** Views know the engine by types in `engine/model` and `worker/api` only; the worker by its client and its types. */
const ONLY_FILES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  views: { worker: ['worker/api.ts'] },
};

/** Imports that break the rule and must go: the list only shrinks. */
const DEBT: readonly string[] = [];

/** Files that name each other because what they read nests without end, or because two classes hold each other. */
const TOGETHER: readonly (readonly string[])[] = [
  // A path's view asks its scene; the scene hands out the views.
  ['engine/diagnose/pathView.ts', 'engine/diagnose/scene.ts'],
  // An ICMP error quotes an IP packet; a tunnel carries frames.
  [
    'document/redact/rewriteIcmp.ts',
    'document/redact/rewriteIp.ts',
    'document/redact/rewriteLink.ts',
    'document/redact/rewriteTransport.ts',
  ],
];

/** The groups of files of which each reaches every other by imports (Tarjan's strongly connected components of two files and more). */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const number = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const own = number.size;
    number.set(file, own);
    low.set(file, own);
    open.push(file);
    for (const target of imports.get(file) ?? []) {
      const seen = number.get(target);
      if (seen === undefined && imports.has(target)) low.set(file, Math.min(low.get(file) as number, visit(target)));
      else if (seen !== undefined && open.includes(target)) low.set(file, Math.min(low.get(file) as number, seen));
    }
    if (low.get(file) === own) {
      const group = open.splice(open.indexOf(file));
      if (group.length > 1) found.push(group.sort());
    }
    return low.get(file) as number;
  };
  for (const file of imports.keys()) if (!number.has(file)) visit(file);
  return found;
}

function room(path: string): string {
  const parts = path.split('/');
  if (parts.length === 1) return path.startsWith('main') ? 'main' : 'root';
  return parts[0] === 'engine' ? `engine/${parts[1]}` : (parts[0] as string);
}

function sources(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) return name === 'testing' || name === 'dev' ? [] : sources(path);
    return /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !name.endsWith('.d.ts') ? [path] : [];
  });
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((m) => (m[1] as string).split('?')[0] as string);
  return specifiers.map((s) => relative(SRC, resolve(dirname(file), s)).replaceAll('\\', '/')).filter((s) => !s.endsWith('.css'));
}

const allowed = (from: string, to: string): boolean =>
  from === to || (MAY_IMPORT[from] ?? []).some((r) => r === to || (r.endsWith('/*') && to.startsWith(r.slice(0, -1))));

describe('imports go one way', () => {
  const files = sources(SRC).map((f) => relative(SRC, f).replaceAll('\\', '/'));

  test('every folder is a room of the house', () => {
    expect(files.map(room).filter((r) => !(r in MAY_IMPORT) && r !== 'root')).toEqual([]);
  });

  test('no room imports from a floor above', () => {
    const wrong = files.flatMap((file) =>
      importsOf(join(SRC, file)).flatMap((target) => {
        const [from, to] = [room(file), room(target)];
        if (to === 'engine/undefined' || to === 'root' || target.endsWith('.json')) return [];
        const only = ONLY_FILES[from]?.[to];
        const fine = allowed(from, to) && (!only || only.includes(target));
        const line = `${file} → ${target}`;
        return fine || DEBT.includes(line) ? [] : [line];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('no files import each other in a circle', () => {
    expect(circles(new Map(files.map((file) => [file, importsOf(join(SRC, file))])))).toEqual(TOGETHER);
  });

  test('a feature never imports another feature', () => {
    const feature = (f: string): string | null => (f.startsWith('views/') ? (f.split('/')[1] as string) : null);
    const wrong = files.flatMap((file) =>
      importsOf(join(SRC, file)).flatMap((target) => {
        const [from, to] = [feature(file), feature(target)];
        const fine = from === null || to === null || from === to || to === 'shared' || from === 'workbench';
        return fine ? [] : [`${file} → ${target}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('a folder of more than three files has a README of at most ten lines', () => {
    const folders = groupBy(
      files.filter((f) => f.includes('/')),
      (f) => dirname(f),
    );
    const wrong = [...folders]
      .filter(([, of]) => of.length > 3)
      .map(([folder]) => folder)
      .filter((folder) => {
        const readme = join(SRC, folder, 'README.md');
        return !existsSync(readme) || readFileSync(readme, 'utf8').trimEnd().split('\n').length > 10;
      });
    expect(wrong).toEqual([]);
  });

  test('no barrel files, no markup from data, no escape from the type checker', () => {
    expect(files.filter((f) => /(^|\/)index\.tsx?$/.test(f))).toEqual([]);
    const banned =
      /dangerouslySetInnerHTML|\.innerHTML\s*=|insertAdjacentHTML|document\.write\(|\beval\(|new Function\(|@ts-(ignore|nocheck)|\bas any\b|: any\b/;
    expect(files.filter((f) => banned.test(readFileSync(join(SRC, f), 'utf8')))).toEqual([]);
  });
});
