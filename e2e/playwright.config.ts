import { defineConfig } from '@playwright/test';
import { findBrowser } from './browser.mjs';

const found = findBrowser();
const PORT = process.env.PORT ?? '4173';
const root = process.getuid?.() === 0;
export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  retries: 0,
  workers: process.env.CI ? 2 : '50%',
  reporter: process.env.CI ? [['line']] : [['list']],
  // Generous: a shared machine may be slow. What must be quick is measured by the processor's time in the test itself.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    headless: true,
    trace: 'retain-on-failure',
    launchOptions: {
      ...(found && found.kind !== 'playwright' ? { executablePath: found.path } : {}),
      chromiumSandbox: !root,
      args: [
        '--disable-quic',
        '--disable-sync',
        '--no-pings',
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
      ],
    },
  },
  webServer: {
    command: 'node node_modules/vite/bin/vite.js preview',
    cwd: '..',
    url: `http://127.0.0.1:${PORT}`,
    reuseExistingServer: !process.env.CI,
    timeout: 30_000,
  },
});
