// Bundles a TypeScript entry for Node and imports it: for scripts that need the engine in their own process.
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, root } from './lib.mjs';

/** Where the bundle of an entry lies. @param {string} entry path from the root of the project */
export const bundlePath = (entry) =>
  resolve(root, 'node_modules/.cache/bundles', entry.replaceAll('/', '-').replace(/\.ts$/, ''), 'entry.mjs');

/** @param {string} entry path from the root of the project */
export async function importBundled(entry) {
  ensureInstalled();
  const { build } = await import('vite');
  const outDir = dirname(bundlePath(entry));
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: true,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'entry.mjs', topLevelVar: false } },
    },
    ssr: { noExternal: true },
  });
  return import(`${pathToFileURL(bundlePath(entry)).href}?${Date.now()}`);
}
