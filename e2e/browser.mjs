// Which browser the end-to-end tests run: shared by playwright.config.ts and ensure-browser.mjs.
import { existsSync } from 'node:fs';
import { env, platform } from 'node:process';
import { chromium } from '@playwright/test';

/** @type {Partial<Record<NodeJS.Platform, string[]>>} */
const SYSTEM = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/usr/bin/microsoft-edge-stable',
  ],
  darwin: ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((n) => `/Applications/${n}.app/Contents/MacOS/${n}`),
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((v) => [
    `${env[v]}\\Google\\Chrome\\Application\\chrome.exe`,
    `${env[v]}\\Microsoft\\Edge\\Application\\msedge.exe`,
  ]),
};

/** @returns {{ kind: 'env' | 'playwright' | 'system', path: string } | null} */
export function findBrowser() {
  const wanted = env.E2E_BROWSER;
  if (wanted) return existsSync(wanted) ? { kind: 'env', path: wanted } : null;
  const own = chromium.executablePath();
  if (own && existsSync(own)) return { kind: 'playwright', path: own };
  const path = (SYSTEM[platform] ?? []).find((p) => existsSync(p));
  return path ? { kind: 'system', path } : null;
}
