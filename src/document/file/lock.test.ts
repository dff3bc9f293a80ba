import { expect, test } from 'vitest';
import { SAMPLE_CONTENTS } from '../testing/sampleContents.ts';
import { embedIncident, extractIncident } from './html.ts';
import { readLink, writeLink } from './link.ts';
import { isLocked, lock, unlock } from './lock.ts';
import { writeIncidentFile } from './writeIncidentFile.ts';

const LIMIT = 1 << 24;
/** Few rounds: what is tested is not how long guessing takes. */
const ROUNDS = 1_000;
const sample = () => writeIncidentFile(SAMPLE_CONTENTS);

test('opens with its passphrase, however the same letters are encoded', async () => {
  const file = await sample();
  const locked = await lock(file, 'caf\u00e9 au lait', ROUNDS);
  expect(isLocked(locked)).toBe(true);
  expect(isLocked(file)).toBe(false);
  const opened = await unlock(locked, 'cafe\u0301 au lait', LIMIT);
  expect(opened.ok && Buffer.compare(opened.value, file)).toBe(0);
});

test('another passphrase, and any octet changed, are one and the same refusal', async () => {
  const locked = await lock(await sample(), 'correct horse battery', ROUNDS);
  const refusal = { ok: false, error: { kind: 'wrongPassphrase' } };
  expect(await unlock(locked, 'correct horse batterY', LIMIT)).toEqual(refusal);
  expect(await unlock(locked, '', LIMIT)).toEqual(refusal);
  for (const at of [12, 27, 28, 39, 40, 100, locked.length - 1]) {
    const changed = locked.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(await unlock(changed, 'correct horse battery', LIMIT), `octet ${at}`).toEqual(refusal);
  }
  for (const length of [0, 7, 39, 55]) expect((await unlock(locked.slice(0, length), 'correct horse battery', LIMIT)).ok).toBe(false);
  expect(await unlock(locked.slice(0, 60), 'correct horse battery', LIMIT)).toEqual(refusal);
});

test('a file that asks for hours of key derivation is refused at once', async () => {
  const locked = await lock(await sample(), 'correct horse battery', ROUNDS);
  new DataView(locked.buffer).setUint32(8, 0xffffffff, true);
  const from = performance.now();
  expect((await unlock(locked, 'correct horse battery', LIMIT)).ok).toBe(false);
  expect(performance.now() - from).toBeLessThan(1_000);
});

test('what it inflates to is bounded', async () => {
  const locked = await lock(new Uint8Array(1 << 20), 'correct horse battery', ROUNDS);
  expect(await unlock(locked, 'correct horse battery', 1 << 16)).toEqual({
    ok: false,
    error: { kind: 'inflatesTooLarge', limit: 1 << 16 },
  });
});

test('the same incident under the same passphrase is never the same octets, and nothing of it is in them', async () => {
  const file = await sample();
  const [a, b] = [await lock(file, 'correct horse battery', ROUNDS), await lock(file, 'correct horse battery', ROUNDS)];
  expect(a.subarray(12, 60)).not.toEqual(b.subarray(12, 60));
  const title = SAMPLE_CONTENTS.document.title;
  const page = embedIncident('<html><head><title>x</title></head><body><div id="root"></div></body></html>', a, { title: '', summary: '' });
  for (const form of [Buffer.from(a).toString('latin1'), page]) {
    expect(form).not.toContain(title);
    expect(form).not.toContain('correct horse');
  }
  expect(extractIncident(/id="incident">([^<]*)</.exec(page)?.[1] ?? '')).toEqual(a);
});

test('a link carries it as it is', async () => {
  const locked = await lock(await sample(), 'correct horse battery', ROUNDS);
  const link = await writeLink(locked);
  if (!link.ok) throw new Error('too long');
  const read = await readLink(`#${link.value}`);
  expect(read.ok && read.value).toEqual(locked);
});
