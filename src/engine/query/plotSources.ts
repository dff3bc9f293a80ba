// Which curves belong to a path: every leg and stray, each direction, at each capture point.
import { formatAddress, formatEndpoint } from '../model/address.ts';
import type { Analysis } from '../model/analysis.ts';
import type { PlotSource } from '../model/plot.ts';
import type { PacketRef, PathId } from '../model/units.ts';
import type { TapView } from './tapView.ts';

/** @param path null: the path of `packet`, else the first finding's, else the busiest */
export function plotSources(
  analysis: Analysis,
  views: readonly TapView[],
  path: PathId | null,
  packet: PacketRef | null,
): readonly PlotSource[] {
  const { paths } = analysis.correlation;
  const ofPacket = packet ? (views[packet.tap]?.index.path[packet.row] ?? 0) - 1 : -1;
  const wanted = path ?? (ofPacket >= 0 ? ofPacket : (analysis.diagnosis.findings[0]?.path ?? busiest(paths)));
  const chosen = paths[wanted];
  if (!chosen) return packet ? loneConnection(views, packet) : [];
  const legs = chosen.legs.flatMap((leg) => {
    const view = views[leg.tap];
    const strays = chosen.strays.filter((s) => s.tap === leg.tap && s.connection !== leg.connection).map((s) => s.connection);
    return view
      ? directions(view, leg.connection, { stray: false, strays: [...new Set(strays)], originalDirection: leg.originalDirection })
      : [];
  });
  // A connection may hold several strays, and may be a leg as well.
  const nameOf = (s: { readonly tap: number; readonly connection: number }): string => `${s.tap} ${s.connection}`;
  const shown = new Set(chosen.legs.map(nameOf));
  const strays = chosen.strays.flatMap((s) => {
    const view = views[s.tap];
    if (!view || shown.has(nameOf(s))) return [];
    shown.add(nameOf(s));
    return directions(view, s.connection, LONE_STRAY);
  });
  return [...legs, ...strays];
}

function busiest(paths: Analysis['correlation']['paths']): number {
  let best = -1;
  for (const p of paths) if (best < 0 || p.packets > (paths[best]?.packets ?? 0)) best = p.id;
  return best;
}

function loneConnection(views: readonly TapView[], packet: PacketRef): readonly PlotSource[] {
  const view = views[packet.tap];
  const id = (view?.flow.segments.connection[packet.row] ?? 0) - 1;
  return view && id >= 0 ? directions(view, id, LONE) : [];
}

interface Part {
  readonly stray: boolean;
  readonly strays: readonly number[];
  /** Tuple direction that is the path's ORIGINAL; null: no path. */
  readonly originalDirection: 0 | 1 | null;
}
const LONE: Part = { stray: false, strays: [], originalDirection: null };
const LONE_STRAY: Part = { ...LONE, stray: true };

function directions(view: TapView, connection: number, part: Part): readonly PlotSource[] {
  const { connections, segments } = view.flow;
  const p = view.tap.packets;
  const tuple = connections.tuple[connection];
  const end = (address: number, port: number): string => formatEndpoint({ address: formatAddress(p.addresses, address), port });
  const a = end(p.tuples.a[tuple], p.tuples.aPort[tuple]);
  const b = end(p.tuples.b[tuple], p.tuples.bPort[tuple]);
  const first = segments.rows[segments.rowStart[connection]];
  const last = segments.rows[segments.rowStart[connection + 1] - 1];
  return ([0, 1] as const).map((direction) => ({
    tap: view.id,
    tapName: view.tap.name,
    connection,
    direction,
    strays: part.strays,
    pathDirection: part.originalDirection === null ? null : direction === part.originalDirection ? 0 : 1,
    label: direction === 0 ? `${a} → ${b}` : `${b} → ${a}`,
    packets: connections.packetCount[2 * connection + direction],
    payload: connections.payloadBytes[2 * connection + direction],
    firstTime: first === undefined ? 0 : view.time(first),
    lastTime: last === undefined ? 0 : view.time(last),
    stray: part.stray,
  }));
}
