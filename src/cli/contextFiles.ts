// Files beside the captures, as text, and what reads YAML for them.
import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import type { ContextText } from '../engine/diagnose/context/readContext.ts';

/** A file that can't be read is text that is understood as nothing: the analysis goes on and the report lists it. */
export async function readTexts(paths: readonly string[]): Promise<ContextText[]> {
  return Promise.all(paths.map(async (name) => ({ name, text: await readFile(name, 'utf8').catch(() => '') })));
}

/** kubectl writes one document or several; aliases are bounded, so that a few lines can't grow into gigabytes. */
export function parseYaml(text: string): unknown {
  const documents = parseAllDocuments(text, { logLevel: 'silent' });
  if (!Array.isArray(documents)) return null;
  const values = documents.map((d) => d.toJS({ maxAliasCount: 100 }) as unknown);
  return values.length === 1 ? values[0] : values;
}
