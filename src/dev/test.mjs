// `npm test`: everything that must hold, on a bare clone too. The last line is `N passed, N failed, N skipped`, true counts of all tests.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { ensureBrowser } from './ensure-browser.mjs';
import { bin, ensureInstalled, root, run } from './lib.mjs';

const started = Date.now();
// A log is read without colours.
if (!process.stdout.isTTY) {
  process.env.NO_COLOR = '1';
  delete process.env.FORCE_COLOR;
}
const out = (name) => resolve(root, 'node_modules/.cache', name);
const results = { unit: out('unit.json'), e2e: out('e2e.json') };

ensureInstalled();
for (const file of Object.values(results)) rmSync(file, { force: true });

step('lock file', () => run(process.execPath, ['src/dev/lockcheck.mjs']));
step('types', () => bin('tsc', ['-b']));
step('lint and format', () => bin('biome', ['ci', '--colors=off', '.']));
step('builds', () => {
  for (const mode of ['production', 'single', 'cli']) bin('vite', ['build', '--mode', mode, '--logLevel', 'warn']);
});
const unit = step('unit, property and golden tests', () =>
  bin('vitest', ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${results.unit}`], { mayFail: true }),
);
const browser = await ensureBrowser();
const e2e = step(`end-to-end tests in ${browser.path}`, () =>
  bin('playwright', ['test', '-c', 'e2e', '--reporter=line,json'], {
    mayFail: true,
    env: { ...process.env, CI: process.env.CI ?? '1', PLAYWRIGHT_JSON_OUTPUT_FILE: results.e2e },
  }),
);

const u = read(results.unit);
const e = read(results.e2e);
const passed = (u?.numPassedTests ?? 0) + (e?.stats.expected ?? 0);
/** A suite that could not even be loaded has no tests of its own to count. */
const broken =
  (u ? 0 : 1) + (e ? 0 : 1) + (u?.testResults ?? []).filter((f) => f.status === 'failed' && f.assertionResults.length === 0).length;
const failed = (u?.numFailedTests ?? 0) + (e ? e.stats.unexpected + e.stats.flaky : 0) + broken;
const skipped = (u?.numPendingTests ?? 0) + (u?.numTodoTests ?? 0) + (e?.stats.skipped ?? 0);
console.log(`\n${Math.round((Date.now() - started) / 1000)} s in all`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(unit || e2e || failed || passed === 0 ? 1 : 0);

function step(name, work) {
  const from = Date.now();
  console.log(`\n— ${name}`);
  const status = work();
  console.log(`  ${((Date.now() - from) / 1000).toFixed(1)} s`);
  return status;
}

function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}
