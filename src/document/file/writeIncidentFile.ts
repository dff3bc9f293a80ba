// An incident as one annotated pcapng file: Wireshark shows taps as interfaces and notes as packet comments.
import { parse as parseAddress } from 'ipaddr.js';
import { concat, interfaceBlock, nameBlock, packetBlock, sectionBlock, statisticsBlock } from '../../engine/capture/pcapngWriter.ts';
import { writeDocument } from '../codec.ts';
import type { IncidentContents, IncidentInterface, IncidentPacket } from './contents.ts';
import { documentBlocks } from './documentBlock.ts';
import { packetComments } from './packetComments.ts';

export const APPLICATION = 'Hopscope';
/** A name record block holds this many names at most: far below the block limit. */
const NAMES_PER_BLOCK = 5_000;

export async function writeIncidentFile(contents: IncidentContents): Promise<Uint8Array<ArrayBuffer>> {
  const { document, interfaces } = contents;
  const packets = inOrder(contents.packets);
  const comments = packetComments(document);
  const places = packets.map(({ capture, frame }) => ({ capture, frame }));
  const about = [document.title, document.summary].filter((text) => text !== '');
  return concat([
    sectionBlock({ application: APPLICATION, comments: about.length > 0 ? [about.join('\n\n')] : [] }),
    // Before anything else: the document survives a file that was cut.
    ...(await documentBlocks(writeDocument(document, places))),
    ...interfaces.map((i) => interfaceBlock(i)),
    ...nameBlocks(document.names),
    ...packets.map((packet) =>
      packetBlock({ ...packet, comments: [...packet.comments, ...(comments.get(`${packet.capture}:${packet.frame}`) ?? [])] }),
    ),
    ...statistics(interfaces, packets),
  ]);
}

/** In order of time; packets of one capture that share a time, or run backwards with their clock, are told apart by frame when read. */
export function inOrder(packets: readonly IncidentPacket[]): IncidentPacket[] {
  return [...packets].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.capture - b.capture || a.frame - b.frame));
}

function nameBlocks(names: readonly (readonly [string, string])[]): Uint8Array[] {
  const records = names.flatMap(([address, name]) => {
    const octets = addressOctets(address);
    return octets && name !== '' ? [[octets, name] as const] : [];
  });
  const blocks: Uint8Array[] = [];
  for (let i = 0; i < records.length; i += NAMES_PER_BLOCK) blocks.push(nameBlock(records.slice(i, i + NAMES_PER_BLOCK)));
  return blocks;
}

function addressOctets(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(parseAddress(text).toByteArray());
  } catch {
    // A name of something that is no address (a Service by its name): it stays in the document.
    return null;
  }
}

function statistics(interfaces: readonly IncidentInterface[], packets: readonly IncidentPacket[]): Uint8Array[] {
  const time = packets.at(-1)?.time ?? 0n;
  return interfaces.flatMap((i, interfaceId) =>
    i.received === null && i.dropped === null ? [] : [statisticsBlock({ interfaceId, time, received: i.received, dropped: i.dropped })],
  );
}
