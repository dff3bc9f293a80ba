// What `hopscope facts` says of a file: counts that tshark can check.
import { err, ok, type Result } from '../../base/result.ts';
import type { CaptureFile, CaptureProblem } from '../model/capture.ts';
import { FIN, IS_TCP, type PacketTable, RST, SYN } from '../model/packetTable.ts';
import { Decoder } from '../wire/decode.ts';
import { TableBuilder } from '../wire/tableBuilder.ts';
import type { CaptureError } from './captureError.ts';
import { ConversationCounter } from './countConversations.ts';
import { isFar } from './framing.ts';
import { type ReadOptions, readFiles } from './readFiles.ts';
import { Recordizer } from './recordizer.ts';
import type { CaptureSource } from './source.ts';

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

/** Rows at a time: all their columns fit in the second-level cache. */
const ROWS_AT_ONCE = 4096;

/** Reads a file and counts in passing: no row is kept, so that a file of any size takes the same memory. */
export async function readFacts(
  source: CaptureSource,
  path: string,
  options: ReadOptions = {},
): Promise<Result<CaptureFacts, CaptureError>> {
  const table = new TableBuilder(ROWS_AT_ONCE);
  const counter = new FactsCounter();
  const recordizer = new Recordizer(table, new Decoder(table), {
    take: (rows) => counter.add(rows, 0, rows.length, rows.interner.tupleCount),
  });
  const read = await readFiles([source], recordizer, options);
  if (!read.ok) return read;
  const [file] = read.value.files;
  return file ? ok(counter.factsOf(file, table.epoch ?? 0n, path)) : err(read.value.unread[0] ?? { kind: 'empty', name: source.name });
}

/** Fed the rows of one file in their order. */
export class FactsCounter {
  #tcp = 0;
  #rst = 0;
  #syn = 0;
  #fin = 0;
  readonly #conversations = new ConversationCounter();
  #first = 0;
  #last = 0;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;

  /** @param tuples as for `ConversationCounter.add` */
  add(packets: Pick<PacketTable, 'time' | 'flags' | 'tuple' | 'seq' | 'ack'>, from: number, to: number, tuples: number): void {
    if (to === from) return;
    if (this.#low > this.#high) this.#first = packets.time[from];
    this.#last = packets.time[to - 1];
    let [tcp, rst, syn, fin] = [0, 0, 0, 0];
    let low = this.#low;
    let high = this.#high;
    for (let row = from; row < to; row++) {
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
    this.#tcp += tcp;
    this.#rst += rst;
    this.#syn += syn;
    this.#fin += fin;
    this.#low = low;
    this.#high = high;
    this.#conversations.add(packets, from, to, tuples);
  }

  /** @param epoch of the rows' times */
  factsOf(file: CaptureFile, epoch: bigint, path: string): CaptureFacts {
    const far = file.farTimes;
    const text = (time: number, exact: bigint | undefined): string | null => {
      if (file.rowCount === 0) return null;
      return formatSeconds(isFar(time) && exact !== undefined ? exact : epoch + BigInt(Math.round(time)));
    };
    const { conversations, rstConversations, tuples } = this.#conversations;
    return {
      path,
      format: file.format,
      compression: file.compression,
      byteOrder: file.byteOrder,
      linkTypes: file.linkTypes,
      packets: file.rowCount,
      tcp: this.#tcp,
      udp: file.udp,
      icmp: file.icmp,
      other: file.other,
      rst: this.#rst,
      syn: this.#syn,
      fin: this.#fin,
      conversations,
      rst_conversations: rstConversations,
      tuples,
      first: text(this.#first, undefined),
      last: text(this.#last, far?.last),
      min: text(this.#low, far?.min),
      max: text(this.#high, far?.max),
      cutPackets: file.cutPackets,
      dropped: file.dropped,
      problems: file.problems,
    };
  }
}

/** Nanoseconds since 1970 as seconds with nine digits. */
export function formatSeconds(nanos: bigint): string {
  const digits = (nanos < 0n ? -nanos : nanos).toString().padStart(10, '0');
  return `${nanos < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
