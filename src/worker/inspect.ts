// Answers about single packets, the packet list and the plots. What it builds for an analysis is forgotten with it.
import { blobSource } from '../engine/capture/source.ts';
import { formatAddress } from '../engine/model/address.ts';
import type { Analysis } from '../engine/model/analysis.ts';
import type { FilterError, FilterHint, Suggestion } from '../engine/model/filter.ts';
import type { PacketDetail } from '../engine/model/packetDetail.ts';
import { MOST_SELECTED, type PacketListAnswer, type PacketListRequest, type PacketTotals } from '../engine/model/packetList.ts';
import type { PlotAnswer, PlotRequest, PlotSource } from '../engine/model/plot.ts';
import { journeyId, type PacketRef, type PathId } from '../engine/model/units.ts';
import { compileFilter, filterHints } from '../engine/query/filter/compile.ts';
import { completeFilter } from '../engine/query/filter/complete.ts';
import { parseFilter } from '../engine/query/filter/parse.ts';
import { type JudgementOf, packetDetail } from '../engine/query/packetDetail.ts';
import { type ListSource, listWindow, PacketScan, packetAt, positionOf } from '../engine/query/packetList.ts';
import { packetReader } from '../engine/query/packetReader.ts';
import { plotSources } from '../engine/query/plotSources.ts';
import { plot } from '../engine/query/plots.ts';
import { viewTap } from '../engine/query/tapView.ts';
import { packetTotals } from '../engine/query/totals.ts';
import { judgeJourneys } from '../engine/replay/judge.ts';
import type { Language } from './api.ts';
import type { Session } from './session.ts';

interface Held {
  readonly sources: readonly ListSource[];
  readonly scans: Map<string, PacketScan>;
}

const held = new WeakMap<Analysis, Held>();

function of(session: Session): Held | null {
  const { analysis } = session;
  if (!analysis) return null;
  const known = held.get(analysis);
  if (known) return known;
  const sources = analysis.workspace.taps.flatMap((tap, i) => {
    const view = viewTap(analysis, tap.id);
    const files = session.held.get(session.keys[i] ?? '')?.files ?? [];
    return view
      ? [
          {
            view,
            reader: packetReader(
              tap,
              files.map((f) => blobSource(f.name, f)),
            ),
          },
        ]
      : [];
  });
  const made = { sources, scans: new Map<string, PacketScan>() };
  held.set(analysis, made);
  return made;
}

/** Answers to filters kept: the one on screen and those just left. */
const KEPT_SCANS = 3;
/** Longest stretch of scanning before other questions get their turn. */
const TURN_MS = 12;

function scanFor(state: Held, filter: string): PacketScan {
  const known = state.scans.get(filter);
  if (known && !known.cancelled) return known;
  for (const [text, scan] of state.scans) {
    if (scan.done && state.scans.size < KEPT_SCANS) continue;
    scan.cancelled = !scan.done;
    state.scans.delete(text);
  }
  const scan = new PacketScan(state.sources, filter);
  state.scans.set(filter, scan);
  let since = performance.now();
  void scan.run(async () => {
    if (performance.now() - since < TURN_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    since = performance.now();
  });
  return scan;
}

/** Lets a scan that ends at once end before it is looked at, so that the first answer is the whole one. */
const soon = (scan: PacketScan): Promise<void> =>
  new Promise((resolve) => {
    const until = performance.now() + 40;
    const look = (): void => void (scan.done || performance.now() > until ? resolve() : setTimeout(look, 2));
    look();
  });

const NOTHING: PacketListAnswer = { error: null, hints: [], total: 0, scanned: 0, done: true, matched: 0, from: 0, rows: [], unread: 0 };

export async function packetList(session: Session, request: PacketListRequest): Promise<PacketListAnswer> {
  const state = of(session);
  if (!state) return NOTHING;
  const scan = scanFor(state, request.filter);
  await soon(scan);
  return listWindow(scan, state.sources, request);
}

export async function packetPosition(session: Session, request: PacketListRequest, packet: PacketRef): Promise<number> {
  const state = of(session);
  if (!state) return -1;
  const scan = scanFor(state, request.filter);
  await soon(scan);
  return positionOf(scan, request, packet);
}

export async function packetAtPosition(session: Session, request: PacketListRequest, position: number): Promise<PacketRef | null> {
  const state = of(session);
  return state ? packetAt(scanFor(state, request.filter), request, position) : null;
}

export function packetsBetween(session: Session, request: PacketListRequest, from: number, to: number): readonly PacketRef[] {
  const state = of(session);
  if (!state) return [];
  const scan = scanFor(state, request.filter);
  const packets: PacketRef[] = [];
  for (let at = from; at <= to && packets.length < MOST_SELECTED; at++) {
    const packet = packetAt(scan, request, at);
    if (packet) packets.push(packet);
  }
  return packets;
}

export function totals(session: Session, packets: readonly PacketRef[]): PacketTotals {
  return packetTotals(of(session)?.sources.map((s) => s.view) ?? [], packets);
}

export interface FilterCheck {
  readonly error: FilterError | null;
  readonly hints: readonly FilterHint[];
}

export function checkFilter(_session: Session, text: string): FilterCheck {
  const parsed = parseFilter(text);
  if (!parsed.ok) return { error: parsed.error, hints: [] };
  if (parsed.value === null) return { error: null, hints: [] };
  const compiled = compileFilter(parsed.value);
  return { error: compiled.ok ? null : compiled.error, hints: filterHints(parsed.value) };
}

/** Most addresses offered: those of capture points with a million clients would drown the rest. */
const MOST_VALUES = 200;

export function suggestions(session: Session, text: string, cursor: number): readonly Suggestion[] {
  const sources = of(session)?.sources ?? [];
  return completeFilter(text, cursor, (field) => {
    if (field === 'hop.tap') return sources.map((s) => s.view.tap.name);
    if (field === 'hop.file') return sources.flatMap((s) => s.view.tap.files.map((f) => f.name));
    if (field === 'hop.rst.origin') return ['client', 'server', 'node', 'middlebox', 'unknown'];
    if (field === 'hop.verdict') return ['NEW', 'ESTABLISHED', 'IGNORED', 'INVALID', 'DROPPED'];
    if (field === 'hop.direction') return ['original', 'reply'];
    const family = /^ip\.(src|dst|addr)$/.test(field) ? 4 : /^ipv6\.(src|dst|addr)$/.test(field) ? 6 : 0;
    return family === 0 ? [] : [...new Set(sources.flatMap((s) => addressesOf(s, family)))].slice(0, MOST_VALUES);
  });
}

function addressesOf({ view }: ListSource, family: number): readonly string[] {
  const { addresses } = view.tap.packets;
  const found: string[] = [];
  for (let id = 1; id < addresses.length && found.length < MOST_VALUES; id++) {
    if (addresses.family[id] === family) found.push(formatAddress(addresses, id));
  }
  return found;
}

export async function detail(session: Session, packet: PacketRef, language: Language): Promise<PacketDetail | null> {
  const state = of(session);
  const { analysis } = session;
  if (!state || !analysis) return null;
  const judgementOf: JudgementOf = (path, journey) => {
    const replay = analysis.replays[path];
    if (!replay) return { judgement: null, reason: '' };
    const { verdicts } = replay;
    const at = journey - (analysis.correlation.journeys.pathStart[path] ?? 0);
    const id = journeyId(journey);
    const judgement = judgeJourneys(analysis.workspace, analysis.correlation, replay, new Set([id])).get(id) ?? null;
    return { judgement, reason: verdicts.reasons[verdicts.reason[at] ?? 0] ?? '' };
  };
  return packetDetail(analysis, state.sources, packet, judgementOf, language);
}

export function curveSources(session: Session, path: PathId | null, packet: PacketRef | null): readonly PlotSource[] {
  const state = of(session);
  return state && session.analysis
    ? plotSources(
        session.analysis,
        state.sources.map((s) => s.view),
        path,
        packet,
      )
    : [];
}

export function curves(session: Session, request: PlotRequest): PlotAnswer | null {
  const view = of(session)?.sources.find((s) => s.view.id === request.tap)?.view;
  return view ? plot(view, request) : null;
}
