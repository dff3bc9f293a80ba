// Part of `npm run bench:page`: what moving about in the ladder costs (P9), and how soon it is there (P10).
//
// Frames are counted two ways: the time script and drawing take inside animation frames, and the time from frame to frame. The second
// includes everything the browser does, and on a busy machine everything the machine does.
import { report } from './benchKit.mjs';

const BAR = { frame: 16, picture: 500, interaction: 100 };

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

/** P9 */
export async function benchFrames(browser, url, packets) {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  await page.addInitScript(watchFrames);
  await page.goto(`${url}#gallery?frames=${packets}`);
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
      const p95 = quantile(work, 0.95);
      const detail = `ms of work, 95th percentile (bar ${BAR.frame}); work ${stats(work)}, frame to frame ${stats(gaps)}`;
      report('P9', `${packets.toLocaleString('en-US')} packets, ${where}, ${what}`, p95, p95 <= BAR.frame, detail);
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

/** P10 */
export async function benchFirstPicture(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  await page.goto(url);
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
    const detail = `median ms of ${times.length} (bar ${BAR.picture}), least ${least.toFixed(0)}`;
    report('P10', `click on the sample to its picture, ${how}`, median, median <= BAR.picture, detail);
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
  const slowest = Math.max(...answers);
  report('P10', 'key to paint', slowest, slowest <= BAR.interaction, `ms at worst (bar ${BAR.interaction}); ${stats(answers)}`);
  await page.close();
}

function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
function stats(values) {
  return `median ${quantile(values, 0.5).toFixed(1)}, p95 ${quantile(values, 0.95).toFixed(1)}, worst ${Math.max(0, ...values).toFixed(1)} ms (n=${values.length})`;
}
