// The key facts of a packet as pairs of words, for the screen and for Markdown. Pure.
import type { Handshake, HandshakeOption } from '../../engine/model/connectionList.ts';
import type { PacketDetail } from '../../engine/model/packetDetail.ts';
import type { SeqStyle } from '../../store/settings.ts';
import type { Language } from '../../worker/api.ts';
import { formatCount, formatDuration, formatRecorded } from '../shared/format.ts';
import type { Translate } from '../shared/i18n.ts';
import type { InspectorText } from './text.ts';

export interface Fact {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  /** What should have been there instead: shown struck through before the value. */
  readonly instead: string | null;
  readonly tone: 'plain' | 'leak' | 'warn' | 'reset';
}

type T = Translate<InspectorText>;
type Tone = Fact['tone'];

const ORIGINS = {
  client: 'originClient',
  server: 'originServer',
  node: 'originNode',
  middlebox: 'originMiddlebox',
  unknown: 'originUnknown',
} as const;
const CAUSES = {
  'leaked-packet': 'causeLeaked',
  'no-socket': 'causeNoSocket',
  'application-close': 'causeApplication',
  forged: 'causeForged',
  'entry-gone': 'causeEntryGone',
  unknown: 'causeUnknown',
} as const;

export function packetFacts(d: PacketDetail, t: T, seqStyle: SeqStyle, language: Language, time: string): readonly Fact[] {
  const facts: Fact[] = [];
  const add = (id: InspectorText, value: string, tone: Tone = 'plain', instead: string | null = null): void => {
    facts.push({ id, name: t(id), value, instead, tone });
  };
  const n = (value: number): string => formatCount(value, language);
  add('time', time);
  add('recorded', formatRecorded(d.row.ownTime));
  const s = d.segment;
  if (s) {
    const wrong = (end: string | null | undefined, is: string): string | null => (end && end !== is ? end : null);
    const wrongSource = wrong(d.leak?.expectedSource, s.source);
    const wrongDestination = wrong(d.leak?.expectedDestination, s.destination);
    add('source', s.source, wrongSource ? 'leak' : 'plain', wrongSource);
    add('destination', s.destination, wrongDestination ? 'leak' : 'plain', wrongDestination);
    const [seq, ack] = seqStyle === 'raw' ? [s.seqRaw, s.ackRaw] : [s.seq, s.ack];
    add('seqLen', `${n(seq)}, ${n(s.payload)}`);
    if (s.hasAck) add('ack', n(ack));
    add(
      'flagsWindow',
      `${s.flags}, ${n(s.window)}${s.scaledWindow !== null && s.scaledWindow !== s.window ? ` (${n(s.scaledWindow)})` : ''}`,
    );
    if (s.isIpv6) add('hopLimit', String(s.ttl));
    else add('ttlId', `${s.ttl}, 0x${s.ipId.toString(16).padStart(4, '0')}`);
  } else {
    if (d.row.source !== '') add('source', d.row.source);
    if (d.row.destination !== '') add('destination', d.row.destination);
    add('info', d.row.info);
  }
  const captured = d.bytes.length;
  const isCut = d.unreadable === null && captured < d.originalLength;
  add('length', isCut ? t('octetsCut', { n: d.originalLength, captured }) : t('octets', { n: d.originalLength }), isCut ? 'warn' : 'plain');
  if (d.interfaceName) add('interface', d.interfaceName);
  if (d.held !== null && d.held > 0) add('held', formatDuration(d.held), 'warn');
  if (d.leak?.bytesBehind !== null && d.leak?.bytesBehind !== undefined && d.leak.bytesBehind !== 0) {
    add('behind', t(d.leak.bytesBehind > 0 ? 'bytesBehind' : 'bytesAhead', { n: Math.abs(d.leak.bytesBehind) }), 'leak');
  }
  if (d.reset) {
    add('origin', `${t(ORIGINS[d.reset.origin])} (${t(d.reset.confidence)})`, 'reset');
    add('cause', t(CAUSES[d.reset.cause]), 'reset');
    add('effect', t(d.reset.effect), d.reset.effect === 'kills' ? 'reset' : 'plain');
  }
  return facts;
}

/** What the packet is, most telling first. */
export function heading(d: PacketDetail, t: T): { readonly text: string; readonly tone: Tone } {
  const { label } = d;
  if (d.leak) return { text: t('headLeak', { label }), tone: 'leak' };
  const s = d.segment;
  if (!s) return { text: t('headOther', { protocol: d.row.protocol, label }), tone: 'plain' };
  if (s.flags.includes('RST')) return { text: t('headReset', { label }), tone: 'reset' };
  if (d.lost) return { text: t('headLost', { label }), tone: 'warn' };
  if (d.injected) return { text: t('headInjected', { label }), tone: 'warn' };
  if (s.flags.includes('SYN')) return { text: t('headSyn', { label }), tone: 'plain' };
  if (s.flags.includes('FIN')) return { text: t('headFin', { label }), tone: 'plain' };
  return { text: t(s.payload > 0 ? 'headSegment' : 'headAck', { label }), tone: 'plain' };
}

const OFFERED = { mss: 'mssOffered', sack: 'sackOffered', timestamps: 'timestampsOffered' } as const;

/** What the SYNs of both ends offered besides the window shift; every value in order of travel where it was changed on the way. */
export function offeredFacts({ options }: Handshake, t: T): readonly Fact[] {
  const valueText = (option: HandshakeOption['option'], value: number | null): string =>
    value === null ? t('optionNo') : option === 'mss' ? String(value) : t('optionYes');
  return options.flatMap(({ option, ends }) => {
    if (option === 'windowScale') return [];
    const text = (end: 0 | 1): string => ends[end].map(({ value }) => valueText(option, value)).join(' → ') || t('unknown');
    const tone = ends.some((seen) => seen.length > 1) ? 'warn' : 'plain';
    const id = OFFERED[option];
    return [{ id, name: t(id), value: `${text(0)}, ${text(1)}`, instead: null, tone }];
  });
}
