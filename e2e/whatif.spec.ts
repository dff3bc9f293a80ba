// What if: replay the incident under another setting, see what it spares, and jump to the packets.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { capture, dropFiles, expect, test } from './support.ts';

test.use({ viewport: { width: 1600, height: 1000 } });

async function openPanel(page: Page): Promise<void> {
  await page.goto('/');
  await dropFiles(page, [capture('ebay-leak/envoy.pcap'), capture('ebay-leak/pilot.pcap')]);
  await page.getByRole('button', { name: 'What if…' }).click({ timeout: 20_000 });
  await expect(page.getByRole('form', { name: 'Replay as if' })).toBeVisible({ timeout: 20_000 });
}
const tile = (page: Page, name: string) => page.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) });

test('be_liberal would have spared the leak and every reset; the packet is one click away', async ({ page }) => {
  await openPanel(page);
  await expect(page.getByText(/^Predicted and observed agree on all [\d,]+ packets/)).toBeVisible();
  await expect(page.getByText('What was seen fits Linux 4.15, 5.4, 5.10, 5.15.')).toBeVisible();
  await page.getByRole('checkbox', { name: 'be_liberal = 1' }).check();
  await expect(tile(page, 'Leaks').first()).toContainText('4 → 0');
  await expect(tile(page, 'Resets spared').first()).toContainText('6 of 6');
  await expect(page.getByText(/Window checks are off for every connection/)).toBeVisible();
  await expect(page.getByRole('img', { name: /The decisive packets now and then/ })).toBeAttached();
  const row = page.getByRole('row').filter({ hasText: 'leaks untranslated' });
  await expect(row).toContainText('translated');
  await row.getByRole('button').click();
  await expect(page.getByText('The segment ends 3,383,111 bytes below the lower bound.').first()).toBeVisible();
  await page.getByRole('button', { name: 'As it was' }).click();
  await expect(page.getByText('Choose a change on the left.', { exact: false })).toBeVisible();
});

test('another kernel by keyboard: ignored, translated', async ({ page }) => {
  await openPanel(page);
  await page.getByRole('combobox', { name: 'Kernel' }).selectOption('6.1');
  await expect(tile(page, 'Leaks').first()).toContainText('4 → 0');
  await expect(page.getByText(/SEQ is under lower bound \(already ACKed data retransmitted\)/)).toBeVisible();
});

test('a remedy asks its question', async ({ page }) => {
  await openPanel(page);
  await page.getByRole('button', { name: 'As it was' }).click();
  await page
    .getByRole('button', { name: /replay/i })
    .first()
    .click();
  await expect(page.getByRole('checkbox', { name: 'be_liberal = 1' })).toBeChecked();
});

test('the panel has nothing that a screen reader cannot read', async ({ page }) => {
  await openPanel(page);
  await page.getByRole('checkbox', { name: 'be_liberal = 1' }).check();
  await expect(tile(page, 'Leaks').first()).toContainText('4 → 0');
  await expect(page.getByText(/outside the window/).first()).toBeVisible();
  const found = await new AxeBuilder({ page })
    .include('form[aria-label="Replay as if"]')
    .include('section[aria-label="Window over time"]')
    .analyze();
  expect(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`)).toEqual([]);
});
