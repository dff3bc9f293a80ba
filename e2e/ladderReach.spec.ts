// The diagram under other hands: pinch, touch, lanes dragged, ranges, back and forward, reduced motion, twice the size.
import type { Locator, Page } from '@playwright/test';
import { capture, dropFiles, expect, still, test } from './support.ts';

const rows = (page: Page): Locator => page.getByRole('table', { name: 'Rows of the diagram' });
const diagram = (page: Page): Locator => page.getByRole('img', { name: 'Sequence diagram of packets' });
const overview = (page: Page): Locator => page.getByRole('slider', { name: /Overview of the whole time/ });
const shown = (page: Page): Promise<string | null> => overview(page).getAttribute('aria-valuetext');

async function openIncident(page: Page): Promise<void> {
  await page.goto('/');
  await dropFiles(page, [capture('ebay-leak/envoy.pcap'), capture('ebay-leak/pilot.pcap')]);
  await expect(
    rows(page)
      .getByRole('button', { name: /^Leaked packet/ })
      .first(),
  ).toBeAttached({ timeout: 30_000 });
}

async function boxOf(element: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await element.boundingBox();
  if (!box) throw new Error('not on screen');
  return box;
}

test('pinching a touchpad or with two fingers zooms the diagram, not the page', async ({ page }) => {
  await openIncident(page);
  const box = await boxOf(diagram(page));
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const whole = await shown(page);
  await page.mouse.move(x, y);
  await page.keyboard.down('Control');
  for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -40);
  await page.keyboard.up('Control');
  await expect.poll(() => shown(page)).not.toBe(whole);
  expect(await page.evaluate(() => [devicePixelRatio, visualViewport?.scale])).toEqual([1, 1]);
  await page.keyboard.press('f');
  await expect.poll(() => shown(page)).toBe(whole);

  const cdp = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number) =>
    cdp.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [-1, 1].map((side, id) => ({ x, y: y + side * apart, id })),
    });
  await touch('touchStart', 40);
  for (let apart = 50; apart <= 140; apart += 10) await touch('touchMove', apart);
  await touch('touchEnd', 0);
  await expect.poll(() => shown(page)).not.toBe(whole);
  expect(await page.evaluate(() => visualViewport?.scale)).toBe(1);
});

test('one finger moves the diagram', async ({ page }) => {
  await openIncident(page);
  const box = await boxOf(diagram(page));
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -240);
  const before = await shown(page);
  const cdp = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', dy: number) =>
    cdp.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y: y + dy, id: 0 }] });
  await touch('touchStart', 0);
  for (let dy = 0; dy >= -160; dy -= 20) await touch('touchMove', dy);
  await touch('touchEnd', 0);
  await expect.poll(() => shown(page)).not.toBe(before);
});

test('a lane is dragged to another place', async ({ page }) => {
  await openIncident(page);
  const [pilot, envoy] = ['pilot', 'envoy'].map((name) => page.getByRole('button', { name: new RegExp(`^Lane ${name}`) }));
  if (!pilot || !envoy) throw new Error('no lanes');
  const [from, to] = [await boxOf(pilot), await boxOf(envoy)];
  expect(from.x).toBeLessThan(to.x);
  await page.mouse.move(from.x + from.width / 2, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2 + 30, to.y + 10, { steps: 8 });
  await page.mouse.up();
  await expect.poll(async () => (await boxOf(pilot)).x > (await boxOf(envoy)).x).toBe(true);
});

test('Shift selects everything from one packet to another, with what it adds up to', async ({ page }) => {
  await openIncident(page);
  const totals = page.getByRole('status').filter({ hasText: /Selected.*packets/ });
  const leak = rows(page)
    .getByRole('button', { name: /^Leaked packet/ })
    .first();
  await leak.press('Enter');
  await expect(totals).toHaveCount(0);
  // Back to the SYN: every packet of the bands that left before it counts too.
  for (let i = 0; i < 30; i++) await page.keyboard.press('Shift+ArrowUp');
  const counted = async (): Promise<number> =>
    Number((/([\d,]+) packets/.exec((await totals.textContent()) ?? '')?.[1] ?? '0').replaceAll(',', ''));
  await expect.poll(counted).toBeGreaterThan(400);
  await page.keyboard.press('Escape');
  await expect(totals).toHaveCount(0);
  // The same by pointer: a click, then a click with Shift farther down.
  const box = await boxOf(diagram(page));
  const hit = async (fromY: number, by: number): Promise<number> => {
    const card = page.locator('[data-hover-card]');
    for (let y = fromY; y > box.y && y < box.y + box.height; y += by) {
      await page.mouse.move(box.x + box.width * 0.62, y);
      if ((await card.count()) > 0 && !/segments/.test((await card.textContent()) ?? '')) return y;
    }
    throw new Error('no packet here');
  };
  const top = await hit(box.y + 4, 3);
  await page.mouse.click(box.x + box.width * 0.62, top);
  const low = await hit(box.y + box.height - 12, -3);
  await page.keyboard.down('Shift');
  await page.mouse.click(box.x + box.width * 0.62, low);
  await page.keyboard.up('Shift');
  await expect.poll(counted).toBeGreaterThan(3000);
});

test('back and forward walk through what was selected', async ({ page }) => {
  await openIncident(page);
  const leak = rows(page)
    .getByRole('button', { name: /^Leaked packet/ })
    .first();
  const reset = rows(page).getByRole('button', { name: /^RST/ }).first();
  await leak.press('Enter');
  await expect(page).toHaveURL(/packet=/);
  const there = page.url();
  await reset.press('Enter');
  await expect.poll(() => page.url()).not.toBe(there);
  await page.goBack();
  await expect(leak).toHaveAttribute('aria-pressed', 'true');
  await page.goForward();
  await expect(reset).toHaveAttribute('aria-pressed', 'true');
  await expect(leak).toHaveAttribute('aria-pressed', 'false');
});

test.describe('where motion is reduced', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });
  test('the diagram is there at once and does not glide on after a drag', async ({ page }) => {
    await openIncident(page);
    const box = await boxOf(diagram(page));
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    for (let i = 0; i < 5; i++) await page.mouse.wheel(0, -240);
    await page.mouse.down();
    await page.mouse.move(x, y - 150, { steps: 3 });
    await page.mouse.up();
    const place = () => overview(page).getAttribute('aria-valuenow');
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const stopped = await place();
    expect(await still(place)).toBe(stopped);
    // What moves by itself elsewhere stands still too.
    const moving = await page.evaluate(
      () => document.getAnimations().filter((a) => a.playState === 'running' && Number(a.effect?.getComputedTiming().duration) > 1).length,
    );
    expect(moving).toBe(0);
  });
});

test.describe('at 200 % on a screen of 1280 by 800', () => {
  test.use({ viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });
  test('nothing is lost to the side, and every part is reached', async ({ page }) => {
    await openIncident(page);
    const expectNoLoss = async (): Promise<void> => {
      const { wide, over } = await page.evaluate(() => {
        const width = document.documentElement.clientWidth;
        const over = [...document.querySelectorAll('button, input, a, select, [role=tab]')].flatMap((element) => {
          const box = element.getBoundingClientRect();
          if (box.width === 0 || getComputedStyle(element).visibility === 'hidden') return [];
          if (box.right <= width + 1 && box.left >= -1) return [];
          // What can be scrolled into view is not lost.
          for (let parent = element.parentElement; parent; parent = parent.parentElement)
            if (/auto|scroll/.test(getComputedStyle(parent).overflowX) && parent.scrollWidth > parent.clientWidth) return [];
          return [element.getAttribute('aria-label') ?? element.textContent ?? element.tagName];
        });
        return { wide: document.documentElement.scrollWidth <= width, over };
      });
      expect(over).toEqual([]);
      expect(wide).toBe(true);
    };
    await expectNoLoss();
    const box = await boxOf(diagram(page));
    expect(box.height).toBeGreaterThan(140);
    expect(box.x + box.width).toBeLessThanOrEqual(640);
    for (const name of ['Packets', 'Connections', 'Sequence plot', /^Captures/, 'Clocks', 'What if', 'Notes']) {
      await page.getByRole('navigation').getByRole('button', { name }).click();
      await expect(page.getByTestId('drawer')).toBeVisible();
      await expectNoLoss();
      await page.getByRole('button', { name: 'Close lists and plots' }).click();
    }
    await page.getByRole('button', { name: 'Inspector' }).click();
    await expect(page.getByRole('complementary', { name: 'Inspector' })).toBeVisible();
    await expectNoLoss();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Share' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectNoLoss();
  });
});
