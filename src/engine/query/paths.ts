// Rows of the connection list, one path's header, and clocks: what the views of connections and clocks ask for.
import { joinOf } from '../correlate/reasons.ts';
import { formatEndpoint } from '../model/address.ts';
import type { Analysis } from '../model/analysis.ts';
import type {
  ClockDetail,
  ConnectionFilter,
  ConnectionListAnswer,
  ConnectionListRequest,
  ConnectionRow,
  PathHeader,
} from '../model/connectionList.ts';
import type { Path } from '../model/correlation.ts';
import { type PathId, row as rowId, tapId } from '../model/units.ts';

/** What is counted once per analysis, by path id. */
interface PathIndex {
  readonly leaks: Uint32Array;
  readonly resets: Uint32Array;
  readonly killed: Uint8Array;
  /** Endpoints in lower case, for the text filter. */
  readonly text: string[];
  /** The last order asked for, and the paths in it. */
  ordered: { readonly key: string; readonly paths: Uint32Array } | null;
}

const indexes = new WeakMap<Analysis, PathIndex>();

export function listConnections(analysis: Analysis, request: ConnectionListRequest): ConnectionListAnswer {
  const { paths } = analysis.correlation;
  const index = indexOf(analysis);
  const key = JSON.stringify([request.filter, request.order, request.descending]);
  if (index.ordered?.key !== key) index.ordered = { key, paths: ordered(analysis, index, request) };
  const matched = index.ordered.paths;
  const from = Math.max(0, Math.min(request.from, matched.length));
  const rows = [...matched.subarray(from, from + request.count)].map((id) => connectionRow(paths[id], index));
  return { total: paths.length, matched: matched.length, from, rows };
}

function indexOf(analysis: Analysis): PathIndex {
  const known = indexes.get(analysis);
  if (known !== undefined) return known;
  const { paths, leaks, resets } = analysis.correlation;
  const index: PathIndex = {
    leaks: new Uint32Array(paths.length),
    resets: new Uint32Array(paths.length),
    killed: new Uint8Array(paths.length),
    text: paths.map((p) => [p.client, p.service, p.server, p.snat?.to].map((e) => (e ? formatEndpoint(e).toLowerCase() : '')).join(' ')),
    ordered: null,
  };
  for (const leak of leaks) index.leaks[leak.path]++;
  for (const reset of resets) {
    if (reset.path === null) continue;
    index.resets[reset.path]++;
    if (reset.effect === 'kills') index.killed[reset.path] = 1;
  }
  indexes.set(analysis, index);
  return index;
}

function ordered(analysis: Analysis, index: PathIndex, request: ConnectionListRequest): Uint32Array {
  const { paths } = analysis.correlation;
  const matched: number[] = [];
  const words = request.filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  for (let id = 0; id < paths.length; id++) if (passes(paths[id], index, request.filter, words)) matched.push(id);
  const sign = request.descending ? -1 : 1;
  const value = orderValue(paths, index, request);
  if (typeof value(0) === 'string')
    matched.sort((a, b) => sign * String(value(a)).localeCompare(String(value(b)), 'en', { numeric: true }) || a - b);
  else matched.sort((a, b) => sign * (Number(value(a)) - Number(value(b))) || a - b);
  return Uint32Array.from(matched);
}

function passes(path: Path, index: PathIndex, filter: ConnectionFilter, words: readonly string[]): boolean {
  if (filter.reset && index.resets[path.id] === 0) return false;
  if (filter.leak && index.leaks[path.id] === 0) return false;
  if (filter.nat && path.dnat === null && path.snat === null) return false;
  if (filter.retransmission && path.retransmissions === 0) return false;
  return words.every((word) => index.text[path.id].includes(word));
}

function orderValue(paths: readonly Path[], index: PathIndex, { order }: ConnectionListRequest): (id: number) => number | string {
  switch (order) {
    case 'start':
      return (id) => paths[id]?.firstTime ?? 0;
    case 'duration':
      return (id) => (paths[id] ? paths[id].lastTime - paths[id].firstTime : 0);
    case 'packets':
      return (id) => paths[id]?.packets ?? 0;
    case 'bytes':
      return (id) => (paths[id] ? paths[id].payloadBytes[0] + paths[id].payloadBytes[1] : 0);
    case 'retransmissions':
      return (id) => paths[id]?.retransmissions ?? 0;
    case 'resets':
      return (id) => index.resets[id] ?? 0;
    case 'leaks':
      return (id) => index.leaks[id] ?? 0;
    case 'client':
      return (id) => (paths[id] ? formatEndpoint(paths[id].client) : '');
    case 'server':
      return (id) => (paths[id] ? formatEndpoint(paths[id].service ?? paths[id].server) : '');
  }
}

function connectionRow(path: Path, index: PathIndex): ConnectionRow {
  return {
    path: path.id,
    client: formatEndpoint(path.client),
    service: path.service && formatEndpoint(path.service),
    server: formatEndpoint(path.server),
    taps: [...new Set(path.legs.map((l) => l.tap))],
    firstTime: path.firstTime,
    duration: path.lastTime - path.firstTime,
    packets: path.packets,
    bytes: path.payloadBytes[0] + path.payloadBytes[1],
    retransmissions: path.retransmissions,
    resets: index.resets[path.id],
    killed: index.killed[path.id] === 1,
    leaks: index.leaks[path.id],
    opened: path.isn[0] !== null,
  };
}

/** Position of a path in the list as asked for; −1 where the filter leaves it out. */
export function connectionPosition(analysis: Analysis, request: ConnectionListRequest, path: PathId): number {
  listConnections(analysis, { ...request, from: 0, count: 0 });
  return indexOf(analysis).ordered?.paths.indexOf(path) ?? -1;
}

export function pathHeader(analysis: Analysis, id: PathId): PathHeader | null {
  const path = analysis.correlation.paths[id];
  if (path === undefined) return null;
  const journeys = analysis.correlation.journeysOf(id);
  const at = journeys.start[journeys.pathStart[id]];
  return {
    path: id,
    legs: path.legs.map((l, i) => ({
      tap: l.tap,
      client: formatEndpoint(l.client),
      server: formatEndpoint(l.server),
      packets: l.packets,
      beyondNat: i === path.natBefore,
    })),
    strays: path.strays.map((s) => ({
      tap: s.tap,
      source: formatEndpoint(s.source),
      destination: formatEndpoint(s.destination),
      kind: s.kind,
      packets: s.rows.length,
    })),
    ...joinOf(analysis.workspace, analysis.correlation, path),
    isn: path.isn,
    windowScale: path.windowScale,
    first: journeys.sightingRow.length > at ? { tap: tapId(journeys.sightingTap[at]), row: rowId(journeys.sightingRow[at]) } : null,
  };
}

export function clockDetails(analysis: Analysis): readonly ClockDetail[] {
  const { clocks, positions } = analysis.correlation;
  return clocks.map((clock, tap) => ({
    tap: tapId(tap),
    position: positions[tap],
    reference: clock.reference,
    offset: clock.offset,
    uncertainty: clock.uncertainty,
    skewPpm: clock.skewPpm,
    matched: clock.matched,
    violations: clock.violations,
    steps: clock.steps.map((s) => ({ time: s.time, by: s.by })),
    above: clock.bounds.forward.slice(),
    below: clock.bounds.backward.slice(),
  }));
}
