// Keeps the open incident: knows it again by its captures, saves within a second, says when it could not, opens what was shared.
// Over 400 lines because loading, saving and what is said of both change together; what is kept is in shelf.ts, which incident is open in incident.ts.
import type { ContextRecord } from '../document/context.ts';
import { describeIncidentError } from '../document/errors.ts';
import { isLocked, unlock } from '../document/file/lock.ts';
import { MAX_INCIDENT_FILE } from '../document/file/readIncidentFile.ts';
import { type CaptureOrigin, EMPTY_DOCUMENT, type IncidentDocument, type PacketPlace, type View } from '../document/model.ts';
import type { OpenedIncident } from '../document/share/openIncident.ts';
import { shiftTimes } from '../document/shiftTimes.ts';
import type { Engine } from '../worker/api.ts';
import { annotationsOf, NO_ANNOTATIONS, NO_CORRECTIONS, sameAnnotations, sameEdits, unrecorded, useAnnotations } from './annotations.ts';
import { arrange, hintsOf } from './arrangement.ts';
import { useIncident } from './incident.ts';
import type { Opening } from './opening.ts';
import { useSelection } from './selection.ts';
import { type TapEntry, useSession } from './session.ts';
import { getIncident, listIncidents, putIncident, removeIncident, shelfError } from './shelf.ts';
import { createTabLock } from './tabLock.ts';
import { useViewport } from './viewport.ts';
import { applyBesideAddress, applyView, captureView } from './viewState.ts';

/** Time without an edit before it is written; well below a second with the write itself. */
const CALM = 350;
/** Octets that tell a locked incident. */
const LOCK_HEAD = 64;
const CHANNEL = 'hopscope-incidents';

interface Seen {
  readonly view: View<PacketPlace> | null;
  readonly context: ContextRecord | null;
}
const NOTHING_SEEN: Seen = { view: null, context: null };

export interface Keeping {
  /** Opens a shared incident in place of what is open. @returns why it can't be, in words for people; null when it opened */
  openShared(file: File, options?: { readonly readOnly?: boolean }): Promise<string | null>;
  /** Opens a remembered incident: with its packets, or waiting for its captures. */
  openRecent(id: string): Promise<void>;
  forgetRecent(id: string): Promise<void>;
  /** Goes on under a new name where another tab keeps the incident. */
  keepCopy(): void;
  /** Opens what waits for its passphrase, read only: what somebody locked is not kept here in the clear. @returns whether it did */
  unlock(passphrase: string): Promise<boolean>;
  saveNow(): Promise<void>;
}

export function createKeeping(engine: Engine, opening: Opening): Keeping {
  const incident = useIncident;
  const lock = createTabLock();
  const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(CHANNEL) : null;
  /** The shared file that the incident's packets came in. */
  let file: Blob | null = null;
  let mayWrite = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing: Promise<void> | null = null;
  /** When the record we started from was written: another value in the shelf means that another tab went on. */
  let seen = 0;
  let loading = false;
  let unsettled: IncidentDocument | null = null;
  /** The page was opened at an address that says where to look. */
  let addressed = /^#(?:sample|view)\?/.test(location.hash);

  /** What only the engine can tell, as it last did; null: as the document has it. */
  let lastSeen: Seen = NOTHING_SEEN;

  async function documentNow(): Promise<IncidentDocument> {
    // Without an analysis there is no view to speak of: the one we came with stays.
    const view = useSession.getState().summary ? await captureView(engine).catch(() => null) : null;
    const context = await engine.query('contextRecord').catch(() => null);
    lastSeen = { view, context };
    return documentOf(lastSeen);
  }

  function documentOf({ view, context }: Seen): IncidentDocument {
    const { base, captures, byTap } = incident.getState();
    const { taps, summary } = useSession.getState();
    const { title, summary: text, notes, highlights, lanes, laneOrder, story } = useAnnotations.getState();
    const open = taps.filter((tap) => byTap[tap.key]);
    return {
      ...base,
      title,
      summary: text,
      notes,
      highlights,
      lanes,
      laneOrder,
      story,
      view: view ?? base.view,
      captures,
      context: context ?? base.context,
      hints: open.length > 0 ? hintsOf(open.map((tap) => tap.key)) : base.hints,
      epoch: summary?.epoch.toString() ?? base.epoch,
      taps:
        open.length > 0
          ? open.map((tap) => ({ name: tap.name, captures: byTap[tap.key] ?? [], position: 'unknown', clock: null }))
          : base.taps,
    };
  }

  function begin(id: string): void {
    mayWrite = false;
    lock.take(
      id,
      (late) => void granted(id, late),
      () => incident.getState().set({ keeping: { kind: 'elsewhere' } }),
    );
  }

  async function granted(id: string, late: boolean): Promise<void> {
    mayWrite = true;
    if (!late) {
      if (incident.getState().keeping.kind === 'pending') edited();
      return;
    }
    // The other tab is gone. What it wrote in the meantime is not ours to overwrite.
    const stored = await getIncident(id).catch(() => null);
    if (stored && stored.changed !== seen) keepCopy();
    else edited();
  }

  function edited(): void {
    const { id, keeping } = incident.getState();
    if (loading || id === null || useSession.getState().readOnly) return;
    if (!mayWrite) {
      if (keeping.kind !== 'elsewhere') incident.getState().set({ keeping: { kind: 'pending' } });
      return;
    }
    incident.getState().set({ keeping: { kind: 'pending' } });
    clearTimeout(timer);
    timer = setTimeout(() => void saveNow(), CALM);
  }

  async function saveNow(): Promise<void> {
    clearTimeout(timer);
    await writing;
    if (incident.getState().id === null || !mayWrite) return;
    await write(await documentNow());
  }

  /** Begins at once: the last thing that a page does may be this. */
  async function write(document: IncidentDocument): Promise<void> {
    const { id, set } = incident.getState();
    if (id === null) return;
    const saved = useAnnotations.getState();
    writing = putIncident(id, document, file).then(
      (changed) => {
        seen = changed;
        channel?.postMessage({ id, changed });
        // An edit made while it was written is not saved yet.
        if (sameEdits(saved, useAnnotations.getState()) && incident.getState().id === id) set({ keeping: { kind: 'saved' } });
      },
      (error: unknown) => {
        const { why, detail } = shelfError(error);
        set({ keeping: { kind: 'failed', why, detail } });
      },
    );
    await writing;
    writing = null;
    void refresh();
  }

  async function refresh(): Promise<void> {
    const recent = await listIncidents().catch(() => []);
    incident.getState().set({ recent });
  }

  /** Captures that were read: known ones take their place in the document, new ones are added. */
  async function registerCaptures(): Promise<void> {
    const { taps } = useSession.getState();
    if (taps.length === 0 || taps.some((t) => t.load.kind === 'waiting' || t.load.kind === 'reading')) return;
    const origins = new Map<string, CaptureOrigin[]>();
    for (const { key, load } of taps)
      if (load.kind === 'ready' && !incident.getState().byTap[key])
        origins.set(
          key,
          load.summary.files.map((f) => ({ name: f.name, size: f.size, packets: f.packets, sha256: f.digest || null })),
        );
    followGrown(taps);
    if (origins.size === 0) return;
    if (incident.getState().id === null) await recognise([...origins.values()].flat());
    const { captures, byTap, awaited } = incident.getState();
    const all = [...captures];
    const places: Record<string, readonly number[]> = { ...byTap };
    for (const [key, files] of origins)
      places[key] = files.map((origin) => {
        const known = all.findIndex((c) => sameCapture(c, origin));
        return known >= 0 ? known : all.push(origin) - 1;
      });
    const got = new Set(Object.values(places).flat());
    const missing = awaited.filter((c) => !got.has(captures.indexOf(c)));
    const dropped = [...origins.values()].flat();
    const unlike = missing.filter((c) => dropped.some((d) => d.name === c.name)).map((c) => c.name);
    incident.getState().set({ captures: all, byTap: places, awaited: missing, unlike });
    const fresh = Object.fromEntries([...origins.keys()].map((key) => [key, places[key] ?? []]));
    const named = useSession.getState().taps;
    arrange(incident.getState().base, fresh);
    if (useSession.getState().taps !== named) opening.analyze();
    edited();
  }

  /** A capture that went on is the same capture: its notes stay, its size and fingerprint are new. */
  function followGrown(taps: readonly TapEntry[]): void {
    const { captures, byTap } = incident.getState();
    const all = [...captures];
    let changed = false;
    for (const { key, load, hasGrown } of taps) {
      const [at] = byTap[key] ?? [];
      const file = load.kind === 'ready' ? load.summary.files[0] : undefined;
      if (!hasGrown || at === undefined || !file || all[at]?.size === file.size) continue;
      all[at] = { name: file.name, size: file.size, packets: file.packets, sha256: file.digest || null };
      changed = true;
    }
    if (!changed) return;
    incident.getState().set({ captures: all });
    edited();
  }

  /** The remembered incident that is about these captures, by content; else a new one. */
  async function recognise(origins: readonly CaptureOrigin[]): Promise<void> {
    const recent = await listIncidents().catch(() => []);
    const known = recent
      .filter((r) => !r.damaged && r.captures.length > 0 && r.captures.every((c) => origins.some((o) => sameCapture(c, o))))
      .sort((a, b) => b.captures.length - a.captures.length)[0];
    const stored = known ? await getIncident(known.id).catch(() => null) : null;
    if (known && stored) load(known.id, stored.document, stored.changed, null);
    else {
      const id = crypto.randomUUID();
      incident.getState().set({ id, base: EMPTY_DOCUMENT, captures: [], byTap: {} });
      seen = 0;
      file = null;
      begin(id);
    }
  }

  function load(id: string, document: IncidentDocument, changed: number, blob: Blob | null): void {
    loading = true;
    seen = changed;
    file = blob;
    unsettled = document;
    incident.getState().set({
      id,
      base: document,
      captures: document.captures,
      byTap: {},
      redaction: document.redaction,
      awaited: [],
      unlike: [],
      problems: [],
      refused: null,
      keeping: { kind: 'saved' },
    });
    lastSeen = NOTHING_SEEN;
    useAnnotations.getState().load(annotationsOf(document));
    opening.adoptContext(document.context);
    loading = false;
    if (!useSession.getState().readOnly) begin(id);
  }

  async function openShared(shared: File, options: { readonly readOnly?: boolean } = {}): Promise<string | null> {
    if (isLocked(new Uint8Array(await shared.slice(0, LOCK_HEAD).arrayBuffer()))) {
      incident.getState().set({ locked: { bytes: new Uint8Array(await shared.arrayBuffer()) } });
      return null;
    }
    const opened = await engine.query('openIncident', shared);
    if (!opened.ok) return describeIncidentError(opened.error);
    await settleOld();
    return openWith(crypto.randomUUID(), opened.value, shared, 0, options.readOnly ?? false);
  }

  function openWith(id: string, opened: OpenedIncident, blob: Blob, changed: number, readOnly: boolean): null {
    if (useSession.getState().taps.length > 0) opening.closeAll();
    useSession.getState().set({ readOnly });
    load(id, opened.document, changed, blob);
    const keys = opening.adopt(
      opened.taps.map((tap) => ({
        name: tap.name,
        // Two files of one capture point may share a name once they are renamed.
        files: tap.captures.map((c) => new File([c.bytes], c.name || `capture-${c.capture + 1}.pcapng`)),
        frames: tap.captures.map((c) => c.frames),
      })),
    );
    const byTap = Object.fromEntries(keys.map((key, t) => [key, opened.taps[t]?.captures.map((c) => c.capture) ?? []]));
    arrange(opened.document, byTap);
    incident
      .getState()
      .set({ byTap, problems: opened.problems, keeping: { kind: readOnly ? 'nothing' : changed === 0 ? 'pending' : 'saved' } });
    if (changed === 0) edited();
    return null;
  }

  /** What is open goes to the shelf before something else takes its place. */
  async function settleOld(): Promise<void> {
    if (incident.getState().keeping.kind === 'pending') await saveNow();
  }

  async function openRecent(id: string): Promise<void> {
    const stored = await getIncident(id);
    if (!stored) return;
    await settleOld();
    if (stored.file) {
      const opened = await engine.query('openIncident', new File([stored.file], 'incident.pcapng'));
      if (opened.ok) openWith(id, { ...opened.value, document: stored.document }, stored.file, stored.changed, false);
      return;
    }
    load(id, stored.document, stored.changed, null);
    incident.getState().set({ awaited: stored.document.captures, unlike: [] });
  }

  async function unlockIncident(passphrase: string): Promise<boolean> {
    const { locked, set } = incident.getState();
    const plain = locked && (await unlock(locked.bytes, passphrase, MAX_INCIDENT_FILE));
    if (!plain?.ok) return false;
    set({ locked: null });
    const why = await openShared(new File([plain.value], 'incident.pcapng'), { readOnly: true });
    if (why !== null) set({ refused: { file: 'incident.pcapng', why } });
    return true;
  }

  function keepCopy(): void {
    const id = crypto.randomUUID();
    incident.getState().set({ id, keeping: { kind: 'pending' } });
    begin(id);
    seen = 0;
    mayWrite = true;
    edited();
  }

  /** First analysis after an incident was opened: its times move to this analysis' epoch, and its view is shown. */
  async function settle(): Promise<void> {
    const summary = useSession.getState().summary;
    const document = unsettled;
    if (!summary || !document) return;
    unsettled = null;
    const shifted = shiftTimes(document, summary.epoch);
    if (shifted !== document && sameAnnotations(annotationsOf(document), useAnnotations.getState())) {
      loading = true;
      useAnnotations.getState().load(annotationsOf(shifted));
      loading = false;
    }
    if (shifted.view) await (addressed ? applyBesideAddress(shifted.view) : applyView(engine, shifted.view));
    addressed = false;
  }

  function closed(): void {
    clearTimeout(timer);
    lock.release();
    mayWrite = false;
    file = null;
    unsettled = null;
    loading = true;
    incident.getState().reset();
    unrecorded(() => useAnnotations.getState().correct(NO_CORRECTIONS));
    useAnnotations.getState().load(NO_ANNOTATIONS);
    loading = false;
  }

  useAnnotations.subscribe((s, before) => {
    if (!sameEdits(s, before)) edited();
  });
  const viewMoved = (): void => {
    if (!mayWrite || loading || incident.getState().keeping.kind !== 'saved') return;
    clearTimeout(timer);
    timer = setTimeout(() => void saveNow(), 2 * CALM);
  };
  useViewport.subscribe(viewMoved);
  useSelection.subscribe((s, before) => {
    if (s.packets !== before.packets || s.path !== before.path) viewMoved();
  });
  useSession.subscribe((s, before) => {
    if (s.context !== before.context && s.taps.length > 0) edited();
    if (s.taps.length === 0 && before.taps.length > 0) {
      const last = incident.getState().keeping.kind === 'pending' ? saveNow() : Promise.resolve();
      void last.then(() => useSession.getState().taps.length === 0 && closed());
    } else if (s.taps !== before.taps) void registerCaptures();
    if (s.summary !== before.summary) void settle();
  });
  opening.onIncident(async (shared) => {
    const why = await openShared(shared);
    if (why !== null) incident.getState().set({ refused: { file: shared.name, why } });
  });
  // A page that is left gets no answers any more: what is written then stands on the view of the last time.
  const leave = (): void => {
    if (incident.getState().keeping.kind === 'pending' && mayWrite) void write(documentOf(lastSeen));
  };
  addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && leave());
  if (channel) channel.onmessage = () => void refresh();
  void refresh();

  return {
    openShared,
    openRecent,
    forgetRecent: async (id) => {
      await removeIncident(id);
      await refresh();
    },
    keepCopy,
    unlock: unlockIncident,
    saveNow,
  };
}

/** By content; by name and size where no hash could be computed. */
function sameCapture(a: CaptureOrigin, b: CaptureOrigin): boolean {
  return a.sha256 !== null && b.sha256 !== null ? a.sha256 === b.sha256 : a.name === b.name && a.size === b.size;
}
