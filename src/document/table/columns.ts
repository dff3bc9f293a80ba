// The packet table and the journeys as plain columns, for Parquet.
import { formatAddress } from '../../engine/model/address.ts';
import { frameOf, type Tap } from '../../engine/model/capture.ts';
import type { Correlation, Workspace } from '../../engine/model/correlation.ts';
import { IS_TCP } from '../../engine/model/packetTable.ts';

export interface Column {
  readonly name: string;
  readonly type: 'INT32' | 'INT64' | 'DOUBLE' | 'STRING' | 'BOOLEAN';
  readonly data: readonly (number | bigint | string | boolean | null)[];
}

/** One row per captured packet of every tap, in order of tap and file. Addresses and ports are null where a packet has none. */
export function packetColumns({ taps }: Pick<Workspace, 'taps'>): Column[] {
  const rows = taps.flatMap((tap) => Array.from({ length: tap.packets.length }, (_, r) => ({ tap, r })));
  const of = <T>(f: (tap: Tap, r: number) => T): T[] => rows.map(({ tap, r }) => f(tap, r));
  const tcp = <T>(f: (tap: Tap, r: number) => T): (T | null)[] => of((tap, r) => (tap.packets.flags[r]! & IS_TCP ? f(tap, r) : null));
  const end = (tap: Tap, r: number, source: boolean) => endpointOf(tap, r, source);
  return [
    { name: 'tap', type: 'STRING', data: of((tap) => tap.name) },
    { name: 'file', type: 'STRING', data: of((tap, r) => frameOf(tap, r).file.name) },
    { name: 'frame', type: 'INT32', data: of((tap, r) => frameOf(tap, r).frame) },
    { name: 'time_ns', type: 'INT64', data: of((tap, r) => tap.packets.epoch + BigInt(Math.round(tap.packets.time[r]!))) },
    { name: 'original_length', type: 'INT64', data: of((tap, r) => BigInt(tap.packets.originalLength[r]!)) },
    { name: 'source', type: 'STRING', data: of((tap, r) => end(tap, r, true)?.address ?? null) },
    { name: 'source_port', type: 'INT32', data: of((tap, r) => end(tap, r, true)?.port ?? null) },
    { name: 'destination', type: 'STRING', data: of((tap, r) => end(tap, r, false)?.address ?? null) },
    { name: 'destination_port', type: 'INT32', data: of((tap, r) => end(tap, r, false)?.port ?? null) },
    { name: 'tcp_flags', type: 'INT32', data: tcp((tap, r) => tap.packets.flags[r]! & 0x1ff) },
    { name: 'seq', type: 'INT64', data: tcp((tap, r) => BigInt(tap.packets.seq[r]!)) },
    { name: 'ack', type: 'INT64', data: tcp((tap, r) => BigInt(tap.packets.ack[r]!)) },
    { name: 'payload_length', type: 'INT64', data: tcp((tap, r) => BigInt(tap.packets.payloadLength[r]!)) },
    { name: 'window', type: 'INT32', data: tcp((tap, r) => tap.packets.window[r]!) },
    { name: 'ip_id', type: 'INT32', data: of((tap, r) => tap.packets.ipId[r]!) },
    { name: 'ttl', type: 'INT32', data: of((tap, r) => tap.packets.ttl[r]!) },
  ];
}

function endpointOf({ packets }: Tap, r: number, source: boolean): { readonly address: string; readonly port: number } | null {
  const tuple = packets.tuple[r]! >>> 1;
  if (tuple === 0) return null;
  const isA = ((packets.tuple[r]! & 1) === 0) === source;
  const address = isA ? packets.tuples.a[tuple]! : packets.tuples.b[tuple]!;
  return { address: formatAddress(packets.addresses, address), port: isA ? packets.tuples.aPort[tuple]! : packets.tuples.bPort[tuple]! };
}

/** One row per journey; `sightings` lists `tap #frame` in order of travel. Times: reference clock, nanoseconds since 1970. */
export function journeyColumns({ taps, epoch }: Workspace, { journeys }: Pick<Correlation, 'journeys'>): Column[] {
  const all = Array.from({ length: journeys.length }, (_, j) => j);
  const time = (ns: number): bigint => epoch + BigInt(Math.round(ns));
  return [
    { name: 'path', type: 'INT32', data: all.map((j) => journeys.path[j]!) },
    { name: 'direction', type: 'STRING', data: all.map((j) => (journeys.direction[j] === 0 ? 'original' : 'reply')) },
    { name: 'flags', type: 'INT32', data: all.map((j) => journeys.flags[j]!) },
    { name: 'tcp_flags', type: 'INT32', data: all.map((j) => journeys.tcpFlags[j]!) },
    { name: 'seq', type: 'INT64', data: all.map((j) => BigInt(journeys.seq[j]!)) },
    { name: 'payload_length', type: 'INT64', data: all.map((j) => BigInt(journeys.payloadLength[j]!)) },
    { name: 'first_time_ns', type: 'INT64', data: all.map((j) => time(journeys.firstTime[j]!)) },
    { name: 'last_time_ns', type: 'INT64', data: all.map((j) => time(journeys.lastTime[j]!)) },
    { name: 'held_ns', type: 'DOUBLE', data: all.map((j) => journeys.held[j]!) },
    {
      name: 'sightings',
      type: 'STRING',
      data: all.map((j) => {
        const seen: string[] = [];
        for (let s = journeys.start[j]!; s < journeys.start[j + 1]!; s++) {
          const tap = taps[journeys.sightingTap[s]!];
          if (tap) seen.push(`${tap.name} #${frameOf(tap, journeys.sightingRow[s]!).frame}`);
        }
        return seen.join(', ');
      }),
    },
  ];
}
