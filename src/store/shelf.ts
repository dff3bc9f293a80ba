// The browser's storage of incidents: one record each, read and written whole. IndexedDB through idb-keyval.
import { createStore, del, entries, get, promisifyRequest } from 'idb-keyval';
import { readDocument, writeDocument } from '../document/codec.ts';
import { MAX_FILE_JSON } from '../document/limits.ts';
import type { IncidentDocument } from '../document/model.ts';
import type { RecentIncident } from './incident.ts';

/** As stored. `document` is what an incident file would hold; `file` the incident file itself where packets came with it. */
interface StoredRecord {
  readonly document: string;
  readonly changed: number;
  readonly file: Blob | null;
}

export interface ShelvedIncident {
  readonly document: IncidentDocument;
  readonly changed: number;
  readonly file: Blob | null;
}

export type ShelfError = { readonly why: 'missing' | 'full' | 'refused'; readonly detail: string };

/** As many incidents are remembered; the oldest makes room. */
const MOST = 50;

let database: ReturnType<typeof createStore> | null = null;
/** Opened on first use: without storage the page works all the same. */
const store = (): ReturnType<typeof createStore> => {
  if (!('indexedDB' in globalThis) || !globalThis.indexedDB) throw new DOMException('no IndexedDB', 'NotFoundError');
  database ??= createStore('hopscope-incidents', 'incidents');
  return database;
};

export async function putIncident(id: string, document: IncidentDocument, file: Blob | null): Promise<number> {
  const changed = Date.now();
  const record = { document: writeDocument(document), changed, file } satisfies StoredRecord;
  await store()('readwrite', (records) => {
    records.put(record, id);
    // At once: a page that is being left hears of no success any more, after which the browser would end the transaction by itself.
    records.transaction.commit();
    return promisifyRequest(records.transaction);
  });
  return changed;
}

export const removeIncident = (id: string): Promise<void> => del(id, store());

export async function getIncident(id: string): Promise<ShelvedIncident | null> {
  const record: unknown = await get(id, store());
  return isRecord(record) ? openRecord(record) : null;
}

/** The record as it is, for saving what can't be read. */
export async function rawIncident(id: string): Promise<Blob> {
  const record: unknown = await get(id, store());
  return new Blob([isRecord(record) ? record.document : JSON.stringify(record ?? null)], { type: 'application/json' });
}

/** Newest first. A damaged record is listed as such and harms no other. */
export async function listIncidents(): Promise<RecentIncident[]> {
  const found: RecentIncident[] = [];
  for (const [key, record] of await entries<string, unknown>(store())) {
    const opened = isRecord(record) ? openRecord(record) : null;
    const changed = isRecord(record) ? record.changed : 0;
    found.push(
      opened
        ? {
            id: String(key),
            title: opened.document.title,
            changed,
            captures: opened.document.captures,
            notes: opened.document.notes.length,
            hasPackets: opened.file !== null,
            damaged: false,
          }
        : { id: String(key), title: '', changed, captures: [], notes: 0, hasPackets: false, damaged: true },
    );
  }
  found.sort((a, b) => b.changed - a.changed);
  for (const old of found.splice(MOST)) await removeIncident(old.id);
  return found;
}

export function shelfError(error: unknown): ShelfError {
  const name = error instanceof Error ? error.name : '';
  const detail = error instanceof Error ? error.message : String(error);
  if (name === 'QuotaExceededError') return { why: 'full', detail };
  return { why: ['NotFoundError', 'SecurityError', 'InvalidStateError'].includes(name) ? 'missing' : 'refused', detail };
}

const isRecord = (value: unknown): value is StoredRecord =>
  typeof value === 'object' &&
  value !== null &&
  'document' in value &&
  typeof value.document === 'string' &&
  'changed' in value &&
  typeof value.changed === 'number' &&
  'file' in value &&
  (value.file === null || value.file instanceof Blob);

function openRecord(record: StoredRecord): ShelvedIncident | null {
  const read = readDocument(record.document, MAX_FILE_JSON);
  return read.ok ? { document: read.value.document, changed: record.changed, file: record.file } : null;
}
