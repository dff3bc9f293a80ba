// What is shipped: the single file works from disk with no network, and nothing in either build points elsewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from './support.ts';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const SINGLE = join(DIST, 'single/index.html');

/** Addresses that are names, not places: namespaces, and links in messages of libraries. None is ever fetched: `connect-src 'none'`. */
const NAMES_NOT_PLACES = [
  /^http:\/\/www\.w3\.org\//,
  /^https?:\/\/react\.dev\//,
  /^https?:\/\/(www\.)?radix-ui\.com/,
  /^https?:\/\/fb\.me\//,
  /^https?:\/\/reactjs\.org\//,
  /^https?:\/\/github\.com\//,
  /^https?:\/\/127\.0\.0\.1/,
  /^https?:\/\/localhost/,
];

test('the single file opens the sample from disk, offline, under its own policy', async ({ page, context, watch }) => {
  await context.setOffline(true);
  await page.goto(pathToFileURL(SINGLE).href);
  await page.getByRole('button', { name: 'Open the sample incident' }).click();
  await expect(page.getByRole('complementary', { name: 'Verdict' }).getByRole('heading', { level: 1 })).toHaveText(
    'An old retransmission escaped NAT',
  );
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'none'");
  expect(policy).toMatch(/script-src 'sha256-/);
  expect(policy).not.toContain('unsafe');
  expect(watch.violations).toEqual([]);
  // From disk every file is its own origin: the page and nothing else was asked for.
  expect(watch.requests.filter((url) => !/^(data|blob):/.test(url))).toEqual([pathToFileURL(SINGLE).href]);
  watch.requests.length = 0;
});

test('nothing in the web build points to another host', () => {
  const files = readdirSync(join(DIST, 'web/assets')).filter((name) => /\.(js|css)$/.test(name) && !name.includes('virtual'));
  expect(files.length).toBeGreaterThan(5);
  const elsewhere = new Set<string>();
  for (const name of [...files.map((f) => `assets/${f}`), 'index.html', 'sw.js']) {
    for (const [url] of readFileSync(join(DIST, 'web', name), 'utf8').matchAll(/https?:\/\/[\w.-]+[^\s"'`)\\]*/g)) {
      if (!NAMES_NOT_PLACES.some((known) => known.test(url))) elsewhere.add(`${name}: ${url}`);
    }
  }
  expect([...elsewhere]).toEqual([]);
});

test('no source map of the build names a folder of this machine', () => {
  const maps = readdirSync(join(DIST, 'web/assets')).filter((name) => name.endsWith('.map'));
  for (const name of maps) {
    const { sources } = JSON.parse(readFileSync(join(DIST, 'web/assets', name), 'utf8')) as { sources: readonly string[] };
    expect(
      sources.filter((s) => /^(\/|[A-Z]:|file:)/.test(s) && !s.startsWith('/@')),
      name,
    ).toEqual([]);
  }
  expect(existsSync(SINGLE)).toBe(true);
});
