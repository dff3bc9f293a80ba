// The worker's script: parses one capture point, or holds a session and answers questions about it. Which of the two is the page's choice.
import * as Comlink from 'comlink';
import { analyzeSession } from './analyze.ts';
import type { AnalyzeProgress, AnalyzeRequest, OpenProgress, QueryArgs, QueryName, TapRequest, WorkerApi } from './api.ts';
import { addContext } from './context.ts';
import { answer } from './handlers.ts';
import { parseTap } from './parse.ts';
import { createSession, type HeldTap } from './session.ts';
import { sortFiles } from './sort.ts';
import { buffersOf } from './transfer.ts';

const session = createSession();

const api = {
  hello: async () => 'ready',
  sort: sortFiles,
  async parse(request: TapRequest, port: MessagePort, onProgress: (p: OpenProgress) => void) {
    const parsed = await parseTap(request, onProgress);
    if (!parsed.ok) return parsed;
    const { held, summary } = parsed.value;
    port.postMessage(held, [...buffersOf(held)]);
    return { ok: true, value: summary };
  },
  adopt(key: string, port: MessagePort) {
    return new Promise<void>((resolve) => {
      port.onmessage = (event: MessageEvent<HeldTap>) => {
        session.held.set(key, event.data);
        port.close();
        resolve();
      };
    });
  },
  drop: async (key: string) => void session.held.delete(key),
  addContext: (key: string, file: File) => addContext(session, key, file),
  dropContext: async (key: string) => void session.context.delete(key),
  analyze: (request: AnalyzeRequest, onProgress: (p: AnalyzeProgress) => void) => analyzeSession(session, request, onProgress),
  query: async <K extends QueryName>(name: K, args: QueryArgs<K>) => answer(session, name, args),
} satisfies WorkerApi;

Comlink.expose(api);
