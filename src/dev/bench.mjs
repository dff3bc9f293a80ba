// `npm run bench`: bars P2–P5, P7 and P8 on generated captures, ours and the peer in turns in one run. Ratios of CPU time are what counts:
// wall time on a shared machine means little, and below 20 % difference nothing.
//   npm run bench -- [--size=300M] [--runs=5] [--only=P2,P3] [--json=FILE]      on a slow machine: --size=100M --runs=3
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { benchConntrack } from './bench-conntrack.mjs';
import { begin, capture, finish, folder, least, packetsOf, RUNS, report, SIZE, wanted } from './benchKit.mjs';
import { bundlePath, importBundled } from './bundle.mjs';
import { bin, root } from './lib.mjs';

begin();
if (wanted('P3', 'P4')) bin('vite', ['build', '--mode', 'cli', '--logLevel', 'warn']);
const engine = await importBundled('src/dev/benchEntry.ts');
const bundle = bundlePath('src/dev/benchEntry.ts');
const cli = resolve(root, 'dist/cli/main.mjs');
const bound = compileBound();

if (wanted('P2')) for (const kind of ['mtu', 'small', 'mix']) kernel(kind);
if (wanted('P3')) for (const kind of ['mtu', 'small', 'mix']) facts(kind);
if (wanted('P4')) gzip();
if (wanted('P5')) for (const kind of ['mtu', 'small']) memory(kind);
if (wanted('P7')) analysis();
if (wanted('P8')) await benchConntrack();
finish();

function compileBound() {
  const out = resolve(folder, 'bound');
  const made = spawnSync('gcc', ['-O2', '-o', out, resolve(root, 'src/dev/bench/core.c')]);
  return made.status === 0 ? out : null;
}

/** CPU and wall milliseconds of a child. */
function timed(command, args) {
  const begun = performance.now();
  const hasTime = existsSync('/usr/bin/time');
  const child = hasTime
    ? spawnSync('/usr/bin/time', ['-f', '%U %S', command, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    : spawnSync(command, args, { stdio: 'ignore' });
  const wall = performance.now() - begun;
  if (child.status !== 0) return null;
  if (!hasTime) return { cpu: Number.NaN, wall };
  const [user, system] = child.stderr.toString().trim().split('\n').pop().split(' ').map(Number);
  return { cpu: (user + system) * 1000, wall };
}

function leastOf(runs, key) {
  return least(runs.map((r) => r[key]));
}

function cpuSince(start) {
  const used = process.cpuUsage(start);
  return (used.user + used.system) / 1000;
}

/** P2: both read the file in chunks into one buffer and decode into columns that are there already. */
function kernel(kind) {
  if (!bound) return console.log('P2: no gcc, not measured');
  const file = capture(kind);
  const ours = [];
  const theirs = [];
  const fd = openSync(file);
  const size = fstatSync(fd).size;
  const buffer = new Uint8Array(engine.NODE_CHUNK);
  const table = new engine.TableBuilder(Math.ceil(size / 60));
  const decoder = new engine.Decoder(table);
  for (let run = 0; run < RUNS * 5; run++) {
    table.length = 0;
    const recordizer = new engine.Recordizer(table, decoder);
    const start = process.cpuUsage();
    for (let at = 0; at < size; ) {
      const got = readSync(fd, buffer, 0, buffer.length, at);
      if (at === 0) recordizer.begin(engine.bytesSource(kind, buffer), { head: buffer.subarray(0, 64) });
      at += got;
      recordizer.feed(buffer.subarray(0, got), size, at);
    }
    ours.push({ cpu: cpuSince(start) });
    if (run % 5 !== 0) continue;
    const lines = spawnSync(bound, [file, '3', 'read', '3']).stdout.toString().trim().split('\n');
    for (const line of lines) theirs.push({ cpu: JSON.parse(line).cpu * 1000 });
  }
  closeSync(fd);
  const ratio = leastOf(theirs, 'cpu') / leastOf(ours, 'cpu');
  const detail = `${table.length} packets: ${leastOf(ours, 'cpu').toFixed(1)} ms CPU, C loop ${leastOf(theirs, 'cpu').toFixed(1)} ms, both with reading`;
  report('P2', `${kind}, share of the C loop's speed`, ratio, ratio >= (kind === 'mtu' ? 0.7 : 0.6), detail);
}

/** P3: the whole command, start included, against tshark's own. */
function facts(kind) {
  const file = capture(kind);
  if (spawnSync('tshark', ['--version']).status !== 0) return console.log('P3: no tshark, not measured');
  const ours = [];
  const theirs = [];
  for (let run = 0; run < RUNS; run++) {
    ours.push(timed(process.execPath, [cli, 'facts', file]));
    if (run < 2) theirs.push(timed('tshark', ['-n', '-r', file, '-q', '-z', 'conv,tcp']));
  }
  const packets = packetsOf(file);
  const ratio = leastOf(theirs, 'cpu') / leastOf(ours, 'cpu');
  const rate = (runs) => `${Math.round(packets / leastOf(runs, 'cpu'))} k packets/s`;
  const bar = { mtu: 10, small: 50, mix: 12 }[kind];
  report('P3', `facts of ${kind}, times tshark's speed`, ratio, ratio >= bar, `${rate(ours)} of CPU, tshark ${rate(theirs)}, bar ${bar} ×`);
}

/** P4: by CPU time, inflating and decoding together against inflating alone. */
function gzip() {
  const plain = capture('mtu');
  const file = `${plain}.gz`;
  if (!existsSync(file) && spawnSync('gzip', ['-k', plain]).status !== 0) return console.log('P4: no gzip, not measured');
  const ours = [];
  const theirs = [];
  for (let run = 0; run < RUNS; run++) {
    ours.push(timed(process.execPath, [cli, 'facts', file]));
    theirs.push(timed('gzip', ['-dc', file]));
  }
  const ratio = leastOf(ours, 'cpu') / leastOf(theirs, 'cpu');
  const detail = `${leastOf(ours, 'cpu')} ms CPU (${Math.round(leastOf(ours, 'wall'))} wall), gzip -dc ${leastOf(theirs, 'cpu')} (${Math.round(leastOf(theirs, 'wall'))})`;
  report('P4', 'gzip input, against gzip -dc', ratio, ratio <= 1.15, detail);
}

/** P5: what opening takes beyond opening almost nothing. */
function memory(kind) {
  const file = capture(kind);
  const [base, run] = [capture(kind, '10000'), file].map((path) => {
    const child = spawnSync(process.execPath, [resolve(root, 'src/dev/bench-memory.mjs'), bundle, path]);
    return JSON.parse(child.stdout.toString());
  });
  const grown = run.megabytes - base.megabytes;
  const allowed = (run.rows * 64) / 1048576 + 96;
  const detail = `${grown.toFixed(0)} MB over an open of ${run.rows} packets (64 octets each + 96 MB: ${allowed.toFixed(0)} MB)`;
  report('P5', `peak memory of ${kind}, share of what is allowed`, grown / allowed, grown <= allowed, detail);
  report('P5', `table of ${kind}, octets a packet`, run.octets, run.octets <= 64, 'bar 64');
}

/** P7: flows, correlation, replay, diagnosis of two taps against reading both, at half and at all of the size. */
function analysis() {
  const size = SIZE;
  const half = `${Number.parseFloat(size) / 2}${size.replace(/[\d.]+/, '')}`;
  const files = [capture('small', half), capture('small', size)];
  // V8 forgets between two analyses, while it only reads, part of what it had compiled: the least of a few is that of its luck.
  const runs = String(Math.max(8, RUNS));
  const child = spawnSync(process.execPath, [resolve(root, 'src/dev/bench-analysis.mjs'), bundle, runs, ...files]);
  if (child.status !== 0) return console.log(`P7: not measured\n${child.stderr}`);
  const { least: of, megabytes } = JSON.parse(child.stdout.toString());
  const [small, large] = of;
  const ratio = large.analysis / large.indexing;
  const detail = `two taps of ${size}, ${large.rows} packets each: ${large.analysis.toFixed(0)} ms CPU, indexing ${large.indexing.toFixed(0)} ms, peak ${megabytes.toFixed(0)} MB`;
  report('P7', 'analysis of small, against indexing', ratio, ratio <= 1, detail);
  const growth = large.analysis / small.analysis;
  report(
    'P7',
    'twice the packets, times the time',
    growth,
    growth <= 2.2,
    `${small.analysis.toFixed(0)} → ${large.analysis.toFixed(0)} ms`,
  );
}
