// The facts of a capture file as tshark sees them, in the words of `hopscope facts`; and where two sets of facts differ.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { CaptureFacts } from '../engine/capture/facts.ts';
import { DIFFERENCES } from './tsharkDifferences.ts';

/** What both say. `error` is null, `cut_short`, or what else stopped the reading. */
export interface ComparedFacts {
  readonly packets: number;
  /** Frames with a TCP header of their own: one quoted by an ICMP error is none. */
  readonly tcp: number;
  readonly rst: number;
  readonly syn: number;
  readonly fin: number;
  readonly conversations: number;
  readonly rst_conversations: number;
  /** Unordered pairs of endpoints of the innermost IP. */
  readonly tuples: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly min: string | null;
  readonly max: string | null;
  readonly cut_packets: number;
  readonly compression: string | null;
  readonly error: string | null;
}

const FIELDS = [
  'frame.time_epoch',
  'frame.cap_len',
  'frame.len',
  'frame.protocols',
  'frame.encap_type',
  'tcp.stream',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.flags',
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
] as const;
type Row = Readonly<Record<(typeof FIELDS)[number], string>>;

export const hasTshark = (): boolean => spawnSync('tshark', ['-v']).status === 0;

/** Is it of the version whose judgements ours are compared with? Others judge otherwise in places. */
export const hasTshark40 = (): boolean => / 4\.0\./.test(spawnSync('tshark', ['-v'], { encoding: 'utf8' }).stdout ?? '');

/** Fragments are put together and streams are not, as ours does. */
export function tsharkFacts(path: string): ComparedFacts {
  const options = ['tcp.desegment_tcp_streams:FALSE', 'ip.defragment:TRUE', 'ipv6.defragment:TRUE'].flatMap((o) => ['-o', o]);
  const fields = FIELDS.flatMap((f) => ['-e', f]);
  const run = spawnSync('tshark', ['-n', '-r', path, ...options, '-T', 'fields', '-E', 'occurrence=a', '-E', 'aggregator=|', ...fields], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' },
  });
  const rows = run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Row => {
      const parts = line.split('\t');
      return Object.fromEntries(FIELDS.map((f, i) => [f, parts[i] ?? ''])) as Row;
    })
    // A pcapng block that is numbered as a record and is none.
    .filter((row) => row['frame.encap_type'] !== '');
  const tcp = rows.filter((row) => layersBeforeTcp(row) !== null);
  const flag = (bit: number): number => tcp.filter((row) => (Number(first(row['tcp.flags']) || 0) & bit) !== 0).length;
  const streams = new Map<string, boolean>();
  const tuples = new Set<string>();
  for (const row of tcp) {
    const stream = first(row['tcp.stream']);
    if (stream !== '') streams.set(stream, streams.get(stream) === true || (Number(first(row['tcp.flags']) || 0) & 4) !== 0);
    const tuple = tupleOf(row);
    if (tuple) tuples.add(tuple);
  }
  const times = rows.map((row) => row['frame.time_epoch']).filter((t) => t !== '');
  const sorted = [...times].sort((a, b) => (nanosOf(a) < nanosOf(b) ? -1 : nanosOf(a) > nanosOf(b) ? 1 : 0));
  return {
    packets: rows.length,
    tcp: tcp.length,
    rst: flag(4),
    syn: flag(2),
    fin: flag(1),
    conversations: streams.size,
    rst_conversations: [...streams.values()].filter((hasRst) => hasRst).length,
    tuples: tuples.size,
    first: times[0] ?? null,
    last: times.at(-1) ?? null,
    min: sorted[0] ?? null,
    max: sorted.at(-1) ?? null,
    cut_packets: rows.filter((row) => Number(row['frame.cap_len']) < Number(row['frame.len'])).length,
    compression: compressionOf(path),
    error: errorOf(run.stderr, run.status, statSync(path).size),
  };
}

/** Layers before the first TCP header that no ICMP error quotes; null without one. */
function layersBeforeTcp(row: Row): readonly string[] | null {
  const layers = row['frame.protocols'].split(':');
  const at = layers.indexOf('tcp');
  const before = layers.slice(0, Math.max(0, at));
  return at < 0 || before.includes('icmp') || before.includes('icmpv6') ? null : before;
}

function tupleOf(row: Row): string | null {
  const ips = (layersBeforeTcp(row) ?? []).filter((layer): layer is 'ip' | 'ipv6' => layer === 'ip' || layer === 'ipv6');
  const inner = ips.at(-1);
  if (!inner) return null;
  const at = ips.filter((layer) => layer === inner).length - 1;
  const [source, destination] = [row[`${inner}.src`].split('|')[at], row[`${inner}.dst`].split('|')[at]];
  if (source === undefined || destination === undefined) return null;
  return [`${source} ${first(row['tcp.srcport'])}`, `${destination} ${first(row['tcp.dstport'])}`].sort().join(' ');
}

const first = (values: string): string => values.split('|')[0] ?? '';

function nanosOf(seconds: string): bigint {
  const [whole = '0', part = ''] = seconds.replace('-', '').split('.');
  const nanos = BigInt(whole) * 1_000_000_000n + BigInt(`${part}000000000`.slice(0, 9));
  return seconds.startsWith('-') ? -nanos : nanos;
}

function errorOf(said: string, status: number | null, size: number): string | null {
  const text = said.toLowerCase();
  if (size === 0) return 'empty';
  if (text.includes('cut short')) return 'cut_short';
  if (text.includes('damaged or corrupt')) return 'corrupt';
  if (/isn't a capture file|not a capture file|doesn't understand/.test(text)) return 'not_capture';
  if (/doesn't support|unsupported|not supported/.test(text)) return 'unsupported';
  return status === 0 ? null : 'other';
}

function compressionOf(path: string): string | null {
  const head = new Uint8Array(4);
  const file = openSync(path, 'r');
  readSync(file, head, 0, 4, 0);
  closeSync(file);
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd ? 'zstd' : null;
}

/** Ours in the same words. */
export function comparable(facts: CaptureFacts): ComparedFacts {
  const { packets, tcp, rst, syn, fin, conversations, rst_conversations, tuples, first: begin, last, min, max, compression } = facts;
  const problem = facts.problems[0]?.kind ?? null;
  const error = problem === 'cutShort' ? 'cut_short' : problem;
  const counts = { packets, tcp, rst, syn, fin, conversations, rst_conversations, tuples };
  return { ...counts, first: begin, last, min, max, cut_packets: facts.cutPackets, compression, error };
}

export interface FactsDifference {
  readonly field: string;
  readonly tshark: unknown;
  readonly ours: unknown;
}

/** Fields that differ, beyond those in which we stand by another answer for this file. @param theirs may have fields that aren't compared */
export function differences(path: string, theirs: Partial<ComparedFacts>, facts: CaptureFacts): readonly FactsDifference[] {
  const stoodBy = new Set(DIFFERENCES.flatMap((d) => (d.file !== null && path.endsWith(d.file) ? d.fields : [])));
  const named = new Map<string, unknown>(Object.entries(theirs));
  return Object.entries(comparable(facts)).flatMap(([field, ours]) => {
    const tshark = named.get(field) ?? null;
    return tshark === ours || stoodBy.has(field) ? [] : [{ field, tshark, ours }];
  });
}
