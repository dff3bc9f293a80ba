// Index tables ↔ Parquet files: `DIR/<table>/<capture>.parquet`, written whole or not at all.
import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { parquetWriteBuffer } from 'hyparquet-writer';
import {
  type ColumnSpec,
  INDEX_SCHEMA,
  INDEX_TABLES,
  type IndexRows,
  type IndexTables,
  TABLE_NAMES,
  type TableName,
} from '../../engine/query/fleet/schema.ts';

/** One table as Parquet. Equal rows give equal bytes. */
export function tableToParquet(table: TableName, rows: IndexRows): Uint8Array {
  const specs: readonly ColumnSpec[] = INDEX_TABLES[table];
  const columnData = specs.map((spec) => ({
    name: spec.name,
    type: spec.type,
    nullable: spec.nullable === true,
    data: [...(rows[spec.name] ?? [])],
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 100_000, kvMetadata: [{ key: 'hopscope', value: INDEX_SCHEMA }] }));
}

/** Writes under a temporary name and renames, so that a killed task leaves nothing half done and a repeated one is harmless. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, bytes);
  await rename(temporary, path);
}

/** All tables of one capture; `taps` last, as its presence says that the others are whole. */
export async function writeTables(dir: string, capture: string, tables: IndexTables): Promise<void> {
  const order = [...TABLE_NAMES.filter((t) => t !== 'taps'), 'taps' as const];
  for (const table of order) await writeWhole(tablePath(dir, table, capture), tableToParquet(table, tables[table]));
}

export const tablePath = (dir: string, table: TableName, capture: string): string => join(dir, table, `${capture}.parquet`);

/** Is this capture indexed already? */
export async function isIndexed(dir: string, capture: string): Promise<boolean> {
  return (await stat(tablePath(dir, 'taps', capture)).catch(() => null)) !== null;
}

/** Ids of the captures whose tables are whole, ascending. */
export async function indexedCaptures(dir: string): Promise<string[]> {
  const names = await readdir(join(dir, 'taps')).catch(() => []);
  return names
    .filter((n) => n.endsWith('.parquet'))
    .map((n) => n.slice(0, -'.parquet'.length))
    .sort();
}
