// Rows around what is visible, asked for as the list scrolls; the answer before stays until the new one is there.
import { useCallback, useState } from 'react';
import type { ConnectionFilter, ConnectionListAnswer, ConnectionListRequest, ConnectionOrder } from '../../engine/model/connectionList.ts';
import { useQuery } from '../shared/engine.ts';

/** More than fit on any screen; three of them are asked for at a time. */
const PAGE = 64;
const NO_FILTER: ConnectionFilter = { text: '', reset: false, leak: false, nat: false, retransmission: false };

export interface Connections {
  readonly request: ConnectionListRequest;
  /** Of the question before, until that of `request` is there. */
  readonly answer: ConnectionListAnswer | null;
  readonly isFresh: boolean;
  setFilter(part: Partial<ConnectionFilter>): void;
  sortBy(order: ConnectionOrder): void;
  /** First visible row. */
  scrollTo(row: number): void;
}

/** Numbers are interesting from the top, names and times from the start. */
const descendsFirst = (order: ConnectionOrder): boolean => !['start', 'client', 'server', 'close', 'rttLeast'].includes(order);

export function useConnections(): Connections {
  const [filter, setFilter] = useState(NO_FILTER);
  const [sort, setSort] = useState<{ readonly order: ConnectionOrder; readonly descending: boolean }>({
    order: 'start',
    descending: false,
  });
  const [page, setPage] = useState(0);
  const scrollTo = useCallback((row: number) => setPage(Math.floor(row / PAGE)), []);
  const request = { filter, ...sort, from: Math.max(0, (page - 1) * PAGE), count: 3 * PAGE };
  const { kind, value } = useQuery('connections', request);
  return {
    request,
    answer: value,
    isFresh: kind === 'ready',
    // What is visible stays asked for: where the list moves for it, the list says so.
    setFilter: (part) => setFilter((f) => ({ ...f, ...part })),
    sortBy: (order) => setSort((s) => ({ order, descending: s.order === order ? !s.descending : descendsFirst(order) })),
    scrollTo,
  };
}
