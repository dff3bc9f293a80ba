// The index tables of a fleet run: names, types, units. What Parquet files hold and what queries/*.sql read. No logic.

export const INDEX_SCHEMA = 'hopscope/index@1';

/** Parquet's own names. INT64 holds uint32 sequence numbers and nanoseconds alike. */
export type ColumnType = 'BOOLEAN' | 'INT32' | 'INT64' | 'STRING';

export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable?: true;
  /** Unit and meaning, for docs/fleet.md. */
  readonly doc: string;
}

const CAPTURE: ColumnSpec = { name: 'capture', type: 'STRING', doc: 'id of the capture: start of the SHA-256 of its bytes' };
const POINT: ColumnSpec = { name: 'point', type: 'STRING', doc: 'capture point, as in taps' };
const CONNECTION: ColumnSpec = { name: 'connection', type: 'INT32', doc: 'number of the connection in its capture' };

const endpoint = (who: string, doc: string): ColumnSpec[] => [
  { name: `${who}_address`, type: 'STRING', doc: `${doc}: canonical address` },
  { name: `${who}_port`, type: 'INT32', doc: `${doc}: port` },
];
const perSide = (name: string, type: ColumnType, doc: string): ColumnSpec[] => [
  { name: `client_${name}`, type, doc: `${doc}, sent by the client` },
  { name: `server_${name}`, type, doc: `${doc}, sent by the server` },
];

/** Table → columns, in file order. */
export const INDEX_TABLES = {
  /** One row per capture file. Written last: its presence says that the capture's other tables are whole. */
  taps: [
    CAPTURE,
    { name: 'index_schema', type: 'STRING', doc: `version of these tables: ${INDEX_SCHEMA}` },
    { name: 'name', type: 'STRING', doc: 'name of the capture point: its file name without folder and suffix' },
    { name: 'file', type: 'STRING', doc: 'path as given' },
    { name: 'point', type: 'STRING', doc: 'the path without what file rotation changes in it: equal for all files of one capture point' },
    { name: 'size', type: 'INT64', doc: 'octets as stored' },
    { name: 'packets', type: 'INT64', doc: 'records' },
    { name: 'tcp', type: 'INT64', doc: 'TCP segments' },
    { name: 'connections', type: 'INT64', doc: 'TCP connections' },
    { name: 'first_ns', type: 'INT64', nullable: true, doc: 'earliest record, ns since 1970, own clock' },
    { name: 'last_ns', type: 'INT64', nullable: true, doc: 'latest record, ns since 1970, own clock' },
    { name: 'cut_packets', type: 'INT64', doc: 'records shorter than their packet' },
    { name: 'dropped', type: 'INT64', nullable: true, doc: 'packets the capturing machine says it dropped' },
    { name: 'problems', type: 'INT32', doc: 'places of damage' },
  ],
  /** One row per TCP connection. Client is who opened it (inferred where the handshake is missing). */
  connections: [
    CAPTURE,
    POINT,
    CONNECTION,
    ...endpoint('client', 'who opened the connection'),
    ...endpoint('server', 'whom it opened it to'),
    { name: 'handshake', type: 'BOOLEAN', doc: 'SYN, SYN/ACK and ACK were seen' },
    { name: 'client_isn', type: 'INT64', nullable: true, doc: 'initial sequence number of the SYN, raw' },
    { name: 'server_isn', type: 'INT64', nullable: true, doc: 'initial sequence number of the SYN/ACK, raw' },
    { name: 'first_ns', type: 'INT64', doc: 'earliest packet, ns since 1970, own clock' },
    { name: 'last_ns', type: 'INT64', doc: 'latest packet, ns since 1970, own clock' },
    ...perSide('segments', 'INT64', 'segments'),
    ...perSide('bytes', 'INT64', 'payload octets, retransmissions included'),
    ...perSide('retransmissions', 'INT64', 'retransmitted segments'),
    ...perSide('resets', 'INT64', 'RST segments'),
    ...perSide('first_seq', 'INT64', 'lowest sequence number seen, raw'),
    ...perSide('next_seq', 'INT64', 'highest sequence number + length seen, raw'),
    ...perSide('min_window', 'INT32', 'smallest window field, unscaled'),
    ...perSide('max_window', 'INT32', 'largest window field, unscaled'),
    { name: 'icmp_errors', type: 'INT32', doc: 'ICMP errors that quote the connection' },
  ],
  /** The smallest fingerprints of a connection's data segments: equal at every tap that saw the same packets, whatever NAT did. */
  samples: [CAPTURE, CONNECTION, { name: 'sample', type: 'INT64', doc: 'hash of seq, ack, length and timestamps, 52 bits' }],
  /** Segments of connections without any SYN: what a leak, an answer to a leak, or a picked-up connection looks like. At most 64 each. */
  strays: [
    CAPTURE,
    POINT,
    CONNECTION,
    { name: 'record', type: 'INT32', doc: 'record number in the capture, from 0' },
    { name: 'time_ns', type: 'INT64', doc: 'ns since 1970, own clock' },
    ...endpoint('source', 'sender'),
    ...endpoint('destination', 'receiver'),
    { name: 'seq', type: 'INT64', doc: 'sequence number, raw' },
    { name: 'ack', type: 'INT64', doc: 'acknowledgment number, raw' },
    { name: 'length', type: 'INT64', doc: 'payload octets' },
    { name: 'flags', type: 'INT32', doc: 'TCP flags, low nine bits' },
  ],
  /** Every RST. */
  resets: [
    CAPTURE,
    CONNECTION,
    { name: 'record', type: 'INT32', doc: 'record number in the capture, from 0' },
    { name: 'time_ns', type: 'INT64', doc: 'ns since 1970, own clock' },
    ...endpoint('source', 'who the RST says sent it'),
    ...endpoint('destination', 'receiver'),
    { name: 'seq', type: 'INT64', doc: 'sequence number, raw' },
    { name: 'ack', type: 'INT64', nullable: true, doc: 'acknowledgment number, raw; null without the ACK flag' },
    { name: 'window_field', type: 'INT32', doc: 'window field' },
    { name: 'ttl', type: 'INT32', doc: 'TTL or hop limit' },
    { name: 'ip_id', type: 'INT32', doc: 'IPv4 identification' },
  ],
} as const satisfies Record<string, readonly ColumnSpec[]>;

export type TableName = keyof typeof INDEX_TABLES;
export const TABLE_NAMES = Object.keys(INDEX_TABLES) as readonly TableName[];

/** Row-wise values of one table, column by column; lengths are equal. */
export type IndexRows = Readonly<Record<string, readonly (string | number | bigint | boolean | null)[]>>;
export type IndexTables = Readonly<Record<TableName, IndexRows>>;
