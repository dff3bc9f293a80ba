// Bar P8: the conntrack model on one core. `node src/dev/bench-conntrack.mjs`, or `benchConntrack()` from another bench.
import { resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, root } from './lib.mjs';

const BAR = 2e6;
const PACKETS = 3_000_000;
const ROUNDS = 3;

/** Prints one line per kernel generation. @returns whether the slowest reaches the bar */
export async function benchConntrack() {
  ensureInstalled();
  const { build } = await import('vite');
  const outDir = resolve(root, 'node_modules/.cache/bench-conntrack');
  const rolldownOptions = { output: { entryFileNames: 'bench.mjs' } };
  const entry = resolve(root, 'src/testing/conntrackBench.ts');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: { ssr: entry, outDir, target: 'node20', copyPublicDir: false, rolldownOptions },
  });
  const module = await import(pathToFileURL(resolve(outDir, 'bench.mjs')).href);
  let isGood = true;
  for (const profile of ['5.10', '6.18']) {
    let best = 0;
    let invalid = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const cpu = process.cpuUsage();
      const result = module.pushPackets(profile, PACKETS);
      const used = process.cpuUsage(cpu);
      best = Math.max(best, (result.packets / (used.user + used.system)) * 1e6);
      invalid = result.invalid;
    }
    isGood &&= best >= BAR;
    const ratio = (best / BAR).toFixed(2);
    console.log(
      `P8 conntrack ${profile}: ${(best / 1e6).toFixed(2)} M packets/s of one core, ${ratio} × the bar of 2 M (${PACKETS} packets, ${invalid} INVALID)`,
    );
  }
  return isGood;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exit((await benchConntrack()) ? 0 : 1);
