// `npm run bench:page`: what moving about in the ladder costs (P9), and how soon it is there (P10). Prints figures beside their bars.
//
// Frames are counted two ways: the time script and drawing take inside animation frames, and the time from frame to frame. The second
// includes everything the browser does, and on a busy machine everything the machine does.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { findBrowser } from '../../e2e/browser.mjs';
import { bin, ensureInstalled, root } from './lib.mjs';

const PORT = process.env.PORT ?? '4179';
const BAR = { frame: 16, picture: 500, interaction: 100 };
const sizes = process.argv
  .slice(2)
  .map(Number)
  .filter((n) => n > 0);

ensureInstalled();
if (!existsSync(resolve(root, 'dist/web/index.html'))) bin('vite', ['build', '--mode', 'production', '--logLevel', 'warn']);
const server = spawn(process.execPath, [resolve(root, 'node_modules/vite/bin/vite.js'), 'preview'], {
  cwd: root,
  env: { ...process.env, PORT },
  stdio: 'ignore',
});
const found = findBrowser();
const browser = await chromium.launch({
  ...(found && found.kind !== 'playwright' ? { executablePath: found.path } : {}),
  chromiumSandbox: process.getuid?.() !== 0,
});
try {
  await reachable(`http://127.0.0.1:${PORT}/`);
  for (const packets of sizes.length > 0 ? sizes : [1e6, 1e7]) await frames(packets);
  await firstPicture();
} finally {
  await browser.close();
  server.kill();
}

async function reachable(url) {
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

/** Wraps animation frames before the page's script runs. */
function watchFrames() {
  const all = { work: [], gaps: [], last: 0 };
  globalThis.__frames = all;
  const request = globalThis.requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (callback) =>
    request((now) => {
      const from = performance.now();
      callback(now);
      all.work.push(performance.now() - from);
    });
  const tick = (now) => {
    if (all.last > 0) all.gaps.push(now - all.last);
    all.last = now;
    request(tick);
  };
  request(tick);
}

async function frames(packets) {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  await page.addInitScript(watchFrames);
  await page.goto(`http://127.0.0.1:${PORT}/#gallery?frames=${packets}`);
  const picture = page.getByRole('img', { name: 'Sequence diagram of packets' });
  await picture.waitFor();
  await page.waitForTimeout(600);
  const box = await picture.boundingBox();
  const [x, y] = [box.x + box.width * 0.6, box.y + box.height / 2];
  const scenes = {
    hover: async () => {
      for (let i = 0; i < 90; i++) await page.mouse.move(x + 3 * Math.sin(i), box.y + 20 + ((i * 7) % (box.height - 40)));
    },
    zoom: async () => {
      await page.mouse.move(x, y);
      for (let i = 0; i < 60; i++) await page.mouse.wheel(0, i < 30 ? -60 : 60);
    },
    pan: async () => {
      await page.mouse.move(x, y);
      for (let i = 0; i < 6; i++) await page.mouse.wheel(0, -200);
      await page.mouse.down();
      for (let i = 0; i < 60; i++) await page.mouse.move(x, y - 6 * i);
      await page.mouse.up();
    },
  };
  const openBand = async () => {
    await page.keyboard.press('f');
    const fold = page.getByRole('table', { name: 'Rows of the diagram' }).getByRole('button', { expanded: false }).nth(20);
    await fold.focus();
    await page.keyboard.press('Enter');
    await page.waitForTimeout(400);
  };
  const trueTime = async () => {
    await page.keyboard.press('t');
    await page.waitForTimeout(400);
  };
  for (const [where, prepare] of [
    ['rows', async () => {}],
    ['open band', openBand],
    ['true time', trueTime],
  ]) {
    await prepare();
    for (const [what, act] of Object.entries(scenes)) {
      await page.evaluate(() => {
        globalThis.__frames.work.length = 0;
        globalThis.__frames.gaps.length = 0;
      });
      await act();
      await page.waitForTimeout(150);
      const { work, gaps } = await page.evaluate(() => ({ work: globalThis.__frames.work, gaps: globalThis.__frames.gaps }));
      line(
        `P9 ${packets.toLocaleString('en-US')} packets, ${where}, ${what}`,
        `work ${stats(work)}, frame to frame ${stats(gaps)}`,
        quantile(work, 0.95) <= BAR.frame,
      );
    }
  }
  await page.close();
}

function noteClick() {
  addEventListener('click', (e) => (globalThis.__clickedAt = e.timeStamp), { once: true, capture: true });
}

/** Milliseconds from the click to the frame after the diagram's rows are there. */
async function untilPicture() {
  const frame = () => new Promise((r) => requestAnimationFrame(r));
  while (!document.querySelector('[data-ladder] [data-rows] tr')) await frame();
  await frame();
  await frame();
  return performance.now() - globalThis.__clickedAt;
}

async function firstPicture() {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  await page.goto(`http://127.0.0.1:${PORT}/`);
  await page.waitForTimeout(800);
  for (const [how, isPointedAt] of [
    ['by a person, the pointer on the button for 0.3 s', true],
    ['by a script, with no sign of a person before', false],
  ]) {
    const times = [];
    for (let i = 0; i < 5; i++) {
      await page.reload();
      await page.waitForTimeout(800);
      const button = page.getByRole('button', { name: /sample incident/i });
      if (isPointedAt) {
        await button.hover();
        await page.waitForTimeout(300);
      }
      await page.evaluate(noteClick);
      if (isPointedAt) await page.mouse.down().then(() => page.mouse.up());
      else await button.evaluate((b) => b.click());
      times.push(await page.evaluate(untilPicture));
    }
    const [median, least] = [quantile(times, 0.5), Math.min(...times)];
    line(
      `P10 click on the sample to its picture, ${how}`,
      `median ${median.toFixed(0)}, least ${least.toFixed(0)} ms`,
      median <= BAR.picture,
    );
  }
  const answers = [];
  for (const key of ['n', 'j', 'j', 't', 't', 'f', '+', '-']) {
    answers.push(
      await page.evaluate(async (k) => {
        const from = performance.now();
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: k, bubbles: true }));
        await new Promise((r) => requestAnimationFrame(() => setTimeout(r)));
        return performance.now() - from;
      }, key),
    );
    await page.waitForTimeout(250);
  }
  line('P10 key to paint', `${stats(answers)}`, Math.max(...answers) <= BAR.interaction);
  await page.close();
}

function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
function stats(values) {
  return `median ${quantile(values, 0.5).toFixed(1)}, p95 ${quantile(values, 0.95).toFixed(1)}, worst ${Math.max(0, ...values).toFixed(1)} ms (n=${values.length})`;
}
function line(what, figures, good) {
  console.log(`${good ? 'ok  ' : 'MISS'}  ${what}: ${figures}`);
  if (!good) process.exitCode = 1;
}
