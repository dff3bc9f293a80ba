import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Run a command, inherit its output, and leave with its status if it failed. */
export function run(cmd, args, opts = {}) {
  const r = spawnSync(cmd, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', ...opts });
  if (r.status !== 0 && !opts.mayFail) process.exit(r.status ?? 1);
  return r.status ?? 1;
}
export const bin = (name, args, opts) => run(resolve(root, 'node_modules/.bin', name), args, opts);

/** `npm ci` only when node_modules is missing or older than the lock file. */
export function ensureInstalled() {
  const [maj, min] = process.versions.node.split('.').map(Number);
  if (maj < 20 || (maj === 20 && min < 19)) {
    console.error(`Node 20.19 or newer is needed, this is ${process.versions.node}`);
    process.exit(1);
  }
  const mark = resolve(root, 'node_modules/.package-lock.json');
  const lock = resolve(root, 'package-lock.json');
  if (!existsSync(mark) || statSync(mark).mtimeMs < statSync(lock).mtimeMs) run(npm, ['ci', '--no-audit', '--no-fund', '--prefer-offline']);
}
