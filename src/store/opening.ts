// From dropped files to an analysis: sniffs, groups, parses two at a time, analyses, and writes the session slice as it goes.
import type { ContextRecord } from '../document/context.ts';
import type { CorrelationHints } from '../engine/model/correlation.ts';
import { nanos, tapId } from '../engine/model/units.ts';
import type { EngineClient } from '../worker/client.ts';
import { fileDigest } from '../worker/digest.ts';
import { sameCorrections, useAnnotations } from './annotations.ts';
import { rememberReading, takeInterrupted } from './interrupted.ts';
import { type LeftAside, type TapEntry, useSession } from './session.ts';

/** Parsing workers at a time: more only compete for the disk. */
const AT_ONCE = Math.min(2, Math.max(1, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1));

const LONG_WAIT = 1500;

export interface DroppedFile {
  readonly file: File;
  /** Path inside the dropped folder, or the name. */
  readonly path: string;
}

/** A capture point with the frame numbers its packets had in the original files. */
export interface AdoptedTap {
  readonly name: string;
  readonly files: readonly File[];
  readonly frames: readonly Uint32Array[];
}

interface AdoptedContext {
  readonly record: ContextRecord;
  readonly file: string;
}

export interface Opening {
  /** Adds files to what is open. */
  open(files: readonly DroppedFile[]): Promise<void>;
  /** Opens capture points that are known already, as parts of a shared incident. @returns their keys */
  adopt(taps: readonly AdoptedTap[]): readonly string[];
  /** What an incident says of its context files; one that is open already stays as it is. */
  adoptContext(record: ContextRecord): void;
  /** Who opens files that are incidents. */
  onIncident(listener: (file: File) => unknown): void;
  cancel(key: string): void;
  cancelAll(): void;
  retry(key: string): void;
  /** Reads a capture again that was still being written. @returns false where `file` does not begin with what was read: nothing changes then */
  readAgain(key: string, file: File): Promise<boolean>;
  remove(key: string): void;
  rename(key: string, name: string): void;
  analyze(): void;
  removeContext(key: string): void;
  /** Ends a hanging analysis with the worker that runs it, and reads the captures again. */
  stopAnalysis(): void;
  /** Back to the start page: forgets everything. */
  closeAll(): void;
}

export function createOpening(engine: EngineClient): Opening {
  const session = useSession;
  const files = new Map<string, readonly File[]>();
  const frames = new Map<string, readonly Uint32Array[]>();
  /** Context by key: the file, or what an incident kept of one. A worker that was started anew is told again. */
  const contexts = new Map<string, File | AdoptedContext>();
  const running = new Map<string, AbortController>();
  let incidentListener: (file: File) => unknown = () => undefined;
  let nextKey = 1;
  let wanted = 0;
  let analysing = false;

  const entry = (key: string): TapEntry | undefined => session.getState().taps.find((t) => t.key === key);

  async function open(dropped: readonly DroppedFile[]): Promise<void> {
    const sorted = await engine.sort(
      dropped.map((d) => d.file),
      dropped.map((d) => d.path),
    );
    for (const [i, { file, path }] of dropped.entries()) {
      const kind = sorted.kinds[i] ?? 'unknown';
      if (kind === 'capture') continue;
      if (kind === 'incident') {
        incidentListener(file);
        continue;
      }
      if (kind === 'text' && (await openContext(file, path))) continue;
      const reason: LeftAside['reason'] =
        typeof kind === 'object' ? { kind: 'unreadable', detail: kind.unreadable } : { kind: 'notACapture', looksLike: kind };
      leaveAside([{ fileName: path, reason }]);
    }
    const taken = new Set(session.getState().taps.map((t) => t.name));
    const added = sorted.groups.map((group) =>
      entryOf(
        group.map((i) => dropped[i] as DroppedFile),
        taken,
      ),
    );
    session.getState().setTaps((taps) => [...taps, ...added]);
    pump();
    if (added.length === 0 && session.getState().taps.some((t) => t.load.kind === 'ready')) analyze();
  }

  function entryOf(set: readonly DroppedFile[], taken: Set<string>): TapEntry {
    const key = `tap${nextKey++}`;
    files.set(
      key,
      set.map((d) => d.file),
    );
    const name = freeName(tapName(set[0]?.file.name ?? ''), taken);
    taken.add(name);
    return {
      key,
      name,
      fileNames: set.map((d) => d.path),
      size: set.reduce((sum, d) => sum + d.file.size, 0),
      load: { kind: 'waiting' },
    };
  }

  async function openContext(file: File, path: string): Promise<boolean> {
    const key = `context${nextKey++}`;
    const summary = await engine.addContext(key, file);
    if (!summary) return false;
    contexts.set(key, file);
    // The file itself takes the place of what an incident kept of it.
    for (const [other, of] of contexts) if ('record' in of && of.file === file.name) forgetContext(other);
    const { context, set } = session.getState();
    set({ context: [...context, { key, fileName: path, summary }] });
    return true;
  }

  function adoptContext(record: ContextRecord): void {
    const known = new Set(session.getState().context.map((c) => c.fileName));
    for (const { name, kind, facts } of record.files) {
      if (known.has(name)) continue;
      known.add(name);
      const key = `context${nextKey++}`;
      contexts.set(key, { record, file: name });
      void engine.adoptContext(key, record, name);
      const { context, set } = session.getState();
      set({ context: [...context, { key, fileName: name, summary: { kind: kind ?? '', entries: facts } }] });
    }
  }

  function forgetContext(key: string): void {
    contexts.delete(key);
    const { context, set } = session.getState();
    set({ context: context.filter((c) => c.key !== key) });
    void engine.dropContext(key);
  }

  function tellContextAgain(): void {
    for (const [key, of] of contexts) void ('record' in of ? engine.adoptContext(key, of.record, of.file) : engine.addContext(key, of));
  }

  function adopt(taps: readonly AdoptedTap[]): readonly string[] {
    const entries = taps.map((tap): TapEntry => {
      const key = `tap${nextKey++}`;
      files.set(key, tap.files);
      frames.set(key, tap.frames);
      const size = tap.files.reduce((sum, f) => sum + f.size, 0);
      return { key, name: tap.name, fileNames: tap.files.map((f) => f.name), size, load: { kind: 'waiting' } };
    });
    session.getState().setTaps((known) => [...known, ...entries]);
    pump();
    return entries.map((e) => e.key);
  }

  function pump(): void {
    for (const tap of session.getState().taps) {
      if (running.size >= AT_ONCE) return;
      if (tap.load.kind === 'waiting' && !running.has(tap.key)) void read(tap);
    }
  }

  async function read(tap: TapEntry): Promise<void> {
    const abort = new AbortController();
    running.set(tap.key, abort);
    rememberRunning();
    const startedAt = performance.now();
    const { setLoad } = session.getState();
    const state = { progress: { bytes: 0, totalBytes: tap.size, packets: 0 }, startedAt, stalled: false, showable: false };
    setLoad(tap.key, { kind: 'reading', ...state });
    const result = await engine.openTap(
      { key: tap.key, name: tap.name, files: files.get(tap.key) ?? [], frames: frames.get(tap.key) ?? [] },
      {
        signal: abort.signal,
        onProgress: (progress) => {
          if (progress.showable) {
            state.showable = true;
            const load = entry(tap.key)?.load;
            if (load?.kind === 'reading') setLoad(tap.key, { ...load, showable: true });
            analyze();
          } else setLoad(tap.key, { kind: 'reading', ...state, progress });
        },
        onStalled: () => {
          const load = entry(tap.key)?.load;
          if (load?.kind === 'reading') setLoad(tap.key, { ...load, stalled: true });
        },
      },
    );
    running.delete(tap.key);
    rememberRunning();
    if (entry(tap.key)) setLoad(tap.key, result.ok ? { kind: 'ready', summary: result.value } : { kind: 'failed', error: result.error });
    if (result.ok) leaveTwinAside(result.value.packetDigest);
    pump();
    // Whoever has waited longer than a moment sees what there is.
    if (running.size === 0 || performance.now() - startedAt > LONG_WAIT) analyze();
  }

  /** Of capture points that hold the same packets, however they are stored, the first in the list stays. */
  function leaveTwinAside(packetDigest: string): void {
    const [first, ...twins] = session
      .getState()
      .taps.filter((t) => t.load.kind === 'ready' && t.load.summary.packetDigest === packetDigest);
    if (!first) return;
    for (const twin of twins) {
      forget(twin.key);
      leaveAside(twin.fileNames.map((fileName) => ({ fileName, reason: { kind: 'sameCapture', as: first.fileNames.join(', ') } })));
    }
  }

  function leaveAside(more: readonly LeftAside[]): void {
    const { leftAside, set } = session.getState();
    set({ leftAside: [...leftAside, ...more] });
  }

  function rememberRunning(): void {
    rememberReading([...running.keys()].flatMap((key) => files.get(key) ?? []));
  }

  function analyze(): void {
    wanted++;
    if (!analysing) void runAnalysis();
  }

  async function runAnalysis(): Promise<void> {
    analysing = true;
    let done = 0;
    while (done !== wanted) {
      done = wanted;
      const { taps, set } = session.getState();
      const ready = taps.filter((t) => t.load.kind === 'ready' || (t.load.kind === 'reading' && t.load.showable));
      if (ready.length === 0) {
        set({ analysis: { kind: 'none' }, summary: null });
        continue;
      }
      set({ analysis: { kind: 'running', progress: null, stalled: false } });
      const keys = ready.map((t) => t.key);
      const result = await engine.analyze(
        { taps: ready.map((t) => ({ key: t.key, name: t.name })), hints: hintsFor(keys), profile: null, settings: null },
        (progress) => set({ analysis: { kind: 'running', progress, stalled: false } }),
        () => set({ analysis: { kind: 'running', progress: null, stalled: true } }),
      );
      if (done !== wanted) continue;
      set(result.ok ? { analysis: { kind: 'ready' }, summary: result.value } : { analysis: { kind: 'failed', error: result.error } });
    }
    analysing = false;
  }

  function forget(key: string): void {
    running.get(key)?.abort();
    running.delete(key);
    rememberRunning();
    files.delete(key);
    frames.delete(key);
    session.getState().setTaps((taps) => taps.filter((t) => t.key !== key));
    void engine.dropTap(key);
  }

  useAnnotations.subscribe((s, before) => {
    if (!sameCorrections(s, before)) analyze();
  });
  leaveAside(takeInterrupted().map(({ name, size }) => ({ fileName: name, reason: { kind: 'interrupted', size } })));

  engine.onGone((detail) => {
    const { setTaps, set } = session.getState();
    tellContextAgain();
    for (const abort of running.values()) abort.abort();
    setTaps((taps) =>
      taps.map((t) => ({
        ...t,
        load: t.load.kind === 'failed' ? t.load : { kind: 'failed', error: { kind: 'crashed', file: t.fileNames[0] ?? t.name, detail } },
      })),
    );
    set({ analysis: { kind: 'failed', error: { kind: 'crashed', detail } } });
  });

  return {
    open,
    adopt,
    adoptContext,
    onIncident: (listener) => {
      incidentListener = listener;
    },
    cancel: forget,
    cancelAll: () => {
      for (const key of [...running.keys()]) forget(key);
    },
    retry: (key) => {
      session.getState().setLoad(key, { kind: 'waiting' });
      pump();
    },
    readAgain: async (key, file) => {
      const load = entry(key)?.load;
      const [known, ...others] = load?.kind === 'ready' ? load.summary.files : [];
      if (!known || others.length > 0 || known.digest === '' || file.size < known.size) return false;
      const beginning = await fileDigest(file.slice(0, known.size)).catch(() => '');
      if (beginning !== known.digest) return false;
      files.set(key, [file]);
      frames.delete(key);
      session
        .getState()
        .setTaps((taps) =>
          taps.map((t) =>
            t.key === key ? { ...t, fileNames: [file.name], size: file.size, load: { kind: 'waiting' }, hasGrown: true } : t,
          ),
        );
      pump();
      return true;
    },
    remove: (key) => {
      forget(key);
      analyze();
    },
    rename: (key, name) => {
      session.getState().setTaps((taps) => taps.map((t) => (t.key === key ? { ...t, name } : t)));
      analyze();
    },
    analyze,
    removeContext: (key) => {
      forgetContext(key);
      analyze();
    },
    stopAnalysis: () => {
      engine.restart();
      tellContextAgain();
      session.getState().setTaps((taps) => taps.map((t) => (t.load.kind === 'ready' ? { ...t, load: { kind: 'waiting' } } : t)));
      session.getState().set({ summary: null });
      pump();
    },
    closeAll: () => {
      for (const tap of session.getState().taps) forget(tap.key);
      for (const key of [...contexts.keys()]) forgetContext(key);
      session.getState().reset();
    },
  };
}

/** What the reader corrected, for these capture points. */
function hintsFor(keys: readonly string[]): CorrelationHints {
  const { tapOrder, offsets, positions } = useAnnotations.getState();
  const order = (tapOrder ?? []).map((key) => keys.indexOf(key)).filter((tap) => tap >= 0);
  const pinned = keys.flatMap((key, tap) => {
    const pin = offsets[key];
    return pin && pin.against === keys[0] ? [[tapId(tap), nanos(pin.offset)] as const] : [];
  });
  const placed = keys.flatMap((key, tap) => {
    const position = positions[key];
    return position ? [[tapId(tap), position] as const] : [];
  });
  return {
    ...(order.length > 0 ? { order: order.map(tapId) } : {}),
    ...(placed.length > 0 ? { positions: new Map(placed) } : {}),
    ...(pinned.length > 0 ? { pinnedOffsets: new Map(pinned) } : {}),
  };
}

/** Two captures of one name, from two folders: the second is `envoy (2)`. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = `${name} (${n})`;
  return free;
}

/** `pilot.pcap.gz` → `pilot`: what is left of a file name without the endings that captures have. */
export function tapName(fileName: string): string {
  const name = fileName
    .replace(/^.*[/\\]/, '')
    .replace(/(\.(gz|zst|zstd))?$/i, '')
    .replace(/\.(pcapng|pcap|cap|dmp|ntar)\d*$/i, '');
  return name === '' ? fileName : name;
}
