// The SQL over synthetic index rows: what must be a candidate and what must not.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { INDEX_SCHEMA, INDEX_TABLES, type IndexTables, TABLE_NAMES } from '../../engine/query/fleet/schema.ts';
import { joinIndex } from './join.ts';
import { writeTables } from './tables.ts';

type Cell = string | number | bigint | boolean | null;
type Row = Readonly<Record<string, Cell>>;

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hopscope-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** Fills what a row leaves out: 0, false, '' or null by the column's type. */
function tables(capture: string, rows: Partial<Record<keyof IndexTables, readonly Row[]>>): IndexTables {
  const columnsOf = (table: keyof IndexTables) =>
    Object.fromEntries(
      INDEX_TABLES[table].map((c) => {
        const blank = 'nullable' in c ? null : { BOOLEAN: false, INT32: 0, INT64: 0n, STRING: '' }[c.type];
        return [c.name, (rows[table] ?? []).map((r) => r[c.name] ?? (c.name === 'capture' || c.name === 'point' ? capture : blank))];
      }),
    );
  return Object.fromEntries(TABLE_NAMES.map((t) => [t, columnsOf(t)])) as unknown as IndexTables;
}

const tap = { index_schema: INDEX_SCHEMA, name: 'x', file: 'x.pcap' };
const client = { client_address: '10.0.0.1', client_port: 40000 };
const atClient = { ...client, server_address: '192.0.2.1', server_port: 80, client_isn: 100n, server_isn: 4294967000n };
const atServer = { ...atClient, server_address: '10.0.0.2', server_port: 8080 };
const moved = { client_next_seq: 600n, server_next_seq: 5000n, client_segments: 4n, server_segments: 9n, first_ns: 1n, last_ns: 9n };

test('a stray that carries a joined connection’s bytes makes one candidate with all three connections', async () => {
  const stray = { connection: 1, source_address: '10.0.0.2', source_port: 8080, destination_address: '10.0.0.1', destination_port: 40000 };
  await writeTables(
    dir,
    'aa',
    tables('aa', {
      taps: [tap],
      connections: [
        { ...atClient, ...moved },
        { ...client, connection: 1, server_address: '10.0.0.2', server_port: 8080, server_segments: 1n },
      ],
      // Sequence numbers wrap between the ISN and here.
      strays: [{ ...stray, time_ns: 5n, seq: 900n, ack: 300n, flags: 16, length: 1448n }],
    }),
  );
  await writeTables(dir, 'bb', tables('bb', { taps: [tap], connections: [{ ...atServer, ...moved }] }));
  const { candidates } = await joinIndex(dir);
  expect(new Set(candidates.map((c) => c.candidate)).size).toBe(1);
  expect(candidates.map((c) => `${c.capture}:${c.connection} ${c.kind}`)).toEqual(['aa:1 stray', 'aa:0 stray', 'bb:0 stray']);
});

test('a quiet connection is none; equal ports with bytes outside the stream are none', async () => {
  const stray = { connection: 1, source_address: '10.0.0.2', source_port: 8080, destination_address: '10.0.0.1', destination_port: 40000 };
  await writeTables(
    dir,
    'aa',
    tables('aa', {
      taps: [tap],
      connections: [
        { ...atClient, ...moved },
        { ...client, connection: 1, server_segments: 1n },
      ],
      strays: [{ ...stray, time_ns: 5n, seq: 2_000_000_000n, ack: 300n, flags: 16 }],
    }),
  );
  await writeTables(dir, 'bb', tables('bb', { taps: [tap], connections: [{ ...atServer, ...moved }] }));
  expect((await joinIndex(dir)).candidates).toEqual([]);
});

test('without a handshake three equal samples join, two do not', async () => {
  const blind = { ...atClient, client_isn: null, server_isn: null, ...moved };
  const samples = (n: number) => Array.from({ length: n }, (_, i) => ({ sample: BigInt(1000 + i) }));
  const reset = { connection: 0, time_ns: 120_000_000_000n };
  for (const [n, connections] of [
    [2, 1],
    [3, 2],
  ] as const) {
    await writeTables(dir, 'aa', tables('aa', { taps: [tap], connections: [blind], samples: samples(n), resets: [reset] }));
    await writeTables(
      dir,
      'bb',
      tables('bb', { taps: [tap], connections: [{ ...blind, server_address: '10.0.0.2' }], samples: samples(n) }),
    );
    const joined = await joinIndex(dir);
    expect(joined.candidates.length).toBe(connections);
    expect(joined.resetsByMinute).toEqual([{ service: '192.0.2.1:80', tap: 'x', minute: 2, resets: 1, connections: 1 }]);
  }
});
