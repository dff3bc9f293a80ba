// The main job, end to end: drop the captures of an incident, read the answer, find the packets in the diagram.
import { copyFileSync, readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { capture, dropFiles, expect, test } from './support.ts';

interface Truth {
  readonly leaked_packets: readonly {
    readonly kind: string;
    readonly sightings: readonly { readonly point: string; readonly role: string; readonly frame: number }[];
  }[];
}
const truth = JSON.parse(readFileSync(capture('ebay-leak/truth.json'), 'utf8')) as Truth;

/** Frame numbers that the recording itself knows: the first leaked data packet at Envoy. */
function leakedFrame(): number {
  const leak = truth.leaked_packets.find((p) => p.kind === 'data');
  const sighting = leak?.sightings.find((s) => s.role === 'leaked' && s.point === 'envoy');
  if (!sighting) throw new Error('the recording holds no leak');
  return sighting.frame;
}

const verdictOf = (page: Page) => page.getByRole('complementary', { name: 'Verdict' });
const rows = (page: Page) => page.getByRole('table', { name: 'Rows of the diagram' });

async function expectTheLeak(page: Page): Promise<void> {
  const verdict = verdictOf(page).getByRole('region', { name: 'Verdict' });
  await expect(verdict.getByRole('heading', { level: 1 })).toHaveText('An old retransmission escaped NAT', { timeout: 15_000 });
  await expect(verdict).toContainText('INVALID');
  await expect(verdict).toContainText('Certain');
  await expect(
    rows(page)
      .getByRole('button', { name: /^Leaked packet .* from 10\.148\.74\.34:15010/ })
      .first(),
  ).toBeAttached();
  await expect(
    rows(page)
      .getByRole('button', { name: /^RST from 10\.148\.74\.37:48640 to 10\.148\.74\.34:15010/ })
      .first(),
  ).toBeAttached();
}

test('drop the two captures: the verdict, the leaked packet and the RST in the diagram', async ({ page }) => {
  await page.goto('/');
  await dropFiles(page, [capture('ebay-leak/envoy.pcap'), capture('ebay-leak/pilot.pcap')]);
  await expectTheLeak(page);
  const leak = rows(page)
    .getByRole('row', { name: /Leaked packet/ })
    .first();
  await expect(leak).toContainText(`envoy #${leakedFrame()}`);
  // A step of the chain jumps to its packet, and the packet is selected in the diagram.
  const jump = verdictOf(page)
    .getByRole('button', { name: `envoy #${leakedFrame()}` })
    .first();
  await jump.click();
  await expect(jump).toHaveAttribute('aria-pressed', 'true');
  await expect(rows(page).getByRole('button', { name: /^Leaked packet/, pressed: true })).toBeAttached();
});

test('the roles reversed and the files renamed: the same answer', async ({ page }, info) => {
  const [first, second] = [info.outputPath('capture-one.cap'), info.outputPath('zzz.dmp')];
  copyFileSync(capture('ebay-leak/pilot.pcap'), first);
  copyFileSync(capture('ebay-leak/envoy.pcap'), second);
  await page.goto('/');
  await dropFiles(page, [first, second]);
  await expectTheLeak(page);
  await expect(
    rows(page)
      .getByRole('row', { name: /Leaked packet/ })
      .first(),
  ).toContainText(`zzz #${leakedFrame()}`);
});

test('the sample incident opens by one click and by its address, without a request', async ({ page, watch }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Open the sample incident' }).click();
  await expectTheLeak(page);
  await expect(page.getByText('kube-proxy', { exact: true }).first()).toBeVisible();
  expect(watch.requests.filter((url) => /\.pcap/.test(url))).toEqual([]);
  await page.goto('/#sample');
  await page.reload();
  await expectTheLeak(page);
});

for (const name of ['lossy', 'liberal']) {
  test(`control ${name}: nothing critical`, async ({ page }) => {
    await page.goto('/');
    await dropFiles(page, [capture(`${name}/envoy.pcap`), capture(`${name}/pilot.pcap`)]);
    const verdict = verdictOf(page).getByRole('region', { name: 'Verdict' });
    await expect(verdict.getByRole('heading', { level: 1 })).toHaveText(/No leak here|Nothing here broke a connection/);
    await expect(verdictOf(page).getByLabel('Critical')).toHaveCount(0);
  });
}

for (const name of ['app-close', 'app-close-unread']) {
  test(`control ${name}: the server application closed`, async ({ page }) => {
    await page.goto('/');
    await dropFiles(page, [capture(`${name}/envoy.pcap`), capture(`${name}/pilot.pcap`)]);
    const verdict = verdictOf(page).getByRole('region', { name: 'Verdict' });
    await expect(verdict.getByRole('heading', { level: 1 })).toHaveText('The server application aborted the connection');
    await expect(verdict).toContainText(/closed/);
  });
}

test('everything by keyboard: open the sample, jump to the leak, open and close the drawer', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Open the sample incident' }).focus();
  await page.keyboard.press('Enter');
  await expectTheLeak(page);
  const jump = verdictOf(page).getByRole('button', { name: /#\d+/ }).first();
  await jump.focus();
  await page.keyboard.press('Enter');
  await expect(jump).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'Packets' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'Packets' })).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('tab', { name: 'Packets' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Connections' })).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('button', { name: 'Close lists and plots' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tablist', { name: 'Lists and plots' })).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`${colorScheme} theme`, () => {
    test.use({ colorScheme, viewport: { width: 1600, height: 1000 } });
    test('axe finds nothing on the incident', async ({ page }) => {
      await page.goto('/#sample');
      await expectTheLeak(page);
      await verdictOf(page).getByRole('button', { name: /#\d+/ }).first().click();
      expect(
        (await new AxeBuilder({ page }).analyze()).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`),
      ).toEqual([]);
    });
  });
}

test.describe('in Simplified Chinese', () => {
  test.use({ locale: 'zh-CN' });
  test('the answer comes in Chinese', async ({ page }) => {
    await page.goto('/#sample');
    await expect(page.getByRole('complementary', { name: '结论' }).getByRole('heading', { level: 1 })).toContainText('NAT', {
      timeout: 15_000,
    });
    await expect(page.getByRole('complementary', { name: '结论' })).toContainText('确定');
    await expect(page.getByRole('button', { name: '分享' })).toBeVisible();
  });
});
