// What every end-to-end test stands on: files as from a desktop, and two promises held to in each test:
// no request leaves the page's origin, and the Content-Security-Policy is never broken.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, test as base, expect, type Page } from '@playwright/test';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FIXTURES = join(ROOT, 'src/testing/captures');
const SHARED = join(ROOT, '../shared/captures');

/** Path of a fixture, `ebay-leak/envoy.pcap`: the project's own, or that of the development data beside it. */
export function capture(path: string): string {
  const own = join(FIXTURES, path);
  return existsSync(own) ? own : join(SHARED, path);
}

/** What went out or was refused while a test ran. */
export interface Watch {
  readonly requests: string[];
  readonly violations: string[];
  readonly errors: string[];
}

/** Records requests, CSP reports and uncaught errors of a page from now on. */
export async function watchPage(page: Page): Promise<Watch> {
  const watch: Watch = { requests: [], violations: [], errors: [] };
  page.on('request', (request) => watch.requests.push(request.url()));
  page.on('pageerror', (error) => watch.errors.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedScript/i.test(message.text())) watch.violations.push(message.text());
  });
  await page.exposeFunction('__violation', (text: string) => void watch.violations.push(text));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (e) => {
      (globalThis as unknown as { __violation(text: string): void }).__violation(`${e.violatedDirective}: ${e.blockedURI} ${e.sample}`);
    });
  });
  return watch;
}

export function expectQuiet(watch: Watch, origin: string): void {
  const elsewhere = watch.requests.filter((url) => !url.startsWith(origin) && !/^(data|blob):/.test(url));
  expect(elsewhere, 'requests that left the page').toEqual([]);
  expect(watch.violations, 'breaches of the Content-Security-Policy').toEqual([]);
  expect(watch.errors, 'uncaught errors').toEqual([]);
}

interface Fixtures {
  readonly watch: Watch;
}

export const test = base.extend<Fixtures>({
  watch: [
    async ({ page, baseURL }, use) => {
      const watch = await watchPage(page);
      await use(watch);
      expectQuiet(watch, baseURL ?? '');
    },
    { auto: true },
  ],
});

export { expect };

/** Drops files and folders on the page as a desktop does: with entries, handles, and a drag that enters and moves first. */
export async function dropFiles(page: Page, paths: readonly string[]): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await cdp.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
  await cdp.detach();
}

/** A value once it stands: the same so many times in a row, a tenth of a second apart. */
export async function still<T>(read: () => Promise<T> | T, times = 4): Promise<T> {
  let [same, last] = [0, await read()];
  const count = async (): Promise<number> => {
    const now = await read();
    same = now === last ? same + 1 : 0;
    last = now;
    return same;
  };
  await expect.poll(count, { intervals: [100] }).toBeGreaterThanOrEqual(times);
  return last;
}

/** Until everything that fades or slides has come to its end. */
export async function faded(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter((a) => Number.isFinite(Number(a.effect?.getComputedTiming().endTime)));
    await Promise.allSettled(ending.map((a) => a.finished));
  });
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Milliseconds of the longest task of the page's main thread: by the clock, and of the processor's time alone. */
export interface LongestTask {
  readonly wall: number;
  readonly cpu: number;
}

/** Measures the main thread from now on. The processor's time is what the page can answer for; the clock also counts other programs. */
export async function watchTasks(browser: Browser, page: Page): Promise<{ longest(): Promise<LongestTask> }> {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  return {
    async longest() {
      const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: readonly TraceEvent[] };
      const mains = new Set(
        traceEvents.filter((e) => e.name === 'thread_name' && e.args.name === 'CrRendererMain').map((e) => `${e.pid} ${e.tid}`),
      );
      const tasks = traceEvents.filter((e) => e.ph === 'X' && e.name.endsWith('RunTask') && mains.has(`${e.pid} ${e.tid}`));
      const most = (of: (e: TraceEvent) => number | undefined): number => tasks.reduce((max, e) => Math.max(max, of(e) ?? 0), 0) / 1000;
      return { wall: most((e) => e.dur), cpu: most((e) => e.tdur) };
    },
  };
}

const SPIN = 80;

/** How many times longer than its processor time a program takes on this machine right now: 1 where nothing else runs. Keeps one core busy for a quarter of a second. */
export function slowdown(): number {
  const cpu = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  let most = 1;
  for (let i = 0; i < 3; i++) {
    const [from, begun] = [performance.now(), cpu()];
    while (cpu() - begun < SPIN);
    most = Math.max(most, (performance.now() - from) / (cpu() - begun));
  }
  return most;
}

/** Milliseconds of processor time that `pace` takes on the machine of docs/performance.md. */
const REFERENCE = 25;

/** How many times longer this machine's processor takes for the same work than that of docs/performance.md, at least 1; the least of five. */
export function pace(): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const begun = process.cpuUsage();
    const words = Array.from({ length: 60_000 }, (_, n) => `${(n * 7919) % 60_000}`).sort();
    JSON.parse(JSON.stringify(words));
    const { user, system } = process.cpuUsage(begun);
    least = Math.min(least, (user + system) / 1000);
  }
  return Math.max(1, least / REFERENCE);
}
