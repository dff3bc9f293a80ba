// What is selected: the same in ladder, list, plots, bytes and notes. Selecting selects everywhere.
import { create } from 'zustand';
import type { Nanos, PacketRef, PathId } from '../engine/model/units.ts';

/** Reference clock, Nanos since `Workspace.epoch`. */
export interface TimeRange {
  readonly from: Nanos;
  readonly to: Nanos;
}

export interface SelectionState {
  /** The last one is the primary: what the inspector shows. */
  readonly packets: readonly PacketRef[];
  /** The path on screen; null: the main finding's. */
  readonly path: PathId | null;
  /** Index in the verdict's findings. */
  readonly finding: number | null;
  readonly timeRange: TimeRange | null;
  /** Under the pointer. Canvases subscribe; nothing re-renders for it. */
  readonly hovered: PacketRef | null;
  /** Counts requests to bring the primary packet into view; views that hold a window follow it. */
  readonly reveal: number;
  /** Selects one packet and brings it into view everywhere. `extend` adds it to what is selected. */
  selectPacket(packet: PacketRef, options?: { readonly extend?: boolean; readonly reveal?: boolean }): void;
  selectPackets(packets: readonly PacketRef[]): void;
  /** Selects a stretch of time and the packets shown of it, where the reader is looking already. */
  selectRange(packets: readonly PacketRef[], timeRange: TimeRange): void;
  selectPath(path: PathId | null): void;
  selectFinding(finding: number | null): void;
  selectTimeRange(range: TimeRange | null): void;
  hover(packet: PacketRef | null): void;
  clear(): void;
}

export const samePacket = (a: PacketRef | null | undefined, b: PacketRef | null | undefined): boolean =>
  a === b || (!!a && !!b && a.tap === b.tap && a.row === b.row);

export const primaryPacket = (s: SelectionState): PacketRef | null => s.packets.at(-1) ?? null;

export const useSelection = create<SelectionState>()((set) => ({
  packets: [],
  path: null,
  finding: null,
  timeRange: null,
  hovered: null,
  reveal: 0,
  selectPacket: (packet, options) =>
    set((s) => ({
      packets: options?.extend ? [...s.packets.filter((p) => !samePacket(p, packet)), packet] : [packet],
      reveal: options?.reveal === false ? s.reveal : s.reveal + 1,
    })),
  selectPackets: (packets) => set((s) => ({ packets, reveal: s.reveal + 1 })),
  selectRange: (packets, timeRange) => set({ packets, timeRange }),
  selectPath: (path) => set({ path, packets: [], timeRange: null }),
  selectFinding: (finding) => set({ finding }),
  selectTimeRange: (timeRange) => set({ timeRange }),
  hover: (hovered) => set((s) => (samePacket(s.hovered, hovered) ? s : { hovered })),
  clear: () => set({ packets: [], path: null, finding: null, timeRange: null, hovered: null }),
}));
