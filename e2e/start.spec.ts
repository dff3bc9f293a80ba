import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './support.ts';

test('the start page says what it is, where to drop, and that nothing leaves', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('which packets escaped NAT');
  await expect(page.getByText('Drop captures here')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Choose files…' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open the sample incident' })).toBeVisible();
  await expect(page.getByText('Nothing leaves this computer')).toBeVisible();
});

test('a planted request is refused by the page’s own policy', async ({ page, watch, baseURL }) => {
  await page.goto('/');
  const outcome = await page.evaluate(async (url) => {
    try {
      await fetch(url);
      return 'sent';
    } catch {
      return 'refused';
    }
  }, `${baseURL}/planted`);
  expect(outcome).toBe('refused');
  expect(watch.requests.filter((url) => url.endsWith('/planted'))).toEqual([]);
  expect(watch.violations.length).toBeGreaterThan(0);
  watch.violations.length = 0;
});

test('the headers a host should send are there', async ({ page }) => {
  const response = await page.goto('/');
  const headers = response?.headers() ?? {};
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['referrer-policy']).toBe('no-referrer');
  expect(headers['cross-origin-opener-policy']).toBe('same-origin');
});

test('language and theme change in the page and are kept', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('menuitemradio', { name: '简体中文' }).click();
  await page.getByRole('menuitemradio', { name: '深色' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('哪些数据包绕过了 NAT');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`${colorScheme} theme`, () => {
    test.use({ colorScheme });
    test('axe finds nothing on the start page', async ({ page }) => {
      await page.goto('/');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    });
  });
}

test('no script but the page’s own runs: planted workers, strings and markup are refused', async ({ page, watch }) => {
  await page.goto('/');
  const outcomes = await page.evaluate(() => {
    const tried = (work: () => unknown): string => {
      try {
        work();
        return 'ran';
      } catch {
        return 'refused';
      }
    };
    const element = document.createElement('div');
    return {
      worker: tried(() => new Worker(URL.createObjectURL(new Blob(['postMessage(1)'], { type: 'text/javascript' })))),
      markup: tried(() => element.insertAdjacentHTML('beforeend', '<b>x</b>')),
      policy: tried(() =>
        (globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }).trustedTypes.createPolicy(
          'mine',
          {},
        ),
      ),
      script: tried(() => {
        document.createElement('script').text = 'window.__planted = 1';
      }),
    };
  });
  expect(outcomes).toEqual({ worker: 'refused', markup: 'refused', policy: 'refused', script: 'refused' });
  expect(watch.violations.length).toBeGreaterThan(0);
  watch.violations.length = 0;
});
