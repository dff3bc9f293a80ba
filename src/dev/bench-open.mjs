// Part of `npm run bench:page`: bars P1 and P6. P1: opening a capture in a worker against only reading it there, in turns in one run. P6: the longest
// task of the page's main thread while it opens the same captures, and how soon cancelling ends it.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { capture, least, RUNS, report } from './benchKit.mjs';
import { root } from './lib.mjs';

const KINDS = ['mtu', 'small'];

async function bundleWorker() {
  const { build } = await import('vite');
  const outDir = resolve(root, 'node_modules/.cache/bundles/page-worker');
  const lib = { entry: 'src/dev/benchPageWorker.ts', formats: ['iife'], name: 'bench', fileName: () => 'worker.js' };
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: { outDir, emptyOutDir: true, lib, target: 'es2023', rolldownOptions: { output: { topLevelVar: false } } },
  });
  return readFileSync(resolve(outDir, 'worker.js'));
}

/** P1 */
export async function benchOpening(browser) {
  const worker = await bundleWorker();
  const server = createServer((request, response) => {
    const isScript = request.url === '/worker.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? worker : '<!doctype html><input type="file">');
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  for (const kind of KINDS) {
    await page.setInputFiles('input', capture(kind));
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
    report('P1', `open ${kind}, against only reading it`, ratio, ratio <= bar, `bar ${bar}; ${detail}`);
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
export async function benchMainThread(browser, url) {
  for (const kind of KINDS) {
    const openings = [];
    for (let run = 0; run < RUNS; run++) openings.push(await longestTask(browser, url, capture(kind)));
    const longest = least(openings);
    const detail = `ms (bar 50); each opening: ${openings.map((ms) => ms.toFixed(0)).join(', ')} ms (0: none over 50)`;
    report('P6', `longest task of the main thread, ${kind}`, longest, longest <= 50, detail);
  }
  for (const kind of KINDS) {
    const tries = [];
    for (let run = 0; run < RUNS; run++) tries.push(await cancelling(browser, url, capture(kind)));
    const best = least(tries.map((t) => Math.max(t.page, t.worker)));
    const detail = `ms (bar 200); ${tries.map((t) => `page ${t.page.toFixed(0)}, worker ${t.worker.toFixed(0)} ms`).join('; ')}`;
    report('P6', `cancel while reading, ${kind}`, best, best <= 200, detail);
  }
}

async function startPage(browser, url) {
  const page = await browser.newPage();
  await page.addInitScript(() => {
    globalThis.__tasks = [];
    new PerformanceObserver((list) => globalThis.__tasks.push(...list.getEntries().map((e) => e.duration))).observe({ type: 'longtask' });
  });
  await page.goto(url);
  await page.waitForLoadState('networkidle');
  await page.locator('input[type=file]').first().waitFor({ state: 'attached' });
  await page.evaluate(() => globalThis.__tasks.splice(0));
  return page;
}

/** From choosing the file to the first picture and half a second more. The browser names only tasks over 50 ms. */
async function longestTask(browser, url, file) {
  const page = await startPage(browser, url);
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

async function cancelling(browser, url, file) {
  const page = await startPage(browser, url);
  const ends = [];
  const watch = (worker) => worker.on('close', () => ends.push(Date.now()));
  // Those that started while the page rested, and any later one.
  for (const worker of page.workers()) watch(worker);
  page.on('worker', watch);
  const pressed = page.evaluate(pressCancel);
  await page.locator('input[type=file]').first().setInputFiles([file]);
  const { at, took } = await pressed;
  const ended = () => ends.find((time) => time >= at) ?? Number.POSITIVE_INFINITY;
  for (const until = at + 10_000; ended() > until && Date.now() < until; ) await new Promise((r) => setTimeout(r, 5));
  const worker = ended() - at;
  await page.close();
  return { page: took, worker };
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
