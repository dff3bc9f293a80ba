// `npm run bench:page`: bars P1, P6, P9 and P10 in a real browser, figures beside their bars.
//   npm run bench:page -- [--size=300M] [--runs=5] [--only=P1,P6,P9,P10] [--packets=10000000: P9's] [--json=FILE]
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import process from 'node:process';
import { benchFirstPicture, benchFrames } from './bench-frames.mjs';
import { benchMainThread, benchOpening } from './bench-open.mjs';
import { begin, finish, options, wanted } from './benchKit.mjs';
import { ensureBrowser } from './ensure-browser.mjs';
import { bin, root } from './lib.mjs';

const PORT = process.env.PORT ?? '4179';
const url = `http://127.0.0.1:${PORT}/`;

begin();
if (wanted('P6', 'P9', 'P10')) bin('vite', ['build', '--mode', 'production', '--logLevel', 'warn']);
const { chromium } = await import('@playwright/test');
const browser = await chromium.launch({ executablePath: (await ensureBrowser()).path, chromiumSandbox: process.getuid?.() !== 0 });
const server = spawn(process.execPath, [resolve(root, 'node_modules/vite/bin/vite.js'), 'preview'], {
  cwd: root,
  env: { ...process.env, PORT },
  stdio: 'ignore',
});
try {
  if (wanted('P1')) await benchOpening(browser);
  if (wanted('P6', 'P9', 'P10')) await reachable();
  if (wanted('P6')) await benchMainThread(browser, url);
  if (wanted('P9')) for (const packets of (options.packets ?? '10000000').split(',')) await benchFrames(browser, url, Number(packets));
  if (wanted('P10')) await benchFirstPicture(browser, url);
} finally {
  await browser.close();
  server.kill();
}
finish();

async function reachable() {
  for (let i = 0; i < 100; i++) {
    if (
      await fetch(url).then(
        (r) => r.ok,
        () => false,
      )
    )
      return;
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error(`nothing answers at ${url}`);
}
