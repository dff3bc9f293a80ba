import { existsSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { ensureBrowser } from './ensure-browser.mjs';
import { bin, ensureInstalled, root } from './lib.mjs';

ensureInstalled();
const out = (n) => resolve(root, 'node_modules/.cache', n);
for (const n of ['unit.json', 'e2e.json']) rmSync(out(n), { force: true });
bin('tsc', ['-b']);
bin('biome', ['ci', '--colors=off', '.']);
for (const mode of ['production', 'single', 'cli']) bin('vite', ['build', '--mode', mode, '--logLevel', 'warn']);
const a = bin('vitest', ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${out('unit.json')}`], { mayFail: true });
const browser = await ensureBrowser();
console.log(`browser: ${browser.path}`);
const b = bin('playwright', ['test', '-c', 'e2e', '--reporter=line,json'], {
  mayFail: true,
  env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: out('e2e.json') },
});
const read = (n) => (existsSync(out(n)) ? JSON.parse(readFileSync(out(n), 'utf8')) : null);
const u = read('unit.json');
const e = read('e2e.json');
const passed = (u?.numPassedTests ?? 0) + (e?.stats.expected ?? 0);
const failed = (u?.numFailedTests ?? 0) + (e ? e.stats.unexpected + e.stats.flaky : 0);
const skipped = (u?.numPendingTests ?? 0) + (e?.stats.skipped ?? 0);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(a || b || failed || !u || !e || passed === 0 ? 1 : 0);
