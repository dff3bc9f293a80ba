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

const USAGE = 'hopscope COMMAND [options] FILE...\n';

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
