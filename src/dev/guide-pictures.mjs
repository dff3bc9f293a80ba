// The pictures of docs/guide.md, taken from the running program: `npm run build && node src/dev/guide-pictures.mjs`.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { chromium } from '@playwright/test';
import { findBrowser } from '../../e2e/browser.mjs';
import { root } from './lib.mjs';

const PORT = process.env.PORT ?? '4188';
const OUT = resolve(root, 'docs/pictures');
const CAPTURES = ['pilot.pcap', 'envoy.pcap'].map((name) => resolve(root, 'src/testing/captures/ebay-leak', name));

const server = spawn(process.execPath, [resolve(root, 'node_modules/vite/bin/vite.js'), 'preview'], {
  cwd: root,
  env: { ...process.env, PORT },
});
try {
  mkdirSync(OUT, { recursive: true });
  const found = findBrowser();
  const browser = await chromium.launch({
    ...(found && found.kind !== 'playwright' ? { executablePath: found.path } : {}),
    chromiumSandbox: process.getuid?.() !== 0,
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light', reducedMotion: 'reduce' });
  const picture = (name) => page.screenshot({ path: resolve(OUT, `${name}.png`) });
  await open(page);
  await picture('start');
  await page.locator('input[type=file]').first().setInputFiles(CAPTURES);
  await page.locator('[data-ladder]').waitFor({ timeout: 60_000 });
  await page.waitForTimeout(1_500);
  await picture('incident');
  await page.getByRole('complementary', { name: 'Verdict' }).getByText('envoy #', { exact: false }).nth(2).click();
  await page.waitForTimeout(1_500);
  await picture('packet');
  await page
    .getByRole('textbox', { name: /Write a note on this packet/ })
    .fill('The log of Pilot says **connection reset** at this very moment.');
  await page
    .getByRole('button', { name: /^Notes/ })
    .first()
    .click();
  await page.getByLabel('Title').fill('Pilot push resets');
  await page.getByLabel('Summary').fill('Rule pushes failed in cell 12. One delayed segment escaped NAT.');
  await page.getByRole('button', { name: 'Add this view' }).click();
  await page
    .getByRole('textbox', { name: /^Text of step/ })
    .fill('A segment that was held back arrives far behind the stream. conntrack calls it INVALID and lets it pass.');
  await page.waitForTimeout(1_000);
  await picture('notes');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.waitForTimeout(1_500);
  await picture('story');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await page.getByText(/^File:/).waitFor({ timeout: 60_000 });
  await picture('share');
  await browser.close();
} finally {
  server.kill();
}

/** The server needs a moment. */
async function open(page) {
  for (let attempt = 0; ; attempt++) {
    try {
      await page.goto(`http://127.0.0.1:${PORT}/`);
      return;
    } catch (error) {
      if (attempt > 40) throw error;
      await page.waitForTimeout(250);
    }
  }
}
