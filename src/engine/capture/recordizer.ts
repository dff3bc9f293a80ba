// Feeds chunks of one file after another to its framing and to the decoder, joining records that straddle two chunks.
import { err, ok, type Result } from '../../base/result.ts';
import type { CaptureFile } from '../model/capture.ts';
import { BATCH, batch, type CaptureInterface } from '../wire/batch.ts';
import type { Decoder } from '../wire/decode.ts';
import type { TableBuilder } from '../wire/tableBuilder.ts';
import type { CaptureError } from './captureError.ts';
import { FileFacts } from './fileFacts.ts';
import { sniff } from './formats.ts';
import type { Framing } from './framing.ts';
import { PcapFraming } from './pcap.ts';
import { PcapngFraming } from './pcapng.ts';
import type { PlainStream } from './plainStream.ts';
import type { CaptureSource } from './source.ts';

/** Fewer rows than these are no burden, whatever they were made of. */
const SUSPICIOUS_ROWS = 100_000;
/** Stored octets that a packet takes at least, however well it is compressed: its time and its numbers differ from the last one's. */
const FEWEST_OCTETS = 4;

export interface RecordizerOptions {
  /** Where reading stops for lack of memory, if the memory itself doesn't say so first. */
  readonly mostRows?: number | undefined;
  /** Takes the rows in passing: the table is emptied where it would grow, and ends empty. */
  readonly take?: (rows: TableBuilder) => void;
}

export class Recordizer {
  readonly #table: TableBuilder;
  readonly #decoder: Decoder;
  /** All interfaces of the capture point so far. */
  readonly #interfaces: CaptureInterface[] = [];
  #source: CaptureSource | null = null;
  #facts = new FileFacts();
  #framing: Framing = new PcapFraming(this.#facts);
  #firstRow = 0;
  /** Plain octets fed so far. */
  #fed = 0;
  /** Stored octets used before the chunk at hand. */
  #consumed = 0;
  /** The start of a record whose rest is in the next chunk. */
  #carry = new Uint8Array(0);
  #carried = 0;
  /** Nothing more is taken of this file, and a problem says why: what was read stays. */
  #isEnded = false;
  readonly #mostRows: number;
  readonly #take: RecordizerOptions['take'];
  /** Rows that were taken in passing. */
  #taken = 0;

  constructor(table: TableBuilder, decoder: Decoder, options: RecordizerOptions = {}) {
    this.#mostRows = options.mostRows ?? Number.POSITIVE_INFINITY;
    this.#take = options.take;
    this.#table = table;
    this.#decoder = decoder;
  }

  get stopped(): boolean {
    return this.#framing.stopped || this.#isEnded;
  }

  /** Of all files so far. */
  get rows(): number {
    return this.#taken + this.#table.length;
  }

  /** Chooses the framing by the stream's first octets. */
  begin(source: CaptureSource, stream: PlainStream): Result<null, CaptureError> {
    const format = sniff(stream.head);
    if (format.kind === 'unsupported') return err({ kind: 'unsupported', name: source.name, what: format.what });
    if (format.kind === 'notACapture')
      return err({ kind: 'notACapture', name: source.name, magic: format.magic, looksLike: format.looksLike });
    this.#source = source;
    this.#facts = new FileFacts();
    this.#framing = format.kind === 'pcapng' ? new PcapngFraming(this.#facts) : new PcapFraming(this.#facts);
    this.#firstRow = this.rows;
    this.#fed = 0;
    this.#consumed = 0;
    this.#carried = 0;
    this.#isEnded = false;
    this.#decoder.resetCounts();
    return ok(null);
  }

  /** @param size stored octets of the file, of which `consumed` were used: foresees how many rows there will be */
  feed(chunk: Uint8Array, size: number, consumed: number): void {
    let at = this.#fillCarry(chunk);
    const before = this.#consumed;
    this.#consumed = consumed;
    if (this.#carried > 0 || this.stopped) {
      this.#fed += chunk.length;
      return;
    }
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
    for (;;) {
      if (!this.#reserve((before + (consumed - before) * (at / chunk.length)) / size)) break;
      const next = this.#run(view, at, chunk.length, this.#fed);
      if (next === at || this.#framing.stopped) break;
      at = next;
      if (this.#isBomb(size)) {
        this.#facts.problem(
          'cutShort',
          this.#fed + at,
          'The file holds more packets than fit into its size, as no capture does: it is read up to here.',
        );
        this.#isEnded = true;
        break;
      }
    }
    if (!this.stopped && at < chunk.length) this.#keep(chunk, at);
    this.#fed += chunk.length;
  }

  /** Reading ends here for lack of memory; what was read stays. */
  full(): void {
    const message = `There is no memory for more than the ${this.rows} packets read so far: cut the capture with editcap, or use the command line tool.`;
    this.#facts.problem('outOfMemory', this.#fed, message);
    this.#isEnded = true;
  }

  /** Records without octets inflate to many times their size once they are rows: so many packets in so few stored octets are none. */
  #isBomb(size: number): boolean {
    const rows = this.rows - this.#firstRow;
    return rows > SUSPICIOUS_ROWS && rows * FEWEST_OCTETS > size;
  }

  /** What the file was, once its stream ended. */
  end(stream: PlainStream): CaptureFile {
    this.#handOver();
    const facts = this.#facts;
    const { counts } = this.#decoder;
    const isWhole = !this.stopped && stream.failure === null;
    if (stream.failure !== null) {
      const { compression, failure } = stream;
      const kind = compression === null ? 'unreadable' : failure.startsWith('it ends') ? 'cutShort' : 'corrupt';
      const what = compression === null ? 'The file could not be read on' : `The ${compression} data is damaged or cut`;
      facts.problem(kind, this.#fed, `${what} from here (${failure}).`);
    } else if (!this.stopped && this.#carried > 0) {
      facts.problem(
        'cutShort',
        this.#fed - this.#carried,
        'The file ends in the middle of the record here: it was cut short, or is still being written.',
      );
    }
    if (isWhole && stream.leftOver > 0) {
      const [octets, are] = stream.leftOver === 1 ? ['octet', 'is'] : [`${stream.leftOver} octets`, 'are'];
      facts.problem(
        'leftOver',
        this.#fed,
        `The last ${octets} of the file ${are} no ${stream.compression} data: left out, everything before was read.`,
      );
    }
    return {
      name: this.#source?.name ?? '',
      size: this.#source?.size ?? 0,
      plainSize: isWhole ? this.#fed : null,
      format: facts.format,
      compression: stream.compression,
      byteOrder: facts.byteOrder,
      linkTypes: [...facts.linkTypes],
      snapLength: facts.snapLength,
      firstRow: this.#firstRow,
      rowCount: this.rows - this.#firstRow,
      skippedFrames: facts.skippedFrames,
      udp: counts.udp,
      icmp: counts.icmp,
      other: counts.other,
      cutPackets: counts.cut,
      cutAt: counts.cutAt,
      dropped: facts.dropped,
      ...(facts.losses.length > 0 ? { losses: facts.losses } : {}),
      comments: facts.comments,
      names: facts.names,
      facts: facts.facts,
      problems: facts.problems,
      ...(facts.farTimes ? { farTimes: facts.farTimes } : {}),
    };
  }

  /** Frames one batch and decodes it. */
  #run(view: DataView, at: number, end: number, base: number): number {
    batch.count = 0;
    const next = this.#framing.frame(view, at, end, base, this.#interfaces, this.#table);
    if (batch.count > 0) this.#decoder.decode(view, this.#interfaces);
    return next;
  }

  /** Completes what the last chunk left over. @returns where the chunk's own records start */
  #fillCarry(chunk: Uint8Array): number {
    let at = 0;
    while (this.#carried > 0) {
      const view = new DataView(this.#carry.buffer, 0, this.#carried);
      const need = this.#framing.need(view, 0, this.#carried);
      if (need > this.#carried) {
        const take = Math.min(need - this.#carried, chunk.length - at);
        if (take === 0) return at;
        this.#makeRoom(this.#carried + take, need);
        this.#carry.set(chunk.subarray(at, at + take), this.#carried);
        this.#carried += take;
        at += take;
        if (this.#carried < need) return at;
        continue;
      }
      if (!this.#reserve(0)) return at;
      const used = this.#run(view, 0, this.#carried, this.#fed + at - this.#carried);
      if (this.#framing.stopped) return at;
      this.#carry.copyWithin(0, used, this.#carried);
      this.#carried -= used;
      if (used === 0) throw new Error('framing asked for no more and took nothing');
    }
    return at;
  }

  #keep(chunk: Uint8Array, at: number): void {
    this.#carried = chunk.length - at;
    if (this.#carry.length < this.#carried) this.#carry = new Uint8Array(this.#carried + 1024);
    this.#carry.set(chunk.subarray(at));
  }

  /** Grows the carry by what came, never at once to what a length field claims. */
  #makeRoom(octets: number, need: number): void {
    if (this.#carry.length >= octets) return;
    const bigger = new Uint8Array(Math.min(need, Math.max(octets, this.#carry.length * 2)));
    bigger.set(this.#carry.subarray(0, this.#carried));
    this.#carry = bigger;
  }

  /** Makes room for a batch. @param done share of the file that was decoded, 0 if not known @returns false, with a problem noted, when there is no memory for it */
  #reserve(done: number): boolean {
    const table = this.#table;
    if (table.length + BATCH <= table.capacity && table.length < this.#mostRows) return true;
    if (this.#take) {
      this.#handOver();
      return true;
    }
    const rows = table.length - this.#firstRow;
    try {
      if (table.length >= this.#mostRows) throw new RangeError('as many rows as were allowed');
      table.reserve(BATCH, done > 0 ? this.#firstRow + Math.ceil((rows / done) * 1.03) : 0);
      return true;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.full();
      return false;
    }
  }

  #handOver(): void {
    if (!this.#take) return;
    this.#take(this.#table);
    this.#taken += this.#table.length;
    this.#table.clear();
  }
}
