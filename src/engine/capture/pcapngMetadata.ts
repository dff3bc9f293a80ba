// pcapng blocks that are no packets: section headers, name resolution, statistics, secrets, custom blocks.
import { formatAddress } from '../model/address.ts';
import type { FileFacts } from './fileFacts.ts';
import { forEachOption, OPTION_COMMENT, readText } from './pcapngOptions.ts';

const SECTION = 0x0a0d0d0a;
const NAME_RESOLUTION = 4;
const STATISTICS = 5;
const JOURNAL = 9;
const SECRETS = 10;
const CUSTOM = 0x00000bad;
const CUSTOM_NO_COPY = 0x40000bad;
/** Sysdig's events: the first form, the second, and the second for long ones. */
const SYSDIG_EVENTS = [0x204, 0x216, 0x221];

const SECTION_FACTS: Readonly<Record<number, string>> = { 2: 'hardware', 3: 'operating system', 4: 'application' };

const NAMES: Readonly<Record<number, string>> = {
  [SECTION]: 'section header',
  [NAME_RESOLUTION]: 'name resolution',
  [STATISTICS]: 'statistics',
  [SECRETS]: 'secrets',
};

/** For a sentence: "the … block here". */
export const nameOfBlock = (type: number): string => NAMES[type] ?? 'unknown';

const EPB_DROPCOUNT = 4;
const ISB_IFRECV = 4;
const ISB_IFDROP = 5;
const ISB_FILTERACCEPT = 6;
const ISB_OSDROP = 7;

/** Keeps what a block tells about the file. @param end before the trailing length @returns false where the block contradicts itself */
export function readMetadata(facts: FileFacts, view: DataView, type: number, at: number, end: number, little: boolean): boolean {
  switch (type) {
    case SECTION:
      return forEachOption(view, at + 24, end, little, (code, from, length) => {
        if (code === OPTION_COMMENT && facts.hasRoomForComments) facts.comment(readText(view, from, length));
        else if (SECTION_FACTS[code]) facts.fact(SECTION_FACTS[code], readText(view, from, length));
      });
    case NAME_RESOLUTION:
      return readNames(facts, view, at + 8, end, little);
    case STATISTICS:
      return readStatistics(facts, view, at, end, little);
    case SECRETS:
      facts.fact('secrets', 'holds decryption secrets; they are neither read nor passed on');
      return at + 16 <= end && view.getUint32(at + 12, little) <= end - at - 16;
    default:
      return true;
  }
}

/** Blocks that Wireshark numbers as frames though they are no packets. */
export function isRecordOfWireshark(type: number): boolean {
  return type === CUSTOM || type === CUSTOM_NO_COPY || type === JOURNAL || SYSDIG_EVENTS.includes(type);
}

function readNames(facts: FileFacts, view: DataView, from: number, end: number, little: boolean): boolean {
  let at = from;
  while (at + 4 <= end && facts.hasRoomForNames) {
    const type = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (type === 0) return true;
    if (at + 4 + length > end) return false;
    const octets = type === 1 ? 4 : type === 2 ? 16 : 0;
    if (octets > 0 && length > octets) {
      const bytes = new Uint8Array(16);
      for (let i = 0; i < octets; i++) bytes[i] = view.getUint8(at + 4 + i);
      const address = formatAddress({ length: 1, family: Uint8Array.of(octets === 4 ? 4 : 6), bytes }, 0);
      // Several names may follow, each ended by NUL; the first is the canonical one.
      facts.name(address, readText(view, at + 4 + octets, length - octets));
    }
    at += 4 + ((length + 3) & ~3);
  }
  return true;
}

/** Statistics are totals since the capture began: the last block of an interface counts, and drops of interfaces add up. */
function readStatistics(facts: FileFacts, view: DataView, at: number, end: number, little: boolean): boolean {
  if (at + 20 > end) return false;
  const id = view.getUint32(at + 8, little);
  let dropped = -1;
  const isWhole = forEachOption(view, at + 20, end, little, (code, from, length) => {
    if (code === OPTION_COMMENT && facts.hasRoomForComments) facts.comment(readText(view, from, length));
    if (length !== 8) return;
    const count = Number(view.getBigUint64(from, little));
    if (code === ISB_IFDROP || code === ISB_OSDROP) dropped = Math.max(dropped, 0) + count;
    else if (code === ISB_IFRECV) facts.count(`interface ${id} received`, count);
    else if (code === ISB_FILTERACCEPT) facts.count(`interface ${id} accepted by filter`, count);
  });
  if (dropped >= 0) facts.drops(id, dropped);
  return isWhole;
}

/** What the options of an enhanced packet say of the capture: packets lost before it. @param time of the packet, Nanos since the table's epoch */
export function readPacketOptions(facts: FileFacts, view: DataView, at: number, end: number, little: boolean, time: number): void {
  forEachOption(view, at, end, little, (code, from, length) => {
    if (code === EPB_DROPCOUNT && length === 8) facts.lost(time, Number(view.getBigUint64(from, little)));
  });
}
