// SYNs that vanished between two capture points, and what became of their retransmissions.
import type { Leg } from '../../model/correlation.ts';
import { handshakeOf } from '../handshake.ts';
import type { PathView } from '../pathView.ts';

export interface LostSyns {
  /** Transmissions that vanished, journeys. */
  readonly lost: readonly number[];
  /** The first that arrived, or null. */
  readonly passed: number | null;
  readonly seen: Leg;
  readonly missing: Leg;
}

/** Null where the first SYN arrived, or where no second capture point could have seen it. */
export function lostSyns(view: PathView): LostSyns | null {
  const { syns } = handshakeOf(view);
  const first = syns[0];
  const gone = first === undefined ? null : view.vanished(first);
  if (!gone) return null;
  const passed = syns.find((j) => view.arrived(j)) ?? null;
  return { lost: syns.filter((j) => view.vanished(j) !== null), passed, seen: gone.seen, missing: gone.missing };
}
