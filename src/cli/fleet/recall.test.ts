// Recall over the recorded scenarios, where they are at hand: every one with something to tell becomes an incident of the same kind as
// analysing it alone gives, however many unlike captures lie in the same heap; the clean ones become none.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CandidateLine } from '../fleet.ts';

const ROOT = process.cwd();
const PROGRAM = join(ROOT, 'dist/cli/main.mjs');
const CAPTURES = join(ROOT, '../shared/captures');

interface Truth {
  readonly expected: { readonly verdict: string };
  readonly captures: readonly { readonly point: string; readonly files: readonly { readonly file: string }[] }[];
}

describe.runIf(existsSync(CAPTURES))('recorded scenarios', () => {
  let dir = '';
  beforeAll(() => {
    if (!existsSync(PROGRAM))
      spawnSync(join(ROOT, 'node_modules/.bin/vite'), ['build', '--mode', 'cli', '--logLevel', 'warn'], { cwd: ROOT });
    dir = mkdtempSync(join(tmpdir(), 'hopscope-recall-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const hopscope = (...args: string[]) => spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });

  test('all captures in one heap: the same findings as each alone', { timeout: 240_000 }, () => {
    const scenarios = readdirSync(CAPTURES).filter((d) => existsSync(join(CAPTURES, d, 'truth.json')));
    const truths = new Map(scenarios.map((d) => [d, JSON.parse(readFileSync(join(CAPTURES, d, 'truth.json'), 'utf8')) as Truth]));
    const files = [...truths].flatMap(([d, t]) => t.captures.flatMap((c) => c.files.map((f) => join(CAPTURES, d, f.file))));
    writeFileSync(join(dir, 'list'), files.join('\n'));
    expect(hopscope('index', '--from', join(dir, 'list'), '--out', join(dir, 'index')).status).toBe(0);
    expect(hopscope('fleet', join(dir, 'index'), '--out', join(dir, 'candidates')).status).toBe(0);
    expect(hopscope('extract', '--candidates', join(dir, 'candidates'), '--out', join(dir, 'incidents')).status).toBe(1);

    const lines = readFileSync(join(dir, 'candidates'), 'utf8')
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l) as CandidateLine);
    const scenariosOf = new Map(lines.map((l) => [l.candidate, new Set(l.captures.map((c) => basename(dirname(c.file))))]));
    const found = readdirSync(join(dir, 'incidents'))
      .filter((n) => n.endsWith('.json'))
      .map((n) => JSON.parse(readFileSync(join(dir, 'incidents', n), 'utf8')) as { id: string; kind: string });
    for (const [scenario, truth] of truths) {
      const taps = truth.captures.flatMap((c) => ['--tap', `${c.point}=${c.files.map((f) => join(CAPTURES, scenario, f.file)).join(',')}`]);
      const report = JSON.parse(hopscope('analyze', '--json', ...taps).stdout) as { findings: { kind: string; severity: string }[] };
      const main = report.findings.find((f) => f.severity !== 'info')?.kind;
      const got = found.filter((i) => scenariosOf.get(i.id)?.has(scenario)).map((i) => i.kind);
      expect(got, scenario).toEqual(main === undefined ? [] : expect.arrayContaining([main]));
    }
  });
});
