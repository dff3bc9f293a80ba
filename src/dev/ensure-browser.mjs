import { bin, run } from './lib.mjs';

export async function ensureBrowser() {
  const { findBrowser } = await import('../../e2e/browser.mjs');
  let b = findBrowser();
  if (b) return b;
  if (process.env.E2E_BROWSER) {
    console.error(`E2E_BROWSER=${process.env.E2E_BROWSER} does not exist`);
    process.exit(1);
  }
  console.log('no Chromium found: asking Playwright for its own build');
  bin('playwright', ['install', 'chromium'], { mayFail: true });
  b = findBrowser();
  if (b) return b;
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    console.log('no download: asking apt');
    run('apt-get', ['update', '-qq'], { mayFail: true });
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      mayFail: true,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    b = findBrowser();
    if (b) return b;
  }
  console.error('No Chromium, Chrome or Edge. Install one, or set E2E_BROWSER to its path, then run npm test again.');
  process.exit(1);
}
