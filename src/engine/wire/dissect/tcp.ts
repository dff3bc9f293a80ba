// TCP: header, flags, options, with relative numbers where the connection is known.
import { seqDistance } from '../../model/units.ts';
import { addChecksum, type PseudoHeader } from './checksum.ts';
import { tcpOptions } from './tcpOptions.ts';
import type { FieldTree } from './tree.ts';

/** What other packets of the connection tell: without it relative numbers equal the raw ones, as in Wireshark. */
export interface TcpContext {
  /** Wireshark's stream index, or null. */
  readonly stream: number | null;
  /** Raw numbers that count as 0: this direction's and the other's. Null: not known. */
  readonly seqBase: number | null;
  readonly ackBase: number | null;
  /** Shift of this direction's window; −1: unknown, −2: none in use. */
  readonly windowShift: number;
}
export const NO_CONTEXT: TcpContext = { stream: null, seqBase: null, ackBase: null, windowShift: -1 };

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [0x01, 'FIN'],
  [0x02, 'SYN'],
  [0x04, 'RST'],
  [0x08, 'PSH'],
  [0x10, 'ACK'],
  [0x20, 'URG'],
  [0x40, 'ECE'],
  [0x80, 'CWR'],
  [0x100, 'AE'],
];
/** `[SYN, ACK]`'s inside, as Wireshark's info column has it. */
export const tcpFlagNames = (flags: number): string =>
  FLAG_NAMES.filter(([bit]) => flags & bit)
    .map(([, name]) => name)
    .join(', ') || '<None>';

const FLAG_FIELDS: readonly (readonly [string, string, number])[] = [
  ['res', 'Reserved', 0xe00],
  ['ae', 'Accurate ECN', 0x100],
  ['cwr', 'Congestion Window Reduced', 0x080],
  ['ece', 'ECN-Echo', 0x040],
  ['urg', 'Urgent', 0x020],
  ['ack', 'Acknowledgment', 0x010],
  ['push', 'Push', 0x008],
  ['reset', 'Reset', 0x004],
  ['syn', 'Syn', 0x002],
  ['fin', 'Fin', 0x001],
];

/** @param quoted the header sits in an ICMP error, as a rule without its payload */
export function tcp(tree: FieldTree, at: number, end: number, pseudo: PseudoHeader | null, context: TcpContext, quoted: boolean): null {
  const headerLength = (tree.u8(at + 12) >> 4) * 4;
  const flags = tree.u16(at + 12) & 0xfff;
  // A cut header may still give its length: what follows is judged by the IP length, not by what was captured.
  const payload = Math.max(0, end - at - headerLength);
  const heading = `Transmission Control Protocol, Src Port: ${tree.u16(at)}, Dst Port: ${tree.u16(at + 2)}`;
  tree.open('tcp', heading, at, Math.max(20, headerLength));
  tree.num('tcp.srcport', 'Source Port', at, 2);
  tree.num('tcp.dstport', 'Destination Port', at + 2, 2);
  if (context.stream !== null) tree.derived('tcp.stream', 'Stream index', String(context.stream));
  if (!quoted && tree.has(at, 13) && headerLength >= 20) tree.derived('tcp.len', 'TCP Segment Len', String(payload));
  sequenceNumbers(tree, at, flags, payload, context, quoted);
  tree.add('tcp.hdr_len', 'Header Length', at + 12, 1, String(headerLength), { mask: 0xf0, text: `${headerLength} bytes` });
  flagFields(tree, at + 12, flags);
  if (tree.has(at, 20) && headerLength < 20) tree.halt('malformed', at + 12, 20);
  window(tree, at + 14, flags, context);
  addChecksum(tree, 'tcp.checksum', 'Checksum', at + 16, at, end, pseudo);
  tree.num('tcp.urgent_pointer', 'Urgent Pointer', at + 18, 2);
  if (headerLength > 20) tcpOptions(tree, at + 20, at + headerLength, flags, context.ackBase);
  const there = Math.min(end, tree.bytes.length) - at - headerLength;
  if (!tree.stop && there > 0) tree.raw('tcp.payload', 'TCP payload', at + headerLength, there, { text: `${payload} bytes` });
  if (!tree.stop && there < payload) tree.halt('cut', at + headerLength, payload);
  return null;
}

function sequenceNumbers(tree: FieldTree, at: number, flags: number, payload: number, context: TcpContext, quoted: boolean): void {
  const seq = tree.u32(at + 4);
  const ack = tree.u32(at + 8);
  const relativeSeq = relativeTo(seq, context.seqBase);
  tree.add('tcp.seq', 'Sequence Number', at + 4, 4, String(relativeSeq), {
    text: context.seqBase === null ? '' : `${relativeSeq} (relative)`,
  });
  tree.add('tcp.seq_raw', 'Sequence Number (raw)', at + 4, 4, String(seq));
  if (!quoted && tree.has(at, 8)) {
    const next = relativeSeq + payload + (flags & 1) + ((flags >> 1) & 1);
    tree.derived('tcp.nxtseq', 'Next Sequence Number', String(context.seqBase === null ? next >>> 0 : next));
  }
  const relativeAck = flags & 0x10 ? relativeTo(ack, context.ackBase) : ack;
  tree.add('tcp.ack', 'Acknowledgment Number', at + 8, 4, String(relativeAck), {
    text: context.ackBase === null ? '' : `${relativeAck} (relative)`,
  });
  const stray = (flags & 0x10) === 0 && ack !== 0;
  tree.add(
    'tcp.ack_raw',
    'Acknowledgment number (raw)',
    at + 8,
    4,
    String(ack),
    stray ? { text: `${ack} (without the ACK flag)`, judgement: 'note' } : {},
  );
}

/** Distance on the circle; numbers a little before the base come out as Wireshark has them, uint32. */
const relativeTo = (value: number, base: number | null): number => (base === null ? value : seqDistance(value, base) >>> 0);

function flagFields(tree: FieldTree, at: number, flags: number): void {
  tree.open('tcp.flags', 'Flags', at, 2, `0x${flags.toString(16).padStart(4, '0')}`, { mask: 0x0fff, text: tcpFlagNames(flags) });
  for (const [name, label, mask] of FLAG_FIELDS) {
    const high = mask > 0xff;
    tree.flag(`tcp.flags.${name}`, label, high ? at : at + 1, 1, high ? mask >> 8 : mask);
  }
  tree.close();
}

function window(tree: FieldTree, at: number, flags: number, context: TcpContext): void {
  const value = tree.num('tcp.window_size_value', 'Window', at, 2);
  // The window of a SYN is never scaled. Source: RFC 7323 §2.2.
  const shift = flags & 2 ? 0 : Math.max(0, context.windowShift);
  tree.add('tcp.window_size', 'Calculated window size', at, 2, String(value * 2 ** shift));
  if (flags & 2) return;
  const factor = context.windowShift >= 0 ? 2 ** context.windowShift : context.windowShift;
  const text = context.windowShift >= 0 ? '' : context.windowShift === -1 ? '-1 (unknown)' : '-2 (no window scaling used)';
  tree.add('tcp.window_size_scalefactor', 'Window size scaling factor', at, 2, String(factor), { text });
}
