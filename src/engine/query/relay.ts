// Two connections that carry the same payload under numbers of their own: a proxy ends TCP between them, or something on the way rewrites sequence
// numbers (a SYN proxy, an application gateway). They stay two paths; that one relays the other is said where their content shows it. Looked for
// when somebody asks of a path that not all capture points saw, by fingerprints that the packet tables hold.
import { say } from '../diagnose/wording/render.ts';
import { formatEndpoint } from '../model/address.ts';
import type { Analysis } from '../model/analysis.ts';
import type { Relay } from '../model/connectionList.ts';
import type { Path } from '../model/correlation.ts';
import type { Sentence } from '../model/finding.ts';
import { CUT, HAS_TS, PAYLOAD_CUT, type PacketTable, SYN } from '../model/packetTable.ts';
import type { PathId } from '../model/units.ts';
import { rowsOfLeg } from './legRows.ts';

/** Packets of a connection in which its first data is looked for, and in which what follows is compared. */
const BEGINNING = 64;
const COMPARED = 1024;
/** Different contents that must agree, in both directions together, and from how many on it is no mere possibility. */
const LEAST_CONTENTS = 4;
const MANY_CONTENTS = 8;
/** Octets, likewise. */
const LEAST_OCTETS = 200;
/** Octets of a payload that its fingerprint covers. */
const FINGERPRINTED = 64;
/** Connections that begin with the same content, beyond which nothing is told by content. */
const MOST_ALIKE = 16;

/** What a path sends in one direction, by place in the stream. */
type Content = ReadonlyMap<number, { readonly packets: PacketTable; readonly row: number }>;

export function relayOf(analysis: Analysis, path: Path): Relay | null {
  const others = partnersOf(analysis, path);
  const [only] = others;
  // Where several carry the same, or the other has another partner, content does not tell who belongs to whom.
  if (only === undefined || others.length > 1) return null;
  const theirs = analysis.correlation.paths[only.path];
  return theirs !== undefined && partnersOf(analysis, theirs).length === 1 ? only : null;
}

/** What is said of it. */
export function relaySentence({ correlation }: Analysis, { path, kind, segments, octets, confidence }: Relay): Sentence {
  const { client, service, server } = correlation.paths[path];
  const ends = { client: formatEndpoint(client), server: formatEndpoint(service ?? server), n: segments, octets };
  return say(`relay.${kind}.${confidence}`, ends);
}

function partnersOf(analysis: Analysis, path: Path): readonly Relay[] {
  const beginnings = beginningsOf(analysis);
  const key = beginnings.keys[path.id];
  const alike = key === undefined || key === '' ? [] : (beginnings.paths.get(key) ?? []);
  if (alike.length > MOST_ALIKE) return [];
  return alike.flatMap((id) => {
    const other = analysis.correlation.paths[id];
    const relay = other === undefined || id === path.id || !mayRelay(analysis, path, other) ? null : compare(analysis, path, other);
    return relay === null ? [] : [relay];
  });
}

interface Beginnings {
  /** By path: what both directions begin with; empty where it is not known. */
  readonly keys: readonly string[];
  readonly paths: ReadonlyMap<string, readonly PathId[]>;
}

const known = new WeakMap<Analysis, Beginnings>();

function beginningsOf(analysis: Analysis): Beginnings {
  let beginnings = known.get(analysis);
  if (beginnings === undefined) {
    const paths = new Map<string, PathId[]>();
    const keys = analysis.correlation.paths.map((path) => {
      const key = isSeenByAll(analysis, path) ? '' : beginningOf(analysis, path);
      if (key !== '') {
        const same = paths.get(key);
        if (same === undefined) paths.set(key, [path.id]);
        else same.push(path.id);
      }
      return key;
    });
    beginnings = { keys, paths };
    known.set(analysis, beginnings);
  }
  return beginnings;
}

const isSeenByAll = ({ workspace }: Analysis, { legs }: Path): boolean => {
  const seen = new Set(legs.map((leg) => leg.tap));
  return workspace.taps.length > 1 && workspace.taps.every((tap) => seen.has(tap.id));
};

function beginningOf(analysis: Analysis, path: Path): string {
  const prints = ([0, 1] as const).map((end) => {
    const first = contentOf(analysis, path, end, BEGINNING).get(0);
    return first === undefined ? 0 : first.packets.fingerprint[first.row];
  });
  return prints.includes(0) ? '' : prints.join();
}

/** Different connections that ran at one time, as far as their clocks can be compared. */
function mayRelay({ correlation }: Analysis, a: Path, b: Path): boolean {
  const clocks = [a, b].map(({ legs }) => correlation.clocks[legs[0]?.tap ?? 0]);
  if (clocks[0]?.related !== clocks[1]?.related) return true;
  const slack = Math.max(...clocks.map((c) => (c && Number.isFinite(c.uncertainty) ? c.uncertainty : 0)));
  return a.firstTime <= b.lastTime + slack && b.firstTime <= a.lastTime + slack;
}

function compare(analysis: Analysis, a: Path, b: Path): Relay | null {
  const contents = new Set<number>();
  let octets = 0;
  let segments = 0;
  let stamps = 0;
  for (const end of [0, 1] as const) {
    const theirs = contentOf(analysis, b, end, COMPARED);
    let agreeing = 0;
    for (const [offset, one] of contentOf(analysis, a, end, COMPARED)) {
      const other = theirs.get(offset);
      if (other === undefined) continue;
      const [p, q] = [one.packets, other.packets];
      const [x, y] = [one.row, other.row];
      if (p.fingerprint[x] !== q.fingerprint[y]) {
        if (isComparable(p, x, q, y)) return null;
        continue;
      }
      agreeing++;
      contents.add(p.fingerprint[x]);
      octets += Math.min(p.payloadLength[x], q.payloadLength[y]);
      if ((p.flags[x] & q.flags[y] & HAS_TS) !== 0 && p.tsval[x] === q.tsval[y]) stamps++;
    }
    if (agreeing === 0) return null;
    segments += agreeing;
  }
  if (contents.size < LEAST_CONTENTS || octets < LEAST_OCTETS) return null;
  return {
    path: b.id,
    // Who ends TCP has timestamps and first numbers of his own; who only rewrites numbers leaves what it need not change.
    kind: stamps === segments || a.isn[0] === b.isn[0] || a.isn[1] === b.isn[1] ? 'rewritten' : 'proxied',
    segments,
    octets,
    confidence: contents.size >= MANY_CONTENTS ? 'likely' : 'possible',
  };
}

/** Do both fingerprints cover as many octets, so that they would be equal of equal content? */
function isComparable(p: PacketTable, x: number, q: PacketTable, y: number): boolean {
  if (((p.flags[x] | q.flags[y]) & PAYLOAD_CUT) !== 0) return false;
  return Math.min(p.payloadLength[x], FINGERPRINTED) === Math.min(q.payloadLength[y], FINGERPRINTED);
}

/** Data of one direction where it was captured nearest to its sender, by octets since its SYN; empty where that was not captured. */
function contentOf(analysis: Analysis, path: Path, end: 0 | 1, reach: number): Content {
  const content = new Map<number, { packets: PacketTable; row: number }>();
  const isn = path.isn[end];
  const leg = path.legs[end === 0 ? 0 : path.legs.length - 1];
  if (isn === null || leg === undefined) return content;
  const { packets } = analysis.workspace.taps[leg.tap];
  const { flags, tuple, seq, payloadLength, fingerprint } = packets;
  for (const row of rowsOfLeg(analysis, leg).subarray(0, reach)) {
    if (payloadLength[row] === 0 || fingerprint[row] === 0 || (flags[row] & (CUT | SYN)) !== 0) continue;
    if ((tuple[row] & 1) !== (leg.originalDirection ^ end)) continue;
    const offset = (seq[row] - isn - 1) >>> 0;
    if (!content.has(offset)) content.set(offset, { packets, row });
  }
  return content;
}
