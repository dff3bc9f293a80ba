// pcapng interfaces: what their records need to know, and their clocks.
import type { CaptureInterface } from '../wire/batch.ts';
import type { TableBuilder } from '../wire/tableBuilder.ts';
import type { FileFacts } from './fileFacts.ts';
import { forEachOption, OPTION_COMMENT, readText } from './pcapngOptions.ts';

const IF_NAME = 2;
const IF_DESCRIPTION = 3;
const IF_TSRESOL = 9;
const IF_FILTER = 11;
const IF_TSOFFSET = 14;

/** Doubles count nanoseconds exactly up to here. */
const NANOS_PER_SECOND = 1_000_000_000n;

export interface SectionInterface {
  readonly shared: CaptureInterface;
  readonly snapLength: number;
  readonly filter: string;
  /** Units a second; timestamps count them from 1970 plus `offsetSeconds`. */
  readonly unitsPerSecond: bigint;
  readonly offsetSeconds: bigint;
  /**
   * How a timestamp (high, low) becomes nanoseconds since the table's epoch without BigInt:
   * `((high − clock[HIGH]) · 2³² + low − clock[LOW]) · clock[MULTIPLIER] + clock[REST]`. A multiplier of 0: not prepared yet; −1: the units
   * don't divide a nanosecond.
   */
  readonly clock: Float64Array;
}

export const MULTIPLIER = 0;
export const HIGH = 1;
export const LOW = 2;
export const REST = 3;

/** Reads an Interface Description Block whose fixed part is whole; its comments go to the file's. @param origin how many the capture point has already */
export function readInterface(
  facts: FileFacts,
  view: DataView,
  at: number,
  end: number,
  little: boolean,
  id: number,
  origin: number,
): SectionInterface {
  const linkType = view.getUint16(at + 8, little);
  const snapLength = view.getUint32(at + 12, little);
  let name: string | null = null;
  let description: string | null = null;
  let filter = '';
  let unitsPerSecond = 1_000_000n;
  let offsetSeconds = 0n;
  const isWhole = forEachOption(view, at + 16, end, little, (code, from, length) => {
    if (code === OPTION_COMMENT && facts.hasRoomForComments) facts.comment(readText(view, from, length));
    else if (code === IF_NAME) name = readText(view, from, length);
    else if (code === IF_DESCRIPTION) description = readText(view, from, length);
    // The first octet says in which language: 0 is libpcap's filter expression.
    else if (code === IF_FILTER && length > 1 && view.getUint8(from) === 0) filter = readText(view, from + 1, length - 1);
    else if (code === IF_TSRESOL && length >= 1) unitsPerSecond = resolution(view.getUint8(from));
    else if (code === IF_TSOFFSET && length === 8) offsetSeconds = view.getBigInt64(from, little);
  });
  if (!isWhole) facts.passedOver('interface description', at);
  const shared = { origin, id, name: name ?? description, linkType };
  return { shared, snapLength, filter, unitsPerSecond, offsetSeconds, clock: new Float64Array(4) };
}

/** Units a second: 10^n, or 2^n with the top bit set. Exponents beyond what a 64-bit count can use are taken as the largest that can. */
function resolution(octet: number): bigint {
  const exponent = BigInt(octet & 0x7f);
  if ((octet & 0x80) !== 0) return 1n << (exponent > 63n ? 63n : exponent);
  return 10n ** (exponent > 19n ? 19n : exponent);
}

/** Prepares the interface's clock, and the table's epoch if this is its first timed record. */
export function setEpoch(link: SectionInterface, table: TableBuilder, high: number, low: number): void {
  table.epoch ??= absoluteTime(link, high, low);
  if (NANOS_PER_SECOND % link.unitsPerSecond !== 0n) {
    link.clock[MULTIPLIER] = -1;
    return;
  }
  const multiplier = NANOS_PER_SECOND / link.unitsPerSecond;
  link.clock.set([Number(multiplier), high, low, Number(absoluteTime(link, high, low) - table.epoch)]);
}

/** Any resolution, through BigInt: nanoseconds since the table's epoch, rounded down. */
export function slowTime(link: SectionInterface, table: TableBuilder, high: number, low: number): number {
  return Number(absoluteTime(link, high, low) - (table.epoch ?? 0n));
}

/** Nanoseconds since 1970. */
export function absoluteTime(link: SectionInterface, high: number, low: number): bigint {
  const ticks = (BigInt(high) << 32n) | BigInt(low);
  return (ticks * NANOS_PER_SECOND) / link.unitsPerSecond + link.offsetSeconds * NANOS_PER_SECOND;
}
