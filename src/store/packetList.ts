// The packet list's filter, order and columns. The filter belongs to the session; columns are kept across visits.
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export type ColumnId =
  | 'number'
  | 'tap'
  | 'time'
  | 'ownTime'
  | 'delta'
  | 'source'
  | 'destination'
  | 'protocol'
  | 'length'
  | 'verdict'
  | 'marks'
  | 'info';

export const ALL_COLUMNS: readonly ColumnId[] = [
  'number',
  'tap',
  'time',
  'ownTime',
  'delta',
  'source',
  'destination',
  'protocol',
  'length',
  'verdict',
  'marks',
  'info',
];

export interface PacketListState {
  /** In force: what the list shows. */
  readonly filter: string;
  readonly sort: 'time' | 'tap';
  readonly descending: boolean;
  readonly hidden: readonly ColumnId[];
  /** CSS pixels, where the user changed them. */
  readonly widths: Readonly<Partial<Record<ColumnId, number>>>;
  setFilter(filter: string): void;
  sortBy(sort: 'time' | 'tap'): void;
  toggleColumn(column: ColumnId): void;
  setWidth(column: ColumnId, width: number): void;
}

export const usePacketList = create<PacketListState>()(
  persist(
    (set) => ({
      filter: '',
      sort: 'time',
      descending: false,
      hidden: ['ownTime', 'delta', 'marks'],
      widths: {},
      setFilter: (filter) => set({ filter }),
      sortBy: (sort) => set((s) => ({ sort, descending: s.sort === sort ? !s.descending : false })),
      toggleColumn: (column) =>
        set((s) => ({ hidden: s.hidden.includes(column) ? s.hidden.filter((c) => c !== column) : [...s.hidden, column] })),
      setWidth: (column, width) => set((s) => ({ widths: { ...s.widths, [column]: Math.max(36, Math.round(width)) } })),
    }),
    {
      name: 'hopscope-packet-list',
      version: 2,
      partialize: ({ hidden, widths }) => ({ hidden, widths }),
      // Version 1 knew no recorded times: they stay out of sight where columns were chosen before there were any.
      migrate: (kept) => {
        const { hidden, widths } = kept as Pick<PacketListState, 'hidden' | 'widths'>;
        return { hidden: [...hidden, 'ownTime' as const], widths };
      },
    },
  ),
);
