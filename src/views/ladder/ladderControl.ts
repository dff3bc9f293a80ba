// Moves the ladder: owns zoom and place, asks for layout and pages, draws at most once a frame. React mounts it and reads its store.
// Over 400 lines because place, zoom, cursor and pages change together; who drives them is in gestures.ts and keys.ts, what it reads in pages.ts and timeData.ts.
import type { Ladder, LadderFold, LadderPacket, LadderState, LadderWindow } from '../../engine/model/ladder.ts';
import { type Nanos, nanos, type PacketRef, type PathId } from '../../engine/model/units.ts';
import { hideLanes } from '../../figure/hideLanes.ts';
import { type Figure, type LayoutInput, layOutRows, layoutLadder, placeWords, type Slot } from '../../figure/layout.ts';
import type { LadderNote } from '../../figure/noteMarks.ts';
import { LEAST_ZOOM, OPEN_HEAD, packetPitch } from '../../figure/rowHeights.ts';
import { THEMES, type Theme } from '../../figure/themes.ts';
import type { LadderWords } from '../../figure/words.ts';
import { primaryPacket, samePacket, useSelection } from '../../store/selection.ts';
import { useViewport } from '../../store/viewport.ts';
import type { Engine } from '../../worker/api.ts';
import { drawHovered, drawLadder, type Fonts, measureOn, pageFonts, type Viewport } from './drawCanvas.ts';
import { drawDensity } from './drawDensity.ts';
import { drawTimeAxis } from './drawTimeAxis.ts';
import { createKeptPicture } from './keptPicture.ts';
import { createLadderStore, foldId, type LadderStore, packetId, rowId } from './ladderState.ts';
import { createPages } from './pages.ts';
import { type ReachRow, reachOver } from './reach.ts';
import { createTimeData, MOST_PACKETS } from './timeData.ts';

export interface LadderLook {
  readonly words: LadderWords;
  readonly formatTime: (time: Nanos) => string;
  readonly order: readonly number[];
  readonly notes: readonly LadderNote[];
  /** Packets that the reader highlighted. */
  readonly marked: readonly PacketRef[];
}

export type LadderControl = ReturnType<typeof createLadderControl>;

const MAX_ROW_ZOOM = 4;
/** Share of the window that a finding or a band takes when it is gone to. */
const AROUND = 0.72;
const MAX_TIME_ZOOM = 1e9;
const GLIDE_MS = 160;

/** @param hidden ids of lanes that are not drawn */
export function createLadderControl(engine: Engine, whole: Ladder, path: PathId | null, hidden: ReadonlySet<string>) {
  const { ladder, windows: shown } = hideLanes(whole, hidden);
  const store: LadderStore = createLadderStore();
  const assumption = ladder.assumed?.asked ?? null;
  const pages = createPages(engine, path, assumption, () => invalidate(true));
  const timeData = createTimeData(engine, path, assumption, {
    onPackets: () => invalidate(true),
    onDensity: (density) => {
      const first = store.getState().density === null;
      store.setState({ density });
      invalidate(first);
    },
  });
  const folds = ladder.rows.filter((r): r is LadderFold => r.kind === 'fold');
  let look: LadderLook | null = null;
  const kept = createKeptPicture();
  let canvas: HTMLCanvasElement | null = null;
  let pen: CanvasRenderingContext2D | null = null;
  let fonts: Fonts = { words: 'sans-serif', mono: 'monospace' };
  let size = { width: 0, height: 0 };
  let packets = new Map<string, LadderPacket>();
  let byRef = new Map<string, string>();
  let frame = 0;
  let firstLayout = 0;
  let stale = true;
  let glide: { from: number; to: number; start: number } | null = null;
  let pendingFit: { from: Nanos; to: Nanos } | null = null;

  const mode = (): 'rows' | 'time' => useViewport.getState().mode;
  const isOpen = (fold: LadderFold): boolean => useViewport.getState().openFolds.has(foldId(fold));
  const refKey = (p: PacketRef): string => `${p.tap}:${p.row}`;
  const still = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

  function invalidate(layout = false): void {
    stale ||= layout;
    if (!store.getState().figure) {
      clearTimeout(firstLayout);
      firstLayout = window.setTimeout(layOutFirst);
      return;
    }
    if (frame === 0) frame = requestAnimationFrame(paint);
  }

  function openMap(): Map<number, readonly LadderWindow[]> {
    const open = new Map<number, readonly LadderWindow[]>();
    for (const fold of folds) {
      if (mode() === 'rows') {
        if (isOpen(fold)) open.set(fold.first, shown(pages.of(fold)));
        continue;
      }
      const inside = timeData.span()?.packets.filter((p) => p.ordinal >= fold.first && p.ordinal < fold.first + fold.count) ?? [];
      if (inside.length > 0) open.set(fold.first, shown([{ first: inside[0]?.ordinal ?? 0, packets: inside }]));
    }
    return open;
  }

  function input(zoom: number | null): LayoutInput | null {
    if (!look || !pen || size.width === 0) return null;
    return {
      ladder,
      scale: mode(),
      width: size.width,
      height: size.height,
      zoom,
      order: look.order,
      open: openMap(),
      notes: look.notes,
      words: look.words,
      measure: measureOn(pen, fonts),
      formatTime: look.formatTime,
      texture: mode() === 'rows' || store.getState().density === null,
    };
  }

  /** On code that never ran, rows, words, rendering what stands around, and drawing take about as long each: each has a task of its own. */
  function layOutFirst(): void {
    const wanted = input(store.getState().zoom);
    if (!wanted) return;
    const rows = layOutRows(wanted);
    firstLayout = window.setTimeout(() => {
      const figure = placeWords(rows);
      firstLayout = window.setTimeout(() => {
        adopt(wanted, figure);
        invalidate();
      });
    });
  }

  function relayout(): void {
    const wanted = input(store.getState().zoom);
    if (wanted) adopt(wanted, layoutLadder(wanted));
  }

  function adopt(wanted: LayoutInput, figure: Figure): void {
    stale = false;
    packets = new Map();
    byRef = new Map();
    const remember = (p: LadderPacket): void => {
      packets.set(packetId(p), p);
      for (const s of p.sightings) byRef.set(refKey(s), packetId(p));
    };
    for (const row of ladder.rows) if (row.kind === 'packet') remember(row);
    for (const windows of wanted.open.values()) for (const w of windows) for (const p of w.packets) remember(p);
    const { pages: shown } = store.getState();
    store.setState({ figure, pages: wanted.open.size === 0 && shown.size === 0 ? shown : wanted.open, height: size.height });
    if (store.getState().cursor === null) stand(primaryPacket(useSelection.getState()));
    setTop(store.getState().top);
  }

  const limit = (figure: Figure): number => Math.max(0, figure.height - size.height);
  function setTop(top: number): void {
    const { figure } = store.getState();
    const clamped = figure ? Math.min(limit(figure), Math.max(0, top)) : 0;
    if (clamped !== store.getState().top) store.setState({ top: clamped });
  }

  function paint(now: number): void {
    frame = 0;
    if (stale) relayout();
    if (pendingFit && store.getState().figure) {
      const { from, to } = pendingFit;
      pendingFit = null;
      showTimes(from, to, 1);
      if (stale) relayout();
    }
    const { figure } = store.getState();
    // A drawer may leave no height for the diagram.
    if (!figure || !canvas || !pen || canvas.width === 0 || canvas.height === 0) return;
    if (glide) {
      const part = Math.min(1, (now - glide.start) / GLIDE_MS);
      setTop(glide.from + (glide.to - glide.from) * (1 - (1 - part) ** 3));
      if (part < 1) invalidate();
      else glide = null;
    }
    wantPages(figure);
    const { top, hover, highlighted, cursor, density } = store.getState();
    const theme = THEMES[document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light'];
    const ratio = devicePixelRatio || 1;
    const selection = useSelection.getState();
    const selected = new Set(selectedIds(selection.packets));
    if (cursor) selected.add(cursor);
    const range = selection.timeRange;
    const hovered = hover?.id ?? (selection.hovered ? (byRef.get(refKey(selection.hovered)) ?? null) : null);
    const view = { top, width: size.width, height: size.height, ratio };
    const draw = (p: CanvasRenderingContext2D): void =>
      drawLadder(p, figure, view, theme, fonts, {
        selected,
        highlighted: new Set([...highlighted, ...(look?.marked ?? []).flatMap((m) => byRef.get(refKey(m)) ?? [])]),
        range: range && { from: figure.map.y(range.from), to: figure.map.y(range.to) },
        below: mode() === 'time' ? (under) => drawTime(under, figure, view, theme) : null,
      });
    const parts = [figure, top, ratio, size.width, size.height, theme, selection.packets, cursor, highlighted, look, range, density];
    kept.paint(pen, parts, draw);
    if (!hovered || selected.has(hovered)) return;
    drawHovered(pen, figure, view, theme, hovered);
    kept.spoil();
  }

  /** Of several thousand packets not at every frame. */
  let idsOf: { readonly refs: readonly PacketRef[]; readonly map: object; readonly ids: readonly string[] } | null = null;
  function selectedIds(refs: readonly PacketRef[]): readonly string[] {
    if (idsOf?.refs !== refs || idsOf.map !== byRef) idsOf = { refs, map: byRef, ids: refs.flatMap((p) => byRef.get(refKey(p)) ?? []) };
    return idsOf.ids;
  }

  function drawTime(under: CanvasRenderingContext2D, figure: Figure, view: Viewport, theme: Theme): void {
    const { density } = store.getState();
    if (look) drawTimeAxis(under, figure, view, ladder.firstTime, look.formatTime, theme, fonts);
    if (density) drawDensity(under, figure, density, theme);
  }

  /** Loads the packets of open folds that are visible; in the time scale everything that is, once it is little enough. */
  function wantPages(figure: Figure): void {
    if (mode() === 'time') {
      timeData.want(figure, store.getState().top, size.height);
      return;
    }
    const { top } = store.getState();
    for (const slot of figure.slots) {
      const { row } = slot;
      if (row.kind !== 'fold' || slot.bottom < top - 200 || slot.top > top + size.height + 200) continue;
      if (isOpen(row)) {
        const pitch = packetPitch(figure.zoom);
        const first = row.first + Math.max(0, Math.floor((top - 100 - slot.top - OPEN_HEAD) / pitch));
        const last = row.first + Math.ceil((top + size.height + 100 - slot.top - OPEN_HEAD) / pitch);
        if (last - first <= MOST_PACKETS) pages.want(row, first, last);
      }
    }
  }

  function setZoom(zoom: number | null, anchorY = size.height / 2): void {
    const { figure, top } = store.getState();
    const before = figure ? figure.map.time(top + anchorY) : null;
    const beforeY = top + anchorY;
    store.setState({ zoom });
    relayout();
    const after = store.getState().figure;
    if (!after || before === null || !figure) return;
    // Where many rows share one moment, what is under the pointer is kept by its share of the row instead.
    const y = Math.abs(figure.map.y(before) - beforeY) < 2 ? after.map.y(before) : beforeY * (after.height / figure.height);
    setTop(y - anchorY);
    invalidate();
  }

  function zoomBy(factor: number, anchorY?: number): void {
    const { figure } = store.getState();
    if (!figure) return;
    const [low, high] = mode() === 'time' ? [1, MAX_TIME_ZOOM] : [LEAST_ZOOM, MAX_ROW_ZOOM];
    glide = null;
    setZoom(Math.min(high, Math.max(low, figure.zoom * factor)), anchorY);
  }

  function glideTo(top: number): void {
    const { figure } = store.getState();
    if (!figure) return;
    const to = Math.min(limit(figure), Math.max(0, top));
    if (still()) setTop(to);
    else glide = { from: store.getState().top, to, start: performance.now() };
    invalidate();
  }

  /** Brings a stretch of time to fill most of the window. */
  /** @param share of the window's height: less than 1 leaves something around it to be seen, and rows as large as they are designed */
  function showTimes(from: Nanos, to: Nanos, share: number): void {
    let { figure } = store.getState();
    if (!figure) return;
    const span = (f: Figure): number => Math.max(1, f.map.y(to) - f.map.y(from));
    const wanted = size.height * share;
    const [low, high] = mode() === 'time' ? [1, MAX_TIME_ZOOM] : [LEAST_ZOOM, share < 1 ? 1.4 : MAX_ROW_ZOOM];
    // Rows have parts that do not stretch: a few times is near enough.
    for (let i = 0; i < 5; i++) {
      const zoom = Math.min(high, Math.max(low, figure.zoom * (wanted / span(figure))));
      if (Math.abs(zoom / figure.zoom - 1) < 0.02) break;
      store.setState({ zoom });
      relayout();
      figure = store.getState().figure ?? figure;
    }
    glideTo((figure.map.y(from) + figure.map.y(to)) / 2 - size.height / 2);
  }

  function fitAll(): void {
    glide = null;
    store.setState({ zoom: null });
    relayout();
    glideTo(0);
  }

  function slotOf(id: string): Slot | null {
    return store.getState().figure?.slots.find((s) => s.id === id) ?? null;
  }

  function placeOf(id: string): { top: number; bottom: number } | null {
    return store.getState().figure?.items.find((i) => i.id === id) ?? slotOf(id);
  }

  /** Scrolls only when it is not wholly visible. */
  function bringIntoView(id: string): void {
    const place = placeOf(id);
    if (!place) return;
    const { top } = store.getState();
    if (place.top < top + 8) glideTo(place.top - size.height * 0.3);
    else if (place.bottom > top + size.height - 8) glideTo(place.bottom - size.height * 0.7);
    else invalidate();
  }

  function setCursor(id: string | null, options: { readonly select?: boolean; readonly extend?: boolean } = {}): void {
    store.setState({ cursor: id });
    const packet = id ? packets.get(id) : undefined;
    if (packet && options.select !== false)
      useSelection.getState().selectPacket(sightingFor(packet), options.extend ? { extend: true } : {});
    if (id) bringIntoView(id);
    invalidate();
  }

  /** Where a packet did harm it is looked at where it arrived, else where it was sent. */
  function sightingFor(p: LadderPacket, nearX?: number): PacketRef {
    const { figure } = store.getState();
    const xs = figure?.stage.laneX ?? [];
    const nearest =
      nearX === undefined
        ? p.leak
          ? p.sightings.at(-1)
          : p.sightings[0]
        : [...p.sightings].sort((a, b) => Math.abs((xs[a.lane] ?? 0) - nearX) - Math.abs((xs[b.lane] ?? 0) - nearX))[0];
    const s = nearest ?? p.sightings[0];
    if (!s) throw new Error('a packet without sightings');
    return { tap: s.tap, row: s.row };
  }

  function toggleFold(id: string): void {
    const fold = folds.find((f) => foldId(f) === id);
    if (!fold) return;
    if (mode() === 'time') {
      showTimes(fold.from, fold.to, AROUND);
      store.setState({ cursor: id });
      return;
    }
    const opening = !isOpen(fold);
    const { figure, top } = store.getState();
    const before = slotOf(id);
    // Opened from a fitted view, rows take their designed size: a fit to one screen is no longer possible.
    if (opening && mode() === 'rows') store.setState({ zoom: Math.max(0.95, figure?.zoom ?? 1) });
    if (!opening) pages.forget(fold.first);
    useViewport.getState().toggleFold(id);
    relayout();
    const after = slotOf(id);
    if (before && after) setTop(after.top - Math.max(8, before.top - top));
    if (opening) pages.want(fold, fold.first, fold.first + 48);
    store.setState({ cursor: id });
    invalidate();
  }

  /** Ids in order as keyboard and table walk them; packets of open folds only where loaded. */
  function walk(): string[] {
    return ladder.rows.flatMap((row) => {
      if (row.kind === 'silence' || row.kind === 'opening') return [];
      if (row.kind === 'packet' || !isOpen(row)) return [rowId(row)];
      return [rowId(row), ...shown(pages.of(row)).flatMap((w) => w.packets.map(packetId))];
    });
  }

  /** Where the range began that ends at `end`; another cursor begins another one. */
  let reach: { readonly anchor: string; readonly end: string } | null = null;

  /** Selects from the cursor, or from where the range began, to this row. */
  function reachTo(id: string): void {
    const { cursor } = store.getState();
    const anchor = reach && reach.end === cursor ? reach.anchor : (cursor ?? id);
    const ids = walk();
    const [from, to] = [ids.indexOf(anchor), ids.indexOf(id)];
    if (from < 0 || to < 0) {
      setCursor(id);
      return;
    }
    const rows = ids.slice(Math.min(from, to), Math.max(from, to) + 1).flatMap((at): ReachRow[] => {
      const row = packets.get(at) ?? folds.find((f) => foldId(f) === at);
      return row ? [row] : [];
    });
    const reached = reachOver(rows, from <= to);
    if (!reached) return;
    reach = { anchor, end: id };
    store.setState({ cursor: id });
    useSelection.getState().selectRange(
      reached.packets.map((p) => sightingFor(p)),
      reached.range,
    );
    bringIntoView(id);
    invalidate();
  }

  async function step(by: 1 | -1, isReach = false): Promise<void> {
    const { cursor } = store.getState();
    const current = cursor ? packets.get(cursor) : undefined;
    const inFold = current && folds.find((f) => isOpen(f) && current.ordinal >= f.first && current.ordinal < f.first + f.count);
    if (inFold && current) {
      const next = current.ordinal + by;
      if (next >= inFold.first && next < inFold.first + inFold.count) {
        await pages.load(inFold, next);
        if (stale) relayout();
      }
    }
    const ids = walk();
    const at = cursor ? ids.indexOf(cursor) : -1;
    const next = ids[at < 0 ? (by > 0 ? 0 : ids.length - 1) : Math.min(ids.length - 1, Math.max(0, at + by))];
    if (next && isReach) reachTo(next);
    else if (next) setCursor(next);
  }

  function showFinding(index: number): void {
    const finding = ladder.findings[index];
    if (!finding) return;
    store.setState({ findingAt: index, highlighted: new Set(finding.journeys.map((journey) => packetId({ journey }))) });
    const last = finding.journeys.map((journey) => packets.get(packetId({ journey }))).filter((p) => p !== undefined);
    const key = last.find((p) => p.leak) ?? last.find((p) => p.reset) ?? last[0];
    showTimes(nanos(finding.from), nanos(finding.to), AROUND);
    if (key) store.setState({ cursor: packetId(key) });
    useSelection.getState().selectFinding(finding.finding);
  }

  const stepFinding = (by: 1 | -1): void => {
    const n = ladder.findings.length;
    if (n > 0) showFinding((store.getState().findingAt + by + n) % n);
  };

  const idOf = (packet: PacketRef): string | null => byRef.get(refKey(packet)) ?? null;

  /** The cursor stands at what is selected, where that is drawn. */
  function stand(packet: PacketRef | null): void {
    const cursor = packet && idOf(packet);
    if (cursor || !packet) store.setState({ cursor });
  }

  /** Follows a selection made elsewhere; opens the fold it is in. */
  async function reveal(packet: PacketRef): Promise<void> {
    const here = idOf(packet);
    if (here) return standAt(here);
    const place = await engine.query('ladderPlace', path, packet).catch(() => null);
    if (!place) return;
    if (place.kind === 'elsewhere') {
      useSelection.getState().selectPath(place.path);
      useSelection.getState().selectPacket(packet);
      return;
    }
    const { ordinal, journey } = place;
    // Seen at a hidden lane: its row shows where else it was.
    if (packets.has(packetId({ journey }))) return standAt(packetId({ journey }));
    const fold = folds.find((f) => ordinal >= f.first && ordinal < f.first + f.count);
    if (!fold) return;
    if (!isOpen(fold) && mode() === 'rows') toggleFold(foldId(fold));
    await pages.load(fold, ordinal);
    relayout();
    const id = idOf(packet) ?? (packets.has(packetId({ journey })) ? packetId({ journey }) : null);
    if (id) standAt(id);
  }

  function standAt(id: string): void {
    store.setState({ cursor: id });
    bringIntoView(id);
    invalidate();
  }

  function attach(element: HTMLCanvasElement): () => void {
    canvas = element;
    pen = element.getContext('2d', { alpha: false });
    fonts = pageFonts(document.documentElement);
    const observer = new MutationObserver(() => invalidate());
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const stops = [
      useSelection.subscribe((s, old) => {
        invalidate();
        const primary = primaryPacket(s);
        if (s.reveal !== old.reveal && primary) void reveal(primary);
        if (s.finding !== old.finding && s.finding !== null) {
          const at = ladder.findings.findIndex((f) => f.finding === s.finding);
          if (at >= 0 && at !== store.getState().findingAt) showFinding(at);
        }
        if (!samePacket(primary, primaryPacket(old))) stand(primary);
      }),
      useViewport.subscribe((v, old) => {
        if (v.mode !== old.mode) {
          store.setState({ zoom: null, top: 0, density: null });
          timeData.forget();
        }
        if (v.mode !== old.mode || v.openFolds !== old.openFolds || v.flipped !== old.flipped) invalidate(true);
      }),
    ];
    invalidate(true);
    return () => {
      observer.disconnect();
      for (const stop of stops) stop();
      clearTimeout(firstLayout);
      cancelAnimationFrame(frame);
      frame = 0;
      timeData.stop();
      canvas = null;
      pen = null;
    };
  }

  return {
    store,
    /** As drawn, and with the lanes that are hidden. */
    ladder,
    whole,
    path,
    attach,
    invalidate,
    setLook: (next: LadderLook) => {
      look = next;
      invalidate(true);
    },
    resize: (width: number, height: number) => {
      if (width === size.width && height === size.height) return;
      size = { width, height };
      const ratio = devicePixelRatio || 1;
      if (canvas) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
      }
      invalidate(true);
    },
    setTop: (top: number) => {
      glide = null;
      setTop(top);
      invalidate();
    },
    size: () => size,
    isGliding: () => glide !== null,
    glideTo,
    zoomBy,
    fitAll,
    showTimes: (from: Nanos, to: Nanos) => {
      pendingFit = { from, to };
      invalidate();
    },
    showFinding,
    stepFinding,
    step,
    setCursor,
    reachTo,
    sightingFor,
    toggleFold,
    packet: (id: string): LadderPacket | undefined => packets.get(id),
    entryState: (id: string): LadderState | undefined => store.getState().figure?.bands.find((band) => band.id === id)?.state,
    fold: (id: string): LadderFold | undefined => folds.find((f) => foldId(f) === id),
    isOpen,
    /** Layout of everything as it stands, for export. */
    exportInput: (): LayoutInput | null => input(store.getState().zoom),
  };
}
