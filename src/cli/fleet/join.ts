// The embedded default for queries/*.sql: DuckDB in this process. The same files run on Trino, Spark SQL or ClickHouse over the same tables.
import { join } from 'node:path';
import { INDEX_TABLES, TABLE_NAMES } from '../../engine/query/fleet/schema.ts';

/** File name → SQL text; each is one SELECT whose result carries the name after the number: `10_joins.sql` makes `joins`. */
const QUERIES: Readonly<Record<string, string>> = import.meta.glob('./queries/*.sql', { query: '?raw', import: 'default', eager: true });

/** A connection that belongs to a suspect, in one capture, with the span to pull (ns since 1970, that capture's clock). */
export interface Candidate {
  readonly candidate: string;
  readonly kind: string;
  readonly point: string;
  readonly capture: string;
  readonly connection: number;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

export interface ResetsByMinute {
  readonly service: string;
  readonly tap: string;
  /** Minutes since 1970. */
  readonly minute: number;
  readonly resets: number;
  readonly connections: number;
}

export interface FleetJoin {
  readonly candidates: readonly Candidate[];
  readonly resetsByMinute: readonly ResetsByMinute[];
  /** Capture → path as given. */
  readonly files: ReadonlyMap<string, string>;
}

export interface JoinOptions {
  /** DuckDB's own words: `2GB`. */
  readonly memoryLimit?: string;
  readonly threads?: number;
}

/** Runs all queries over the tables below `dir`. Loads DuckDB only when called: it is an optional dependency. */
export async function joinIndex(dir: string, options: JoinOptions = {}): Promise<FleetJoin> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    ...(options.memoryLimit ? { memory_limit: options.memoryLimit } : {}),
    ...(options.threads ? { threads: String(options.threads) } : {}),
  });
  const connection = await instance.connect();
  try {
    for (const table of TABLE_NAMES) {
      const glob = join(dir, table, '**/*.parquet').replaceAll("'", "''");
      await connection.run(
        `CREATE VIEW ${table} AS SELECT ${INDEX_TABLES[table].map((c) => c.name).join(', ')} FROM read_parquet('${glob}')`,
      );
    }
    for (const [file, sql] of Object.entries(QUERIES).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const name = /\/\d+_(\w+)\.sql$/.exec(file)?.[1];
      if (name === undefined) throw new Error(`query file without a number: ${file}`);
      await connection.run(`CREATE TEMP TABLE ${name} AS ${sql}`);
    }
    const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
    const candidates = await rows(
      `SELECT candidate, kind, point, capture, connection, client_address, client_port, server_address, server_port, first_ns, last_ns
       FROM candidates ORDER BY candidate, point, first_ns, capture, connection`,
    );
    const resets = await rows('SELECT service, tap, minute, resets, connections FROM resets_by_minute ORDER BY minute, service, tap');
    const files = await rows('SELECT capture, file FROM taps ORDER BY capture');
    return {
      candidates: candidates.map((r) => ({
        candidate: String(r[0]),
        kind: String(r[1]).slice(2),
        point: String(r[2]),
        capture: String(r[3]),
        connection: Number(r[4]),
        clientAddress: String(r[5]),
        clientPort: Number(r[6]),
        serverAddress: String(r[7]),
        serverPort: Number(r[8]),
        firstNs: BigInt(String(r[9])),
        lastNs: BigInt(String(r[10])),
      })),
      resetsByMinute: resets.map((r) => ({
        service: String(r[0]),
        tap: String(r[1]),
        minute: Number(r[2]),
        resets: Number(r[3]),
        connections: Number(r[4]),
      })),
      files: new Map(files.map((r) => [String(r[0]), String(r[1])])),
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
