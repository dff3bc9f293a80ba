// What goes with an incident when it is shared, and what comes back when it is opened: lanes, pictures, context, locks; and what is damaged.
import { readFileSync, writeFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { writeDocument } from '../src/document/codec.ts';
import { documentBlocks } from '../src/document/file/documentBlock.ts';
import { writeLink } from '../src/document/file/link.ts';
import { SAMPLE_CONTENTS } from '../src/document/testing/sampleContents.ts';
import { concat, interfaceBlock, packetBlock, sectionBlock } from '../src/engine/capture/pcapngWriter.ts';
import { capture, dropFiles, expect, faded, still, test, watchPage } from './support.ts';

const LEAK = [capture('ebay-leak/pilot.pcap'), capture('ebay-leak/envoy.pcap')];
const SMALL = [capture('app-close/pilot.pcap'), capture('app-close/envoy.pcap')];

test.setTimeout(180_000);

async function openCaptures(page: Page, files: readonly string[] = SMALL): Promise<void> {
  await page.goto('/');
  await dropFiles(page, files);
  await expect(page.locator('[data-ladder]')).toBeVisible({ timeout: 20_000 });
  await expect(lanes(page).first()).toBeVisible();
}

const lanes = (page: Page) => page.locator('[data-ladder] button[data-lane]');
const laneIds = (page: Page): Promise<string[]> => lanes(page).evaluateAll((all) => all.map((e) => (e as HTMLElement).dataset.lane ?? ''));
const keeping = (page: Page) => page.locator('header [data-keeping]');
const openNotes = (page: Page) =>
  page
    .getByRole('button', { name: /^Notes/ })
    .first()
    .click();

async function addNote(page: Page, item: string | RegExp, words: string): Promise<void> {
  await page.getByRole('button', { name: 'Add a note' }).click();
  await page.getByRole('menuitem', { name: item }).first().click();
  await page.getByRole('textbox', { name: 'Note', exact: true }).fill(words);
  await page.keyboard.press('Escape');
}

/** @param choose what is set in the dialog before saving, by label */
async function share(page: Page, kind: string, choose: Readonly<Record<string, string>> = {}): Promise<string> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this incident' });
  await dialog.getByText(kind, { exact: true }).click();
  await expect(dialog.getByText(/^File:/)).toBeVisible({ timeout: 20_000 });
  for (const [label, value] of Object.entries(choose)) {
    if (label === 'Passphrase') await dialog.getByLabel(label).fill(value);
    else await dialog.getByRole('combobox', { name: label, exact: true }).selectOption(value);
  }
  await expect(dialog.getByText(/^File:/)).toBeVisible({ timeout: 20_000 });
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  const path = test.info().outputPath(`${Object.values(choose).join('-').replaceAll(' ', '-')}-${(await download).suggestedFilename()}`);
  await (await download).saveAs(path);
  await dialog.getByRole('button', { name: 'Close' }).click();
  return path;
}

test('a lane is hidden by keyboard or menu, said in the toolbar, undone, kept, shared, and shown again', async ({ page, browser }) => {
  await openCaptures(page, LEAK);
  const all = await laneIds(page);
  expect(all).toHaveLength(3);
  await lanes(page).first().focus();
  await page.keyboard.press('Delete');
  await expect(page.getByRole('button', { name: '1 lane hidden' })).toBeVisible();
  await expect(lanes(page)).toHaveCount(2);
  // The focus stays among the lanes.
  await expect.poll(() => page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.lane ?? '')).toBe(all[1]);
  await openNotes(page);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(lanes(page)).toHaveCount(3);
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect(lanes(page)).toHaveCount(2);
  await expect(keeping(page)).toHaveAttribute('data-keeping', 'saved');
  const file = await share(page, 'Web page');
  // The menu of the lane that is left in the middle: hidden too, and the last one can not be.
  await lanes(page).first().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Hide this lane' }).click();
  await expect(page.getByRole('button', { name: '2 lanes hidden' })).toBeVisible();
  await lanes(page).first().focus();
  await page.keyboard.press('Delete');
  await expect(lanes(page)).toHaveCount(1);
  await page.getByRole('button', { name: '2 lanes hidden' }).click();
  await page.getByRole('menuitem', { name: 'Show all lanes' }).click();
  await expect(lanes(page)).toHaveCount(3);
  expect(await laneIds(page)).toEqual(all);

  const context = await browser.newContext({ offline: true });
  const other = await context.newPage();
  await other.goto(`file://${file}`);
  await expect(other.getByRole('button', { name: '1 lane hidden' })).toBeVisible({ timeout: 20_000 });
  await expect(lanes(other)).toHaveCount(2);
  for (const scheme of ['light', 'dark'] as const) {
    await other.emulateMedia({ colorScheme: scheme });
    await other.screenshot({ path: test.info().outputPath(`hidden-${scheme}.png`) });
  }
  await other.getByRole('button', { name: '1 lane hidden' }).click();
  await other.getByRole('menuitemcheckbox').first().click();
  await expect(lanes(other)).toHaveCount(3);
  await context.close();
});

test('pictures: the whole or what is on screen, at a width and in colours of one’s choice, with notes and without hidden lanes', async ({
  page,
}) => {
  await openCaptures(page, LEAK);
  await openNotes(page);
  await addNote(page, 'On the selected packet', 'the one that the log tells of');
  await lanes(page).first().focus();
  await page.keyboard.press('Delete');
  await expect(lanes(page)).toHaveCount(2);
  await page.keyboard.press('n');
  await still(() => page.getByRole('slider', { name: /Overview of the whole time/ }).getAttribute('aria-valuetext'));
  const whole = readFileSync(await share(page, 'Picture (SVG)', { Width: '900', Colours: 'light' }), 'utf8');
  const part = readFileSync(await share(page, 'Picture (SVG)', { Part: 'view', Width: '1600', Colours: 'dark' }), 'utf8');
  const size = (svg: string) => [Number(/width="(\d+)"/.exec(svg)?.[1]), Number(/height="(\d+)"/.exec(svg)?.[1])] as const;
  expect(size(whole)[0]).toBe(900);
  expect(size(part)[0]).toBe(1600);
  const screen = (await page.locator('[data-ladder] canvas').first().boundingBox())?.height ?? 0;
  expect(Math.abs(size(part)[1] - 76 - screen)).toBeLessThan(40);
  for (const svg of [whole, part]) {
    expect(svg).toContain('the one that the log');
    expect(svg.match(/<text[^>]*font-size="14"/g)).toHaveLength(2);
  }
  expect(whole).not.toContain(/<rect width="100%" height="100%" fill="([^"]+)"/.exec(part)?.[0]);
  const png = readFileSync(await share(page, 'Picture (PNG)', { Part: 'view', Width: '700', Sharpness: '3' }));
  expect(png.readUInt32BE(16)).toBe(2100);
  const chunks = [...png.toString('latin1').matchAll(/IHDR|tEXt|iTXt|zTXt|eXIf|tIME|IEND/g)].map((m) => m[0]);
  expect(chunks).toEqual(['IHDR', 'IEND']);
});

test('what context files say goes with the incident: the same verdict, and not the words of the logs', async ({ page, browser }) => {
  const names = [
    'pilot.pcap',
    'envoy.pcap',
    'conntrack-S-after.txt',
    'iptables-save.txt',
    'istio-pilot.log',
    'kubectl-get.yaml',
    'sysctl-a.txt',
    'uname-r.txt',
  ];
  await openCaptures(
    page,
    names.map((name) => capture(`context-files/${name}`)),
  );
  const verdict = page.getByRole('complementary', { name: 'Verdict' });
  const heading = (await verdict.getByRole('heading').nth(1).textContent()) ?? '?';
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this incident' });
  await dialog.getByText(/^6 context files/).click({ timeout: 20_000 });
  await expect(dialog.getByText(/^log \(log\): \d+ facts?$/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  const file = await share(page, 'Web page');
  const context = await browser.newContext({ offline: true });
  const other = await context.newPage();
  await other.goto(`file://${file}`);
  await expect(other.locator('[data-ladder]')).toBeVisible({ timeout: 20_000 });
  await expect(other.getByRole('complementary', { name: 'Verdict' }).getByRole('heading').nth(1)).toHaveText(heading);
  await expect(other.getByRole('complementary', { name: 'Verdict' })).not.toContainText('rpc error');
  await other
    .getByRole('button', { name: /^Captures/ })
    .first()
    .click();
  const kept = other.getByRole('tabpanel', { name: 'Captures' });
  await expect(kept).toContainText('conntrack-stats');
  await expect(kept).not.toContainText('istio-pilot.log');
  await context.close();
});

test('a locked page shows nothing before its passphrase, says when that is wrong, and opens with it', async ({ page, browser }) => {
  await openCaptures(page, LEAK);
  await openNotes(page);
  await page.getByLabel('Title').fill('Behind a lock');
  const file = await share(page, 'Web page', { Passphrase: 'correct horse battery' });
  expect(readFileSync(file, 'utf8')).not.toContain('Behind a lock');
  expect(file).not.toContain('Behind');
  const context = await browser.newContext({ offline: true });
  const other = await context.newPage();
  const watch = await watchPage(other);
  await other.goto(`file://${file}`);
  const dialog = other.getByRole('dialog', { name: 'This incident is locked' });
  await expect(dialog).toBeVisible();
  await expect(other.locator('[data-ladder]')).toHaveCount(0);
  await dialog.getByLabel('Passphrase').fill('wrong horse battery');
  await other.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('not its passphrase');
  await expect(other.locator('[data-ladder]')).toHaveCount(0);
  for (const scheme of ['light', 'dark'] as const) {
    await other.emulateMedia({ colorScheme: scheme });
    await other.screenshot({ path: test.info().outputPath(`locked-${scheme}.png`) });
  }
  await dialog.getByLabel('Passphrase').fill('correct horse battery');
  await other.keyboard.press('Enter');
  await expect(other.getByRole('region', { name: 'Shared incident' })).toContainText('Behind a lock', { timeout: 20_000 });
  expect(watch.requests.filter((url) => !/^(data|blob):/.test(url))).toEqual([`file://${file}`]);
  expect(watch.violations).toEqual([]);
  await context.close();
});

test('a locked link and a locked file open with their passphrase, and nothing of them is kept', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openCaptures(page);
  await openNotes(page);
  await page.getByLabel('Title').fill('In a locked link');
  await expect(keeping(page)).toHaveAttribute('data-keeping', 'saved');
  const file = await share(page, 'Wireshark file', { Passphrase: 'correct horse battery' });
  expect(file).toMatch(/\.hopscope$/);
  expect(readFileSync(file).includes('locked link')).toBe(false);
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this incident' });
  await dialog.getByText('Link', { exact: true }).click();
  await dialog.getByLabel('Packets').last().selectOption('evidence');
  await dialog.getByLabel('Passphrase').fill('short');
  await expect(dialog.getByText('at least')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Copy link' })).toBeDisabled();
  await dialog.getByLabel('Passphrase').fill('correct horse battery');
  await dialog.getByRole('button', { name: 'Copy link' }).click();
  await expect(dialog.getByText('Copied')).toBeVisible({ timeout: 20_000 });
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.goto('about:blank');
  await page.goto(link);
  const lock = page.getByRole('dialog', { name: 'This incident is locked' });
  await lock.getByLabel('Passphrase').fill('correct horse battery');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Shared incident' })).toContainText('In a locked link', { timeout: 20_000 });
  expect(page.url()).not.toContain('incident=');
  await page.goto('about:blank');
  await page.goto('/');
  await dropFiles(page, [file]);
  await lock.getByLabel('Passphrase').fill('correct horse battery');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Shared incident' })).toContainText('In a locked link', { timeout: 20_000 });
  await page.goto('about:blank');
  await page.goto('/');
  await expect(page.getByRole('region', { name: 'Recent incidents' }).getByText('In a locked link')).toHaveCount(1);
});

test('a damaged incident opens as far as it can and says what is missing; a newer or broken one is refused with a sentence', async ({
  page,
}) => {
  await openCaptures(page);
  await openNotes(page);
  await page.getByLabel('Title').fill('Cut short');
  const whole = readFileSync(await share(page, 'Wireshark file'));
  const view = new DataView(whole.buffer, whole.byteOffset, whole.length);
  const ends: number[] = [];
  for (let at = 0; at + 12 <= whole.length; ) {
    at += view.getUint32(at + 4, true);
    ends.push(at);
  }
  const drop = async (name: string, bytes: Uint8Array): Promise<void> => {
    const path = test.info().outputPath(name);
    writeFileSync(path, bytes);
    await page.goto('about:blank');
    await page.goto('/');
    await dropFiles(page, [path]);
  };
  const message = page.getByRole('alert').or(page.getByRole('status'));
  // Behind the document; in the middle of a packet; behind half of the packets.
  for (const [i, at] of [ends[1] ?? 0, (ends[Math.floor(ends.length / 2)] ?? 0) + 9, ends[Math.floor(ends.length / 2)] ?? 0].entries()) {
    await drop(`cut-${i}.pcapng`, whole.subarray(0, at));
    await expect(message.filter({ hasText: 'This incident is damaged' }).first(), `cut at ${at}`).toContainText(
      /Of [\d,]+ packets [\d,]+ are in it/,
    );
    if (i > 0) {
      await expect(page.locator('[data-ladder]')).toBeVisible({ timeout: 20_000 });
      await expect(page.getByRole('button', { name: 'Cut short' })).toBeVisible();
    }
  }
  const incidentOf = async (json: string): Promise<Uint8Array> =>
    concat([sectionBlock({ application: 'x', comments: [] }), ...(await documentBlocks(json))]);
  for (const [name, bytes, says] of [
    ['future.pcapng', await incidentOf('{"version":99}'), 'made by a newer version'],
    ['old.pcapng', await incidentOf('{"version":0}'), 'no version that is known'],
    ['wrong.pcapng', await incidentOf('{"version":1,"title":7}'), 'wrong at'],
    ['deep.pcapng', await incidentOf(`{"version":1,"title":${'['.repeat(10_000)}`), 'nested deeper'],
    ['proto.pcapng', await incidentOf('{"version":1,"__proto__":{"polluted":1}}'), 'forbidden field name'],
  ] as const) {
    await drop(name, bytes);
    await expect(message.filter({ hasText: says }).first(), name).toBeVisible();
    expect(await page.evaluate(() => ({}) as { polluted?: unknown }).then((o) => o.polluted)).toBeUndefined();
  }
});

test('an edit is kept though the tab is closed at once', async ({ page, context }) => {
  await openCaptures(page);
  await openNotes(page);
  await expect(keeping(page)).toHaveAttribute('data-keeping', 'saved');
  await page.getByLabel('Title').fill('Typed and gone');
  await page.close({ runBeforeUnload: false });
  const next = await context.newPage();
  await next.goto('/');
  await expect(next.getByRole('region', { name: 'Recent incidents' })).toContainText('Typed and gone');
});

test('what is not yet there when an incident is opened again is asked for by name', async ({ page }) => {
  await openCaptures(page);
  await openNotes(page);
  await page.getByLabel('Title').fill('Half of it');
  await expect(keeping(page)).toHaveAttribute('data-keeping', 'saved');
  await page.goto('about:blank');
  await page.goto('/');
  await page.getByRole('button', { name: 'Open “Half of it”' }).click();
  await dropFiles(page, [SMALL[0] ?? '']);
  await expect(page.locator('[data-ladder]')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('drop envoy.pcap as well')).toBeVisible();
  await dropFiles(page, [SMALL[1] ?? '']);
  await expect(page.getByText('drop envoy.pcap as well')).toHaveCount(0);
  await expect(lanes(page)).toHaveCount(3);
});

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing in what is shared, locked, compared, hidden and told: ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await openCaptures(page);
    const check = async (what: string): Promise<void> => {
      // Colours fade in: they are judged once they stand.
      await faded(page);
      await page.screenshot({ path: test.info().outputPath(`${what}-${theme}.png`) });
      // An open menu hangs on the page itself, outside of its regions.
      const { violations } = await new AxeBuilder({ page }).disableRules(what === 'lanes' ? ['region'] : []).analyze();
      expect(violations.map((v) => `${what}: ${v.id} ${v.nodes[0]?.html.slice(0, 160)}`)).toEqual([]);
    };
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Share this incident' });
    await expect(dialog.getByText(/^File:/)).toBeVisible({ timeout: 20_000 });
    await dialog.getByLabel('Passphrase').fill('short');
    await check('share');
    await dialog.getByText('Picture (PNG)', { exact: true }).click();
    await check('picture');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('menuitem', { name: 'Compare with another incident…' }).click();
    const compare = page.getByRole('dialog', { name: 'Compare with another incident' });
    await compare.locator('input[type=file]').setInputFiles(LEAK);
    await expect(compare.locator('[data-part=gone]')).toContainText('An old retransmission escaped NAT', { timeout: 20_000 });
    await check('compare');
    await compare.getByRole('button', { name: 'Close' }).click();
    await lanes(page).first().focus();
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: '1 lane hidden' }).click();
    await check('lanes');
    await page.keyboard.press('Escape');
    await openNotes(page);
    await addNote(page, 'On the whole incident', 'A **note** to read');
    await page.getByRole('button', { name: 'Add this view' }).click();
    await page.getByRole('textbox', { name: /^Text of step/ }).fill('It begins with a `SYN`\n\n- one\n- two');
    await check('notes');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await expect(page.getByRole('complementary', { name: 'Story of this incident' })).toContainText('It begins');
    await check('story');
  });
}

test('without a network everything goes on: read, annotated, shared as a page', async ({ page, context }) => {
  await page.goto('/');
  await page.evaluate(() => navigator.serviceWorker.ready);
  const kept = () => page.evaluate(async () => (await (await caches.open((await caches.keys())[0] ?? '')).keys()).length);
  await expect.poll(kept).toBeGreaterThan(5);
  await context.setOffline(true);
  await openCaptures(page);
  await openNotes(page);
  await page.getByLabel('Title').fill('Offline');
  expect(readFileSync(await share(page, 'Web page'), 'utf8')).toContain('<title>Offline – Hopscope</title>');
  expect(
    readFileSync(await share(page, 'Tables (Parquet)'))
      .subarray(0, 4)
      .toString(),
  ).toBe('PAR1');
});

test('every text of an incident is text: hostile words in all its fields do nothing, from a link, from a file, from a page', async ({
  page,
  browser,
}) => {
  const words = [
    '<img src=x onerror="globalThis.__xss=1">',
    '</script><script>globalThis.__xss=1</script>',
    '[x](javascript:globalThis.__xss=1) <a href="javascript:globalThis.__xss=1">x</a> javascript:globalThis.__xss=1',
    '\u202e<svg onload=globalThis.__xss=1>\u2028\u2029]]>',
    '__proto__',
  ];
  let next = 0;
  /** Fields whose values the format itself prescribes. */
  const fixed = new Set([
    'kind',
    'sha256',
    'epoch',
    'scale',
    'severity',
    'confidence',
    'via',
    'action',
    'mode',
    'profile',
    'time',
    'address',
    'positions',
  ]);
  const hostile = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return fixed.has(key) ? value : words[next++ % words.length];
    if (Array.isArray(value)) return value.map((v) => hostile(v, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, k === 'redaction' || k === 'replay' ? v : hostile(v, k)]));
  };
  const document = hostile(SAMPLE_CONTENTS.document) as typeof SAMPLE_CONTENTS.document;
  const packets = [...SAMPLE_CONTENTS.packets].sort((a, b) =>
    a.time < b.time ? -1 : a.time > b.time ? 1 : a.capture - b.capture || a.frame - b.frame,
  );
  const file = concat([
    sectionBlock({ application: words[0] ?? '', comments: words }),
    ...(await documentBlocks(writeDocument(document, packets))),
    ...SAMPLE_CONTENTS.interfaces.map((i) => interfaceBlock({ ...i, name: words[0] ?? '', filter: words[1] ?? '' })),
    ...packets.map((packet) => packetBlock({ ...packet, comments: words })),
  ]);
  const link = await writeLink(file);
  if (!link.ok) throw new Error('the link is too long');
  const check = async (where: Page): Promise<void> => {
    await expect(where.locator('[data-ladder]')).toBeVisible({ timeout: 20_000 });
    await openNotes(where);
    for (const tab of await where.getByRole('tab').all()) await tab.click();
    expect(await where.evaluate(() => (globalThis as { __xss?: unknown }).__xss)).toBeUndefined();
    expect(await where.evaluate(() => Object.keys(Object.prototype))).toEqual([]);
    expect(await where.locator('[href^="javascript:" i], img[src="x"], iframe').count()).toBe(0);
  };
  await page.goto(`/#${link.value}`);
  await check(page);
  const path = test.info().outputPath('hostile.pcapng');
  writeFileSync(path, file);
  await page.goto('about:blank');
  await page.goto('/');
  await dropFiles(page, [path]);
  await check(page);
  const html = await share(page, 'Web page', { 'Names of hosts, captures and lanes': 'keep' });
  const context = await browser.newContext({ offline: true });
  const other = await context.newPage();
  const watch = await watchPage(other);
  await other.goto(`file://${html}`);
  await check(other);
  expect(watch.requests.filter((url) => !/^(data|blob):/.test(url))).toEqual([`file://${html}`]);
  expect(watch.violations).toEqual([]);
  await context.close();
});

test('names, hidden lanes and clocks set by hand come back, in whatever order the captures are dropped; and go with what is shared', async ({
  page,
  browser,
}) => {
  await openCaptures(page);
  // A button below the diagram; a tab once the drawer is open.
  const open = (where: Page, name: RegExp) =>
    where
      .getByRole('navigation', { name: 'Lists and plots' })
      .getByRole('button', { name })
      .or(where.getByRole('tab', { name }))
      .first()
      .click();
  await open(page, /^Captures/);
  const name = page.getByRole('textbox', { name: 'Name of the capture point of envoy.pcap' });
  await name.fill('sidecar');
  await name.press('Enter');
  await open(page, /^Clocks/);
  const clocks = (where: Page) => where.getByRole('table', { name: 'Clocks of the capture points' });
  await page.getByLabel('Offset in milliseconds').fill('1.5');
  await page.getByRole('button', { name: 'Set by hand' }).click();
  await expect(clocks(page)).toContainText('set by hand');
  await lanes(page).filter({ hasText: 'pilot' }).focus();
  await page.keyboard.press('Delete');
  await expect(page.getByRole('button', { name: '1 lane hidden' })).toBeVisible();
  await openNotes(page);
  await page.getByLabel('Title').fill('Arranged');
  await expect(keeping(page)).toHaveAttribute('data-keeping', 'saved');
  await expect(page.getByRole('button', { name: 'Arranged' })).toBeVisible();
  const file = await share(page, 'Web page', { 'Names of hosts, captures and lanes': 'keep' });
  const check = async (where: Page): Promise<void> => {
    await expect(where.getByRole('button', { name: '1 lane hidden' })).toBeVisible({ timeout: 20_000 });
    await expect(lanes(where).filter({ hasText: 'sidecar' })).toBeVisible();
    await expect(lanes(where).filter({ hasText: 'pilot' })).toHaveCount(0);
    await open(where, /^Clocks/);
    await expect(clocks(where)).toContainText('set by hand');
  };
  await page.goto('about:blank');
  await openCaptures(page, [...SMALL].reverse());
  await expect(page.getByRole('button', { name: 'Arranged' })).toBeVisible();
  await check(page);
  const context = await browser.newContext({ offline: true });
  const other = await context.newPage();
  await other.goto(`file://${file}`);
  await check(other);
  await context.close();
});
