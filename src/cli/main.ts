#!/usr/bin/env node
// The command line tool: finds the command and lets it run. Each command is a file of its own with `run(argv) → exit status`.
import process from 'node:process';

type Command = (argv: readonly string[]) => Promise<number>;

const COMMANDS: Readonly<Record<string, () => Promise<{ run: Command }>>> = {
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

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  const command = name === undefined ? undefined : COMMANDS[name];
  if (!command) {
    const asked = name === 'help' || name === '--help' || name === '-h';
    (asked ? process.stdout : process.stderr).write(USAGE);
    return asked ? 0 : 2;
  }
  return (await command()).run(rest);
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await main(process.argv.slice(2));
