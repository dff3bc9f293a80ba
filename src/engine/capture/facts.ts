// What `hopscope facts` says of a file: counts that tshark can check.
import type { CaptureProblem, Tap } from '../model/capture.ts';
import { FIN, IS_TCP, RST, SYN } from '../model/packetTable.ts';
import { countConversations } from './countConversations.ts';

/** The contract of `hopscope facts`, one object a file. Times are seconds since 1970 with 9 digits, as text. */
export interface CaptureFacts {
  readonly path: string;
  readonly format: 'pcap' | 'pcapng';
  readonly compression: 'gzip' | 'zstd' | null;
  readonly byteOrder: 'little' | 'big';
  readonly linkTypes: readonly number[];
  readonly packets: number;
  readonly tcp: number;
  readonly udp: number;
  readonly icmp: number;
  readonly other: number;
  readonly rst: number;
  readonly syn: number;
  readonly fin: number;
  readonly conversations: number;
  readonly rst_conversations: number;
  readonly tuples: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly min: string | null;
  readonly max: string | null;
  readonly cutPackets: number;
  readonly dropped: number | null;
  readonly problems: readonly CaptureProblem[];
}

/** Facts of a tap's first file. */
export function captureFacts(tap: Tap, path: string): CaptureFacts {
  const { packets } = tap;
  const file = tap.files[0];
  if (!file) throw new Error('a tap without files');
  const end = file.firstRow + file.rowCount;
  let [tcp, rst, syn, fin] = [0, 0, 0, 0];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = file.firstRow; row < end; row++) {
    const flags = packets.flags[row];
    const time = packets.time[row];
    if (time < low) low = time;
    if (time > high) high = time;
    if ((flags & IS_TCP) === 0) continue;
    tcp++;
    if ((flags & RST) !== 0) rst++;
    if ((flags & SYN) !== 0) syn++;
    if ((flags & FIN) !== 0) fin++;
  }
  const far = file.farTimes;
  const text = (time: number, exact: bigint | undefined): string | null => {
    if (file.rowCount === 0) return null;
    return formatSeconds(
      Math.abs(time) > Number.MAX_SAFE_INTEGER && exact !== undefined ? exact : packets.epoch + BigInt(Math.round(time)),
    );
  };
  const { conversations, rstConversations, tuples } = countConversations(packets, file.firstRow, end);
  return {
    path,
    format: file.format,
    compression: file.compression,
    byteOrder: file.byteOrder,
    linkTypes: file.linkTypes,
    packets: file.rowCount,
    tcp,
    udp: file.udp,
    icmp: file.icmp,
    other: file.other,
    rst,
    syn,
    fin,
    conversations,
    rst_conversations: rstConversations,
    tuples,
    first: text(packets.time[file.firstRow], undefined),
    last: text(packets.time[end - 1], far?.lastRow === end - 1 ? far.last : undefined),
    min: text(low, far?.min),
    max: text(high, far?.max),
    cutPackets: file.cutPackets,
    dropped: file.dropped,
    problems: file.problems,
  };
}

/** Nanoseconds since 1970 as seconds with nine digits. */
export function formatSeconds(nanos: bigint): string {
  const digits = (nanos < 0n ? -nanos : nanos).toString().padStart(10, '0');
  return `${nanos < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
