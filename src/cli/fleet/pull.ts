// Pulls the packets of one candidate out of an opened capture: a small pcapng in memory that is then analysed like every capture.

import { concat, type InterfaceSpec, interfaceBlock, packetBlock, sectionBlock } from '../../engine/capture/pcapngWriter.ts';
import { readRecord } from '../../engine/capture/readRecord.ts';
import type { CaptureSource } from '../../engine/capture/source.ts';
import { formatAddress } from '../../engine/model/address.ts';
import { frameOf, type Tap } from '../../engine/model/capture.ts';
import type { PacketTable } from '../../engine/model/packetTable.ts';

/** Connections to pull, as both endpoints; times in ns since 1970 on the capture's own clock. */
export interface PullRequest {
  readonly connections: readonly { readonly client: readonly [string, number]; readonly server: readonly [string, number] }[];
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

export interface Pulled {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Frame number in the original file of each packet, in order. */
  readonly frames: readonly number[];
}

/** What ICMP errors and last retransmissions may come after a connection's own last packet. */
const MARGIN_NS = 5_000_000_000n;

/** @returns null when no packet of the request is there any more */
export async function pullPackets(tap: Tap, source: CaptureSource, request: PullRequest): Promise<Pulled | null> {
  const rows = rowsOf(tap.packets, request);
  const file = tap.files[0];
  if (rows.length === 0 || !file) return null;
  const interfaces = new InterfaceList(file.snapLength);
  const packets: Uint8Array[] = [];
  const frames: number[] = [];
  for (const row of rows) {
    const record = await readRecord(source, tap, row);
    if (!record.ok) continue;
    packets.push(
      packetBlock({
        interfaceId: interfaces.numberOf(tap.packets, row),
        time: tap.packets.epoch + BigInt(Math.round(tap.packets.time[row] ?? 0)),
        originalLength: tap.packets.originalLength[row] ?? 0,
        data: record.value.bytes,
        comments: record.value.comments,
      }),
    );
    frames.push(frameOf(tap, row).frame);
  }
  const head = sectionBlock({ application: 'Hopscope', comments: [`pulled from ${file.name}`] });
  return { bytes: concat([head, ...interfaces.specs.map(interfaceBlock), ...packets]), frames };
}

/** Rows of the wanted tuples within the span, ascending. An ICMP error has the tuple it quotes. */
function rowsOf(packets: PacketTable, request: PullRequest): number[] {
  const wanted = wantedTuples(packets, request);
  const from = Number(request.firstNs - MARGIN_NS - packets.epoch);
  const to = Number(request.lastNs + MARGIN_NS - packets.epoch);
  const rows: number[] = [];
  for (let row = 0; row < packets.length; row++) {
    const time = packets.time[row] ?? 0;
    if (wanted[(packets.tuple[row] ?? 0) >>> 1] === 1 && time >= from && time <= to) rows.push(row);
  }
  return rows;
}

function wantedTuples({ tuples, addresses }: PacketTable, request: PullRequest): Uint8Array {
  const key = (a: readonly [string, number], b: readonly [string, number]): string => [a.join(' '), b.join(' ')].sort().join(' ');
  const asked = new Set(request.connections.map((c) => key(c.client, c.server)));
  const wanted = new Uint8Array(tuples.length);
  for (let id = 1; id < tuples.length; id++) {
    const a = [formatAddress(addresses, tuples.a[id] ?? 0), tuples.aPort[id] ?? 0] as const;
    const b = [formatAddress(addresses, tuples.b[id] ?? 0), tuples.bPort[id] ?? 0] as const;
    if (asked.has(key(a, b))) wanted[id] = 1;
  }
  return wanted;
}

/** One interface per link type and source interface, as they first come. */
class InterfaceList {
  readonly specs: InterfaceSpec[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly snapLength: number;
  constructor(snapLength: number) {
    this.snapLength = snapLength;
  }
  numberOf(packets: PacketTable, row: number): number {
    const wrap = packets.encapsulations[packets.encapsulation[row] ?? 0];
    const linkType = wrap?.linkType ?? 1;
    // Cooked v2 frames name their interface themselves.
    const key = `${linkType}/${linkType === 276 ? 0 : (wrap?.interfaceId ?? 0)}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.specs.length);
    this.specs.push({ name: wrap?.interfaceName ?? '', description: '', linkType, snapLength: this.snapLength });
    return this.specs.length - 1;
  }
}
