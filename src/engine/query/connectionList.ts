// The connection list: which paths pass a filter, in order, and the rows of a window of them. Columns, sorted by number: no object per path.
import { type Endpoint, formatEndpoint } from '../model/address.ts';
import type { Analysis } from '../model/analysis.ts';
import type {
  ConnectionFilter,
  ConnectionListAnswer,
  ConnectionListRequest,
  ConnectionOrder,
  ConnectionRow,
} from '../model/connectionList.ts';
import type { Path } from '../model/correlation.ts';
import { type PathId, pathId } from '../model/units.ts';
import { SEEN_DATA, SEEN_FIN, SEEN_SYN } from './completeness.ts';
import { type ConnectionTest, type ConnectionWords, type NumberColumn, parseConnectionWords, type Trait } from './connectionWords.ts';
import { endingsOf } from './endings.ts';
import { PathFactTable } from './pathFacts.ts';

/** What is counted once per analysis, by path id. */
interface PathIndex {
  readonly leaks: Uint32Array;
  readonly resets: Uint32Array;
  readonly killed: Uint8Array;
  readonly facts: PathFactTable;
  /** Endpoints in lower case, for the text filter; made when one is first typed. */
  text: string[] | null;
  /** The last order asked for, and the paths in it. */
  ordered: { readonly key: string; readonly paths: Uint32Array; readonly unknown: string | null } | null;
}

const indexes = new WeakMap<Analysis, PathIndex>();

export function listConnections(analysis: Analysis, request: ConnectionListRequest): ConnectionListAnswer {
  const { paths } = analysis.correlation;
  const index = indexOf(analysis);
  const key = JSON.stringify([request.filter, request.order, request.descending]);
  if (index.ordered?.key !== key) {
    const words = parseConnectionWords(request.filter.text);
    index.ordered = { key, paths: ordered(analysis, index, request, words), unknown: words.unknown };
  }
  const { paths: matched, unknown } = index.ordered;
  const from = Math.max(0, Math.min(request.from, matched.length));
  const rows = Array.from(matched.subarray(from, from + request.count), (id) => connectionRow(analysis, paths[id], index));
  return { total: paths.length, matched: matched.length, from, rows, ...(unknown === null ? {} : { unknownWord: unknown }) };
}

/** Position of a path in the list as asked for; −1 where the filter leaves it out. */
export function connectionPosition(analysis: Analysis, request: ConnectionListRequest, path: PathId): number {
  listConnections(analysis, { ...request, from: 0, count: 0 });
  return indexOf(analysis).ordered?.paths.indexOf(path) ?? -1;
}

/**
 * Gathers what costs a walk over rows, of paths from one on until `most` packets were looked at: sorting by it then only sorts.
 * @returns the path to go on from; at the end their number
 */
export function gatherFacts(analysis: Analysis, from: PathId, most: number): PathId {
  const { paths } = analysis.correlation;
  const { facts } = indexOf(analysis);
  let packets = 0;
  let id: number = from;
  for (; id < paths.length && packets < most; id++) {
    packets += paths[id].packets;
    facts.see(id);
  }
  return pathId(id);
}

function indexOf(analysis: Analysis): PathIndex {
  const known = indexes.get(analysis);
  if (known !== undefined) return known;
  const { paths, leaks, resets } = analysis.correlation;
  const index: PathIndex = {
    leaks: new Uint32Array(paths.length),
    resets: new Uint32Array(paths.length),
    killed: new Uint8Array(paths.length),
    facts: new PathFactTable(analysis),
    text: null,
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

const endpointText = (p: Path): string =>
  [p.client, p.service, p.server, p.snat?.to].map((e) => (e ? formatEndpoint(e).toLowerCase() : '')).join(' ');

function ordered(analysis: Analysis, index: PathIndex, request: ConnectionListRequest, words: ConnectionWords): Uint32Array {
  const { paths } = analysis.correlation;
  const passes = filterTest(analysis, index, request.filter, words);
  const matched = new Uint32Array(paths.length);
  let count = 0;
  for (let id = 0; id < paths.length; id++) if (passes(id)) matched[count++] = id;
  const ids = matched.subarray(0, count);
  return sortByNumber(ids, paths.length, orderValue(analysis, index, request.order), request.descending);
}

/** What is not known comes last, whichever way. */
function sortByNumber(ids: Uint32Array, length: number, of: (id: number) => number, descending: boolean): Uint32Array {
  const values = new Float64Array(length);
  for (const id of ids) {
    const v = of(id);
    values[id] = Number.isNaN(v) ? Infinity : descending ? -v : v;
  }
  return ids.sort((a, b) => values[a] - values[b] || a - b);
}

type IdTest = (id: number) => boolean;

function filterTest(analysis: Analysis, index: PathIndex, filter: ConnectionFilter, words: ConnectionWords): IdTest {
  const chips = (['reset', 'leak', 'nat', 'retransmission'] as const).filter((flag) => filter[flag]);
  const tests = [
    ...chips.map((flag) => traitTest(analysis, index, flag)),
    ...words.tests.map(({ test, negated }) => {
      const passes = wordTest(analysis, index, test);
      return negated ? (id: number) => !passes(id) : passes;
    }),
  ];
  return (id) => tests.every((t) => t(id));
}

function wordTest(analysis: Analysis, index: PathIndex, test: ConnectionTest): IdTest {
  switch (test.kind) {
    case 'text': {
      index.text ??= analysis.correlation.paths.map(endpointText);
      const { text } = index;
      return (id) => text[id]?.includes(test.text) === true;
    }
    case 'trait':
      return traitTest(analysis, index, test.trait);
    case 'close': {
      const endings = endingsOf(analysis);
      return (id) => {
        const { close } = endings.of(id);
        // A RST may have ended a half-open connection, too.
        return close === test.close || (test.close === 'reset' && close === 'half-open' && index.killed[id] === 1);
      };
    }
    case 'number': {
      const of = numberOf(analysis, index, test.column);
      return (id) => test.passes(of(id));
    }
  }
}

function traitTest(analysis: Analysis, index: PathIndex, trait: Trait): IdTest {
  const { paths } = analysis.correlation;
  const seen = (bit: number): IdTest => {
    const { facts } = index;
    return (id) => {
      facts.see(id);
      return (facts.completeness[id] & bit) !== 0;
    };
  };
  switch (trait) {
    case 'reset':
      return (id) => index.resets[id] > 0;
    case 'leak':
      return (id) => index.leaks[id] > 0;
    case 'nat':
      return (id) => paths[id].dnat !== null || paths[id].snat !== null;
    case 'retransmission':
      return (id) => paths[id].retransmissions > 0;
    case 'whatIf':
      return (id) => Boolean(analysis.replays[id]);
    case 'syn':
      return seen(SEEN_SYN);
    case 'fin':
      return seen(SEEN_FIN);
    case 'data':
      return seen(SEEN_DATA);
  }
}

function orderValue(analysis: Analysis, index: PathIndex, order: ConnectionOrder): (id: number) => number {
  const { paths } = analysis.correlation;
  const { facts } = index;
  switch (order) {
    case 'start':
      return (id) => paths[id].firstTime;
    case 'taps':
      return (id) => new Set(paths[id].legs.map((l) => l.tap)).size;
    case 'whatIf':
      return (id) => (analysis.replays[id] ? 1 : 0);
    case 'close':
      return (id) => {
        facts.see(id);
        return facts.close[id] * 8 + facts.closedBy[id];
      };
    case 'client':
      return byEndpoint(paths, (path) => path.client);
    case 'server':
      return byEndpoint(paths, (path) => path.service ?? path.server);
    default:
      return numberOf(analysis, index, order);
  }
}

/** By address, then port. Of addresses there are few beside paths: only they are compared as texts. */
function byEndpoint(paths: readonly Path[], endpointOf: (path: Path) => Endpoint): (id: number) => number {
  const addresses = new Set(paths.map((path) => endpointOf(path).address));
  const { compare } = new Intl.Collator('en', { numeric: true });
  const rank = new Map([...addresses].sort(compare).map((address, i) => [address, i]));
  return (id) => {
    const { address, port } = endpointOf(paths[id]);
    return (rank.get(address) ?? 0) * 65536 + port;
  };
}

function numberOf(analysis: Analysis, index: PathIndex, column: NumberColumn): (id: number) => number {
  const { paths } = analysis.correlation;
  const { facts } = index;
  const fact = (values: ArrayLike<number>) => (id: number) => {
    facts.see(id);
    return values[id] ?? Number.NaN;
  };
  switch (column) {
    case 'duration':
      return (id) => paths[id].lastTime - paths[id].firstTime;
    case 'packets':
      return (id) => paths[id].packets;
    case 'bytes':
      return (id) => paths[id].payloadBytes[0] + paths[id].payloadBytes[1];
    case 'bytesOut':
      return (id) => paths[id].payloadBytes[0];
    case 'bytesBack':
      return (id) => paths[id].payloadBytes[1];
    case 'retransmissions':
      return (id) => paths[id].retransmissions;
    case 'resets':
      return (id) => index.resets[id];
    case 'leaks':
      return (id) => index.leaks[id];
    default:
      return fact(facts[column]);
  }
}

function connectionRow(analysis: Analysis, path: Path, index: PathIndex): ConnectionRow {
  const { id } = path;
  const { facts } = index;
  facts.see(id);
  return {
    path: id,
    client: formatEndpoint(path.client),
    service: path.service && formatEndpoint(path.service),
    server: formatEndpoint(path.server),
    taps: [...new Set(path.legs.map((l) => l.tap))],
    firstTime: path.firstTime,
    duration: path.lastTime - path.firstTime,
    packets: path.packets,
    bytes: path.payloadBytes[0] + path.payloadBytes[1],
    bytesOut: path.payloadBytes[0],
    bytesBack: path.payloadBytes[1],
    handshake: facts.handshake[id],
    rttLeast: facts.rttLeast[id],
    rttMedian: facts.rttMedian[id],
    inFlight: facts.inFlight[id],
    retransmissions: path.retransmissions,
    resets: index.resets[id],
    killed: index.killed[id] === 1,
    leaks: index.leaks[id],
    ...facts.ending(id),
    completeness: facts.completeness[id],
    whatIf: Boolean(analysis.replays[id]),
    opened: path.isn[0] !== null,
  };
}
