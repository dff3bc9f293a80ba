// The diagram: by keyboard alone, by mouse, as a table, at 200 %, and its gallery.
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { capture, dropFiles, expect, test } from './support.ts';

const rows = (page: Page): Locator => page.getByRole('table', { name: 'Rows of the diagram' });
const diagram = (page: Page): Locator => page.getByRole('img', { name: 'Sequence diagram of packets' });
const overview = (page: Page): Locator => page.getByRole('slider', { name: /Overview of the whole time/ });

async function openIncident(page: Page): Promise<void> {
  await page.goto('/');
  await dropFiles(page, [capture('ebay-leak/envoy.pcap'), capture('ebay-leak/pilot.pcap')]);
  await expect(
    rows(page)
      .getByRole('button', { name: /^Leaked packet/ })
      .first(),
  ).toBeAttached({ timeout: 15_000 });
}

test('by keyboard alone: finding, packets, band, scale, search, help, back', async ({ page }) => {
  await openIncident(page);
  await page.keyboard.press('n');
  await expect(page.getByText('Finding 1 of 1')).toBeVisible();
  const firstFold = rows(page)
    .getByRole('button', { name: /segments/, expanded: false })
    .first();
  const before = await rows(page).getByRole('row').count();
  await firstFold.focus();
  await page.keyboard.press('Enter');
  await expect(rows(page).getByRole('button', { name: /segments/, expanded: true })).toHaveCount(1);
  await expect.poll(() => rows(page).getByRole('row').count()).toBeGreaterThan(before);
  // The next packet is the first one of the band; it is selected everywhere.
  await page.keyboard.press('j');
  await expect(rows(page).getByRole('button', { pressed: true })).toHaveCount(1);
  const first = await rows(page).getByRole('button', { pressed: true }).textContent();
  await page.keyboard.press('j');
  await expect.poll(() => rows(page).getByRole('button', { pressed: true }).textContent()).not.toBe(first);
  await page.keyboard.press('k');
  await expect.poll(() => rows(page).getByRole('button', { pressed: true }).textContent()).toBe(first);
  await page.keyboard.press('t');
  await expect(page.getByRole('radio', { name: 'True time' })).toBeChecked();
  await page.keyboard.press('t');
  await page.keyboard.press('f');
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Find in the diagram' })).toBeFocused();
  await page.keyboard.type('leaked packet');
  await page.keyboard.press('Enter');
  await expect(rows(page).getByRole('button', { name: /^Leaked packet/, pressed: true })).toBeAttached();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden();
});

test('selecting goes into the address, and back goes to what was selected before', async ({ page }) => {
  await openIncident(page);
  await rows(page)
    .getByRole('button', { name: /^Leaked packet/ })
    .first()
    .press('Enter');
  await expect(page).toHaveURL(/#view\?.*packet=/);
  const there = page.url();
  await rows(page).getByRole('button', { name: /^RST/ }).first().press('Enter');
  await expect.poll(() => page.url()).not.toBe(there);
  await page.goBack();
  await expect(rows(page).getByRole('button', { name: /^Leaked packet/, pressed: true })).toBeAttached();
});

test('by mouse: hover tells, a click selects, wheel zooms, drag moves, the overview jumps', async ({ page }) => {
  await openIncident(page);
  const box = await diagram(page).boundingBox();
  if (!box) throw new Error('no diagram');
  const card = page.locator('[data-hover-card]', { hasText: 'Leaked packet' });
  // The leak runs over most of the width: somewhere on this vertical line it is met.
  const x = box.x + box.width * 0.66;
  let y = box.y;
  for (; y < box.y + box.height; y += 5) {
    await page.mouse.move(x, y);
    if ((await card.count()) > 0) break;
  }
  await expect(card.first()).toBeVisible();
  await page.mouse.down();
  await page.mouse.up();
  await expect(rows(page).getByRole('button', { name: /^Leaked packet/, pressed: true })).toBeAttached();
  const value = async (): Promise<string | null> => overview(page).getAttribute('aria-valuetext');
  const whole = await value();
  for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -240);
  await expect.poll(value).not.toBe(whole);
  const zoomed = await value();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 - 220, { steps: 6 });
  await page.mouse.up();
  await expect.poll(value).not.toBe(zoomed);
  const strip = await overview(page).boundingBox();
  if (!strip) throw new Error('no overview');
  await page.mouse.click(strip.x + strip.width / 2, strip.y + 12);
  await expect.poll(() => overview(page).getAttribute('aria-valuenow')).toBe('0');
});

test('a selected span of time says what it adds up to', async ({ page }) => {
  await openIncident(page);
  const box = await diagram(page).boundingBox();
  if (!box) throw new Error('no diagram');
  await page.keyboard.down('Shift');
  await page.mouse.move(box.x + box.width / 2, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height - 40, { steps: 5 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await expect(page.getByRole('status').filter({ hasText: /Selected.*packets, .* MB, \d+ retransmissions?, Δt/ })).toBeVisible();
});

test('lanes are renamed and moved by keyboard', async ({ page }) => {
  await openIncident(page);
  const lane = page.getByRole('button', { name: /^Lane pilot/ });
  await lane.focus();
  await page.keyboard.press('F2');
  await page.keyboard.type('Pilot pod');
  await page.keyboard.press('Enter');
  const renamed = page.getByRole('button', { name: /^Lane Pilot pod/ });
  await expect(renamed).toBeVisible();
  const left = async (): Promise<number> => (await renamed.boundingBox())?.x ?? 0;
  const before = await left();
  await renamed.focus();
  await page.keyboard.press('Alt+ArrowRight');
  await expect.poll(left).toBeGreaterThan(before + 50);
});

test('as a table, axe finds nothing in either theme, and at 200 % everything is reached', async ({ page }) => {
  await openIncident(page);
  await page.getByRole('button', { name: 'Show as a table' }).click();
  await expect(rows(page).getByRole('row').nth(1)).toBeVisible();
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    const { violations } = await new AxeBuilder({ page }).include('[data-ladder]').analyze();
    expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`)).toEqual([]);
  }
  await page.setViewportSize({ width: 720, height: 450 });
  await expect(page.getByRole('button', { name: 'Fit everything (f)' })).toBeVisible();
  await expect(diagram(page)).toBeVisible();
});

test('the gallery draws every case', async ({ page }) => {
  await page.goto('/#gallery');
  await expect(page.getByRole('heading', { name: 'Ladder gallery' })).toBeVisible();
  const pictures = page.getByRole('img');
  expect(await pictures.count()).toBeGreaterThan(20);
});
