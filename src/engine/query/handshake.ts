// What each end offered in its SYN, as every capture point of the path saw it: a middlebox may clamp the MSS or strip options on the way.
import type { Analysis } from '../model/analysis.ts';
import { HANDSHAKE_SEEN, SYN_ACK_SEEN, SYN_SEEN } from '../model/connection.ts';
import type { Handshake, HandshakeOption, OptionSeen } from '../model/connectionList.ts';
import type { Leg, Path } from '../model/correlation.ts';
import { CUT, findRow, OPTIONS_CUT, type PacketTable, SYN } from '../model/packetTable.ts';
import { rowsOfLeg } from './legRows.ts';

type Read = (options: PacketTable['synOptions'], at: number) => number | null;

/** Bits of `SynOptionTable.present`. */
const SACK_PERMITTED = 1;
const TIMESTAMPS = 2;

/** null: not offered. */
const OPTIONS: Readonly<Record<HandshakeOption['option'], Read>> = {
  mss: ({ mss }, at) => (mss[at] === 0 ? null : mss[at]),
  windowScale: ({ windowScale }, at) => (windowScale[at] === 255 ? null : windowScale[at]),
  sack: ({ present }, at) => ((present[at] & SACK_PERMITTED) === 0 ? null : 1),
  timestamps: ({ present }, at) => ((present[at] & TIMESTAMPS) === 0 ? null : 1),
};

export function handshakeOf(analysis: Analysis, path: Path): Handshake {
  let flags = 0;
  for (const { tap, connection } of path.legs) flags |= analysis.workspace.flows[tap].connections.flags[connection];
  const captured = (flags & HANDSHAKE_SEEN) !== 0 ? 'whole' : (flags & (SYN_SEEN | SYN_ACK_SEEN)) !== 0 ? 'part' : 'none';
  if (captured === 'none') return { captured, options: [] };
  const syns = [synsOf(analysis, path, 0), synsOf(analysis, path, 1)] as const;
  const names = ['mss', 'windowScale', 'sack', 'timestamps'] as const;
  return {
    captured,
    options: names.map((option) => ({ option, ends: [seenOf(syns[0], OPTIONS[option]), seenOf(syns[1], OPTIONS[option])] })),
  };
}

/** An end's SYN at one capture point. */
interface Syn {
  readonly leg: Leg;
  readonly packets: PacketTable;
  /** Its entry in the table of options. */
  readonly at: number;
}

/** In order of travel. A SYN whose options were cut off tells nothing. */
function synsOf(analysis: Analysis, path: Path, end: 0 | 1): readonly Syn[] {
  const travel = end === 0 ? path.legs : path.legs.toReversed();
  return travel.flatMap((leg) => {
    const { packets } = analysis.workspace.taps[leg.tap];
    const { flags, tuple, seq, synOptions } = packets;
    const row = rowsOfLeg(analysis, leg).find(
      (r) => (flags[r] & SYN) !== 0 && (tuple[r] & 1) === (leg.originalDirection ^ end) && seq[r] === path.isn[end],
    );
    if (row === undefined || (flags[row] & (CUT | OPTIONS_CUT)) !== 0) return [];
    const at = findRow(synOptions.row, synOptions.length, row);
    return at < 0 ? [] : [{ leg, packets, at }];
  });
}

/** Capture points in a row that saw the same. */
function seenOf(syns: readonly Syn[], read: Read): readonly OptionSeen[] {
  const seen: { value: number | null; taps: OptionSeen['taps'][number][] }[] = [];
  for (const { leg, packets, at } of syns) {
    const value = read(packets.synOptions, at);
    const last = seen.at(-1);
    if (last === undefined || last.value !== value) seen.push({ value, taps: [leg.tap] });
    else if (!last.taps.includes(leg.tap)) last.taps.push(leg.tap);
  }
  return seen;
}
