// `hopscope index CAPTURE… --out DIR`: reads each capture once and writes its index tables.
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { formatCaptureError } from '../engine/capture/captureError.ts';
import { openCapture, tapNameOf } from '../engine/capture/openCapture.ts';
import { rotationStem } from '../engine/capture/rotatedSets.ts';
import { analyzeFlows } from '../engine/flow/analyzeFlows.ts';
import { buildIndexTables } from '../engine/query/fleet/indexTables.ts';
import { hashingSource } from './fleet/hashingSource.ts';
import { parseShard, type Shard, shardOfEnvironment, unitsOfShard } from './fleet/shard.ts';
import { writeTables } from './fleet/tables.ts';
import { openNodeSource } from './nodeSource.ts';
import { printableLine } from './printable.ts';

export const USAGE = `hopscope index CAPTURE… --out DIR [--from FILE|-] [--shard I/N] [--threads N]
  Reads each capture once, writes DIR/<table>/<capture>.parquet. --from reads more names, one a line.
  --shard: only this part of the captures; taken from the environment of Kubernetes Indexed Jobs, Slurm and AWS Batch arrays when absent.
  Killed runs leave nothing half done; running again is harmless.
`;

/** @returns 0; 2 wrong usage; 3 if a capture could not be read (the others are indexed all the same) */
export async function run(argv: readonly string[]): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  const shard = values.shard === undefined ? shardOfEnvironment(process.env) : parseShard(values.shard);
  if (shard === null) return usage('--shard wants I/N, I from 0');
  if (values.out === undefined) return usage('--out is needed');
  const listed = values.from === undefined ? '' : await (values.from === '-' ? text(process.stdin) : readFile(values.from, 'utf8'));
  const files = [...new Set([...positionals, ...listed.split('\n').filter((l) => l.trim() !== '')])].sort();
  const mine = unitsOfShard(files, shard);
  const threads = Math.min(mine.length, values.threads === undefined ? availableParallelism() : Number(values.threads));
  if (threads > 1) return inThreads(mine, values.out, threads);
  let status = 0;
  for (const file of mine) {
    const problem = await indexOne(file, values.out);
    if (problem === null) continue;
    process.stderr.write(`${printableLine(problem)}\n`);
    status = 3;
  }
  return status;
}

const parse = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { out: { type: 'string' }, from: { type: 'string' }, shard: { type: 'string' }, threads: { type: 'string' } },
  });

function usage(message: string): number {
  process.stderr.write(`${printableLine(message)}\n${USAGE}`);
  return 2;
}

/** Each thread runs this same program over its share; a capture is never split, so memory is bounded by the largest of them times threads. */
async function inThreads(files: readonly string[], out: string, threads: number): Promise<number> {
  const program = process.argv[1];
  if (program === undefined) throw new Error('the program does not know its own path');
  const statuses = await Promise.all(
    Array.from({ length: threads }, (_, index) => {
      const share: Shard = { index, count: threads };
      const argv = ['index', '--out', out, '--shard', '0/1', '--threads', '1', '--', ...unitsOfShard(files, share)];
      return new Promise<number>((done, fail) => {
        const worker = new Worker(program, { argv });
        worker.on('error', fail);
        worker.on('exit', done);
      });
    }),
  );
  return Math.max(...statuses);
}

/** @returns null, or one sentence that says why the capture is not in the index */
async function indexOne(file: string, out: string): Promise<string | null> {
  const opening = await openNodeSource(file);
  if (!opening.ok) return opening.error;
  const source = opening.value;
  try {
    const hashing = hashingSource(source);
    const opened = await openCapture([hashing], { tapName: tapNameOf(file) });
    if (!opened.ok) return formatCaptureError(opened.error);
    const id = (await hashing.digest()).slice(0, 16);
    const tables = buildIndexTables(
      { id, name: tapNameOf(basename(file)), file, point: rotationStem(file), size: source.size },
      opened.value,
      analyzeFlows(opened.value.packets),
    );
    await writeTables(out, id, tables);
    return null;
  } finally {
    await source.close();
  }
}
