// A window that grows and shrinks all the time while captures come, panels open and the language changes: the page never draws for ever,
// says nothing on its console, and loses no word.
import type { Locator, Page } from '@playwright/test';
import { lostWords } from './lostWords.ts';
import { capture, dropFiles, expect, test } from './support.ts';

test.setTimeout(180_000);

const TABS = 7;
const FOUR = ['envoy', 'node-envoy', 'node-pilot', 'pilot'];
const SLOW = [
  ['ebay-leak/envoy.pcap', 'ebay-leak/pilot.pcap'],
  ['context-files/envoy.pcap', 'context-files/pilot.pcap', 'context-files/kubectl-get.yaml', 'context-files/sysctl-a.txt'],
];
const READ = [
  { language: /中文/, files: FOUR.map((tap) => `app-close-unread/${tap}.pcap`) },
  { language: /English/, files: ['client', 'node-in', 'server0'].map((tap) => `recorded-6.18/backend-changed-ipv6/${tap}.pcap`) },
];
/** CSS pixels across: 1280 at 150 %, at 100 %, 1920 at 100 % and at 80 %. */
const WIDTHS = [853, 1280, 1920, 2400];

const rows = (page: Page): Locator => page.locator('[data-ladder] [data-rows] tr');
const tab = (page: Page, n: number): Locator => page.getByRole('tablist').first().getByRole('tab').nth(n);

/** What the page complains of from now on; a drawing without an end ends in an uncaught error. */
function complaints(page: Page): readonly string[] {
  const said: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') said.push(message.text());
  });
  return said;
}

async function open(page: Page, incident: readonly string[]): Promise<void> {
  await dropFiles(page, incident.map(capture));
  await expect(rows(page).first()).toBeAttached();
  await page.locator('nav button').first().click();
  await expect(tab(page, 0)).toBeVisible();
}

async function speak(page: Page, language: RegExp): Promise<void> {
  await page.getByRole('button', { name: /^(Settings|设置)$/ }).click();
  await page.getByRole('menuitemradio', { name: language }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
}

test('a slow machine that tells late of sizes: captures, panels, languages and a restless window', async ({ page }) => {
  await page.addInitScript(() => {
    const Observer = globalThis.ResizeObserver;
    let calls = 0;
    globalThis.ResizeObserver = class extends Observer {
      constructor(tell: ResizeObserverCallback) {
        super((entries, self) => void setTimeout(() => tell(entries, self), [0, 900, 50, 300][calls++ % 4]));
      }
    };
  });
  const said = complaints(page);
  await page.setViewportSize({ width: 1920, height: 900 });
  await page.goto('/');
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  for (const [i, incident] of SLOW.entries()) {
    await open(page, incident);
    if (i === 1) await speak(page, /中文/);
    for (let n = i; n < TABS; n += 2) {
      await tab(page, n).click();
      for (const width of [1500, 900, 1920]) await page.setViewportSize({ width: width - 16 * n, height: 900 - 8 * n });
    }
    if (i === 0) {
      await page.getByRole('button', { name: 'Close lists and plots' }).click();
      await page.getByRole('button', { name: 'Hopscope' }).click();
      await expect(page.getByText('Drop captures here')).toBeVisible();
    }
  }
  expect(said).toEqual([]);
});

for (const { language, files } of READ)
  test(`no word is cut or covered at any width: ${files[0]}`, async ({ page }) => {
    const said = complaints(page);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto('/');
    await open(page, files);
    await speak(page, language);
    for (let n = 0; n < TABS; n++) {
      await tab(page, n).click();
      await expect(tab(page, n)).toHaveAttribute('aria-selected', 'true');
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await expect.poll(() => page.evaluate(lostWords), { message: `${width} px, panel ${n}`, timeout: 5_000 }).toEqual([]);
      }
    }
    expect(said).toEqual([]);
  });
