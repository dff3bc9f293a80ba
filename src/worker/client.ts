// The page's side of the workers: ready, crash, watchdog, cancel, and dropping replies nobody waits for any more.
import * as Comlink from 'comlink';
import { isOutOfMemory } from '../base/outOfMemory.ts';
import { err, type Result } from '../base/result.ts';
import type { ContextRecord } from '../document/context.ts';
import type {
  AnalysisSummary,
  AnalyzeError,
  AnalyzeProgress,
  AnalyzeRequest,
  ContextSummary,
  Engine,
  OpenError,
  OpenProgress,
  QueryAnswer,
  QueryArgs,
  QueryName,
  SortedFiles,
  TapRequest,
  TapSummary,
  WorkerApi,
} from './api.ts';
import { spawnWorker } from './spawn.ts';

/** Without a sign of life for this long a worker counts as hung. */
export const HANG_SECONDS = 10;

const IDLE_MILLISECONDS = 500;

/** Why a call will never be answered: the worker died, was stopped, or a newer one took over. */
export class EngineGone extends Error {
  override readonly name = 'EngineGone';
}

export interface OpenOptions {
  readonly onProgress: (progress: OpenProgress) => void;
  /** Called once per silence of `HANG_SECONDS`; the reader decides whether to cancel. */
  readonly onStalled: () => void;
  readonly signal: AbortSignal;
}

export interface EngineClient extends Engine {
  /** Starts the engine and a first parser if need be, so that both have compiled before there are files. */
  prepare(): void;
  sort(files: readonly File[], paths: readonly string[]): Promise<SortedFiles>;
  openTap(request: TapRequest, options: OpenOptions): Promise<Result<TapSummary, OpenError>>;
  dropTap(key: string): Promise<void>;
  addContext(key: string, file: File): Promise<ContextSummary | null>;
  adoptContext(key: string, record: ContextRecord, file: string): Promise<void>;
  dropContext(key: string): Promise<void>;
  analyze(
    request: AnalyzeRequest,
    onProgress: (p: AnalyzeProgress) => void,
    onStalled: () => void,
  ): Promise<Result<AnalysisSummary, AnalyzeError>>;
  /** Ends the engine worker with all it holds and starts an empty one. */
  restart(): void;
  /** The engine worker died by itself. Everything it held must be read again. */
  onGone(listener: (detail: string) => void): void;
}

interface Handle {
  readonly remote: Comlink.Remote<WorkerApi>;
  /** Settles `call`, or rejects with `EngineGone` when the worker dies first. */
  readonly alive: <T>(call: Promise<T>) => Promise<T>;
  readonly end: (why: string) => void;
}

/** Workers that run. Who waits for one of these need not wait: a question asked at once goes out before the page draws. */
const running = new WeakMap<Promise<Handle>, Handle>();
const handleOf = (starting: Promise<Handle>): Handle | Promise<Handle> => running.get(starting) ?? starting;

function startWorker(onDeath: (detail: string) => void): Promise<Handle> {
  const starting = connect(onDeath);
  starting.then(
    (handle) => running.set(starting, handle),
    () => undefined, // Whoever asks is told.
  );
  return starting;
}

async function connect(onDeath: (detail: string) => void): Promise<Handle> {
  const worker = await spawnWorker();
  let fail: (error: EngineGone) => void = () => undefined;
  const gone = new Promise<never>((_, reject) => {
    fail = reject;
  });
  gone.catch(() => undefined);
  const die = (detail: string): void => {
    worker.terminate();
    fail(new EngineGone(detail));
    onDeath(detail);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    die(event.message || 'the worker could not run');
  };
  worker.onmessageerror = () => die('a reply could not be read');
  const remote = Comlink.wrap<WorkerApi>(worker);
  const handle: Handle = {
    remote,
    alive: (call) => Promise.race([call, gone]),
    end: (why) => {
      worker.terminate();
      fail(new EngineGone(why));
    },
  };
  return handle;
}

/** Calls `onStalled` when `alive()` was not called for `HANG_SECONDS`, once per silence. */
function watchdog(onStalled: () => void): { readonly alive: () => void; readonly end: () => void } {
  let last = performance.now();
  let told = false;
  const timer = setInterval(() => {
    if (told || performance.now() - last < HANG_SECONDS * 1000) return;
    told = true;
    onStalled();
  }, 500);
  return {
    alive: () => {
      last = performance.now();
      told = false;
    },
    end: () => clearInterval(timer),
  };
}

export function createEngineClient(): EngineClient {
  const goneListeners: ((detail: string) => void)[] = [];
  let generation = 0;
  /** Started by the first question: the start page needs no engine. */
  let started: Promise<Handle> | null = null;

  function engine(): Promise<Handle> {
    started ??= start();
    return started;
  }

  function start(): Promise<Handle> {
    const mine = ++generation;
    return startWorker((detail) => {
      if (mine !== generation) return;
      started = null;
      for (const listener of goneListeners) listener(detail);
    });
  }

  async function ask<T>(question: (remote: Comlink.Remote<WorkerApi>) => Promise<T>): Promise<T> {
    const handle = await engine();
    return handle.alive(question(handle.remote));
  }

  /** The parser that the first capture goes to. */
  let spare: Promise<Handle> | null = null;
  let hasParsed = false;

  const startParser = (): Promise<Handle> => startWorker(() => void idle.splice(0));

  function prepare(): void {
    engine().catch(() => undefined); // The first question says so.
    if (hasParsed || spare) return;
    const started = startWorker(() => {
      if (spare === started) spare = null;
      idle.splice(0);
    });
    spare = started;
    started.catch(() => {
      if (spare === started) spare = null;
    });
  }

  function takeParser(): Handle | Promise<Handle> {
    hasParsed = true;
    const resting = idle.pop();
    if (resting) return resting;
    const parser = spare ?? startParser();
    spare = null;
    return handleOf(parser);
  }

  /** Parsers that have finished wait a moment for the next file of the same drop; then they end, and their memory goes back. */
  const idle: Handle[] = [];
  let idleTimer: ReturnType<typeof setTimeout> | undefined;

  function rest(parser: Handle): void {
    idle.push(parser);
    clearTimeout(idleTimer);
    idleTimer = setTimeout(() => {
      for (const handle of idle.splice(0)) handle.end('done');
    }, IDLE_MILLISECONDS);
  }

  async function openTap(request: TapRequest, options: OpenOptions): Promise<Result<TapSummary, OpenError>> {
    const file = request.files[0]?.name ?? request.name;
    let cancelled = options.signal.aborted;
    let settled = false;
    let parser: Handle | null = null;
    const cancel = (): void => {
      cancelled = true;
      parser?.end('cancelled');
    };
    options.signal.addEventListener('abort', cancel);
    const watch = watchdog(options.onStalled);
    try {
      const [wanted, holding] = [takeParser(), handleOf(engine())];
      const handle = wanted instanceof Promise ? await wanted : wanted;
      const holder = holding instanceof Promise ? await holding : holding;
      parser = handle;
      if (cancelled) handle.end('cancelled');
      const { port1, port2 } = new MessageChannel();
      const progress = Comlink.proxy((p: OpenProgress) => {
        watch.alive();
        // Progress travels on a port of its own and may come after the result.
        if (!cancelled && !settled) options.onProgress(p);
      });
      const adopted = holder.alive(holder.remote.adopt(request.key, Comlink.transfer(port2, [port2])));
      adopted.catch(() => undefined);
      const result = await handle.alive<Result<TapSummary, OpenError>>(
        handle.remote.parse(request, Comlink.transfer(port1, [port1]), progress),
      );
      if (result.ok) await adopted;
      if (!cancelled) {
        parser = null;
        rest(handle);
      }
      return result;
    } catch (error) {
      if (cancelled) return err({ kind: 'cancelled', file });
      const detail = error instanceof Error ? error.message : String(error);
      return err(isOutOfMemory(error) ? { kind: 'noMemory', file } : { kind: 'crashed', file, detail });
    } finally {
      settled = true;
      watch.end();
      options.signal.removeEventListener('abort', cancel);
      parser?.end('failed');
    }
  }

  async function analyze(
    request: AnalyzeRequest,
    onProgress: (p: AnalyzeProgress) => void,
    onStalled: () => void,
  ): Promise<Result<AnalysisSummary, AnalyzeError>> {
    const watch = watchdog(onStalled);
    let settled = false;
    const progress = Comlink.proxy((p: AnalyzeProgress) => {
      watch.alive();
      if (!settled) onProgress(p);
    });
    try {
      return { ok: true, value: await ask((remote) => remote.analyze(request, progress)) };
    } catch (error) {
      return err({ kind: 'crashed', detail: error instanceof Error ? error.message : String(error) });
    } finally {
      settled = true;
      watch.end();
    }
  }

  return {
    prepare,
    sort: (files, paths) => {
      prepare();
      return ask((remote) => remote.sort(files, paths));
    },
    openTap,
    dropTap: (key) => ask((remote) => remote.drop(key)),
    addContext: (key, file) => ask((remote) => remote.addContext(key, file)),
    adoptContext: (key, record, file) => ask((remote) => remote.adoptContext(key, record, file)),
    dropContext: (key) => ask((remote) => remote.dropContext(key)),
    analyze,
    query: <K extends QueryName>(name: K, ...args: QueryArgs<K>): Promise<QueryAnswer<K>> =>
      ask((remote) => remote.query(name, args) as Promise<QueryAnswer<K>>),
    restart: () => {
      generation++;
      const old = started;
      started = null;
      void old?.then((handle) => handle.end('restarted'));
    },
    onGone: (listener) => void goneListeners.push(listener),
  };
}
