// The worker's script: parses one capture point, or holds a session and answers questions about it. Which of the two is the page's choice.
import * as Comlink from 'comlink';
import type { ContextRecord } from '../document/context.ts';
import { analyzeSession } from './analyze.ts';
import type { AnalyzeProgress, AnalyzeRequest, OpenProgress, QueryArgs, QueryName, TapRequest, WorkerApi } from './api.ts';
import { addContext, adoptContext } from './context.ts';
import { answer } from './handlers.ts';
import { parseTap } from './parse.ts';
import { createSession, type HeldTap } from './session.ts';
import { sortFiles } from './sort.ts';
import { buffersOf } from './transfer.ts';

/** What a parsing worker hands over: the first packets of a large capture, then all of them. */
interface HandedTap {
  readonly held: HeldTap;
  readonly isWhole: boolean;
}

const session = createSession();

const api = {
  sort: sortFiles,
  async parse(request: TapRequest, port: MessagePort, onProgress: (p: OpenProgress) => void) {
    const hand = (held: HeldTap, isWhole: boolean): void => port.postMessage({ held, isWhole } satisfies HandedTap, [...buffersOf(held)]);
    const parsed = await parseTap(request, onProgress, (first) => {
      hand(first, false);
      onProgress({ bytes: 0, totalBytes: 0, packets: first.tap.packets.length, showable: true });
    });
    if (!parsed.ok) {
      port.close();
      return parsed;
    }
    const { held, summary } = parsed.value;
    hand(held, true);
    return { ok: true, value: summary };
  },
  adopt(key: string, port: MessagePort) {
    return new Promise<void>((resolve) => {
      port.onmessage = (event: MessageEvent<HandedTap>) => {
        session.held.set(key, event.data.held);
        if (!event.data.isWhole) return;
        port.close();
        resolve();
      };
    });
  },
  drop: async (key: string) => void session.held.delete(key),
  addContext: (key: string, file: File) => addContext(session, key, file),
  adoptContext: async (key: string, record: ContextRecord, file: string) => adoptContext(session, key, record, file),
  dropContext: async (key: string) => void session.context.delete(key),
  analyze: (request: AnalyzeRequest, onProgress: (p: AnalyzeProgress) => void) => analyzeSession(session, request, onProgress),
  query: async <K extends QueryName>(name: K, args: QueryArgs<K>) => answer(session, name, args),
} satisfies WorkerApi;

Comlink.expose(api);
