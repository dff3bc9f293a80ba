// The panels below the diagram: connections sorted, filtered and chosen; a clock set by hand; both clean for axe.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { capture, dropFiles, expect, test } from './support.ts';

const SLOW = { timeout: 20_000 };
const panel = (page: Page) => page.getByTestId('drawer');

async function openPanel(page: Page, name: string): Promise<void> {
  await page.goto('/');
  await dropFiles(page, [capture('ebay-leak/pilot.pcap'), capture('ebay-leak/envoy.pcap')]);
  await expect(page.locator('[data-ladder]')).toBeVisible(SLOW);
  await page.getByRole('navigation').getByRole('button', { name, exact: true }).click();
}

async function expectClean(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include('[data-testid=drawer]').analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
}

test('connections: sorted by a column, filtered by port, chosen by keyboard', async ({ page }) => {
  await openPanel(page, 'Connections');
  const grid = panel(page).getByRole('grid', { name: 'Connections across capture points' });
  await expect(grid.getByRole('row').nth(1)).toBeVisible(SLOW);
  await grid.getByRole('button', { name: /^Packets/ }).click();
  await expect(grid.getByRole('columnheader', { name: /^Packets/ })).toHaveAttribute('aria-sort', /ascending|descending/);
  await grid.focus();
  await page.keyboard.press('End');
  await expect(grid.locator('[aria-selected=true]')).toHaveCount(1);
  await expectClean(page);
  await panel(page).getByLabel('Address or port').fill('203.0.113.9');
  await expect(panel(page).getByText('No connection passes this filter.')).toBeVisible(SLOW);
  await panel(page).getByRole('button', { name: 'Clear the filter' }).click();
  await expect(grid.getByRole('row').nth(1)).toBeVisible(SLOW);
});

test('clocks: an offset set by hand holds until it is released', async ({ page }) => {
  await openPanel(page, 'Clocks');
  const table = panel(page).getByRole('table', { name: 'Clocks of the capture points' });
  await expect(table).toBeVisible(SLOW);
  await expectClean(page);
  await panel(page).getByLabel('Offset in milliseconds').fill('1.5');
  await panel(page).getByRole('button', { name: 'Set by hand' }).click();
  await expect(table).toContainText('set by hand', SLOW);
  await panel(page).getByRole('button', { name: 'Use what the packets say' }).click();
  await expect(table).not.toContainText('set by hand', SLOW);
});

test('plots: the curves have a name each and their numbers as a table', async ({ page }) => {
  await openPanel(page, 'Sequence plot');
  const numbers = panel(page).getByRole('region', { name: 'Numbers of the curves' });
  await expect(numbers.getByRole('table').first()).toBeVisible(SLOW);
  await numbers.focus();
  await expect(numbers).toBeFocused();
  await expectClean(page);
});
