// Which columns the connection list shows, kept across visits.
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { ConnectionOrder } from '../engine/model/connectionList.ts';

/** As they stand from left to right; each is an order, too. */
export const CONNECTION_COLUMNS: readonly ConnectionOrder[] = [
  'start',
  'client',
  'server',
  'resets',
  'leaks',
  'close',
  'taps',
  'packets',
  'bytes',
  'bytesOut',
  'bytesBack',
  'handshake',
  'rttLeast',
  'rttMedian',
  'inFlight',
  'retransmissions',
  'completeness',
  'duration',
  'whatIf',
];

export interface ConnectionColumnsState {
  readonly hidden: readonly ConnectionOrder[];
  toggle(column: ConnectionOrder): void;
}

export const useConnectionColumns = create<ConnectionColumnsState>()(
  persist(
    (set) => ({
      hidden: ['bytesOut', 'bytesBack', 'handshake', 'rttLeast', 'inFlight', 'completeness', 'whatIf'],
      toggle: (column) =>
        set((s) => ({ hidden: s.hidden.includes(column) ? s.hidden.filter((c) => c !== column) : [...s.hidden, column] })),
    }),
    { name: 'hopscope-connection-columns', version: 1, partialize: ({ hidden }) => ({ hidden }) },
  ),
);
