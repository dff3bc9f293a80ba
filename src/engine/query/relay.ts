// Two connections that carry the same payload under numbers of their own: a proxy ends TCP between them, or something on the way rewrites sequence
// numbers (a SYN proxy, an application gateway). They stay two paths. Equal payload alone tells nothing (whoever asks the same is answered the same):
// it is said only where one connection begins at the host that the other ends at, or both have the same ends; where no other connection of these
// hosts begins alike; and where the clocks do not show that one sent before it received. Looked for when somebody asks of a connection.
import { say } from '../diagnose/wording/render.ts';
import { formatEndpoint, sameEndpoint } from '../model/address.ts';
import type { Analysis } from '../model/analysis.ts';
import type { Relay } from '../model/connectionList.ts';
import type { Path } from '../model/correlation.ts';
import type { Sentence } from '../model/finding.ts';
import { CUT, HAS_TS, PAYLOAD_CUT, type PacketTable, SYN } from '../model/packetTable.ts';
import { FINGERPRINTED, isUniform } from '../wire/fingerprint.ts';
import { rowsOfLeg } from './legRows.ts';
import { referenceTime } from './referenceTime.ts';

/** Packets of a connection in which its first data is looked for, and in which what follows is compared. */
const BEGINNING = 64;
const COMPARED = 1024;
/** Connections between the same hosts of which it is looked whether they begin alike: those that began nearest in time. */
const MOST_TIED = 256;
/** Different contents that must agree, in both directions together, and from how many on it is no mere possibility. */
const LEAST_CONTENTS = 4;
const MANY_CONTENTS = 8;
/** Octets of the segments that agree. */
const LEAST_OCTETS = 200;

/** `before`: it ends at a host at which the other begins. `after`: the other way round. `same`: both have the same ends. */
type Tie = 'before' | 'after' | 'same';

/** Data of one direction, where it was captured nearest to its sender, by octets since its SYN. */
interface Content {
  readonly tap: number;
  readonly packets: PacketTable;
  /** Without one octet repeated (cleared payload, padding, probes): every connection has that. */
  readonly rows: ReadonlyMap<number, number>;
}

export function relayOf(analysis: Analysis, path: Path): Relay | null {
  const partner = onlyPartner(analysis, path);
  return partner !== null && onlyPartner(analysis, partner) === path ? compare(analysis, path, partner) : null;
}

/** What is said of it. */
export function relaySentence({ correlation }: Analysis, { path, kind, segments, octets, confidence }: Relay): Sentence {
  const { client, service, server } = correlation.paths[path];
  const ends = { client: formatEndpoint(client), server: formatEndpoint(service ?? server), n: segments, octets };
  return say(`relay.${kind}.${confidence}`, ends);
}

/** The one connection of the same hosts that begins with the same content in both directions; null where there are several, or too many to look at. */
function onlyPartner(analysis: Analysis, path: Path): Path | null {
  const [up, down] = beginningOf(analysis, path);
  if (up === 0 || down === 0) return null;
  const { paths } = analysis.correlation;
  let tied = paths.filter((other) => other !== path && tieOf(path, other) !== null);
  if (tied.length > MOST_TIED) {
    if (!tied.every((other) => isComparable(analysis, firstTap(path), firstTap(other)))) return null;
    tied = tied.sort((a, b) => Math.abs(a.firstTime - path.firstTime) - Math.abs(b.firstTime - path.firstTime)).slice(0, MOST_TIED);
  }
  let partner: Path | null = null;
  for (const other of tied) {
    const begins = beginningOf(analysis, other);
    if (begins[0] !== up || begins[1] !== down) continue;
    if (partner !== null) return null;
    partner = other;
  }
  return partner;
}

function tieOf(a: Path, b: Path): Tie | null {
  if (goesOn(a, b)) return 'before';
  if (goesOn(b, a)) return 'after';
  const hasSameEnds =
    a.legs.some((l) => b.legs.some((m) => sameEndpoint(l.client, m.client))) &&
    a.legs.some((l) => b.legs.some((m) => l.server.port === m.server.port));
  return hasSameEnds ? 'same' : null;
}

/** Does `a` end at another host than it began at, where `b` begins? What a host asks itself begins and ends everywhere. */
function goesOn(a: Path, b: Path): boolean {
  return b.legs.some((l) => {
    const host = l.client.address;
    return a.legs.some((m) => m.server.address === host) && !a.legs.some((m) => m.client.address === host);
  });
}

const firstTap = (path: Path): number => path.legs[0]?.tap ?? 0;

/** Are times at both capture points on one clock, give or take their uncertainties? */
function isComparable({ correlation: { clocks } }: Analysis, a: number, b: number): boolean {
  return a === b || (clocks[a].related === clocks[b].related && Number.isFinite(clocks[a].uncertainty + clocks[b].uncertainty));
}

function compare(analysis: Analysis, a: Path, b: Path): Relay | null {
  const tie = tieOf(a, b);
  const contents = new Set<number>();
  let octets = 0;
  let segments = 0;
  let stamps = 0;
  /** Nanoseconds that `b` carries what goes to the server later than `a`, and what comes from there earlier: least and most. */
  const later = { least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY };
  let isTimed = true;
  for (const end of [0, 1] as const) {
    const mine = contentOf(analysis, a, end);
    const theirs = contentOf(analysis, b, end);
    if (mine === null || theirs === null) return null;
    const [p, q] = [mine.packets, theirs.packets];
    const isClocked = isComparable(analysis, mine.tap, theirs.tap);
    const slack = mine.tap === theirs.tap ? 0 : uncertaintyOf(analysis, mine.tap) + uncertaintyOf(analysis, theirs.tap);
    const [here, there] = [timesAt(analysis, mine.tap), timesAt(analysis, theirs.tap)];
    isTimed &&= isClocked;
    let agreeing = 0;
    let ordered = false;
    for (const [offset, x] of mine.rows) {
      const y = theirs.rows.get(offset);
      if (y === undefined) continue;
      if (p.fingerprint[x] !== q.fingerprint[y]) {
        if (areAlikeInLength(p, x, q, y)) return null;
        continue;
      }
      agreeing++;
      contents.add(p.fingerprint[x]);
      octets += Math.min(p.payloadLength[x], q.payloadLength[y]);
      if ((p.flags[x] & q.flags[y] & HAS_TS) !== 0 && p.tsval[x] === q.tsval[y]) stamps++;
      if (!isClocked) continue;
      const by = (there(y) - here(x)) * (end === 0 ? 1 : -1);
      later.least = Math.min(later.least, by + slack);
      later.most = Math.max(later.most, by - slack);
      ordered ||= Math.abs(by) > slack;
    }
    isTimed &&= ordered;
    // Streams that part after equal first words have few places in common.
    if (agreeing === 0 || agreeing * 2 < Math.min(mine.rows.size, theirs.rows.size)) return null;
    segments += agreeing;
  }
  if (contents.size < LEAST_CONTENTS || octets < LEAST_OCTETS) return null;
  // What is passed on was received before, everywhere.
  const canPassOn = { before: later.least >= 0, after: later.most <= 0 };
  if (tie === 'same' || tie === null ? !canPassOn.before && !canPassOn.after : !canPassOn[tie]) return null;
  const keepsNumbers = stamps === segments || a.isn[0] === b.isn[0] || a.isn[1] === b.isn[1];
  return {
    path: b.id,
    // Who ends TCP has timestamps and first numbers of his own; who only rewrites numbers leaves what it need not change.
    kind: tie === 'same' && keepsNumbers ? 'rewritten' : 'proxied',
    segments,
    octets,
    confidence: isTimed && contents.size >= MANY_CONTENTS ? 'likely' : 'possible',
  };
}

const uncertaintyOf = ({ correlation }: Analysis, tap: number): number => correlation.clocks[tap].uncertainty;

const timesAt = ({ workspace, correlation }: Analysis, tap: number): ((row: number) => number) =>
  referenceTime(workspace.taps[tap], correlation.clocks[tap], workspace.epoch);

/** Do both fingerprints cover as many octets, so that they would be equal of equal content? */
function areAlikeInLength(p: PacketTable, x: number, q: PacketTable, y: number): boolean {
  if (((p.flags[x] | q.flags[y]) & PAYLOAD_CUT) !== 0) return false;
  return Math.min(p.payloadLength[x], FINGERPRINTED) === Math.min(q.payloadLength[y], FINGERPRINTED);
}

/** Fingerprints of the first data of both directions; 0 where it is not known. */
function beginningOf(analysis: Analysis, path: Path): readonly [number, number] {
  const of = (end: 0 | 1): number => {
    let found = 0;
    eachContent(analysis, path, end, BEGINNING, (offset, row, packets) => {
      if (offset === 0) found = packets.fingerprint[row];
      return offset === 0;
    });
    return found;
  };
  return [of(0), of(1)];
}

function contentOf(analysis: Analysis, path: Path, end: 0 | 1): Content | null {
  const rows = new Map<number, number>();
  const tap = eachContent(analysis, path, end, COMPARED, (offset, row) => {
    if (!rows.has(offset)) rows.set(offset, row);
    return false;
  });
  return tap === null ? null : { tap, packets: analysis.workspace.taps[tap].packets, rows };
}

/** Calls for each data segment among the first `reach` packets, until `take` has what it wants. @returns the capture point; null without a SYN of that end */
function eachContent(
  analysis: Analysis,
  path: Path,
  end: 0 | 1,
  reach: number,
  take: (offset: number, row: number, packets: PacketTable) => boolean,
): number | null {
  const isn = path.isn[end];
  const leg = path.legs[end === 0 ? 0 : path.legs.length - 1];
  if (isn === null || leg === undefined) return null;
  const { packets } = analysis.workspace.taps[leg.tap];
  const { flags, tuple, seq, payloadLength, fingerprint } = packets;
  const rows = rowsOfLeg(analysis, leg);
  for (let i = 0; i < rows.length && i < reach; i++) {
    const row = rows[i];
    if (payloadLength[row] === 0 || fingerprint[row] === 0 || (flags[row] & (CUT | SYN)) !== 0) continue;
    if ((tuple[row] & 1) !== (leg.originalDirection ^ end)) continue;
    if (isUniform(fingerprint[row])) continue;
    if (take((seq[row] - isn - 1) >>> 0, row, packets)) break;
  }
  return leg.tap;
}
