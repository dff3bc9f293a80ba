import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { bin, ensureInstalled, root, run } from './lib.mjs';

ensureInstalled();
for (const mode of ['production', 'cli']) bin('vite', ['build', '--mode', mode, '--logLevel', 'warn']);
run(process.execPath, ['dist/cli/main.mjs', '--sample']);
if (process.argv.includes('--once')) process.exit(0);
const p = spawn(
  process.execPath,
  [resolve(root, 'node_modules/vite/bin/vite.js'), 'preview', ...(process.stdout.isTTY ? ['--open', '/#sample'] : [])],
  { cwd: root, stdio: 'inherit' },
);
p.on('exit', (c) => process.exit(c ?? 0));
