// Looking at packets: filter, select, fields and octets that mark each other, copy, plots linked to the rest.
import { writeFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { encodePcap } from '../src/testing/captureFiles.ts';
import { encodeFrame } from '../src/testing/packets.ts';
import { capture, dropFiles, expect, still, test } from './support.ts';

test.use({ viewport: { width: 1600, height: 1000 } });
// Analysis of two captures and a full page: more than the usual time on a busy machine.
test.describe.configure({ timeout: 120_000 });
const SLOW = { timeout: 30_000 };

const TAPS = ['ebay-leak/envoy.pcap', 'ebay-leak/pilot.pcap'].map(capture);

async function openPackets(page: Page): Promise<void> {
  await page.goto('/');
  await dropFiles(page, TAPS);
  await page.getByRole('navigation').getByRole('button', { name: 'Packets' }).click();
  await expect(page.getByRole('grid', { name: 'Packets' })).toBeVisible(SLOW);
  await expect(page.getByText(/^[\d,]+ of [\d,]+$/)).toBeVisible(SLOW);
}

const rows = (page: Page) => page.getByRole('grid', { name: 'Packets' }).locator('tbody').getByRole('row');
const inspector = (page: Page) => page.getByRole('complementary', { name: 'Inspector' });

async function filterBy(page: Page, text: string): Promise<void> {
  const field = page.getByRole('combobox', { name: 'Display filter' });
  await field.fill(text);
  await field.press('Enter');
}

test('a filter with names as in Wireshark and of our own leaves the packets it names', async ({ page }) => {
  await openPackets(page);
  await filterBy(page, 'tcp.flags.reset == 1 && hop.tap == "envoy"');
  await expect(rows(page).first()).toContainText('RST');
  for (const text of await rows(page).allTextContents()) expect(text).toContain('envoy');
  await filterBy(page, 'hop.leak');
  await expect(rows(page).first()).toContainText('leak');
  await expect(rows(page).first()).toContainText('10.148.74.34');
});

test('a wrong filter says where and what, and the list stays', async ({ page }) => {
  await openPackets(page);
  await filterBy(page, 'tcp.prt == 80');
  await expect(page.getByRole('alert')).toContainText('There is no field “tcp.prt”. Did you mean tcp.port?');
  await filterBy(page, 'ip.addr == 10.0.0.300');
  await expect(page.getByRole('alert')).toContainText('an IPv4 address or network');
});

test('completion offers fields, then values, by keyboard alone', async ({ page }) => {
  await openPackets(page);
  const field = page.getByRole('combobox', { name: 'Display filter' });
  await field.pressSequentially('hop.ta');
  await expect(page.getByRole('option', { name: /^hop\.tap/ })).toBeVisible();
  await field.press('ArrowDown');
  await field.press('Enter');
  await expect(field).toHaveValue('hop.tap');
  await field.pressSequentially(' == ');
  await expect(page.getByRole('option', { name: '"pilot"' })).toBeVisible();
  await field.press('ArrowDown');
  await field.press('ArrowDown');
  await field.press('Enter');
  await field.press('Enter');
  await expect(rows(page).first()).toContainText('pilot');
});

test('keys walk the list, and the inspector follows', async ({ page }) => {
  await openPackets(page);
  await filterBy(page, 'hop.leak');
  await expect(rows(page).first()).toContainText('leak');
  await rows(page).first().click();
  await expect(inspector(page)).toContainText('Leaked segment, envoy #');
  const first = await inspector(page).getByRole('heading').first().textContent();
  await page.keyboard.press('ArrowDown');
  await expect(inspector(page).getByRole('heading').first()).not.toHaveText(first ?? '');
  await page.keyboard.press('Home');
  await expect(inspector(page).getByRole('heading').first()).toHaveText(first ?? '');
});

test('Shift selects a range, by pointer and by keyboard, and says what it adds up to', async ({ page }) => {
  await openPackets(page);
  const selected = rows(page).and(page.locator('[aria-selected=true]'));
  const totals = page.getByTestId('drawer').getByRole('status');
  const at = (number: number) => page.getByRole('grid', { name: 'Packets' }).locator(`tbody [aria-rowindex="${number + 1}"]`);
  await page.getByRole('grid', { name: 'Packets' }).focus();
  await page.keyboard.press('Home');
  await at(2).click();
  await expect(at(2)).toHaveAttribute('aria-selected', 'true');
  await at(6).click({ modifiers: ['Shift'] });
  await expect(totals.first()).toContainText('5 packets');
  await expect(selected).toHaveCount(5);
  await page.keyboard.press('Shift+ArrowDown');
  await expect(selected).toHaveCount(6);
  // Back over the beginning: the range turns around it.
  for (let i = 0; i < 6; i++) await page.keyboard.press('Shift+ArrowUp');
  await expect(selected).toHaveCount(2);
  await page.keyboard.press('ArrowDown');
  await expect(selected).toHaveCount(1);
});

test('the leaked packet shows what should have been there, its sightings, and what it caused', async ({ page }) => {
  await openPackets(page);
  await filterBy(page, 'hop.leak && tcp.len > 0');
  await rows(page).first().click();
  const side = inspector(page);
  await expect(side.locator('s')).toHaveText('192.168.107.214:15010');
  await expect(side).toContainText('bytes behind the stream');
  // Beside the time on the common clock the one that the file recorded, here and at every other capture point; in the list, where wanted.
  const recorded = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}/;
  await expect(side.getByText('as recorded, UTC').first().locator('..')).toContainText(recorded);
  await expect(side.getByRole('row', { name: /^as recorded, UTC( \d\d:\d\d:\d\d\.\d{6}){2}$/ })).toBeVisible();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'As recorded, UTC' }).click();
  await page.keyboard.press('Escape');
  await expect(rows(page).first().locator('[data-column=ownTime]')).toHaveText(recorded);
  await expect(side.getByRole('row', { name: /TTL/ })).toContainText('63');
  await side.getByRole('listitem').filter({ hasText: 'RST that answers it' }).getByRole('button').click();
  await expect(side.getByRole('heading').first()).toContainText('RST, envoy #');
});

test('a field marks its octets, an octet its field', async ({ page }) => {
  await openPackets(page);
  await filterBy(page, 'hop.leak');
  await rows(page).first().click();
  const side = inspector(page);
  await side.getByRole('tab', { name: 'Bytes' }).click();
  await side.getByRole('treeitem', { name: /Time to Live/ }).click();
  const octets = side.getByRole('group', { name: 'Octets of the packet' });
  await page.mouse.move(5, 5);
  await expect(octets.locator('[data-mark="selected"]').first()).toHaveAttribute('data-at', '22');
  await expect(side.getByText('ip.ttl == 63')).toBeVisible();
  await octets.locator('[data-at="26"]').first().click();
  await expect(side.getByRole('treeitem', { selected: true })).toContainText('Source Address');
  await side.getByRole('tree', { name: 'Fields' }).press('ArrowDown');
  await expect(side.getByRole('treeitem', { selected: true })).toContainText('Destination Address');
  await side.getByRole('button', { name: 'Filter by this field' }).click();
  await expect(page.getByRole('combobox', { name: 'Display filter' })).toHaveValue('ip.dst == 10.148.74.37');
});

test('the packet is copied in the languages of other tools', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openPackets(page);
  await filterBy(page, 'hop.leak');
  await rows(page).first().click();
  const copied = async (item: string): Promise<string> => {
    await inspector(page).getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('menuitem', { name: item }).click();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  expect(await copied('Wireshark display filter of this packet')).toMatch(/^ip\.src == 10\.148\.74\.34 && .* && tcp\.seq_raw == \d+ /);
  expect(await copied('tcpdump expression of the connection')).toContain('host 192.168.107.214');
  expect(await copied('tcpdump expression of this packet')).toMatch(/^tcp and src host 10\.148\.74\.34 and .* and ip\[\d+:4\] = 0x/);
  expect(JSON.parse(await copied('All fields as JSON')).layers.length).toBeGreaterThan(2);
  expect(await copied('Facts as Markdown')).toContain('| source |');
});

test('the plot draws the connection, names what is under the pointer, and selects it', async ({ page }) => {
  await openPackets(page);
  await filterBy(page, 'hop.leak && tcp.len > 0');
  await rows(page).first().click();
  await page
    .getByRole('region', { name: /list|plot/i })
    .getByRole('tab', { name: 'Sequence plot' })
    .click();
  const plot = page.getByTestId('drawer').getByRole('img', { name: /^Time–sequence plot of / });
  await expect(plot).toHaveAttribute('aria-label', /at envoy: [\d,]+ segments.*[1-9]\d* leaks/, SLOW);
  const before = (await plot.getAttribute('aria-label')) ?? '';
  await plot.focus();
  for (let i = 0; i < 6; i++) await page.keyboard.press('+');
  await expect(plot).not.toHaveAttribute('aria-label', before, SLOW);
  // The diagram shows the same stretch of time, and says so in the address of the page.
  await expect.poll(() => page.url(), SLOW).toMatch(/window=\d+-\d+/);
  await page.keyboard.press('0');
  await expect(plot).toHaveAttribute('aria-label', before, SLOW);
  await expect(page.getByRole('table', { name: 'In numbers' }).getByRole('row', { name: /leaks/ }).first()).toContainText(/[1-9]/);
});

test('a packet of another connection stays selected when the diagram changes to its path', async ({ page }, info) => {
  const at = 1_700_000_000_000_000_000n;
  const records = Array.from({ length: 40 }, (_, i) => {
    const src = `10.0.0.${i < 20 ? 1 : 2}:40000`;
    return {
      time: at + BigInt(i) * 1_000_000n,
      bytes: encodeFrame({ src, dst: '10.0.1.1:80', seq: 1000 + i, flags: i % 20 === 0 ? 'S' : 'A' }),
    };
  });
  const path = info.outputPath('two.pcap');
  writeFileSync(path, encodePcap(records));
  await page.goto('/');
  await dropFiles(page, [path]);
  await page.getByRole('navigation').getByRole('button', { name: 'Packets' }).click();
  await expect(page.getByText('40 of 40')).toBeVisible(SLOW);
  await rows(page).first().click();
  await expect(inspector(page).getByRole('heading').first()).toContainText('two #1');
  await page.keyboard.press('End');
  await expect(inspector(page).getByRole('heading').first()).toContainText('two #40');
  expect(await still(() => inspector(page).getByRole('heading').first().textContent(), 15)).toContain('two #40');
  await rows(page)
    .last()
    .click({ modifiers: ['Control'] });
  await rows(page)
    .nth(-3)
    .click({ modifiers: ['Control'] });
  await expect(page.getByTestId('drawer').getByText(/^2 packets/)).toContainText('0 RSTs');
});

for (const [theme, language] of [
  ['light', 'en'],
  ['dark', 'zh'],
] as const) {
  test(`axe finds nothing in list, inspector and plots: ${theme}, ${language}`, async ({ page }) => {
    await page.addInitScript(
      (settings) => localStorage.setItem('hopscope-settings', settings),
      JSON.stringify({
        state: { theme, language, drawer: 'packets', inspectorOpen: true, verdictOpen: true, times: 'relative', seq: 'relative' },
        version: 1,
      }),
    );
    await page.goto('/');
    await dropFiles(page, TAPS);
    const words =
      language === 'en'
        ? ['Display filter', 'Bytes', 'Connection', 'Sequence plot', 'Packet']
        : ['显示过滤器', '字节', '连接', '序列图', '数据包'];
    const [filter = '', ...tabs] = words;
    const field = page.getByRole('combobox', { name: filter });
    await expect(field).toBeVisible(SLOW);
    await field.fill('hop.leak');
    await field.press('Enter');
    const list = page.getByRole('grid').first();
    await expect(list.locator('tbody tr').first()).toBeVisible(SLOW);
    await list.locator('tbody tr').first().click();
    const side = page.getByRole('complementary').last();
    for (const tab of tabs) {
      await side.getByRole('tab', { name: tab, exact: true }).click();
      const found = await new AxeBuilder({ page }).include('aside:last-of-type').include('[role="grid"]').analyze();
      expect(found.violations.map((v) => `${tab}: ${v.id} ${v.nodes[0]?.html.slice(0, 160)}`)).toEqual([]);
    }
  });
}
