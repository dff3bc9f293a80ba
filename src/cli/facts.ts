// `hopscope facts FILE...`: counts per file, one JSON object a line.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { err, ok, type Result } from '../base/result.ts';
import { formatCaptureError } from '../engine/capture/captureError.ts';
import { type CaptureFacts, readFacts } from '../engine/capture/facts.ts';
import { NODE_INFLATERS } from './nodeInflaters.ts';
import { NODE_CHUNK, openNodeSource } from './nodeSource.ts';
import { printableJson, printableLine } from './printable.ts';

export const USAGE = `hopscope facts FILE...
  Counts per file, one JSON object a line. FILE may be - for standard input.
Exit status: 0 all counted, 2 wrong usage, 3 a file could not be read at all.
`;

/** @returns 0; 2 on wrong usage; 3 if a file could not be read at all */
export async function run(argv: readonly string[]): Promise<number> {
  let files: readonly string[];
  try {
    files = parseArgs({ args: [...argv], allowPositionals: true, options: {} }).positionals;
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
  if (files.length === 0) return usage('no capture given');
  let status = 0;
  for (const path of files) {
    const facts = await factsOf(path);
    if (facts.ok) process.stdout.write(`${printableJson(facts.value)}\n`);
    else {
      process.stderr.write(`${printableLine(facts.error)}\n`);
      status = 3;
    }
  }
  return status;
}

function usage(message: string): number {
  process.stderr.write(`${printableLine(message)}\n${USAGE}`);
  return 2;
}

/** @returns the facts, or one sentence that says why there are none */
async function factsOf(path: string): Promise<Result<CaptureFacts, string>> {
  const source = await openNodeSource(path);
  if (!source.ok) return source;
  try {
    const facts = await readFacts(source.value, path, { inflaters: NODE_INFLATERS, chunkSize: NODE_CHUNK });
    return facts.ok ? ok(facts.value) : err(formatCaptureError(facts.error));
  } finally {
    await source.value.close();
  }
}
