// An incident from dropped captures to what others open: annotated, kept, shared, opened again.
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { concat, interfaceBlock, nameBlock, packetBlock, sectionBlock } from '../src/engine/capture/pcapngWriter.ts';
import { capture, dropFiles, expect, still, test, watchPage } from './support.ts';

const LEAK = [capture('ebay-leak/pilot.pcap'), capture('ebay-leak/envoy.pcap')];
/** A small incident, where the size of one says nothing. */
const CAPTURES = [capture('app-close/pilot.pcap'), capture('app-close/envoy.pcap')];

async function openCaptures(page: Page, files: readonly string[] = CAPTURES): Promise<void> {
  await page.goto('/');
  await dropFiles(page, files);
  await expect(page.locator('[data-ladder]')).toBeVisible({ timeout: 20_000 });
}

async function annotate(page: Page, title: string, summary: string, note: string): Promise<void> {
  await page
    .getByRole('button', { name: /^Notes/ })
    .first()
    .click();
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('Summary').fill(summary);
  await page.getByRole('button', { name: 'Add a note' }).click();
  await page.getByRole('menuitem', { name: 'On the whole incident' }).click();
  await page.getByRole('textbox', { name: 'Note', exact: true }).fill(note);
  await page.keyboard.press('Escape');
}

async function share(page: Page, kind: string): Promise<string> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this incident' });
  await dialog.getByText(kind, { exact: true }).click();
  await expect(dialog.getByText(/^File:/)).toBeVisible({ timeout: 20_000 });
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  const path = test.info().outputPath((await download).suggestedFilename());
  await (await download).saveAs(path);
  await dialog.getByRole('button', { name: 'Close' }).click();
  return path;
}

/** Reading, analysing and sharing several times over, on a machine that does other things. */
test.setTimeout(90_000);

const keeping = (page: Page) => page.locator('header [data-keeping]');

test('annotate, share as a page, open it from disk without a network: the same view, and nothing is asked for', async ({
  page,
  browser,
}) => {
  await openCaptures(page, LEAK);
  await annotate(page, 'Pilot push resets', 'Seen in **cell 12**.', 'Matches the log of Pilot');
  const heading = await page.getByRole('complementary', { name: 'Verdict' }).getByRole('heading').nth(1).textContent();
  const file = await share(page, 'Web page');
  const context = await browser.newContext({ offline: true });
  const other = await context.newPage();
  const watch = await watchPage(other);
  await other.goto(`file://${file}`);
  await expect(other.locator('[data-ladder]')).toBeVisible({ timeout: 20_000 });
  await expect(other.getByRole('region', { name: 'Shared incident' })).toContainText('server push resets');
  await expect(other.getByRole('region', { name: 'Shared incident' })).toContainText('Seen in cell 12.');
  await expect(other.getByRole('region', { name: 'Shared incident' })).toContainText(
    'Removed before sharing: payload, MAC addresses replaced, names replaced',
  );
  await expect(other.getByRole('complementary', { name: 'Verdict' }).getByRole('heading').nth(1)).toHaveText(heading ?? '?');
  await other
    .getByRole('button', { name: /^Notes/ })
    .first()
    .click();
  await expect(other.getByText('Matches the log of server')).toBeVisible();
  expect(watch.requests.filter((url) => !/^(data|blob):/.test(url))).toEqual([`file://${file}`]);
  expect(watch.violations).toEqual([]);
  expect(watch.errors).toEqual([]);
  // The page that came from disk shares itself again.
  const again = await share(other, 'Web page');
  expect(Math.abs(statSync(again).size - statSync(file).size)).toBeLessThan(20_000);
  await context.close();
});

test('with scripts off a shared page still says what it is', async ({ page, browser }) => {
  await openCaptures(page);
  await annotate(page, 'Resets <b>again</b>', 'What happened', 'x');
  const file = await share(page, 'Web page');
  const context = await browser.newContext({ javaScriptEnabled: false });
  const other = await context.newPage();
  await other.goto(`file://${file}`);
  await expect(other.getByRole('heading', { name: 'Resets <b>again</b> – Hopscope' })).toBeVisible();
  await expect(other.locator('#incident-about p')).toHaveText('What happened');
  await context.close();
});

test('an annotated pcapng opens again with everything in it', async ({ page }) => {
  await openCaptures(page);
  await annotate(page, 'As a file', '', 'travels with it');
  const file = await share(page, 'Wireshark file');
  await page.goto('about:blank');
  await openCaptures(page, [file]);
  await expect(page.getByRole('button', { name: 'As a file' })).toBeVisible();
  await page
    .getByRole('button', { name: /^Notes/ })
    .first()
    .click();
  await expect(page.getByText('travels with it')).toBeVisible();
  await expect(keeping(page)).toHaveAttribute('data-keeping', 'saved');
});

test('a link carries the incident, and leaves the address bar', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openCaptures(page, LEAK);
  await annotate(page, 'In a link', '', 'short');
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this incident' });
  await dialog.getByText('Link', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Copy link' }).click();
  await expect(dialog.getByText(/The link would have [\d,]+ characters/)).toBeVisible({ timeout: 20_000 });
  await dialog.getByLabel('Packets').last().selectOption('evidence');
  await expect(dialog.getByText(/^File:/)).toBeVisible({ timeout: 20_000 });
  await dialog.getByRole('button', { name: 'Copy link' }).click();
  await expect(dialog.getByText('Copied')).toBeVisible({ timeout: 20_000 });
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link.length).toBeLessThan(32_100);
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByRole('region', { name: 'Shared incident' })).toContainText('In a link', { timeout: 20_000 });
  expect(page.url()).not.toContain('incident=');
});

test('every other form is made without a request: ticket, diagram, pictures, captures, tables', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openCaptures(page);
  for (const [kind, start] of [
    ['Picture (SVG)', '<svg'],
    ['Picture (PNG)', '\x89PNG'],
    ['Tables (Parquet)', 'PAR1'],
    ['Captures, filtered', '\n\r\r\n'],
  ] as const) {
    const file = await share(page, kind);
    expect(readFileSync(file).subarray(0, start.length).toString('latin1'), kind).toBe(start);
  }
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this incident' });
  for (const [kind, text] of [
    ['Ticket text', '## What happened'],
    ['Mermaid diagram', 'sequenceDiagram'],
  ] as const) {
    await dialog.getByText(kind, { exact: true }).click();
    await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
    await expect(dialog.getByText('Copied')).toBeVisible({ timeout: 20_000 });
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(text);
    await dialog.getByText('Web page', { exact: true }).click();
  }
});

test('what leaves is counted before it leaves, and what is replaced is in no part of the file', async ({ page }) => {
  await openCaptures(page, LEAK);
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this incident' });
  await expect(dialog.getByText('3 IP addresses: as they are')).toBeVisible({ timeout: 20_000 });
  await dialog.getByText('3 IP addresses: as they are').click();
  await expect(dialog.getByText('192.168.107.214')).toBeVisible();
  await dialog.getByText('2 names of capture points and lanes: replaced').click();
  await expect(dialog.getByText('pilot → server', { exact: true })).toBeVisible();
  await expect(dialog.getByText('envoy → client', { exact: true })).toBeVisible();
  await dialog.getByText('2 capture file names: replaced').click();
  await expect(dialog.getByText('pilot.pcap → server.pcap')).toBeVisible();
  await dialog.getByRole('button', { name: 'Replace all that identifies' }).click();
  await expect(dialog.getByText('3 IP addresses: replaced')).toBeVisible({ timeout: 20_000 });
  await dialog.getByRole('button', { name: 'Close' }).click();
});

test('saved within a second, back after a reload when the same captures are dropped, told apart by content', async ({ page }, info) => {
  await openCaptures(page);
  await annotate(page, 'Kept', '', 'remember me');
  await expect(keeping(page)).toHaveAttribute('data-keeping', 'saved', { timeout: 1_500 });
  await page.reload();
  await page.goto('/');
  await expect(page.getByRole('region', { name: 'Recent incidents' })).toContainText('Kept');
  await page.getByRole('button', { name: 'Open “Kept”' }).click();
  await expect(page.getByText('drop its captures again')).toBeVisible();
  await dropFiles(page, CAPTURES);
  await expect(page.locator('[data-ladder]')).toBeVisible({ timeout: 20_000 });
  await page
    .getByRole('button', { name: /^Notes/ })
    .first()
    .click();
  await expect(page.getByText('remember me')).toBeVisible();
  expect(info.errors).toEqual([]);
});

test('a capture that was still being written is read again: the rest comes, the note stays where it was', async ({ page }, info) => {
  // Wide enough for the inspector to stand open.
  await page.setViewportSize({ width: 1600, height: 1000 });
  const [pilot, envoy] = CAPTURES as [string, string];
  const growing = info.outputPath('growing.pcap');
  writeFileSync(growing, readFileSync(pilot).subarray(0, -20));
  await openCaptures(page, [growing, envoy]);
  await page
    .getByRole('complementary', { name: 'Verdict' })
    .getByRole('button', { name: /^growing #/ })
    .first()
    .click();
  await page.getByRole('textbox', { name: /Write a note on this packet/ }).fill('seen here');
  await expect(keeping(page)).toHaveAttribute('data-keeping', 'saved', { timeout: 5_000 });
  const pinned = page.getByRole('button', { name: /growing #\d+/ }).filter({ hasText: /^growing #\d+$/ });
  await page
    .getByRole('button', { name: /^Notes/ })
    .first()
    .click();
  await expect(page.getByText('seen here').first()).toBeVisible();
  const label = await pinned.last().innerText();
  await page
    .getByRole('tab', { name: /^Captures/ })
    .or(page.getByRole('button', { name: /^Captures/ }))
    .first()
    .click();
  const card = page.getByRole('listitem').filter({ has: page.getByRole('textbox', { name: /Name of the capture point of growing/ }) });
  const packets = async (): Promise<number> => Number(/Packets\s*([\d,]+)/.exec(await card.innerText())?.[1]?.replaceAll(',', ''));
  const before = await packets();
  const again = card.locator('input[type=file]');
  await again.setInputFiles(envoy);
  await expect(card.getByRole('alert')).toContainText('envoy.pcap does not begin with what was read from this capture');
  writeFileSync(growing, readFileSync(pilot));
  await again.setInputFiles(growing);
  await expect.poll(packets).toBe(before + 1);
  await expect(page.getByText('seen here').first()).toBeVisible();
  await expect(keeping(page)).toHaveAttribute('data-keeping', 'saved', { timeout: 5_000 });
  await page.goto('/');
  await page.reload();
  await dropFiles(page, [growing, envoy]);
  await page
    .getByRole('button', { name: /^Notes/ })
    .first()
    .click();
  await expect(page.getByText('seen here').first()).toBeVisible();
  await expect(page.getByRole('button', { name: label, exact: true }).last()).toBeVisible();
});

test('notes on a lane and on a finding say what they are on, stand in the diagram, and come back', async ({ page }) => {
  await openCaptures(page, LEAK);
  await page
    .getByRole('button', { name: /^Notes/ })
    .first()
    .click();
  const list = page.getByRole('region', { name: 'Notes', exact: true });
  for (const [item, words] of [
    ['On lane envoy', 'sidecar 1.20'],
    ['On the finding shown', 'the one from the log'],
  ] as const) {
    await page.getByRole('button', { name: 'Add a note' }).click();
    await page.getByRole('menuitem', { name: item }).click();
    await page.getByRole('textbox', { name: 'Note', exact: true }).fill(words);
    await page.keyboard.press('Escape');
  }
  const title = await page.getByRole('complementary', { name: 'Verdict' }).getByRole('heading').nth(1).textContent();
  const check = async (): Promise<void> => {
    await expect(list.getByText('sidecar 1.20')).toBeVisible();
    await expect(list.getByRole('button', { name: 'Show where this note is pinned: lane envoy' })).toBeVisible();
    await expect(list.getByRole('button', { name: `finding ${title}` })).toBeEnabled();
  };
  await check();
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: test.info().outputPath(`notes-${scheme}.png`) });
  }
  await expect(keeping(page)).toHaveAttribute('data-keeping', 'saved');
  await page.goto('about:blank');
  await openCaptures(page, LEAK);
  await page
    .getByRole('button', { name: /^Notes/ })
    .first()
    .click();
  await check();
});

test('undo and redo', async ({ page }) => {
  await openCaptures(page);
  await annotate(page, 'One', '', 'first');
  await page.getByRole('button', { name: 'Remove this note' }).click();
  await expect(page.getByText('first', { exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('first', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect(page.getByText('first', { exact: true })).toHaveCount(0);
});

test('a story is told full screen with the arrow keys', async ({ page }) => {
  await openCaptures(page);
  await page
    .getByRole('button', { name: /^Notes/ })
    .first()
    .click();
  for (const text of ['It begins', 'It ends']) {
    await page.getByRole('button', { name: 'Add this view' }).click();
    await page
      .getByRole('textbox', { name: /^Text of step/ })
      .last()
      .fill(text);
  }
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  const story = page.getByRole('complementary', { name: 'Story of this incident' });
  await expect(story).toContainText('It begins');
  await page.keyboard.press('ArrowRight');
  await expect(story).toContainText('It ends');
  await page.keyboard.press('ArrowLeft');
  await expect(story).toContainText('Step 1 of 2');
  await page.keyboard.press('f');
  const leave = story.getByRole('button', { name: 'Leave full screen (f)' });
  await expect(leave).toBeVisible();
  expect(await page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
  await leave.click();
  await expect(story.getByRole('button', { name: 'Full screen (f)', exact: true })).toBeVisible();
  // While it leaves full screen a browser keeps Escape to itself.
  await expect(async () => {
    await page.keyboard.press('Escape');
    await expect(story).toHaveCount(0, { timeout: 1_000 });
  }).toPass();
});

test('two tabs: the second says so, writes nothing, and may keep a copy', async ({ page, context }) => {
  await openCaptures(page);
  await annotate(page, 'First tab', '', 'a');
  await expect(keeping(page)).toHaveAttribute('data-keeping', 'saved');
  const second = await context.newPage();
  await openCaptures(second);
  await expect(keeping(second)).toHaveAttribute('data-keeping', 'elsewhere');
  await second
    .getByRole('button', { name: /^Notes/ })
    .first()
    .click();
  await second.getByLabel('Title').fill('Second tab');
  await expect(second.getByRole('alert')).toContainText('open in another tab');
  expect(await still(() => keeping(second).getAttribute('data-keeping'), 10)).toBe('elsewhere');
  await second.getByRole('button', { name: 'Keep a copy here' }).click();
  await expect(keeping(second)).toHaveAttribute('data-keeping', 'saved');
  const third = await context.newPage();
  await third.goto('/');
  const recent = third.getByRole('region', { name: 'Recent incidents' });
  await expect(recent).toContainText('First tab');
  await expect(recent).toContainText('Second tab');
});

test('no room: said and lasting, nothing lost in memory, saved once there is room', async ({ page }) => {
  await page.addInitScript(() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...args: Parameters<typeof put>) {
      if ((globalThis as { __full?: boolean }).__full) throw new DOMException('no room', 'QuotaExceededError');
      return put.apply(this, args);
    };
    (globalThis as { __full?: boolean }).__full = true;
  });
  await openCaptures(page);
  await annotate(page, 'No room', '', 'still here');
  await expect(page.getByRole('alert')).toContainText('no room left');
  await page.evaluate(() => {
    (globalThis as { __full?: boolean }).__full = false;
  });
  await page.getByRole('button', { name: 'Save again' }).click();
  await expect(keeping(page)).toHaveAttribute('data-keeping', 'saved');
  await expect(page.getByText('still here')).toBeVisible();
});

test('no storage at all: works, and says it keeps nothing', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(globalThis, 'indexedDB', { value: undefined }));
  await openCaptures(page);
  await annotate(page, 'Private', '', 'x');
  await expect(page.getByRole('alert')).toContainText('keeps nothing here');
});

test('a damaged record is set aside and harms no other', async ({ page }) => {
  await openCaptures(page);
  await annotate(page, 'Sound', '', 'x');
  await expect(keeping(page)).toHaveAttribute('data-keeping', 'saved');
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const open = indexedDB.open('hopscope-incidents');
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
          const change = open.result.transaction('incidents', 'readwrite');
          change.objectStore('incidents').put({ document: '{"version":1,"no', changed: 1, file: null }, 'broken');
          change.oncomplete = () => {
            open.result.close();
            resolve();
          };
        };
      }),
  );
  await page.goto('about:blank');
  await page.goto('/');
  const recent = page.getByRole('region', { name: 'Recent incidents' });
  await expect(recent).toContainText('Sound');
  await expect(recent).toContainText('This record is damaged.');
  await recent.getByRole('button', { name: 'Forget' }).last().click();
  await expect(recent).not.toContainText('damaged');
});

test('compares with another incident: what appeared and what went away', async ({ page }) => {
  await openCaptures(page, LEAK);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('menuitem', { name: 'Compare with another incident…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Compare with another incident' });
  await dialog.locator('input[type=file]').setInputFiles(CAPTURES);
  await expect(dialog.locator('[data-part=appeared]')).toContainText('leak-old-segment', { timeout: 20_000 });
  await expect(dialog.locator('[data-part=gone]')).toBeVisible();
});

test('a dead worker takes no note with it', async ({ page }) => {
  await page.addInitScript(() => {
    const made: Worker[] = [];
    const Plain = Worker;
    globalThis.Worker = class extends Plain {
      constructor(...args: ConstructorParameters<typeof Plain>) {
        super(...args);
        made.push(this);
      }
    };
    (globalThis as { __endWorkers?: () => void }).__endWorkers = () => {
      for (const worker of made) worker.dispatchEvent(new ErrorEvent('error', { message: 'killed by the test', cancelable: true }));
    };
  });
  await openCaptures(page);
  await annotate(page, 'Survives', '', 'written before');
  await expect(keeping(page)).toHaveAttribute('data-keeping', 'saved');
  await page.evaluate(() => (globalThis as { __endWorkers?: () => void }).__endWorkers?.());
  await expect(page.getByText('written before')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Survives' })).toBeVisible();
  await page.reload();
  await page.goto('/');
  await expect(page.getByRole('region', { name: 'Recent incidents' })).toContainText('Survives');
});

const XSS = [
  '<img src=x onerror="globalThis.__xss=1">',
  '<script>globalThis.__xss=1</script>',
  '</script><script>globalThis.__xss=1</script>',
  '"><svg onload=globalThis.__xss=1>',
  'javascript:globalThis.__xss=1',
  '[x](javascript:globalThis.__xss=1)',
  '<iframe srcdoc="<script>parent.__xss=1</script>">',
  '{{constructor.constructor("globalThis.__xss=1")()}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is planted as text.
  '${globalThis.__xss=1}',
  '<a href="javascript:globalThis.__xss=1">x</a>',
  '<style>*{background:url(https://evil.example/x)}</style>',
  '<link rel=stylesheet href=https://evil.example/x>',
  '<meta http-equiv=refresh content="0;url=https://evil.example/">',
  '<base href="https://evil.example/">',
  '<form action=https://evil.example><button>x</button></form>',
  '<!--<script>globalThis.__xss=1</script>-->',
  ']]><script>globalThis.__xss=1</script>',
  '\u202e<img src=x onerror=globalThis.__xss=1>\u2028\u2029',
  '__proto__',
  'https://evil.example/"onmouseover="globalThis.__xss=1',
];

/** A pcapng whose every text is hostile: section, interface and packet comments, interface and resolved names. */
function hostileCapture(): Uint8Array {
  const huge = `${XSS[0]}${'A'.repeat(10 * 1024 * 1024)}`;
  // An option holds 64 KiB: ten megabytes of comment are many of them.
  const pieces = Array.from({ length: 160 }, (_, i) => huge.slice(i * 65_000, (i + 1) * 65_000));
  const frame = (flags: number, seq: number): Uint8Array => {
    const bytes = new Uint8Array(54);
    const view = new DataView(bytes.buffer);
    view.setUint16(12, 0x0800);
    bytes.set([0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2], 14);
    view.setUint16(34, 40_000);
    view.setUint16(36, 80);
    view.setUint32(38, seq);
    bytes[46] = 0x50;
    bytes[47] = flags;
    return bytes;
  };
  return concat([
    sectionBlock({ application: XSS[1] ?? '', comments: XSS, hardware: XSS[3] ?? '', system: XSS[17] ?? '' }),
    ...XSS.map((words) => interfaceBlock({ name: words, description: words, linkType: 1, snapLength: 0, filter: words })),
    nameBlock(XSS.map((words, i) => [Uint8Array.of(192, 0, 2, i % 3), words] as const)),
    ...XSS.map((words, i) => {
      const data = frame(i === 0 ? 2 : i === XSS.length - 1 ? 4 : 16, i + 1);
      const time = 1_700_000_000_000_000_000n + BigInt(i) * 1_000_000n;
      return packetBlock({ interfaceId: i, time, originalLength: data.length, data, comments: i === 0 ? [words, ...pieces] : [words] });
    }),
  ]);
}

test('a capture whose names, comments and interfaces are hostile does nothing', async ({ page }) => {
  const file = test.info().outputPath('<img src=x onerror=globalThis.__xss=1>\u202egpj.pcapng');
  writeFileSync(file, hostileCapture());
  await openCaptures(page, [file]);
  for (const tab of await page.getByRole('tab').all()) await tab.click();
  await expect(page.getByText('<img src=x onerror', { exact: false }).first()).toBeVisible();
  const text = await page.locator('body').innerText();
  expect(text.length, 'what is shown of ten megabytes').toBeLessThan(400_000);
  const shared = await share(page, 'Web page');
  expect(statSync(shared).size, 'comments are bounded or left out').toBeLessThan(30_000_000);
  expect(await page.evaluate(() => (globalThis as { __xss?: unknown }).__xss)).toBeUndefined();
  expect(await page.evaluate(() => Object.keys(Object.prototype))).toEqual([]);
  expect(await page.locator('img[src="x"], iframe, base[href*=evil], link[href*=evil], meta[http-equiv=refresh]').count()).toBe(0);
  expect(await page.locator('[href^="javascript:" i]').count()).toBe(0);
});

test('another file under the same name is told apart by its content: no note comes to stand on its packets', async ({ page }) => {
  const file = test.info().outputPath('same-name.pcap');
  copyFileSync(CAPTURES[0] ?? '', file);
  await openCaptures(page, [file]);
  await annotate(page, 'Same name', '', 'about the whole');
  await page.getByRole('button', { name: 'Add a note' }).click();
  await page.getByRole('menuitem', { name: 'On the selected packet' }).click();
  await page.getByRole('textbox', { name: 'Note', exact: true }).fill('about one packet');
  await page.keyboard.press('Escape');
  await expect(keeping(page)).toHaveAttribute('data-keeping', 'saved');
  await page.goto('about:blank');
  copyFileSync(LEAK[0] ?? '', file);
  await page.goto('/');
  await page.getByRole('button', { name: 'Open “Same name”' }).click();
  await dropFiles(page, [file]);
  await expect(page.locator('[data-ladder]')).toBeVisible({ timeout: 20_000 });
  await page
    .getByRole('button', { name: /^Notes/ })
    .first()
    .click();
  // Kept beside its own capture, which is not open; or not among the notes of this other incident at all.
  const pinned = page.getByRole('button', { name: /^Show where this note is pinned: same-name/ });
  for (const pin of await pinned.all()) {
    await expect(pin).toContainText('(capture not open)');
    await expect(pin).toBeDisabled();
  }
  await page.goto('/');
  await expect(page.getByRole('region', { name: 'Recent incidents' })).toContainText('Same name');
});

test('an export that is cancelled, or whose dialog is closed, saves nothing', async ({ page }) => {
  await page.addInitScript(() => {
    // Unpacking the viewer waits until the test lets it go on.
    const Plain = DecompressionStream;
    const held: (() => void)[] = [];
    Object.assign(globalThis, { __release: () => held.splice(0).forEach((go) => void go()) });
    globalThis.DecompressionStream = class extends Plain {
      constructor(format: CompressionFormat) {
        super(format);
        const wait = new TransformStream<Uint8Array, Uint8Array>({ start: () => new Promise<void>((go) => held.push(go)) });
        const readable = this.readable.pipeThrough(wait);
        Object.defineProperty(this, 'readable', { value: readable });
      }
    };
  });
  const saved: string[] = [];
  page.on('download', (d) => saved.push(d.suggestedFilename()));
  await openCaptures(page);
  for (const way of ['Cancel', 'Close']) {
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Share this incident' });
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(dialog.getByText('Working…')).toBeVisible();
    await dialog.getByRole('button', { name: way, exact: true }).click();
    await page.evaluate(() => (globalThis as unknown as { __release(): void }).__release());
    if (way === 'Cancel') {
      await expect(dialog.getByRole('button', { name: 'Save', exact: true })).toBeEnabled();
      await dialog.getByRole('button', { name: 'Close' }).click();
    }
    await still(() => saved.length, 15);
    expect(saved, way).toEqual([]);
  }
});

test('from dropped captures to a saved shared page in under a minute, with nothing but what is on screen', async ({ page }) => {
  await page.goto('/');
  const start = Date.now();
  await dropFiles(page, LEAK);
  await expect(page.locator('[data-ladder]')).toBeVisible();
  await expect(page.getByRole('complementary', { name: 'Verdict' }).getByRole('heading').nth(1)).toBeVisible();
  await annotate(page, 'Resets of Pilot', 'An old retransmission escaped NAT.', 'See the ticket');
  expect(statSync(await share(page, 'Web page')).size).toBeGreaterThan(100_000);
  const took = Date.now() - start;
  test.info().annotations.push({ type: 'dropped to shared', description: `${took} ms` });
  expect(took).toBeLessThan(60_000);
});

test('hostile words in title, summary, notes, story and names do nothing, here or in what is shared', async ({ page, browser }) => {
  await openCaptures(page);
  const all = XSS.join('\n\n');
  await annotate(page, XSS[2] ?? '', all, all);
  await page.getByRole('button', { name: 'Add this view' }).click();
  await page.getByRole('textbox', { name: /^Text of step/ }).fill(all);
  await page.getByRole('tab', { name: 'Captures' }).click();
  await page.getByRole('textbox', { name: /Name of the capture point of pilot/ }).fill(XSS[0] ?? '');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-ladder]')).toBeVisible();
  const file = await share(page, 'Web page');
  expect(await page.evaluate(() => (globalThis as { __xss?: unknown }).__xss)).toBeUndefined();
  const context = await browser.newContext({ offline: true });
  const other = await context.newPage();
  const watch = await watchPage(other);
  await other.goto(`file://${file}`);
  await expect(other.locator('[data-ladder]')).toBeVisible({ timeout: 20_000 });
  await other
    .getByRole('button', { name: /^Notes/ })
    .first()
    .click();
  await other.getByRole('button', { name: 'Play the story' }).click();
  await expect(other.getByRole('complementary', { name: 'Story of this incident' })).toContainText('globalThis.__xss');
  expect(await other.evaluate(() => (globalThis as { __xss?: unknown }).__xss)).toBeUndefined();
  expect(await other.locator('[href^="javascript:" i]').count()).toBe(0);
  expect(watch.requests.filter((url) => !/^(data|blob):/.test(url))).toEqual([`file://${file}`]);
  expect(watch.violations).toEqual([]);
  await context.close();
});
