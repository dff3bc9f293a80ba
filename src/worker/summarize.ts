// What the capture panel shows of a capture point: one pass over its columns.
import type { CaptureFile } from '../engine/model/capture.ts';
import { type ConnectionTable, SYN_SEEN } from '../engine/model/connection.ts';
import { IS_TCP, type PacketTable } from '../engine/model/packetTable.ts';
import type { FileSummary, OpenError, TapSummary } from './api.ts';
import { packetDigest } from './digest.ts';

/** Slices of the activity strip. */
export const SLICES = 120;

export interface TapParts {
  readonly key: string;
  readonly name: string;
  readonly files: readonly CaptureFile[];
  readonly digests: readonly string[];
  readonly packets: PacketTable;
  readonly connections: ConnectionTable;
  readonly unread: readonly OpenError[];
}

export function summarizeTap(parts: TapParts): TapSummary {
  const { packets, connections } = parts;
  const { length, time, flags, originalLength } = packets;
  let [low, high, largest, tcp] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < length; i++) {
    const t = time[i] ?? 0;
    if (t < low) low = t;
    if (t > high) high = t;
    if (((flags[i] ?? 0) & IS_TCP) === 0) continue;
    tcp++;
    const size = originalLength[i] ?? 0;
    if (size > largest) largest = size;
  }
  let midstream = 0;
  for (let c = 0; c < connections.length; c++) if (((connections.flags[c] ?? 0) & SYN_SEEN) === 0) midstream++;
  return {
    key: parts.key,
    name: parts.name,
    files: parts.files.map((file, i) => summarizeFile(file, parts.digests[i] ?? '')),
    packets: length,
    tcp,
    first: length > 0 ? packets.epoch + BigInt(Math.round(low)) : null,
    last: length > 0 ? packets.epoch + BigInt(Math.round(high)) : null,
    connections: connections.length,
    midstream,
    largestPacket: largest,
    cutAt: Math.max(0, ...parts.files.map((f) => f.cutAt ?? 0)),
    activity: activityOf(packets, low, high),
    unread: parts.unread,
    packetDigest: packetDigest(packets),
  };
}

function activityOf({ length, time }: PacketTable, low: number, high: number): Uint32Array {
  const slices = new Uint32Array(SLICES);
  const scale = high > low ? (SLICES - 1e-6) / (high - low) : 0;
  for (let i = 0; i < length; i++) {
    const slice = Math.floor(((time[i] ?? 0) - low) * scale);
    slices[slice] = (slices[slice] ?? 0) + 1;
  }
  return slices;
}

/** Lists from strangers are bounded before they cross to the page. */
const MOST = 50;

const summarizeFile = (file: CaptureFile, digest: string): FileSummary => ({
  name: file.name,
  size: file.size,
  plainSize: file.plainSize,
  format: file.format,
  compression: file.compression,
  byteOrder: file.byteOrder,
  linkTypes: file.linkTypes.slice(0, MOST),
  snapLength: file.snapLength,
  packets: file.rowCount,
  udp: file.udp,
  icmp: file.icmp,
  other: file.other,
  cutPackets: file.cutPackets,
  dropped: file.dropped,
  comments: file.comments.slice(0, MOST).map((c) => c.slice(0, 2000)),
  facts: [...file.facts].slice(0, MOST).map(([name, value]) => [name, value.slice(0, 500)] as const),
  problems: file.problems.slice(0, MOST),
  digest,
});
