// The diagram: every key that moves it, and an address that opens the same view somewhere else.
import type { Locator, Page } from '@playwright/test';
import { expect, still, test } from './support.ts';

const rows = (page: Page): Locator => page.getByRole('table', { name: 'Rows of the diagram' });
const overview = (page: Page): Locator => page.getByRole('slider', { name: /Overview of the whole time/ });
const shown = (page: Page): Promise<string | null> => overview(page).getAttribute('aria-valuetext');
const leak = (page: Page, pressed?: true): Locator =>
  rows(page)
    .getByRole('button', { name: /^Leaked packet/, ...(pressed ? { pressed } : {}) })
    .first();

async function openSample(page: Page, url = '/#sample'): Promise<void> {
  await page.goto(url);
  await expect(leak(page)).toBeAttached({ timeout: 30_000 });
}

test('the whole incident stands on one screen at first sight', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openSample(page);
  // Once fonts and panels have settled.
  let whole: string | null = null;
  await expect(async () => {
    const before = whole;
    whole = await shown(page);
    expect(whole).toBe(before);
  }).toPass({ intervals: [500] });
  await page.keyboard.press('f');
  await expect.poll(() => shown(page)).toBe(whole);
  // Nothing is left to scroll to.
  await page.keyboard.press('End');
  expect(await still(() => shown(page))).toBe(whole);
});

test('plus and minus zoom, f fits all, F goes back to the finding, p and n walk findings', async ({ page }) => {
  await openSample(page);
  const whole = await shown(page);
  for (let i = 0; i < 6; i++) await page.keyboard.press('+');
  await expect.poll(() => shown(page)).not.toBe(whole);
  const close = await shown(page);
  await page.keyboard.press('-');
  await expect.poll(() => shown(page)).not.toBe(close);
  await page.keyboard.press('f');
  await expect.poll(() => shown(page)).toBe(whole);
  for (const key of ['n', 'p']) {
    await page.keyboard.press(key);
    await expect(page.getByText(/^Finding 1 of \d+$/)).toBeVisible();
  }
  const finding = await still(() => shown(page));
  await page.keyboard.press('f');
  await expect.poll(() => shown(page)).toBe(whole);
  await page.keyboard.press('F');
  await expect.poll(() => shown(page)).toBe(finding);
});

test('a copied address opens the same packet and the same stretch of time in another page', async ({ page, context }) => {
  await openSample(page);
  await leak(page).press('Enter');
  for (let i = 0; i < 6; i++) await page.keyboard.press('+');
  await expect(page).toHaveURL(/window=.*packet=|packet=.*window=/);
  const before = await still(() => shown(page));
  const url = await still(() => page.url());
  const other = await context.newPage();
  await openSample(other, url);
  await expect(leak(other, true)).toBeAttached();
  // Seconds of both ends.
  const ends = (text: string | null): number[] =>
    [...(text ?? '').matchAll(/(\d+\.[\d ]+\d)/g)].map((m) => Number(m[1]?.replaceAll(' ', '')));
  await expect
    .poll(async () => Math.max(...ends(await shown(other)).map((s, i) => Math.abs(s - (ends(before)[i] ?? 99)))))
    .toBeLessThan(0.1);
});

test('what is shown of the diagram is what the plots show, and the other way round', async ({ page }) => {
  await openSample(page);
  await page.getByRole('button', { name: 'Sequence plot' }).click();
  const plot = page.getByRole('img', { name: /sequence/i }).first();
  await expect(plot).toBeVisible();
  const before = await shown(page);
  const pixels = await plot.screenshot();
  await page.keyboard.press('Escape');
  for (let i = 0; i < 5; i++) await page.keyboard.press('+');
  await expect.poll(() => shown(page)).not.toBe(before);
  await expect.poll(async () => (await plot.screenshot()).equals(pixels)).toBe(false);
});
