// The rows as sentences: for tables, screen readers, the hover card and the titles in an SVG.
import { formatEndpoint } from '../engine/model/address.ts';
import type { Ladder, LadderFold, LadderPacket, LadderRow, LadderState } from '../engine/model/ladder.ts';
import { ACK } from '../engine/model/packetTable.ts';
import type { Nanos } from '../engine/model/units.ts';
import { bytes, clock, duration, grouped } from './numbers.ts';
import { refusedAtNode } from './packetRoute.ts';
import { flagText, markWords, natureOf, packetName, relativeAck, relativeSeq } from './packetText.ts';
import type { Stage } from './stage.ts';
import type { LadderWords } from './words.ts';
import { wouldWords } from './wouldMarks.ts';

export type DescribeStage = Pick<Stage, 'words' | 'lanes' | 'isn'>;

/** Lane's name as shown: the user's, the tap's, or the role's. */
export const laneName = (
  ladder: Pick<Ladder, 'lanes'>,
  lane: number,
  words: LadderWords,
  renamed?: ReadonlyMap<string, string>,
): string => {
  const l = ladder.lanes[lane];
  return (l && renamed?.get(l.id)) || l?.name || (l ? words.roles[l.role] : '');
};

/** `Leaked packet from 10.148.74.34:15010 to 10.148.74.37:48640, expected 192.168.107.214:15010, seq 35,512,004 …`. */
export function describePacket(p: LadderPacket, stage: DescribeStage): string {
  const { words } = stage;
  const received = p.sightings.at(-1);
  if (!received) return '';
  const expected = p.leak?.expectedSource ?? p.leak?.expectedDestination ?? null;
  const behind = p.leak?.bytesBehind ?? null;
  const would = wouldWords(p.would, stage);
  const verdict = p.verdict && (p.leak || refusedAtNode(p)) ? p.verdict : null;
  return words.sentence({
    packet: p,
    nature: words.natures[natureOf(p)],
    flags: flagText(p.flags),
    from: formatEndpoint(received.source),
    to: formatEndpoint(received.destination),
    seq: relativeSeq(p, stage),
    ack: (p.flags & ACK) !== 0 ? relativeAck(p, stage) : null,
    length: grouped(p.length),
    marks: [
      ...markWords(p).map((m) => words.marks[m]),
      ...(p.held > 0 ? [words.heldBack(duration(p.held))] : []),
      ...(p.early ? [words.early(duration(p.early))] : []),
      ...(p.verdict && p.verdict.state !== 'NONE' ? [words.entryState(p.verdict.state)] : []),
      ...(would === null ? [] : [would]),
    ],
    expected: expected ? formatEndpoint(expected) : null,
    verdict: verdict
      ? [behind !== null && behind > 0 ? words.invalidBehind(verdict.verdict, grouped(behind)) : verdict.verdict, verdict.reason]
          .filter((s) => s !== '')
          .join(', ')
      : null,
  });
}

export function describeRow(row: LadderRow, stage: DescribeStage, ladder: Ladder): string {
  const { words } = stage;
  switch (row.kind) {
    case 'packet':
      return describePacket(row, stage);
    case 'fold':
      return words.and([
        words.foldTitle(
          grouped(row.totals.packets[0] + row.totals.packets[1]),
          bytes(row.totals.bytes[0] + row.totals.bytes[1]),
          duration(row.to - row.from),
        ),
        ...words.foldDetails(row.totals, grouped),
        ...statesWithin(row, stage, ladder),
        ...(row.would ? words.would.counts(row.would, grouped).map(words.would.predicted) : []),
      ]);
    case 'silence':
      return words.silence(duration(row.to - row.from));
    case 'opening': {
      const path = ladder.paths[row.path];
      return path ? words.pathOpens(formatEndpoint(path.client), formatEndpoint(path.service ?? path.server)) : '';
    }
  }
}

const within = (row: LadderFold, state: LadderState): boolean => state.from >= row.from && state.from <= row.to;

/** What becomes of the conntrack entry inside a band, where no packet is drawn to say it. */
function statesWithin(row: LadderFold, { words }: DescribeStage, ladder: Ladder): string[] {
  const told = new Set(ladder.rows.flatMap((r) => (r.kind === 'packet' ? [r.journey] : [])));
  const states = (ladder.states ?? []).filter((s) => within(row, s) && (s.why === 'expired' || !s.by || !told.has(s.by.journey)));
  return states.length > 0 ? [words.entry.changes(states.map((s) => stateName(s, words)))] : [];
}

export const stateName = (s: LadderState, words: LadderWords): string => (s.state === 'NONE' ? words.entry.gone[s.why] : s.state);

/** One state of the entry as lines: since which packet, for how long, which way round. */
export function describeState(
  s: LadderState,
  words: LadderWords,
  formatTime: (time: Nanos) => string,
  renamed?: ReadonlyMap<string, string>,
): string[] {
  const { entry } = words;
  const by = s.by ? packetName(s.by, renamed) : '';
  const isGone = s.state === 'NONE';
  return [
    by === '' ? '' : (s.why === 'expired' ? entry.after : entry.since)(by, formatTime(s.from)),
    s.direction === null || s.why === 'expired' ? '' : entry.sentBy[s.direction === 0 ? 'client' : 'server'],
    isGone ? '' : entry.timeout(grouped(Math.round(s.timeoutSeconds))),
    isGone ? '' : entry.made[s.isReversed ? 'server' : 'client'],
  ].filter((line) => line !== '');
}

/** Where and when it was seen: `envoy #1991 at 2.526 314 s`. */
export const describeSightings = (p: LadderPacket, ladder: Ladder, words: LadderWords, renamed?: ReadonlyMap<string, string>): string[] =>
  p.sightings.map((s) => words.packetSeen(laneName(ladder, s.lane, words, renamed), `#${s.frame}`, clock(s.time - ladder.firstTime)));
