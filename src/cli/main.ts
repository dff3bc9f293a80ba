#!/usr/bin/env node
// The command line tool: finds the command and lets it run. Each command is a file of its own with `run(argv) → exit status`.
import { writeSync } from 'node:fs';
import process from 'node:process';
import { printable, printableLine } from './printable.ts';

interface Command {
  readonly USAGE: string;
  run(argv: readonly string[]): Promise<number>;
}

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  analyze: () => import('./analyze.ts'),
  compare: () => import('./compare.ts'),
  export: () => import('./export.ts'),
  fleet: () => import('./fleet.ts'),
  extract: () => import('./extract.ts'),
  index: () => import('./indexCaptures.ts'),
  facts: () => import('./facts.ts'),
};

const USAGE = `hopscope facts   FILE...            counts per file, one JSON object a line
hopscope analyze FILE... [options]  the whole analysis; text for people, --json for programs
hopscope export  FILE... --to KIND  incident, html, link, svg, png, markdown, mermaid, pcapng, parquet
hopscope compare A B                two incidents or two sets: what appeared, what went away
hopscope index   FILE... --out DIR  tables of many captures, for fleet
hopscope fleet   DIR                joins those tables: which connections deserve the whole analysis
hopscope extract --candidates FILE --out DIR   analyses them: one incident each, and an overview
A command without arguments says what it takes.
`;

const HELP = new Set(['help', '--help', '-h']);

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    const asked = name !== undefined && HELP.has(name);
    (asked ? process.stdout : process.stderr).write(USAGE);
    return asked ? 0 : 2;
  }
  const command = await load();
  const options = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (options.some((option) => option !== 'help' && HELP.has(option))) {
    process.stdout.write(command.USAGE);
    return 0;
  }
  return command.run(rest);
}

/** What nobody foresaw is no finding: 1 would say so to a pipeline. */
function fail(error: unknown): never {
  const isOurs = error instanceof Error && !('code' in error);
  const what = isOurs ? printable(error.stack ?? error.message) : printableLine(error instanceof Error ? error.message : String(error));
  writeSync(process.stderr.fd, `hopscope failed: ${what}\n`);
  process.exit(3);
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads has seen enough.
  if (error.code === 'EPIPE') process.exit(0);
  fail(error);
});
// Nobody reads what is said beside the result: the result is what counts.
process.stderr.on('error', () => undefined);
process.on('uncaughtException', fail);
process.exitCode = await main(process.argv.slice(2)).catch(fail);
