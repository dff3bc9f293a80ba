// What if: replay the incident under another setting, see what it spares, and jump to the packets.
import { readFileSync } from 'node:fs';
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
  const change = page.getByRole('row').filter({ hasText: 'leaks untranslated' });
  await expect(change).toContainText(/SEQ is under lower bound \d* ?\(already ACKed data retransmitted\)/);
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

const banner = (page: Page) => page.getByRole('region', { name: 'Prediction beside what was observed' });
/** Rows of the diagram as screen readers get them. */
const rows = (page: Page) => page.locator('[data-rows] tr');

test('the answer redraws the diagram: what would have been beside what was, and back by Escape', async ({ page }) => {
  await openPanel(page);
  await expect(banner(page)).toHaveCount(0);
  await page.getByRole('checkbox', { name: 'be_liberal = 1' }).check();
  await expect(banner(page)).toContainText('as if nf_conntrack_tcp_be_liberal = 1');
  await expect(banner(page)).toContainText('1 would fare otherwise, 6 would not be sent');
  const leak = rows(page).filter({ hasText: 'Leaked packet' });
  await expect(leak).toContainText('predicted: translated, ESTABLISHED');
  await expect(rows(page).filter({ hasText: 'predicted: not sent, as it follows from envoy #3973' })).toHaveCount(1);
  await expect(rows(page).filter({ hasText: 'predicted: not sent, as it follows from envoy #3974' })).toHaveCount(5);
  await expect(rows(page).filter({ hasText: 'predicted: unknown since envoy #3974' }).first()).toBeAttached();
  await expect(page).toHaveURL(/if=be_liberal%3A1/);
  await page.keyboard.press('Escape');
  await expect(banner(page)).toHaveCount(0);
  await expect(leak).not.toContainText('predicted');
  await expect(page.getByRole('checkbox', { name: 'be_liberal = 1' })).not.toBeChecked();
  await expect(page).not.toHaveURL(/if=/);
  await page.goBack();
  await expect(banner(page)).toBeVisible();
  await banner(page).getByRole('button', { name: 'Back to what was observed' }).click();
  await expect(banner(page)).toHaveCount(0);
});

test('a dropped packet ends at the node; a packet inside an opened band says what would have become of it', async ({ page }) => {
  await openPanel(page);
  await page.getByRole('checkbox', { name: 'a rule drops INVALID' }).check();
  await expect(banner(page)).toContainText('as if a rule dropped INVALID');
  await expect(rows(page).filter({ hasText: 'Leaked packet' })).toContainText('predicted: dropped, DROPPED: SEQ is under the lower bound');
  await expect(
    rows(page)
      .filter({ hasText: /segments.*predicted: \d+ unknown/ })
      .first(),
  ).toBeAttached();
});

test('an address opens the comparison', async ({ page }) => {
  await page.goto('/#sample?if=kernel:6.1');
  await expect(banner(page)).toContainText('as if Linux 6.1', { timeout: 30_000 });
});

test('the picture of a comparison says that it is a prediction', async ({ page }) => {
  await openPanel(page);
  await page.getByRole('checkbox', { name: 'be_liberal = 1' }).check();
  await expect(banner(page)).toBeVisible();
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await page.getByRole('radio', { name: /SVG/ }).check();
  await expect(page.getByText('The picture also shows what would have been, and says that it is a prediction.')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save' }).click();
  const svg = readFileSync(await (await download).path(), 'utf8');
  expect(svg).toContain('Prediction beside what was observed: as if nf_conntrack_tcp_be_liberal = 1');
  expect(svg).toContain('predicted: translated');
  expect(svg).toContain('observed, would not be sent');
});

test('the entry along the node’s lane says its state, since when and for how long', async ({ page }) => {
  await openPanel(page);
  const canvas = page.getByRole('img', { name: 'Sequence diagram of packets' });
  const box = await canvas.boundingBox();
  if (!box) throw new Error('no diagram');
  const node = await page.getByRole('button', { name: /^Lane (NAT node|.*192\.168)/ }).boundingBox();
  if (!node) throw new Error('no lane of the node');
  const card = page.locator('[data-hover-card]');
  await expect(async () => {
    await page.mouse.move(node.x + node.width / 2 + 30, box.y + box.height * 0.31);
    await page.mouse.move(node.x + node.width / 2 + 4, box.y + box.height * 0.3);
    await expect(card).toContainText('conntrack entry: ESTABLISHED', { timeout: 500 });
  }).toPass({ timeout: 10_000 });
  await expect(card).toContainText(/since envoy #3 at .*client → server.*then 432,000 s to live.*made by the client/);
  // What the states of this diagram look like, and all of them among the keys.
  await expect(card.getByRole('listitem', { includeHidden: true }).filter({ hasText: 'ES' })).toContainText('the handshake is complete');
  await expect(rows(page).filter({ hasText: 'SYN ACK' }).first()).toContainText('conntrack entry then SYN_RECV');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  await expect(help.getByRole('listitem').filter({ hasText: 'TIME_WAIT' })).toContainText('both FINs were acknowledged');
  expect((await new AxeBuilder({ page }).include('dialog[open]').analyze()).violations.map((v) => v.id)).toEqual([]);
});

test('the comparison has nothing that a screen reader cannot read', async ({ page }) => {
  await openPanel(page);
  await page.getByRole('checkbox', { name: 'be_liberal = 1' }).check();
  await expect(banner(page)).toBeVisible();
  const found = await new AxeBuilder({ page }).include('[data-ladder]').analyze();
  expect(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`)).toEqual([]);
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
