// Bundles a TypeScript entry for Node and imports it: for scripts that need the engine in their own process.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, root } from './lib.mjs';

/** @param {string} entry path from the root of the project */
export async function importBundled(entry) {
  ensureInstalled();
  const { build } = await import('vite');
  const name = entry.replaceAll('/', '-').replace(/\.ts$/, '');
  const outDir = resolve(root, 'node_modules/.cache/bundles', name);
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: { ssr: entry, outDir, emptyOutDir: true, target: 'node20', rolldownOptions: { output: { entryFileNames: 'entry.mjs' } } },
    ssr: { noExternal: true },
  });
  return import(`${pathToFileURL(resolve(outDir, 'entry.mjs')).href}?${Date.now()}`);
}
