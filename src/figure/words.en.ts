// The ladder in English.
import type { LadderWords } from './words.ts';

const list = (parts: readonly string[]): string => parts.join(', ');

export const wordsEn: LadderWords = {
  roles: {
    client: 'client',
    'client-side': 'client’s node',
    node: 'NAT node',
    'server-side': 'server’s node',
    server: 'server',
    unknown: 'capture point',
  },
  observed: (from) => list(['observed', ...from]),
  inferred: (from) => (from.length > 2 ? 'inferred from the captures' : from.length === 2 ? 'inferred from both captures' : 'inferred'),
  entryState: (state) => `conntrack entry then ${state}`,
  heldBack: (time) => `held back ${time}`,
  lost: 'lost',
  injected: 'injected here',
  notTranslated: 'not translated',
  invalidBehind: (verdict, bytes) => `${verdict}: ${bytes} bytes behind the stream`,
  invalidAhead: (verdict, bytes) => `${verdict}: ${bytes} bytes ahead of the stream`,
  passedUntranslated: 'passed, not translated',
  aroundTheNode: 'went around the node',
  pastTheNat: 'past the NAT',
  sameBytes: 'the same bytes again',
  links: {
    'no-socket': 'no socket',
    closes: 'closes',
    answers: 'answers',
    'same-bytes': 'same bytes',
    aborted: 'aborted',
    'entry-gone': 'entry gone',
  },
  marks: {
    retransmission: 'retransmission',
    fastRetransmission: 'fast retransmission',
    spuriousRetransmission: 'spurious retransmission',
    outOfOrder: 'out of order',
    lostSegment: 'previous segment not captured',
    duplicateAck: 'duplicate ACK',
    zeroWindow: 'zero window',
    zeroWindowProbe: 'zero window probe',
    windowUpdate: 'window update',
    windowFull: 'window full',
    keepAlive: 'keep-alive',
    ackedUnseen: 'ACK of unseen segment',
  },
  natures: {
    leak: 'Leaked packet',
    leakedReset: 'Leaked RST',
    reset: 'RST',
    lost: 'Lost packet',
    injected: 'Injected packet',
    held: 'Held back packet',
    retransmission: 'Retransmission',
    syn: 'SYN',
    synAck: 'SYN ACK',
    fin: 'FIN',
    data: 'Segment',
    ack: 'ACK',
  },
  foldTitle: (segments, bytes, duration) => `${segments} segments, ${bytes}, ${duration}`,
  segments: (count) => `${count} segments`,
  foldOpen: 'open',
  foldClose: 'close',
  foldDetails: (t, n) => {
    const some = (count: number, one: string, many: string): string[] => (count > 0 ? [`${n(count)} ${count === 1 ? one : many}`] : []);
    const unusual = [
      ...some(t.leaks, 'leak', 'leaks'),
      ...some(t.resets, 'RST', 'RSTs'),
      ...some(t.lost, 'lost', 'lost'),
      ...some(t.injected, 'injected', 'injected'),
      ...some(t.held, 'held back', 'held back'),
      ...some(t.retransmissions, 'retransmission', 'retransmissions'),
      ...some(t.outOfOrder, 'out of order', 'out of order'),
      ...some(t.zeroWindows, 'zero window', 'zero windows'),
      ...some(t.duplicateAcks, 'duplicate ACK', 'duplicate ACKs'),
      ...some(t.keepAlives, 'keep-alive', 'keep-alives'),
    ];
    const fine = t.acknowledged && t.translated > 0 && t.untranslated === 0;
    if (fine && unusual.length === 0) return ['acknowledged and translated'];
    return [
      ...unusual,
      ...(t.acknowledged ? ['all acknowledged'] : []),
      ...(t.translated > 0 && t.untranslated === 0 ? ['all translated'] : []),
      ...(t.untranslated > 0 ? [`${n(t.untranslated)} not translated`] : []),
    ];
  },
  silence: (duration) => `${duration} of silence`,
  pathOpens: (client, server) => `connection ${client} → ${server}`,
  loading: 'reading…',
  pinnedTo: (what) => `note pinned to ${what}`,
  sentence: (p) =>
    [
      `${p.nature}${p.flags && p.flags !== p.nature ? ` (${p.flags})` : ''} from ${p.from} to ${p.to}`,
      p.expected ? `expected ${p.expected}` : '',
      `seq ${p.seq}`,
      p.ack === null ? '' : `ack ${p.ack}`,
      `${p.length} bytes`,
      ...p.marks,
      p.verdict ?? '',
    ]
      .filter((s) => s !== '')
      .join(', '),
  packetSeen: (lane, frame, time) => `${lane} ${frame} at ${time} s`,
  and: list,
};
