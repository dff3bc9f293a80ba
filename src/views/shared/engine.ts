// How views ask the engine: `useQuery('paths', 0, 20)`. Answers belong to one analysis; late ones are dropped.
import { createContext, useContext, useEffect, useLayoutEffect, useState } from 'react';
import { useSession } from '../../store/session.ts';
import type { Engine, QueryAnswer, QueryArgs, QueryName } from '../../worker/api.ts';

export const EngineContext = createContext<Engine | null>(null);

export function useEngine(): Engine {
  const engine = useContext(EngineContext);
  if (!engine) throw new Error('EngineContext is missing');
  return engine;
}

export type QueryState<T> =
  /** `value` is the answer to the question asked before, to be shown until the new one is there. */
  | { readonly kind: 'loading'; readonly value: T | null }
  | { readonly kind: 'ready'; readonly value: T }
  | { readonly kind: 'failed'; readonly value: null; readonly detail: string };

/** Asks again when the arguments change by value, or when a new analysis is in force. Without an analysis it stays `loading`. */
export function useQuery<K extends QueryName>(name: K, ...args: QueryArgs<K>): QueryState<QueryAnswer<K>> {
  return useAnswer(useEffect, name, args);
}

/** As `useQuery`, and asks before those of the same moment: for what the reader looks at first. */
export function useFirstQuery<K extends QueryName>(name: K, ...args: QueryArgs<K>): QueryState<QueryAnswer<K>> {
  return useAnswer(useLayoutEffect, name, args);
}

function useAnswer<K extends QueryName>(useMoment: typeof useEffect, name: K, args: QueryArgs<K>): QueryState<QueryAnswer<K>> {
  const engine = useEngine();
  const revision = useSession((s) => s.summary?.revision ?? null);
  const question = JSON.stringify(args);
  const [state, setState] = useState<QueryState<QueryAnswer<K>>>({ kind: 'loading', value: null });
  useMoment(() => {
    if (revision === null) {
      setState({ kind: 'loading', value: null });
      return;
    }
    let current = true;
    setState((s) => ({ kind: 'loading', value: s.value }));
    engine.query(name, ...args).then(
      (value) => current && setState({ kind: 'ready', value }),
      (error: unknown) =>
        current && setState({ kind: 'failed', value: null, detail: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      current = false;
    };
  }, [engine, name, question, revision]);
  return state;
}
