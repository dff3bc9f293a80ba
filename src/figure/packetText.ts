// The short texts at a packet: what it is, its changed addresses per leg, its fields.
import { type Endpoint, formatEndpoint } from '../engine/model/address.ts';
import {
  ACKED_UNSEEN,
  DUPLICATE_ACK,
  FAST_RETRANSMISSION,
  KEEP_ALIVE,
  LOST_SEGMENT,
  OUT_OF_ORDER,
  RETRANSMISSION,
  SPURIOUS_RETRANSMISSION,
  WINDOW_FULL,
  WINDOW_UPDATE,
  ZERO_WINDOW,
  ZERO_WINDOW_PROBE,
} from '../engine/model/connection.ts';
import { J_HELD, J_INJECTED, J_LOST, J_RETRANSMISSION } from '../engine/model/correlation.ts';
import type { LadderPacket, LadderSighting, NamedPacket } from '../engine/model/ladder.ts';
import { ACK, FIN, PSH, RST, SYN, URG } from '../engine/model/packetTable.ts';
import { ORIGINAL, seqDistance } from '../engine/model/units.ts';
import type { Span, Tone } from './marks.ts';
import { grouped } from './numbers.ts';
import type { Stage } from './stage.ts';
import type { MarkWord, Nature } from './words.ts';

/** Later bits are said first: the rarer word. */
const MARKS: readonly (readonly [number, MarkWord])[] = [
  [SPURIOUS_RETRANSMISSION, 'spuriousRetransmission'],
  [FAST_RETRANSMISSION, 'fastRetransmission'],
  [RETRANSMISSION, 'retransmission'],
  [OUT_OF_ORDER, 'outOfOrder'],
  [LOST_SEGMENT, 'lostSegment'],
  [ACKED_UNSEEN, 'ackedUnseen'],
  [ZERO_WINDOW_PROBE, 'zeroWindowProbe'],
  [ZERO_WINDOW, 'zeroWindow'],
  [WINDOW_FULL, 'windowFull'],
  [KEEP_ALIVE, 'keepAlive'],
  [DUPLICATE_ACK, 'duplicateAck'],
  [WINDOW_UPDATE, 'windowUpdate'],
];

export function markWords(packet: LadderPacket): MarkWord[] {
  const words = MARKS.filter(([bit]) => (packet.marks & bit) !== 0).map(([, word]) => word);
  const again = words.some((w) => w.endsWith('etransmission'));
  if (!again && (packet.journeyFlags & J_RETRANSMISSION) !== 0) words.unshift('retransmission');
  return words[0] === 'spuriousRetransmission' || words[0] === 'fastRetransmission' ? words.filter((w) => w !== 'retransmission') : words;
}

/** `envoy #1991`, by the name that the reader gave to the capture point. */
export const packetName = (p: NamedPacket, renamed?: ReadonlyMap<string, string>): string => `${renamed?.get(p.lane) || p.tap} #${p.frame}`;

export const isReset = (p: LadderPacket): boolean => (p.flags & RST) !== 0;

export function natureOf(p: LadderPacket): Nature {
  if (p.leak) return isReset(p) ? 'leakedReset' : 'leak';
  if (isReset(p)) return 'reset';
  if ((p.journeyFlags & J_LOST) !== 0) return 'lost';
  if ((p.journeyFlags & J_INJECTED) !== 0) return 'injected';
  if ((p.journeyFlags & J_HELD) !== 0 && p.held > 0) return 'held';
  if ((p.flags & SYN) !== 0) return (p.flags & ACK) !== 0 ? 'synAck' : 'syn';
  if ((p.flags & FIN) !== 0) return 'fin';
  if ((p.journeyFlags & J_RETRANSMISSION) !== 0) return 'retransmission';
  return p.length > 0 ? 'data' : 'ack';
}

/** `SYN ACK`, `FIN ACK`, `RST`; a lone ACK is `ACK`; plain data has no flags worth a word. */
export function flagText(flags: number): string {
  const words = [
    (flags & SYN) !== 0 ? 'SYN' : '',
    (flags & FIN) !== 0 ? 'FIN' : '',
    (flags & RST) !== 0 ? 'RST' : '',
    (flags & PSH) !== 0 ? 'PSH' : '',
    (flags & URG) !== 0 ? 'URG' : '',
    (flags & ACK) !== 0 ? 'ACK' : '',
  ];
  return words.filter((w) => w !== '').join(' ');
}

export function toneOf(p: LadderPacket): Tone {
  if (p.leak) return 'leak';
  if (isReset(p)) return 'reset';
  return p.length > 0 || (p.flags & (SYN | FIN)) !== 0 ? 'data' : 'ack';
}

export const relativeSeq = (p: LadderPacket, stage: Pick<Stage, 'isn'>): string =>
  grouped(seqDistance(p.seq, stage.isn[p.path]?.[p.direction] ?? 0) >>> 0);
export const relativeAck = (p: LadderPacket, stage: Pick<Stage, 'isn'>): string =>
  grouped(seqDistance(p.ack, stage.isn[p.path]?.[p.direction === ORIGINAL ? 1 : 0] ?? 0) >>> 0);

/** What the packet is in two to four words, longest first. */
export function packetTexts(p: LadderPacket, stage: Stage): string[] {
  const flags = flagText(p.flags);
  if (isReset(p)) return [flags];
  if ((p.flags & (SYN | FIN)) !== 0) return p.length > 0 ? [`${flags} len ${grouped(p.length)}`, flags] : [flags];
  if (p.length === 0) return [`ACK ${relativeAck(p, stage)}`, 'ACK'];
  return [`seq ${relativeSeq(p, stage)} len ${grouped(p.length)}`, `len ${grouped(p.length)}`];
}

/** All fields worth a line when there is room for it. */
export const fieldText = (p: LadderPacket, stage: Stage): string =>
  [
    `[${flagText(p.flags)}]`,
    `seq ${relativeSeq(p, stage)}`,
    (p.flags & ACK) !== 0 ? `ack ${relativeAck(p, stage)}` : '',
    `win ${grouped(p.window)}${p.windowScaled ? '' : ' (unscaled)'}`,
    p.length > 0 ? `len ${grouped(p.length)}` : '',
  ]
    .filter((s) => s !== '')
    .join('  ');

const differs = (a: Endpoint, b: Endpoint): boolean => a.address !== b.address || a.port !== b.port;

/**
 * The five-tuple of a leg in short form: only the end that NAT rewrites on this path (or should have), the rewritten part bold.
 * @param other the same packet on the other side of the NAT, or null where it was not seen there
 */
export function tupleSpans(p: LadderPacket, here: LadderSighting, other: LadderSighting | null, bold: boolean): Span[] {
  if (p.leak) {
    const { expectedSource, expectedDestination } = p.leak;
    if (bold && expectedSource && differs(expectedSource, here.source)) return wrong('src ', expectedSource, here.source);
    if (bold && expectedDestination && differs(expectedDestination, here.destination))
      return wrong('→ ', expectedDestination, here.destination);
    return [];
  }
  if (!other) return isReset(p) ? [{ text: '→ ' }, { text: here.destination.address }] : [];
  if (differs(here.destination, other.destination)) return [{ text: '→ ' }, ...changed(here.destination, other.destination, bold)];
  if (differs(here.source, other.source)) return [{ text: 'src ' }, ...changed(here.source, other.source, bold)];
  return [];
}

function wrong(word: string, expected: Endpoint, actual: Endpoint): Span[] {
  const samePort = expected.port === actual.port;
  const text = (e: Endpoint): string => (samePort ? e.address : formatEndpoint(e));
  return [{ text: word }, { text: text(expected), struck: true }, { text: ' ' }, { text: text(actual), bold: true }];
}

function changed(here: Endpoint, other: Endpoint, bold: boolean): Span[] {
  if (here.port === other.port) return [{ text: here.address, bold }];
  if (here.address === other.address) return [{ text: `${here.address}:` }, { text: String(here.port), bold }];
  return [{ text: formatEndpoint(here), bold }];
}
