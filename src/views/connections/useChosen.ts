// Which connections are chosen in the list: one, more of them with Ctrl, all up to another with Shift.
import { useRef, useState } from 'react';
import type { ConnectionListRequest, ConnectionRow } from '../../engine/model/connectionList.ts';
import type { PathId } from '../../engine/model/units.ts';
import { useSession } from '../../store/session.ts';
import { useEngine } from '../shared/engine.ts';

/** Rows that can be chosen at once: more are a matter for a filter. */
const MOST_CHOSEN = 500;

export interface Chosen {
  /** In the order in which they were chosen; empty: none was, and the one on screen stands for it. */
  readonly rows: readonly ConnectionRow[];
  /** Where the keys go on from. */
  readonly cursor: PathId | null;
  only(row: ConnectionRow): void;
  /** Adds a row, or takes it away again. */
  toggle(row: ConnectionRow): void;
  /** All from where the choice began to this row, which stands at `position` of the list. */
  reach(row: ConnectionRow, position: number, request: ConnectionListRequest): Promise<void>;
}

interface State {
  readonly rows: readonly ConnectionRow[];
  readonly cursor: PathId | null;
  readonly revision: number;
}
const NONE = { rows: [], cursor: null } as const;

/** @param onScreen stands for the choice while there is none */
export function useChosen(onScreen: PathId | null): Chosen {
  const engine = useEngine();
  const revision = useSession((s) => s.summary?.revision ?? 0);
  const [kept, setKept] = useState<State>({ ...NONE, revision });
  // Another analysis numbers its paths anew.
  const state = kept.revision === revision ? kept : { ...NONE, revision };
  const setState = (next: Omit<State, 'revision'>): void => setKept({ ...next, revision });
  const anchor = useRef<PathId | null>(null);
  const latest = useRef(0);
  return {
    rows: state.rows,
    cursor: state.cursor ?? onScreen,
    only: (row) => {
      latest.current++;
      anchor.current = row.path;
      setState({ rows: [row], cursor: row.path });
    },
    toggle: (row) => {
      latest.current++;
      anchor.current = row.path;
      const others = state.rows.filter((r) => r.path !== row.path);
      setState({ rows: others.length < state.rows.length ? others : [...state.rows, row], cursor: row.path });
    },
    reach: async (row, position, request) => {
      const asked = ++latest.current;
      const from = anchor.current ?? state.cursor ?? onScreen;
      const start = from === null ? position : await engine.query('connectionPosition', request, from);
      // Of more than can be chosen those at the end that was reached for.
      const [low, high] = start < 0 ? [position, position] : [Math.min(start, position), Math.max(start, position)];
      const first = position === high ? Math.max(low, high - MOST_CHOSEN + 1) : low;
      const { rows } = await engine.query('connections', { ...request, from: first, count: Math.min(MOST_CHOSEN, high - first + 1) });
      if (asked !== latest.current) return;
      anchor.current = from ?? row.path;
      setState({ rows, cursor: row.path });
    },
  };
}
