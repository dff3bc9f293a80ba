// `node src/dev/bench-fleet.mjs [connections,…]`: time and memory of the fleet join against the number of captures and connections.
// Makes index tables only (no captures): half of the captures are client side, half server side, joined by ISN; one connection in a
// thousand has a stray, one in a hundred a RST. Needs dist/cli (npm run build).
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { root } from './lib.mjs';

const sizes = (process.argv[2] ?? '10000,100000,1000000').split(',').map(Number);
const captureCounts = (process.argv[3] ?? '100,1000').split(',').map(Number);

async function makeIndex(dir, connections, captures) {
  for (const table of ['taps', 'connections', 'samples', 'strays', 'resets']) mkdirSync(join(dir, table), { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  const pairs = captures / 2;
  // Connection i is seen by client-side capture 2p and server-side capture 2p + 1, p = i mod pairs.
  await db.run(
    `CREATE TABLE base AS SELECT i, i % ${pairs} AS p, CAST(i / ${pairs} AS INT) AS n, (i * 2654435761) % 4294967296 AS cisn, (i * 40503 + 77) % 4294967296 AS sisn FROM range(${connections}) t(i)`,
  );
  const leg = (odd) => `SELECT printf('%08x', 2 * p + ${odd}) AS capture, printf('p%08x', 2 * p + ${odd}) AS point, n AS connection,
      printf('10.%d.%d.%d', p % 250, CAST(n / 250 AS INT) % 250, n % 250) AS client_address, CAST(1024 + i % 60000 AS INT) AS client_port,
      ${odd ? "printf('10.250.0.%d', p % 250)" : "'192.0.2.1'"} AS server_address, ${odd ? 8080 : 80} AS server_port, true AS handshake,
      CAST(cisn AS BIGINT) AS client_isn, CAST(sisn AS BIGINT) AS server_isn, CAST(1700000000000000000 + i * 1000000 AS BIGINT) AS first_ns,
      CAST(1700000000000000000 + i * 1000000 + 5000000000 AS BIGINT) AS last_ns, 20::BIGINT AS client_segments, 30::BIGINT AS server_segments,
      2000::BIGINT AS client_bytes, 40000::BIGINT AS server_bytes, 0::BIGINT AS client_retransmissions, 0::BIGINT AS server_retransmissions,
      0::BIGINT AS client_resets, 0::BIGINT AS server_resets, CAST(cisn AS BIGINT) AS client_first_seq, CAST(sisn AS BIGINT) AS server_first_seq,
      CAST((cisn + 2001) % 4294967296 AS BIGINT) AS client_next_seq, CAST((sisn + 40001) % 4294967296 AS BIGINT) AS server_next_seq,
      500 AS client_min_window, 600 AS client_max_window, 500 AS server_min_window, 600 AS server_max_window, 0 AS icmp_errors FROM base`;
  await db.run(`CREATE TABLE legs AS ${leg(0)} UNION ALL ${leg(1)}`);
  const stray = `SELECT capture, point, 10000000 + connection AS connection, 7 AS record, first_ns + 1000000 AS time_ns, '10.250.0.9' AS source_address, 8080 AS source_port,
      client_address AS destination_address, client_port AS destination_port, (server_isn + 1448) % 4294967296 AS seq, client_isn AS ack, 1448::BIGINT AS length, 16 AS flags
      FROM legs WHERE server_port = 80 AND connection % 1000 = 0`;
  const reset = `SELECT capture, connection, 9 AS record, last_ns AS time_ns, client_address AS source_address, client_port AS source_port, server_address AS destination_address,
      server_port AS destination_port, client_next_seq AS seq, NULL::BIGINT AS ack, 0 AS window_field, 64 AS ttl, 0 AS ip_id FROM legs WHERE connection % 100 = 0`;
  const samples = `SELECT capture, connection, CAST(hash(client_isn, server_isn, k) % 4503599627370496 AS BIGINT) AS sample FROM legs, range(8) r(k)`;
  const tap = `SELECT capture, 'hopscope/index@1' AS index_schema, 'tap' || capture AS name, capture || '.pcap' AS file, MIN(point) AS point, 1::BIGINT AS size, 1::BIGINT AS packets, 1::BIGINT AS tcp,
      COUNT(*) AS connections, MIN(first_ns) AS first_ns, MAX(last_ns) AS last_ns, 0::BIGINT AS cut_packets, NULL::BIGINT AS dropped, 0 AS problems FROM legs GROUP BY capture`;
  const write = (table, sql) =>
    db.run(
      `COPY (${sql}) TO '${join(dir, table)}' (FORMAT parquet, PARTITION_BY (capture), OVERWRITE_OR_IGNORE, WRITE_PARTITION_COLUMNS true)`,
    );
  for (const [table, sql] of Object.entries({ taps: tap, connections: 'SELECT * FROM legs', samples, strays: stray, resets: reset }))
    await write(table, sql);
  db.closeSync();
}

console.log('captures | connections | join s | CPU s | peak MB');
for (const captures of captureCounts)
  for (const connections of sizes) {
    const dir = mkdtempSync(join(tmpdir(), 'hopscope-fleet-'));
    await makeIndex(dir, connections, captures);
    const started = performance.now();
    const r = spawnSync(
      '/usr/bin/time',
      ['-f', '%U %S %M', process.execPath, join(root, 'dist/cli/main.mjs'), 'fleet', dir, '--out', join(dir, 'c.jsonl')],
      { encoding: 'utf8' },
    );
    const [user, system, kb] = (r.stderr.trim().split('\n').pop() ?? '').split(' ').map(Number);
    if (r.status !== 0) console.log(r.stderr);
    else
      console.log(
        `${captures} | ${connections} | ${((performance.now() - started) / 1000).toFixed(2)} | ${(user + system).toFixed(2)} | ${(kb / 1024).toFixed(0)}`,
      );
    rmSync(dir, { recursive: true });
  }
