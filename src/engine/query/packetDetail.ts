// One packet in full: fields, bytes, the same packet elsewhere, what led to it and what it led to.

import type { Language } from '../diagnose/wording/format.ts';
import { renderSentence } from '../diagnose/wording/render.ts';
import { resetReason } from '../diagnose/wording/resetReasons.ts';
import { formatAddress, formatEndpoint } from '../model/address.ts';
import type { Analysis } from '../model/analysis.ts';
import { frameOf } from '../model/capture.ts';
import { J_HELD, J_INJECTED, J_LOST, type Path } from '../model/correlation.ts';
import type { Dissection } from '../model/dissection.ts';
import type * as D from '../model/packetDetail.ts';
import { ACK, IS_TCP, SYN } from '../model/packetTable.ts';
import { type PacketRef, row as rowOf, tapId } from '../model/units.ts';
import { dissect } from '../wire/dissect/dissect.ts';
import { tcpFlagNames } from '../wire/dissect/tcp.ts';
import { compareFields } from './compareSightings.ts';
import { handshakeOf } from './handshake.ts';
import { tcpInfo } from './packetInfo.ts';
import { type ListSource, ownTimeOf, packetRow } from './packetList.ts';
import { fileOfRow } from './packetReader.ts';
import type { TapView } from './tapView.ts';

/** The window a journey was judged against; asked of whoever owns the replay. */
export type JudgementOf = (path: number, journey: number) => { readonly judgement: D.PacketDetail['judgement']; readonly reason: string };

export const samePacket = (a: PacketRef | null, b: PacketRef): boolean => a !== null && a.tap === b.tap && a.row === b.row;

export async function packetDetail(
  analysis: Analysis,
  sources: readonly ListSource[],
  packet: PacketRef,
  judgementOf: JudgementOf,
  language: Language = 'en',
): Promise<D.PacketDetail | null> {
  const source = sources[packet.tap];
  if (!source || packet.row >= source.view.tap.packets.length) return null;
  const { view } = source;
  const { correlation } = analysis;
  const journey = view.index.journey[packet.row] - 1;
  const flags = journey < 0 ? 0 : correlation.journeys.flags[journey];
  const read = await readDissected(source, packet.row);
  const sightings = sightingsOf(sources, journey, packet);
  const leak = correlation.leaks.find((l) => l.packets.some((p) => samePacket(p, packet))) ?? null;
  const reset = correlation.resets.find((r) => r.packets.some((p) => samePacket(p, packet))) ?? null;
  const path = view.index.path[packet.row] - 1;
  const judged = journey >= 0 && path >= 0 ? judgementOf(path, journey) : { judgement: null, reason: '' };
  const { packets } = view.tap;
  return {
    packet,
    label: labelOf(view, packet.row),
    row: await packetRow(source, packet.row, null),
    file: view.tap.files[fileOfRow(view.tap.files, packet.row)]?.name ?? '',
    interfaceName: packets.encapsulations[packets.encapsulation[packet.row]]?.interfaceName ?? null,
    bytes: read.bytes,
    originalLength: packets.originalLength[packet.row],
    dissection: read.dissection,
    unreadable: read.unreadable,
    segment: segmentFacts(view, packet.row),
    sightings,
    compared: sightings.length > 1 ? await compare(sources, sightings) : [],
    leak: leak && {
      expectedSource: leak.expectedSource && formatEndpoint(leak.expectedSource),
      expectedDestination: leak.expectedDestination && formatEndpoint(leak.expectedDestination),
      source: formatEndpoint(leak.source),
      destination: formatEndpoint(leak.destination),
      kind: leak.kind,
      bytesBehind: leak.bytesBehind,
    },
    reset: reset && {
      origin: reset.origin,
      cause: reset.cause.kind,
      effect: reset.effect,
      confidence: reset.confidence,
      because: reset.because.map((reason) => renderSentence(resetReason(reason), language)),
    },
    held: flags & J_HELD ? correlation.journeys.held[journey] : null,
    lost: (flags & J_LOST) !== 0,
    injected: (flags & J_INJECTED) !== 0,
    judgement: judged.judgement,
    verdictReason: judged.reason,
    consequences: consequencesOf(analysis, sources, packet),
    connection: connectionFacts(analysis, view, packet.row, correlation.paths[path] ?? null),
  };
}

export const labelOf = (view: TapView, row: number): string => `${view.tap.name} #${frameOf(view.tap, row).frame}`;

interface ReadPacket {
  readonly bytes: Uint8Array;
  readonly dissection: Dissection | null;
  readonly unreadable: string | null;
}

async function readDissected({ view, reader }: ListSource, row: number): Promise<ReadPacket> {
  const nothing = new Uint8Array(0);
  try {
    const packet = await reader.read(row);
    if (!packet) return { bytes: nothing, dissection: null, unreadable: 'changed' };
    const { connection } = view.flow.segments;
    const shift = view.windowShift(row);
    const dissection = dissect(packet.bytes, packet.linkType, packet.originalLength, {
      stream: connection[row] > 0 ? connection[row] - 1 : null,
      seqBase: view.seqBase(row, false),
      ackBase: view.seqBase(row, true),
      windowShift: shift,
    });
    return { bytes: packet.bytes, dissection, unreadable: null };
  } catch (error) {
    return { bytes: nothing, dissection: null, unreadable: error instanceof Error ? error.message : String(error) };
  }
}

function sightingsOf(sources: readonly ListSource[], journey: number, self: PacketRef): readonly D.Sighting[] {
  const view = sources[self.tap]?.view;
  if (!view) return [];
  const { start, sightingTap, sightingRow } = view.correlation.journeys;
  const refs: PacketRef[] = [];
  if (journey < 0) refs.push(self);
  else for (let s = start[journey]; s < start[journey + 1]; s++) refs.push({ tap: tapId(sightingTap[s]), row: rowOf(sightingRow[s]) });
  let before: number | null = null;
  return refs.flatMap((packet) => {
    const seen = sources[packet.tap]?.view;
    if (!seen) return [];
    const time = seen.time(packet.row);
    const transit = before === null ? 0 : time - before;
    before = time;
    return [{ packet, label: labelOf(seen, packet.row), tapName: seen.tap.name, time, ownTime: ownTimeOf(seen, packet.row), transit }];
  });
}

async function compare(sources: readonly ListSource[], sightings: readonly D.Sighting[]): Promise<readonly D.ComparedField[]> {
  const dissections = await Promise.all(
    sightings.map(async (s) => {
      const source = sources[s.packet.tap];
      return source ? (await readDissected(source, s.packet.row)).dissection : null;
    }),
  );
  return compareFields(dissections);
}

function segmentFacts(view: TapView, row: number): D.SegmentFacts | null {
  const p = view.tap.packets;
  if ((p.flags[row] & IS_TCP) === 0) return null;
  const tuple = p.tuple[row] >>> 1;
  const end = (address: number, port: number): string => formatEndpoint({ address: formatAddress(p.addresses, address), port });
  const a = end(p.tuples.a[tuple], p.tuples.aPort[tuple]);
  const b = end(p.tuples.b[tuple], p.tuples.bPort[tuple]);
  const shift = view.windowShift(row);
  const [seqBase, ackBase] = [view.seqBase(row, false), view.seqBase(row, true)];
  const isSyn = (p.flags[row] & SYN) !== 0;
  return {
    source: p.tuple[row] & 1 ? b : a,
    destination: p.tuple[row] & 1 ? a : b,
    flags: tcpFlagNames(p.flags[row] & 0x1ff),
    seq: seqBase === null ? p.seq[row] : (p.seq[row] - seqBase) >>> 0,
    seqRaw: p.seq[row],
    ack: ackBase === null ? p.ack[row] : (p.ack[row] - ackBase) >>> 0,
    ackRaw: p.ack[row],
    hasAck: (p.flags[row] & ACK) !== 0,
    payload: p.payloadLength[row],
    window: p.window[row],
    scaledWindow: isSyn ? p.window[row] : shift < 0 ? null : p.window[row] * 2 ** shift,
    ttl: p.ttl[row],
    ipId: p.ipId[row],
    isIpv6: p.addresses.family[p.tuples.a[tuple]] === 6,
  };
}

function consequencesOf(analysis: Analysis, sources: readonly ListSource[], packet: PacketRef): readonly D.Consequence[] {
  const { leaks, resets, journeys } = analysis.correlation;
  const found: D.Consequence[] = [];
  const add = (relation: D.Consequence['relation'], ref: PacketRef | null | undefined): void => {
    const view = ref ? sources[ref.tap]?.view : undefined;
    if (!ref || !view || samePacket(ref, packet) || found.some((f) => samePacket(f.packet, ref))) return;
    found.push({ relation, packet: ref, label: labelOf(view, ref.row), info: tcpInfo(view, ref.row), time: view.time(ref.row) });
  };
  const view = sources[packet.tap]?.view;
  const journey = (view?.index.journey[packet.row] ?? 0) - 1;
  const isMine = (ref: PacketRef | null): boolean => {
    if (!ref) return false;
    if (samePacket(ref, packet)) return true;
    return journey >= 0 && sources[ref.tap]?.view.index.journey[ref.row] === journey + 1;
  };
  for (const leak of leaks) {
    if (leak.packets.some(isMine)) {
      add('sentAs', leak.sentAs);
      add('twin', leak.twin);
    } else if (isMine(leak.sentAs) || isMine(leak.twin)) add('twin', leak.packets[0]);
  }
  for (const reset of resets) {
    if (reset.packets.some(isMine)) add('trigger', reset.cause.packet);
    if (isMine(reset.cause.packet)) add('reset', reset.packets[0]);
  }
  if (journey >= 0) for (const [relation, other] of repeats(journeys, journey)) add(relation, other);
  return found;
}

/** Other transmissions of the same octets in the same direction; the nearest few. */
function repeats(
  journeys: Analysis['correlation']['journeys'],
  journey: number,
): readonly (readonly [D.Consequence['relation'], PacketRef])[] {
  const { seq, payloadLength, direction, path, pathStart, pathEnd, start, sightingTap, sightingRow } = journeys;
  if (payloadLength[journey] === 0) return [];
  const found: (readonly [D.Consequence['relation'], PacketRef])[] = [];
  for (let j = pathStart[path[journey]]; j < pathEnd[path[journey]] && found.length < MOST_REPEATS; j++) {
    if (j === journey || direction[j] !== direction[journey] || seq[j] !== seq[journey] || payloadLength[j] === 0) continue;
    const first = start[j];
    if (first === start[j + 1]) continue;
    const ref = { tap: tapId(sightingTap[first]), row: rowOf(sightingRow[first]) };
    found.push([j < journey ? 'retransmissionOf' : 'retransmittedAs', ref]);
  }
  return found;
}
const MOST_REPEATS = 4;

const NO_HANDSHAKE: D.ConnectionFacts['handshake'] = { captured: 'none', options: [] };

function connectionFacts(analysis: Analysis, view: TapView, row: number, path: Path | null): D.ConnectionFacts | null {
  const { connection } = view.flow.segments;
  const { connections } = view.flow;
  const id = connection[row] - 1;
  if (id < 0) return null;
  const tuple = connections.tuple[id];
  const p = view.tap.packets;
  const end = (address: number, port: number): string => formatEndpoint({ address: formatAddress(p.addresses, address), port });
  const a = end(p.tuples.a[tuple], p.tuples.aPort[tuple]);
  const b = end(p.tuples.b[tuple], p.tuples.bPort[tuple]);
  const opener = connections.opener[id];
  const own = (column: ArrayLike<number>): readonly [number, number] => [column[2 * id + opener] ?? 0, column[2 * id + 1 - opener] ?? 0];
  const scale = own(connections.windowScale);
  const direction = view.index.direction[row];
  return {
    stream: id,
    path: path?.id ?? null,
    direction: direction === 0 ? null : direction === 1 ? 0 : 1,
    client: path ? formatEndpoint(path.client) : opener === 0 ? a : b,
    service: path?.service ? formatEndpoint(path.service) : null,
    server: path ? formatEndpoint(path.server) : opener === 0 ? b : a,
    packets: path?.packets ?? connections.packetCount[2 * id] + connections.packetCount[2 * id + 1],
    payload: path?.payloadBytes ?? own(connections.payloadBytes),
    retransmissions: path?.retransmissions ?? connections.retransmissions[2 * id] + connections.retransmissions[2 * id + 1],
    resets: path?.resets ?? connections.resets[2 * id] + connections.resets[2 * id + 1],
    firstTime: path?.firstTime ?? connections.firstTime[id],
    lastTime: path?.lastTime ?? connections.lastTime[id],
    isn: path?.isn ?? own(connections.isn),
    windowScale: path?.windowScale ?? [scale[0] < 0 ? null : scale[0], scale[1] < 0 ? null : scale[1]],
    handshake: path ? handshakeOf(analysis, path) : NO_HANDSHAKE,
  };
}
