// `npm start`: installs what is missing, builds, says what happened in the sample incident, and serves the page on this machine.
// `npm start -- --once` stops after the report.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { bin, ensureInstalled, root, run } from './lib.mjs';

const HOST = '127.0.0.1';

ensureInstalled();
for (const mode of ['production', 'cli']) bin('vite', ['build', '--mode', mode, '--logLevel', 'warn']);
report();
if (!process.argv.includes('--once')) await serve();

/** The verdict on the sample incident, as the command line tool prints it. Its exit status says "critical finding": here that is no failure. */
function report() {
  const folder = join(root, 'public/samples');
  const captures = existsSync(folder) ? readdirSync(folder).filter((name) => /\.pcap(ng)?(\.gz)?$/.test(name)) : [];
  if (captures.length === 0) return;
  console.log('The sample incident, public/samples:\n');
  run(process.execPath, ['dist/cli/main.mjs', 'analyze', ...captures.map((name) => `public/samples/${name}`)], { mayFail: true });
}

async function serve() {
  const port = await freePort(Number(process.env.PORT ?? 4173));
  const address = `http://${HOST}:${port}/`;
  const open = process.stdout.isTTY && !process.env.CI ? ['--open', '/#sample'] : [];
  const server = spawn(process.execPath, [resolve(root, 'node_modules/vite/bin/vite.js'), 'preview', '--logLevel', 'warn', ...open], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PORT: String(port) },
  });
  console.log(`\nHopscope is at ${address}   the sample incident at ${address}#sample   (Ctrl+C ends it)`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
  server.on('exit', (code) => process.exit(code ?? 0));
}

/** The wanted port, or the next one that nobody listens on. */
async function freePort(wanted) {
  for (let port = wanted; port < wanted + 50; port++) {
    const isFree = await new Promise((done) => {
      const probe = createServer();
      probe.once('error', () => done(false));
      probe.listen(port, HOST, () => probe.close(() => done(true)));
    });
    if (isFree) return port;
  }
  return wanted;
}
