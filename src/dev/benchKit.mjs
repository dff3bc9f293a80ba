// What the benchmarks share: options, captures, and how a figure is said.
//   --size=300M --runs=5 --only=P1,P3 --json=FILE
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import process from 'node:process';
import { ensureInstalled, root } from './lib.mjs';

export const options = Object.fromEntries(process.argv.slice(2).map((arg) => arg.replace(/^--/, '').split('=')));
export const SIZE = options.size ?? '300M';
export const RUNS = Number(options.runs ?? 5);
const only = options.only?.split(',');
/** Is this bar asked for, or any of them? */
export const wanted = (...bars) => !only || bars.some((bar) => only.includes(bar));
export const folder = resolve(root, 'node_modules/.cache/bench');
export const least = (numbers) => Math.min(...numbers);
export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];

const results = [];

/** Says on which machine state the figures are from: a load of more than a few tenths spoils them. */
export function begin() {
  ensureInstalled();
  mkdirSync(folder, { recursive: true });
  console.log(`captures of ${SIZE}, ${RUNS} runs, load average ${loadavg()[0].toFixed(1)}, Node ${process.versions.node}`);
}

/** The file of a generated capture, made when it is not there yet. */
export function capture(kind, size = SIZE) {
  const file = resolve(folder, `${size}-${kind}.${kind === 'mix' ? 'pcapng' : 'pcap'}`);
  if (!existsSync(`${file}.truth.json`))
    spawnSync(process.execPath, [resolve(root, 'src/dev/bench/make-capture.mjs'), kind, file, `--size=${size}`]);
  return file;
}

export const packetsOf = (file) => JSON.parse(readFileSync(`${file}.truth.json`, 'utf8')).packets;

/** @param value what is held against the bar @param detail both raw figures */
export function report(bar, what, value, isGood, detail) {
  results.push({ bar, what, value, isGood, detail });
  console.log(`${bar} ${what}: ${Number(value.toPrecision(3))} ${isGood ? 'reached' : 'MISSED'} · ${detail}`);
}

export function finish() {
  if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
  const missed = results.filter((r) => !r.isGood);
  const all = missed.length === 0 ? 'all bars reached' : `missed: ${missed.map((r) => `${r.bar} ${r.what}`).join(', ')}`;
  console.log(`${all} (load average ${loadavg()[0].toFixed(1)}, ${Math.round(performance.now() / 1000)} s)`);
}
