// First part of `npm run bench:page`: bars P1 and P6 in a real browser. P1: opening a capture in a worker against only reading it there, in turns in one
// run. P6: the longest task of the page's main thread while it opens the same captures, and how soon cancelling ends it.
//   node src/dev/bench-open.mjs [--size=100M] [--runs=5]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import process from 'node:process';
import { ensureBrowser } from './ensure-browser.mjs';
import { bin, ensureInstalled, root } from './lib.mjs';

const options = Object.fromEntries(process.argv.slice(2).map((arg) => arg.replace(/^--/, '').split('=')));
const SIZE = options.size ?? '100M';
const RUNS = Number(options.runs ?? 5);
const PORT = Number(process.env.PORT ?? 4173);
const folder = resolve(root, 'node_modules/.cache/bench');
const least = (numbers) => Math.min(...numbers);

ensureInstalled();
mkdirSync(folder, { recursive: true });
const captures = ['mtu', 'small'].map((kind) => [kind, generate(kind)]);
const worker = await bundleWorker();
bin('vite', ['build', '--mode', 'production', '--logLevel', 'warn']);
const { chromium } = await import('@playwright/test');
const found = await ensureBrowser();
const browser = await chromium.launch({ executablePath: found.path, chromiumSandbox: process.getuid?.() !== 0 });
try {
  await opening();
  await mainThread();
} finally {
  await browser.close();
}

function generate(kind) {
  const file = resolve(folder, `${SIZE}-${kind}.pcap`);
  if (!existsSync(`${file}.truth.json`))
    spawnSync(process.execPath, [resolve(root, 'src/dev/bench/make-capture.mjs'), kind, file, `--size=${SIZE}`]);
  return file;
}

async function bundleWorker() {
  const { build } = await import('vite');
  const outDir = resolve(root, 'node_modules/.cache/bundles/page-worker');
  const lib = { entry: 'src/dev/benchPageWorker.ts', formats: ['iife'], name: 'bench', fileName: () => 'worker.js' };
  await build({ root, configFile: false, logLevel: 'warn', publicDir: false, build: { outDir, emptyOutDir: true, lib, target: 'es2023' } });
  return readFileSync(resolve(outDir, 'worker.js'));
}

/** P1 */
async function opening() {
  const server = createServer((request, response) => {
    const isScript = request.url === '/worker.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? worker : '<!doctype html><input type="file">');
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  for (const [kind, file] of captures) {
    await page.setInputFiles('input', file);
    const times = { read: [], open: [], flows: [] };
    let packets = 0;
    for (let run = 0; run < RUNS; run++) {
      for (const how of ['read', 'open']) {
        const done = await page.evaluate(runInWorker, how);
        times[how].push(done.milliseconds);
        if (how === 'open') times.flows.push(done.flows);
        packets = Math.max(packets, done.packets);
      }
    }
    const ratio = least(times.open) / least(times.read);
    const bar = kind === 'mtu' ? 1.15 : 1.5;
    const detail = `${packets} packets: ${least(times.open).toFixed(0)} ms, reading ${least(times.read).toFixed(0)} ms; flows after that ${least(times.flows).toFixed(0)} ms`;
    console.log(
      `P1 open ${kind}, against only reading it: ${ratio.toFixed(2)} ${ratio <= bar ? 'reached' : 'MISSED'} (${bar}) · ${detail}`,
    );
  }
  await page.close();
  server.close();
}

/** A fresh worker each time, as the page starts one for each capture. */
function runInWorker(how) {
  const file = document.querySelector('input').files[0];
  const worker = new Worker('/worker.js');
  return new Promise((done, failed) => {
    worker.onmessage = (event) => {
      worker.terminate();
      done(event.data);
    };
    worker.onerror = (event) => failed(new Error(event.message));
    worker.postMessage({ how, file });
  });
}

/** P6: the least of several openings, by the clock; and how soon a cancelled reading gives back the page and its worker. */
async function mainThread() {
  const preview = spawn(process.execPath, [resolve(root, 'node_modules/vite/bin/vite.js'), 'preview'], {
    cwd: root,
    env: { ...process.env, PORT: String(PORT) },
  });
  try {
    await new Promise((ready) => preview.stdout.on('data', (text) => String(text).includes('http') && ready()));
    for (const [kind, file] of captures) {
      const openings = [];
      for (let run = 0; run < RUNS; run++) openings.push(await longestTask(file));
      const longest = least(openings);
      const detail = `each opening: ${openings.map((ms) => ms.toFixed(0)).join(', ')} ms (0: none over 50)`;
      console.log(
        `P6 longest task of the main thread, ${kind}: ${longest.toFixed(0)} ms ${longest <= 50 ? 'reached' : 'MISSED'} (50) · ${detail}`,
      );
    }
    for (const [kind, file] of captures) {
      const tries = [];
      for (let run = 0; run < RUNS; run++) tries.push(await cancelling(file));
      const slowest = (t) => Math.max(t.page, t.worker);
      const best = least(tries.map(slowest));
      const detail = tries.map((t) => `page ${t.page.toFixed(0)}, worker ${t.worker.toFixed(0)} ms`).join('; ');
      console.log(`P6 cancel while reading, ${kind}: ${best.toFixed(0)} ms ${best <= 200 ? 'reached' : 'MISSED'} (200) · ${detail}`);
    }
  } finally {
    preview.kill();
  }
}

async function startPage() {
  const page = await browser.newPage();
  await page.addInitScript(() => {
    globalThis.__tasks = [];
    new PerformanceObserver((list) => globalThis.__tasks.push(...list.getEntries().map((e) => e.duration))).observe({ type: 'longtask' });
  });
  await page.goto(`http://127.0.0.1:${PORT}/`);
  await page.waitForLoadState('networkidle');
  await page.locator('input[type=file]').first().waitFor({ state: 'attached' });
  await page.evaluate(() => globalThis.__tasks.splice(0));
  return page;
}

/** From choosing the file to the first picture and half a second more. The browser names only tasks over 50 ms. */
async function longestTask(file) {
  const page = await startPage();
  await page.locator('input[type=file]').first().setInputFiles([file]);
  await page.waitForFunction(() => document.querySelector('[data-ladder] [data-rows] tr') !== null, null, {
    polling: 200,
    timeout: 300_000,
  });
  await page.waitForTimeout(500);
  const tasks = await page.evaluate(() => globalThis.__tasks);
  await page.close();
  return Math.max(0, ...tasks);
}

async function cancelling(file) {
  const page = await startPage();
  const ends = [];
  page.on('worker', (worker) => worker.on('close', () => ends.push(Date.now())));
  const pressed = page.evaluate(pressCancel);
  await page.locator('input[type=file]').first().setInputFiles([file]);
  const { at, took } = await pressed;
  const ended = () => ends.find((time) => time >= at);
  while (ended() === undefined) await new Promise((r) => setTimeout(r, 5));
  await page.close();
  return { page: took, worker: ended() - at };
}

/** Runs in the page. */
async function pressCancel() {
  const pause = () => new Promise((r) => setTimeout(r, 4));
  const button = () => document.querySelector('button[aria-label^="Cancel reading"]');
  while (!button()) await pause();
  const [at, from] = [Date.now(), performance.now()];
  button().click();
  while (!document.querySelector('input[type=file]')) await pause();
  return { at, took: performance.now() - from };
}
