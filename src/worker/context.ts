// Files that name or configure things, kept as text and read together: one may answer what another asks.
import { parseAllDocuments } from 'yaml';
import { type ContextRecord, factsOfFile, joinFacts } from '../document/context.ts';
import { LARGEST_CONTEXT, readContext } from '../engine/diagnose/context/readContext.ts';
import { type ContextFacts, NO_CONTEXT } from '../engine/model/context.ts';
import type { ContextSummary } from './api.ts';
import type { Session } from './session.ts';

/** References that expand a little text into a lot are refused beyond this. */
const MOST_ALIASES = 100;

/** Several documents in one file are what `kubectl get` prints for several kinds: a list. */
function parseYaml(text: string): unknown {
  const documents = parseAllDocuments(text).map((d): unknown => {
    const [error] = d.errors;
    if (error) throw error;
    return d.toJS({ maxAliasCount: MOST_ALIASES });
  });
  return documents.length === 1 ? documents[0] : { kind: 'List', items: documents };
}

/** Keeps a file as context. @returns what it was taken for, or null when it is nothing that is understood */
export async function addContext(session: Session, key: string, file: File): Promise<ContextSummary | null> {
  if (file.size > LARGEST_CONTEXT) return null;
  const text = await file.text();
  const [read] = readContext([{ name: file.name, text }], parseYaml).files;
  if (!read?.kind || read.facts === 0) return null;
  session.context.set(key, { name: file.name, text });
  return { kind: read.kind, entries: read.facts };
}

export function contextOf(session: Session): ContextFacts {
  if (session.context.size === 0) return NO_CONTEXT;
  const kept = [...session.context.values()];
  const read = readContext(
    kept.filter((c) => 'text' in c),
    parseYaml,
  );
  let all = read;
  for (const c of kept) if (!('text' in c)) all = joinFacts(all, c);
  return all;
}

/** What an incident says of one of its context files, as if the file had been dropped. */
export function adoptContext(session: Session, key: string, record: ContextRecord, file: string): void {
  session.context.set(key, factsOfFile(record, file));
}
