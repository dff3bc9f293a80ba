// The capture panel: names, order, what limits the verdict; panels that close, resize and give way.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { capture, dropFiles, expect, test } from './support.ts';

const openSample = async (page: Page): Promise<void> => {
  await page.goto('/#sample');
  await expect(page.getByRole('table', { name: 'Rows of the diagram' })).toBeAttached();
};
const openCaptures = (page: Page) =>
  page
    .getByRole('navigation', { name: 'Lists and plots' })
    .getByRole('button', { name: /^Captures/ })
    .click();
const names = (page: Page) => page.getByRole('textbox', { name: /Name of the capture point/ });

test('a capture point renamed is renamed everywhere', async ({ page }) => {
  await openSample(page);
  await openCaptures(page);
  const name = page.getByRole('textbox', { name: 'Name of the capture point of envoy.pcap' });
  await name.fill('sidecar');
  await name.press('Enter');
  await expect(page.getByRole('banner').getByRole('button', { name: /^sidecar/ })).toBeVisible();
  await expect(
    page
      .getByRole('complementary', { name: 'Verdict' })
      .getByRole('button', { name: /^sidecar #\d+/ })
      .first(),
  ).toBeVisible();
});

test('names that find no room while the window shrinks become one button', async ({ page }) => {
  // What observes sizes tells of them late, as on a busy machine: the drawing may rest on a size that is gone.
  await page.addInitScript(() => {
    const Observer = globalThis.ResizeObserver;
    globalThis.ResizeObserver = class extends Observer {
      constructor(tell: ResizeObserverCallback) {
        super((entries, self) => void setTimeout(() => tell(entries, self), 1_000));
      }
    };
  });
  await page.setViewportSize({ width: 1920, height: 900 });
  await openSample(page);
  await openCaptures(page);
  const banner = page.getByRole('banner');
  await expect(banner.getByRole('button', { name: /^envoy/ })).toBeVisible();
  const name = page.getByRole('textbox', { name: 'Name of the capture point of envoy.pcap' });
  await name.fill('the sidecar of the only pod that answered '.repeat(2));
  await page.waitForTimeout(1_200);
  await page.setViewportSize({ width: 1280, height: 900 });
  await name.press('Enter');
  await expect(banner.getByRole('button', { name: /^2 capture points/ })).toBeVisible();
});

test('the order of capture points changes by keyboard, and Escape takes a name back', async ({ page }) => {
  await openSample(page);
  await openCaptures(page);
  await expect(names(page).first()).toHaveValue('envoy');
  await page.getByRole('button', { name: /^Move envoy/ }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(names(page).first()).toHaveValue('pilot');
  await names(page).first().fill('something else');
  await page.keyboard.press('Escape');
  await expect(names(page).first()).toHaveValue('pilot');
});

test('the panel says what limits the verdict', async ({ page }) => {
  await openSample(page);
  await openCaptures(page);
  const card = page.getByRole('listitem').filter({ has: page.getByRole('textbox', { name: 'Name of the capture point of envoy.pcap' }) });
  await expect(card).toContainText('cut at 160 bytes: their payload can’t be compared in full');
  await expect(card).toContainText('100 % TCP');
  await expect(card.getByRole('img', { name: 'Packets over time at envoy' })).toBeVisible();
  expect((await new AxeBuilder({ page }).include('[role=tabpanel]').analyze()).violations).toEqual([]);
});

test('verdict and inspector can be hidden and shown, and a separator moves by keyboard', async ({ page }) => {
  await page.setViewportSize({ width: 1600, height: 900 });
  await openSample(page);
  const verdict = page.getByRole('complementary', { name: 'Verdict' });
  const before = (await verdict.boundingBox())?.width ?? 0;
  await page.getByRole('separator', { name: 'Resize the verdict' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await verdict.boundingBox())?.width ?? 0).toBeGreaterThan(before);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('menuitem', { name: 'Hide the verdict' }).click();
  await expect(verdict).toHaveCount(0);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('menuitem', { name: 'Hide the inspector' }).click();
  await expect(page.getByRole('complementary', { name: 'Inspector' })).toHaveCount(0);
});

test('on a narrow window the inspector is a drawer that opens on asking', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await openSample(page);
  await expect(page.getByRole('complementary', { name: 'Inspector' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Inspector', exact: true }).click();
  await expect(page.getByRole('complementary', { name: 'Inspector' })).toContainText('Leaked segment');
  await page.getByRole('button', { name: 'Close the inspector' }).click();
  await expect(page.getByRole('complementary', { name: 'Inspector' })).toHaveCount(0);
});

test.describe('context files', () => {
  const folder = 'context-files';
  const known = ['kubectl-get.yaml', 'sysctl-a.txt', 'conntrack-L-during.txt', 'iptables-save.txt'];
  test('dropped beside captures: recognised by content, and their names in the answer', async ({ page }) => {
    const kubectl = readFileSync(capture(join(folder, 'kubectl-get.yaml')), 'utf8');
    const pod = /name: (istio-pilot-[\w-]+)/.exec(kubectl)?.[1] ?? 'istio-pilot';
    await page.goto('/');
    await dropFiles(page, [
      ...known.map((f) => capture(join(folder, f))),
      capture(join(folder, 'envoy.pcap')),
      capture(join(folder, 'pilot.pcap')),
    ]);
    await expect(page.getByRole('complementary', { name: 'Verdict' })).toContainText(pod);
    await openCaptures(page);
    for (const file of known) await expect(page.getByRole('region', { name: 'Context files' })).toContainText(file);
  });
});

test('a lane moved among capture points corrects their order; the focus stays, and it is undone and redone by keyboard', async ({
  page,
}) => {
  await page.goto('/');
  const at = (name: string): string => capture(`app-close-unread/${name}.pcap`);
  await dropFiles(page, ['envoy', 'node-envoy', 'node-pilot', 'pilot'].map(at));
  await expect(page.getByRole('table', { name: 'Rows of the diagram' })).toBeAttached();
  await openCaptures(page);
  const order = async (): Promise<string> =>
    (await names(page).evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value))).join(' ');
  const inferred = 'envoy node-envoy node-pilot pilot';
  await expect.poll(order).toBe(inferred);
  const lane = page.getByRole('button', { name: /^Lane node-envoy/ });
  await lane.focus();
  await page.keyboard.press('Alt+ArrowRight');
  await expect(page.getByText(/Packets are now taken to pass node-envoy → envoy → node-pilot → pilot/)).toBeVisible();
  await expect.poll(order).toBe('node-envoy envoy node-pilot pilot');
  await expect(page.getByRole('table', { name: 'Rows of the diagram' }).getByRole('row').nth(1)).toContainText(/node-envoy.*envoy/);
  await expect(lane).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect.poll(order).toBe(inferred);
  await expect(page.getByText(/Packets are now taken to pass/)).toHaveCount(0, { timeout: 1000 });
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(order).toBe('node-envoy envoy node-pilot pilot');
  await page.getByRole('button', { name: 'Lanes', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Order and places as the packets say' }).click();
  await expect.poll(order).toBe(inferred);
});

test('where a capture was taken is corrected in the menu of its lane: by keyboard, undone and redone, kept, and given back to the packets', async ({
  page,
}) => {
  const files = ['envoy', 'node-envoy', 'node-pilot', 'pilot'].map((name) => capture(`app-close-unread/${name}.pcap`));
  const open = async (): Promise<void> => {
    await page.goto('/');
    await dropFiles(page, files);
    await expect(page.getByRole('table', { name: 'Rows of the diagram' })).toBeAttached();
  };
  await open();
  await page.getByRole('navigation').getByRole('button', { name: 'Clocks', exact: true }).click();
  const clock = page.getByRole('table', { name: 'Clocks of the capture points' }).getByRole('row', { name: /node-envoy/ });
  await expect(clock).toContainText('on the client’s side of the NAT');
  const menu = page.getByRole('button', { name: 'Menu of lane node-envoy' });
  const lane = page.getByRole('button', { name: /^Lane node-envoy/ });
  await menu.focus();
  await page.keyboard.press('Enter');
  const asPackets = page.getByRole('menuitemradio', { name: 'where the packets say: on the client’s side of the NAT' });
  await expect(asPackets).toBeChecked();
  expect((await new AxeBuilder({ page }).include('[role=menu]').analyze()).violations).toEqual([]);
  for (
    let i = 0;
    i < 10 && !(await page.getByRole('menuitemradio', { name: 'at the client' }).evaluate((e) => e === document.activeElement));
    i++
  )
    await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  // Before the client nobody saw the packets: what is said of one end moves the rest.
  const first = page.getByRole('table', { name: 'Rows of the diagram' }).getByRole('row').nth(1);
  await expect(first).toContainText(/node-envoy.*envoy.*node-pilot.*pilot/);
  await expect(page.getByText('node-envoy is now taken to lie at the client.')).toBeVisible();
  await expect(clock).toContainText('at the client set by hand');
  await expect(lane).toHaveAccessibleName(/at the client, set by hand/);
  await expect(menu).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(clock).toContainText('on the client’s side of the NAT');
  await expect(lane).not.toHaveAccessibleName(/set by hand/);
  await page.keyboard.press('Control+y');
  await expect(clock).toContainText('at the client set by hand');
  await expect(page.locator('header [data-keeping]')).toHaveAttribute('data-keeping', 'saved');
  await open();
  await expect(clock).toContainText('at the client set by hand');
  await menu.click();
  await expect(page.getByRole('menuitemradio', { name: 'at the client' })).toBeChecked();
  await page.getByRole('menuitemradio', { name: 'where the packets say' }).click();
  await expect(clock).toContainText('on the client’s side of the NAT');
  // An inferred lane has no capture to place.
  await page.getByRole('button', { name: 'Lanes', exact: true }).click();
  await expect(page.getByRole('menuitem', { name: 'Order and places as the packets say' })).toBeDisabled();
});
