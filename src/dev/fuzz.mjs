// `npm run fuzz`: damages every fixture without end and checks what must hold. Each failure is kept with what made it.
//   npm run fuzz -- [--seconds=600] [--seed=1] [--out=fuzz-failures]
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { gunzipSync, gzipSync } from 'node:zlib';
import { importBundled } from './bundle.mjs';
import { root } from './lib.mjs';

const options = Object.fromEntries(process.argv.slice(2).map((arg) => arg.replace(/^--/, '').split('=')));
const seconds = Number(options.seconds ?? Number.POSITIVE_INFINITY);
const out = resolve(root, options.out ?? 'node_modules/.cache/fuzz-failures');
const { analyzePair, asPcapng, brokenMutant, differingColumn, mutate, openMutant } = await importBundled('src/dev/fuzzEntry.ts');

const folder = resolve(root, 'src/testing/captures/corpus');
const fixtures = [];
for (const name of readdirSync(folder).filter((n) => /\.(pcap|pcapng|gz)$/.test(n))) {
  const bytes = new Uint8Array(readFileSync(resolve(folder, name)));
  const plain = name.endsWith('.gz') ? new Uint8Array(gunzipSync(bytes)) : bytes;
  fixtures.push({ name, bytes: plain });
  if (plain.length < 50_000) fixtures.push({ name: `${name} (gzip)`, bytes: new Uint8Array(gzipSync(plain)), isCompressed: true });
  if (name.endsWith('.pcap') && !/modified|cut|bad/.test(name))
    fixtures.push({ name: `${name} (pcapng)`, bytes: asPcapng(plain, plain.length % 2 === 0) });
}
for (const fixture of fixtures) fixture.tap = await openMutant(fixture.bytes);

let seed = Number(options.seed ?? Date.now() % 1_000_000_000);
let cases = 0;
let failures = 0;
const begun = Date.now();
let said = begun;
console.log(`${fixtures.length} fixtures, from seed ${seed}; failures go to ${out}`);
while (Date.now() - begun < seconds * 1000) {
  for (const fixture of fixtures) {
    seed++;
    cases++;
    const mutant = mutate(fixture.bytes, fixture.isCompressed ? [] : fixture.tap.packets.offset, seed);
    const started = process.cpuUsage();
    const broken = (await check(fixture, mutant)) ?? (process.cpuUsage(started).user > 2e6 ? 'took more than 2 s' : null);
    if (broken === null) continue;
    failures++;
    mkdirSync(out, { recursive: true });
    writeFileSync(resolve(out, `${seed}.bin`), mutant.bytes);
    console.log(`FAILED ${fixture.name}, seed ${seed} (${mutant.how}): ${broken}`);
  }
  if (Date.now() - said > 10_000) {
    said = Date.now();
    console.log(`${cases} cases, ${failures} failures, ${Math.round((said - begun) / 1000)} s`);
  }
}
console.log(`${cases} cases, ${failures} failures, last seed ${seed}`);
process.exitCode = failures > 0 ? 1 : 0;

async function check(fixture, mutant) {
  try {
    const broken = await brokenMutant(fixture.tap, fixture.bytes.length, fixture.isCompressed ? { ...mutant, intactUntil: 0 } : mutant);
    if (broken !== null || seed % 10 !== 0) return broken;
    // One in twenty through the whole analysis, beside the capture it was made of.
    if (seed % 20 === 0) {
      const tap = await openMutant(mutant.bytes);
      if (tap !== null) analyzePair(fixture.tap, tap);
    }
    // One in ten also in small chunks: damage must not depend on how it is served.
    const whole = await openMutant(mutant.bytes);
    const pieces = await openMutant(mutant.bytes, 1 + (seed % 97));
    if ((whole === null) !== (pieces === null)) return 'refused in one chunk size only';
    if (whole === null) return null;
    if (whole.packets.length !== pieces.packets.length) return `${whole.packets.length} rows whole, ${pieces.packets.length} in pieces`;
    return differingColumn(whole.packets, pieces.packets, whole.packets.length, true);
  } catch (error) {
    return `threw ${error.stack}`;
  }
}
