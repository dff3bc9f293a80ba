// The three steps over two hundred captures: however the work is cut, killed and repeated, the tables are the same to the byte, and the
// incidents are those of analysing each incident alone.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shiftCapture } from '../../testing/variants.ts';

const ROOT = process.cwd();
const PROGRAM = join(ROOT, 'dist/cli/main.mjs');
const FIXTURES = join(ROOT, 'src/testing/captures');
/** Folder → is it an incident? */
const SCENARIOS = {
  [join(ROOT, 'public/samples')]: true,
  [join(FIXTURES, 'app-close')]: true,
  [join(FIXTURES, 'app-close-unread')]: true,
  [join(FIXTURES, 'liberal')]: false,
  [join(FIXTURES, 'lossy')]: false,
};
const VARIANTS = 13;

let dir = '';
const captures: string[] = [];
/** Captures of each made incident, and whether it is one. */
const incidents: { readonly files: readonly string[]; readonly isIncident: boolean }[] = [];

beforeAll(() => {
  if (!existsSync(PROGRAM))
    spawnSync(join(ROOT, 'node_modules/.bin/vite'), ['build', '--mode', 'cli', '--logLevel', 'warn'], { cwd: ROOT });
  dir = mkdtempSync(join(tmpdir(), 'hopscope-fleet-'));
  let made = 0;
  for (const [folder, isIncident] of Object.entries(SCENARIOS))
    for (let variant = 0; variant < VARIANTS; variant++) {
      const into = join(dir, 'captures', `n${made}`);
      mkdirSync(into, { recursive: true });
      const files = readdirSync(folder)
        .filter((name) => name.endsWith('.pcap'))
        .map((name) => {
          // A day and more apart, each in networks of its own.
          const bytes = shiftCapture(readFileSync(join(folder, name)), { seconds: made * 100_000, network: made });
          writeFileSync(join(into, name), bytes);
          return join(into, name);
        });
      captures.push(...files);
      incidents.push({ files, isIncident });
      made++;
    }
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const hopscope = (...args: string[]) => {
  const run = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return { status: run.status, out: run.stdout, err: run.stderr };
};
const listFile = (name: string, files: readonly string[]): string => {
  writeFileSync(join(dir, name), files.join('\n'));
  return join(dir, name);
};
/** Every file below a folder with its content, by relative path. */
function contentsOf(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(path.slice(folder.length), readFileSync(path, 'base64'));
  }
  return new Map([...found].sort());
}

/** A task killed at some moment of its life; true when it was still running. */
const killed = (args: readonly string[], afterMs: number) =>
  new Promise<boolean>((done) => {
    const task = spawn(process.execPath, [PROGRAM, ...args], { stdio: 'ignore' });
    const timer = setTimeout(() => task.kill('SIGKILL'), afterMs);
    task.on('exit', (_, signal) => {
      clearTimeout(timer);
      done(signal !== null);
    });
  });

test('one shard, seven in reverse order, and two with killed tasks give the same tables, candidates and incidents', {
  timeout: 240_000,
}, async () => {
  expect(captures.length).toBeGreaterThanOrEqual(200);
  const [one, seven, two] = ['one', 'seven', 'two'].map((name) => join(dir, name)) as [string, string, string];
  expect(hopscope('index', '--from', listFile('sorted', captures), '--out', one).status).toBe(0);

  const reversed = listFile('reversed', [...captures].reverse());
  for (const i of [6, 5, 4, 3, 2, 1, 0]) expect(hopscope('index', '--from', reversed, '--out', seven, '--shard', `${i}/7`).status).toBe(0);

  let kills = 0;
  for (const [i, ms] of [
    [0, 250],
    [1, 400],
    [0, 700],
    [1, 550],
  ] as const)
    if (await killed(['index', '--from', reversed, '--out', two, '--shard', `${i}/2`, '--threads', '1'], ms)) kills++;
  expect(kills).toBeGreaterThan(0);
  for (const i of [1, 0]) expect(hopscope('index', '--from', reversed, '--out', two, '--shard', `${i}/2`).status).toBe(0);
  // A killed task may leave its temporary file, which no query reads.
  const tables = (folder: string) => new Map([...contentsOf(folder)].filter(([name]) => !name.endsWith('.tmp')));
  const expected = tables(one);
  expect(tables(seven)).toEqual(expected);
  expect(tables(two)).toEqual(expected);

  const candidates = [one, seven, two].map((folder, i) => {
    const file = join(dir, `candidates-${i}.jsonl`);
    expect(hopscope('fleet', folder, '--out', file).status).toBe(0);
    return readFileSync(file, 'utf8');
  });
  expect(candidates[1]).toBe(candidates[0]);
  expect(candidates[2]).toBe(candidates[0]);

  const whole = join(dir, 'incidents');
  const parts = join(dir, 'incidents-parts');
  expect(hopscope('extract', '--candidates', join(dir, 'candidates-0.jsonl'), '--out', whole).status).toBe(1);
  for (const i of [2, 0, 1]) hopscope('extract', '--candidates', join(dir, 'candidates-1.jsonl'), '--out', parts, '--shard', `${i}/3`);
  expect(contentsOf(parts)).toEqual(contentsOf(whole));

  const found = readdirSync(whole)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(whole, name), 'utf8')) as { kind: string; client: string; summary: string });
  const key = (kind: string, client: string, summary: string): string => `${client} ${kind}: ${summary}`;
  const alone = incidents.flatMap(({ files, isIncident }) => {
    const { out } = hopscope('analyze', '--json', ...files);
    const report = JSON.parse(out) as {
      findings: { kind: string; severity: string; path: number; summary: string }[];
      paths: { client: string }[];
    };
    const [main] = report.findings.filter((f) => f.severity !== 'info');
    expect(main !== undefined, files[0]).toBe(isIncident);
    return main ? [key(main.kind, report.paths[main.path]?.client ?? '', main.summary)] : [];
  });
  expect(found.map((f) => key(f.kind, f.client, f.summary)).sort()).toEqual(alone.sort());
  expect(readFileSync(join(whole, 'overview.html'), 'utf8')).toContain(`${alone.length} incidents in `);
});
