// `hopscope facts FILE...`: counts per file, one JSON object a line.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { formatCaptureError } from '../engine/capture/captureError.ts';
import { readFacts } from '../engine/capture/facts.ts';
import { NODE_INFLATERS } from './nodeInflaters.ts';
import { NODE_CHUNK, openNodeSource } from './nodeSource.ts';

const USAGE = 'hopscope facts FILE...\n';

/** @returns 0; 2 on wrong usage; 3 if a file could not be read at all */
export async function run(argv: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: {} });
  if (positionals.length === 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  let status = 0;
  for (const path of positionals) {
    const text = await factsOf(path);
    if (text.ok) process.stdout.write(`${text.line}\n`);
    else {
      process.stderr.write(`${text.line}\n`);
      status = 3;
    }
  }
  return status;
}

async function factsOf(path: string): Promise<{ ok: boolean; line: string }> {
  try {
    const source = await openNodeSource(path);
    const facts = await readFacts(source, path, { inflaters: NODE_INFLATERS, chunkSize: NODE_CHUNK });
    await source.close();
    return facts.ok ? { ok: true, line: JSON.stringify(facts.value) } : { ok: false, line: formatCaptureError(facts.error) };
  } catch (error) {
    return { ok: false, line: `${path} can't be opened: ${error instanceof Error ? error.message : String(error)}` };
  }
}
