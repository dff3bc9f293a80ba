// The panels below the diagram: connections sorted, filtered and chosen; a clock set by hand; both clean for axe.
import { writeFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page, TestInfo } from '@playwright/test';
import { manyConnectionFiles } from '../src/testing/manyConnections.ts';
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
  // Which server was meant is not cut off, and neither is why these captures show one connection.
  const servers = grid.locator('tbody [data-column=server]');
  expect(await servers.evaluateAll((cells) => cells.filter((c) => c.scrollWidth > c.clientWidth).map((c) => c.textContent))).toEqual([]);
  await expect(panel(page).getByRole('complementary', { name: 'The chosen connection' }).getByText(/agree/).first()).toBeInViewport();
  await grid.getByRole('button', { name: /^Packets/ }).click();
  await expect(grid.getByRole('columnheader', { name: /^Packets/ })).toHaveAttribute('aria-sort', /ascending|descending/);
  await grid.focus();
  await page.keyboard.press('End');
  await expect(grid.locator('[aria-selected=true]')).toHaveCount(1);
  // Several at once: with Shift up to a row, by Ctrl one more or less; what they add up to, their rows as a table, their packets.
  const connections = grid.locator('tbody').getByRole('row');
  const first = await connections.first().locator('[data-column=client]').textContent();
  await page.keyboard.press('Shift+Home');
  await expect(grid.locator('[aria-selected=true]')).toHaveCount(await connections.count());
  const totals = panel(page)
    .getByRole('status')
    .filter({ hasText: /\d+ connections, [\d,]+ packets/ });
  await expect(totals).toBeVisible();
  await expectClean(page);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.keyboard.press('Control+c');
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toMatch(new RegExp(`^Start\tClient\t.*\n[^\n]*\t${first?.replaceAll('.', '\\.')}\t`));
  await connections.first().click({ modifiers: ['Control'] });
  await connections.first().click({ modifiers: ['Control'] });
  await expect(totals).toBeVisible();
  await panel(page).getByRole('button', { name: 'List their packets' }).click();
  await expect(panel(page).getByRole('combobox', { name: 'Display filter' })).toHaveValue(/^hop\.path in \{\d+, \d+/);
  await expect(panel(page).getByRole('grid', { name: 'Packets' }).locator('tbody tr').first()).toBeVisible();
  await page.getByRole('tab', { name: 'Connections' }).click();
  await expect(connections.first()).toBeVisible(SLOW);
  await panel(page).getByLabel('Filter: address, port').fill('203.0.113.9');
  await expect(panel(page).getByText('No connection passes this filter.')).toBeVisible(SLOW);
  await panel(page).getByRole('button', { name: 'Clear the filter' }).click();
  await expect(grid.getByRole('row').nth(1)).toBeVisible(SLOW);
});

test('connections: columns are chosen, kept, sorted by, and compared in the filter', async ({ page }) => {
  await openPanel(page, 'Connections');
  const grid = panel(page).getByRole('grid', { name: 'Connections across capture points' });
  await expect(grid.getByRole('row').nth(1)).toBeVisible(SLOW);
  const names = ['Handshake', 'Least RTT', 'In flight', 'Completeness', 'From client', 'From server', 'What if'];
  await panel(page).getByRole('button', { name: 'Columns' }).click();
  for (const name of names) await page.getByRole('menuitemcheckbox', { name }).click();
  await page.keyboard.press('Escape');
  await expect(panel(page).getByRole('button', { name: 'Columns' })).toBeFocused();
  for (const name of names) await expect(grid.getByRole('columnheader', { name })).toBeVisible();
  // The connection of the incident: both ends' data was acknowledged, a RST ended it.
  await panel(page).getByLabel('Filter: address, port').fill('has:leak is:reset rtt>1us packets>100');
  const row = grid.locator('tbody').getByRole('row').first();
  await expect(row.locator('[data-column=completeness]')).toHaveText(/^(Complete|Incomplete).* \(\d+\)$/, SLOW);
  await expect(row.locator('[data-column=close]')).toHaveText(/^RST, client$/);
  await expect(row.locator('[data-column=whatIf]')).toHaveText('yes');
  for (const c of ['rttLeast', 'rttMedian']) await expect(row.locator(`[data-column=${c}]`)).toHaveText(/^[\d.]+ (µs|ms|s)$/);
  await expect(row.locator('[data-column=inFlight]')).toHaveText(/^[\d.]+ [kM]?B$/);
  await grid.getByRole('button', { name: 'Median RTT' }).click();
  await expect(grid.getByRole('columnheader', { name: 'Median RTT' })).toHaveAttribute('aria-sort', 'descending');
  await expectClean(page);
  await panel(page).getByLabel('Filter: address, port').fill('speed>5');
  await expect(panel(page).getByRole('status').filter({ hasText: '“speed>5” compares nothing known' })).toBeVisible(SLOW);
  await panel(page).getByLabel('Filter: address, port').fill('is:unanswered');
  await expect(panel(page).getByText('No connection passes this filter.')).toBeVisible(SLOW);
  await page.reload();
  await page.waitForLoadState('networkidle');
  expect(await page.evaluate(() => localStorage.getItem('hopscope-connection-columns'))).toContain('"hidden":[]');
});

test('connections: a half-open one is found by its kind; its header says at which end, why, and what both ends offered', async ({
  page,
}) => {
  await page.goto('/');
  await dropFiles(
    page,
    ['client', 'node-in', 'node-out', 'server'].map((point) => capture(`recorded-6.18/node-rejects/${point}.pcap`)),
  );
  await expect(page.locator('[data-ladder]')).toBeVisible(SLOW);
  await page.getByRole('navigation').getByRole('button', { name: 'Connections', exact: true }).click();
  const ends = panel(page).getByRole('grid', { name: 'Connections across capture points' }).locator('[data-column=close]');
  for (const filter of ['is:half-open', 'is:reset']) {
    await panel(page).getByLabel('Filter: address, port').fill(filter);
    await expect(ends).toHaveText(['half-open at server'], SLOW);
  }
  await ends.click();
  const header = panel(page).getByRole('complementary', { name: 'The chosen connection' });
  await expect(header).toContainText('no RST that counts reached the server, which still held it when last captured');
  await expect(header.getByRole('row', { name: 'MSS' })).toHaveText(/^MSS1460.*1460/);
  await expect(header.getByRole('row', { name: 'SACK' })).toHaveText('SACKyesyes');
  await expectClean(page);
});

test('clocks: an offset set by hand holds until it is released', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openPanel(page, 'Clocks');
  const table = panel(page).getByRole('table', { name: 'Clocks of the capture points' });
  await expect(table).toBeVisible(SLOW);
  await expectClean(page);
  const offset = panel(page).getByLabel('Offset in milliseconds');
  const inferred = await offset.inputValue();
  await offset.fill('50');
  await panel(page).getByRole('button', { name: 'Set by hand' }).click();
  await expect(table).toContainText('set by hand', SLOW);
  // What the packets say stays in sight, and so do those that the clock set by hand contradicts.
  await expect(table).toContainText(/packets say [+−][\d.]+ .s ± /);
  await expect(table).toContainText(/\d+ packets arrive before they were sent/);
  const chip = page.getByRole('banner').getByRole('button', { name: /set by hand/ });
  await expect(chip).toContainText('+50 ms set by hand');
  await expect(chip.getByLabel('As this clock stands, packets arrive before they were sent')).toBeVisible();
  await expectClean(page);
  const early = panel(page).getByText('Arrive before they were sent:').getByRole('button').first();
  await early.click();
  // In the diagram it is selected, and says by how much.
  const selected = page.getByRole('table', { name: 'Rows of the diagram' }).getByRole('button', { pressed: true }).first();
  await expect(selected).toHaveAccessibleName(/arrives [\d.]+ ms before it was sent/);
  const name = await early.textContent();
  await expect(page.getByRole('complementary', { name: 'Inspector' }).getByRole('heading', { level: 2 }).first()).toContainText(
    name ?? '-',
  );
  await page.keyboard.press('Control+z');
  await expect(table).not.toContainText('set by hand', SLOW);
  await page.keyboard.press('Control+y');
  await expect(table).toContainText('set by hand', SLOW);
  await panel(page).getByRole('button', { name: 'Use what the packets say' }).click();
  await expect(table).not.toContainText('set by hand', SLOW);
  await expect(table).not.toContainText('before they were sent');
  await expect(offset).toHaveValue(inferred);
});

test('clocks: of captures that share no packets panel and chip say which, and what follows, as the report does', async ({ page }) => {
  await page.setViewportSize({ width: 1600, height: 1000 });
  await page.goto('/');
  await dropFiles(page, [capture('ebay-leak/envoy.pcap'), capture('app-close-unread/pilot.pcap')]);
  await expect(page.locator('[data-ladder]')).toBeVisible(SLOW);
  const says = 'saw none of the packets that the other captures hold: its clock cannot be compared with theirs';
  const chip = page.getByRole('banner').getByRole('button', { name: /clock unknown/ });
  await chip.hover();
  await expect(page.getByRole('tooltip')).toContainText(`pilot ${says}`);
  await chip.click();
  await expect(panel(page).getByRole('row', { name: /pilot/ })).toContainText(says);
  await panel(page).getByRole('button', { name: 'Show pilot' }).click();
  await expect(panel(page).getByText(`pilot ${says}.`)).toBeVisible();
  await expectClean(page);
});

/** The same connections as seen one hop further: later, and with a TTL that has gone down. */
function hop(bytes: Uint8Array, hops: number): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let at = 24; at < copy.length; at += 16 + view.getUint32(at + 8, true)) {
    view.setUint32(at + 4, view.getUint32(at + 4, true) + 20 * hops, true);
    view.setUint8(at + 16 + 14 + 8, 64 - hops);
  }
  return copy;
}

async function openHops(page: Page, info: TestInfo, count: number): Promise<void> {
  const [near] = manyConnectionFiles(40, 'closed');
  const files = Array.from({ length: count }, (_, i) => {
    const path = info.outputPath(`underlay-of-host-${i}-in-rack.pcap`);
    writeFileSync(path, hop(near, i));
    return path;
  });
  await page.goto('/');
  await dropFiles(page, files);
  await expect(page.locator('[data-ladder]')).toBeVisible(SLOW);
}

test('more capture points than lanes: a menu says which have none, between which they lie, and how they get one', async ({
  page,
}, info) => {
  await openHops(page, info, 14);
  const button = page.getByRole('toolbar').getByRole('button', { name: /more capture points$/ });
  await expect(button).toBeVisible(SLOW);
  await button.focus();
  await page.keyboard.press('Enter');
  const menu = page.getByRole('menu');
  await expect(menu).toContainText(/Without a lane: the diagram has room for \d+/);
  await expect(menu).toContainText(/underlay-of-host-\d+-in-rack, between underlay-of-host-\d+-in-rack and underlay-of-host-\d+-in-rack/);
  expect((await new AxeBuilder({ page }).include('[role=menu]').analyze()).violations.map((v) => v.id)).toEqual([]);
  await page.getByRole('menuitem', { name: 'Remove captures that are not needed: these get their lanes' }).press('Enter');
  await expect(panel(page).getByRole('textbox', { name: /Name of the capture point/ })).toHaveCount(14);
  // One less: its lane goes to one that had none.
  const before = Number((await button.textContent())?.match(/\d+/)?.[0]);
  await panel(page).getByRole('button', { name: 'Remove underlay-of-host-5-in-rack' }).click();
  await expect(button).toHaveText(new RegExp(`^${before - 1} more`));
  // Lanes hidden by hand are named where they are shown again.
  await page.getByRole('button', { name: /^Lane underlay-of-host-0-in-rack/ }).press('Delete');
  await expect(page.getByRole('button', { name: '1 lane hidden' })).toHaveAttribute('title', /^Hidden: underlay-of-host-0-in-rack\./);
});

for (const width of [1280, 1440])
  test(`clocks: with eight capture points the table stays clear of the plot, ${width} px`, async ({ page }, info) => {
    await page.setViewportSize({ width, height: 900 });
    await openHops(page, info, 8);
    await page.getByRole('navigation').getByRole('button', { name: 'Clocks', exact: true }).click();
    const table = panel(page).getByRole('table', { name: 'Clocks of the capture points' });
    await expect(table.getByRole('row')).toHaveCount(9);
    const plot = panel(page).getByRole('img', { name: /^Bounds of/ });
    for (const name of ['underlay-of-host-3-in-rack', 'underlay-of-host-7-in-rack']) {
      await table.getByRole('button', { name: `Show ${name}` }).click();
      const [left, right] = [await table.boundingBox(), await plot.boundingBox()];
      if (!left || !right) throw new Error('not on screen');
      // Beside each other or one above the other, never one upon the other; nothing of the plot lies beyond the panel.
      expect(left.x + left.width <= right.x || left.y + left.height <= right.y || right.y + right.height <= left.y).toBe(true);
      const edge = await panel(page).boundingBox();
      expect(right.x + right.width).toBeLessThanOrEqual((edge?.x ?? 0) + (edge?.width ?? 0));
      expect(right.width).toBeGreaterThan(180);
      // What a cell says stays in its cell.
      const over = await table.evaluate((t) => [...t.querySelectorAll('td, th')].filter((c) => c.scrollWidth > c.clientWidth + 1).length);
      expect(over).toBe(0);
    }
    await expectClean(page);
  });

test('plots: the curves have a name each and their numbers as a table', async ({ page }) => {
  await openPanel(page, 'Sequence plot');
  const numbers = panel(page).getByRole('region', { name: 'Numbers of the curves' });
  await expect(numbers.getByRole('table').first()).toBeVisible(SLOW);
  await numbers.focus();
  await expect(numbers).toBeFocused();
  await expectClean(page);
});

test('plots: throughput, octets in flight and round trips are read under the pointer; the other direction is a button', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1600, height: 1000 });
  await openPanel(page, 'Sequence plot');
  const said = panel(page).locator('[data-readout]');
  const rates = panel(page).getByRole('img', { name: /^Throughput/ });
  await expect(rates).toBeVisible(SLOW);
  await rates.hover({ position: { x: 120, y: 40 } });
  await expect(said).toContainText(/\/s.*in flight [\d.]+ [kM]?B/, SLOW);
  const trips = panel(page).getByRole('img', { name: /round trips, median/ });
  // Somewhere along the axis is a round trip.
  await expect(async () => {
    for (let x = 80; x < 160; x += 8) {
      await trips.hover({ position: { x, y: 40 } });
      if ((await said.count()) > 0) break;
    }
    await expect(said).toContainText(/RTT [\d.]+ (ns|µs|ms|s)/, { timeout: 500 });
  }).toPass(SLOW);
  const curve = panel(page).getByRole('combobox', { name: 'Connection and direction' });
  const before = await curve.inputValue();
  await panel(page).getByRole('button', { name: 'Other direction' }).click();
  await expect(curve).not.toHaveValue(before);
  await panel(page).getByRole('button', { name: 'Other direction' }).click();
  await expect(curve).toHaveValue(before);
});

test('at twice the size on a small screen the plots lie below each other, and the connections keep their rows', async ({ page }) => {
  await page.setViewportSize({ width: 640, height: 500 });
  await openPanel(page, 'Sequence plot');
  for (const name of [/^Time–sequence/, /^Throughput/, /round trips, median/]) {
    const box = await panel(page).getByRole('img', { name }).boundingBox();
    expect(box?.width).toBeGreaterThan(250);
    expect(box?.height).toBeGreaterThan(100);
  }
  await expectClean(page);
  await panel(page).getByRole('tab', { name: 'Connections' }).click();
  const grid = panel(page).getByRole('grid', { name: 'Connections across capture points' });
  await expect(grid.locator('tbody').getByRole('row').nth(1)).toBeInViewport(SLOW);
  await expectClean(page);
});

test('a field under the pointer marks its octets, an octet under the pointer its field', async ({ page }) => {
  await page.setViewportSize({ width: 1600, height: 1000 });
  await openPanel(page, 'Packets');
  const side = page.getByRole('complementary', { name: 'Inspector' });
  await page.getByTestId('drawer').getByRole('grid', { name: 'Packets' }).locator('tbody').getByRole('row').first().click();
  await side.getByRole('tab', { name: 'Bytes' }).click();
  const octets = side.getByRole('group', { name: 'Octets of the packet' });
  await side.getByRole('treeitem', { name: /Time to Live/ }).hover();
  await expect(octets.locator('[data-mark="hovered"]').first()).toHaveAttribute('data-at', '22');
  await octets.locator('[data-at="26"]').first().hover();
  await expect(side.locator('[data-hovered="true"]')).toContainText('Source Address');
  await page.mouse.move(5, 5);
  await expect(side.locator('[data-hovered="true"]')).toHaveCount(0);
});

for (const [theme, language] of [
  ['light', 'en'],
  ['dark', 'zh'],
] as const) {
  test(`axe finds nothing on any panel, nor on the story: ${theme}, ${language}`, async ({ page }) => {
    // Eight pages, each looked through whole.
    test.setTimeout(300_000);
    await page.setViewportSize({ width: 1600, height: 1000 });
    const panels = ['packets', 'connections', 'plots', 'captures', 'clocks', 'whatif', 'notes'];
    for (const drawer of panels) {
      await page.addInitScript(
        (settings) => location.protocol.startsWith('http') && localStorage.setItem('hopscope-settings', settings),
        JSON.stringify({
          state: { theme, language, drawer, inspectorOpen: true, verdictOpen: true, times: 'relative', seq: 'relative' },
          version: 1,
        }),
      );
      await page.goto('about:blank');
      await page.goto('/#sample');
      await expect(page.locator('[data-ladder] [data-rows] tr').first()).toBeAttached(SLOW);
      await expect(panel(page)).toBeVisible();
      await page.waitForLoadState('networkidle');
      await expectClean(page);
    }
    // The story takes the whole page.
    const words = language === 'en' ? { add: 'Add this view', play: 'Play' } : { add: '添加当前视图', play: '播放' };
    await panel(page).getByRole('button', { name: words.add }).click();
    await panel(page).getByRole('button', { name: words.play, exact: true }).click();
    await expect(page.getByRole('complementary').first()).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
  });
}
