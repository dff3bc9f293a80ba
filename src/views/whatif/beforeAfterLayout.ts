// The decisive packets as rows of two small diagrams: what happened, and what would have. Pure.

import type { Direction, PacketRef } from '../../engine/model/units.ts';
import type { Fate, WhatIfAnswer } from '../../engine/model/whatIf.ts';

/** What an arrow of one row looks like. `not-sent`: the RST would not have been made. */
export type Shape = Exclude<Fate, 'unknown'> | 'reset' | 'reset-kills' | 'not-sent';

export interface EventRow {
  readonly packet: PacketRef;
  readonly direction: Direction;
  readonly time: number;
  readonly now: Shape;
  readonly would: Shape;
}

export const MAX_EVENTS = 10;

/** Changed packets and spared resets by time. */
export function eventsOf(answer: WhatIfAnswer): { readonly rows: readonly EventRow[]; readonly more: number } {
  const shape = (fate: Fate): Shape => (fate === 'unknown' ? 'gone' : fate);
  const rows: EventRow[] = answer.changes.map((c) => ({
    packet: c.packet,
    direction: c.direction,
    time: c.time,
    now: shape(c.before.fate),
    would: shape(c.after.fate),
  }));
  for (const r of answer.resets.list) {
    if (!r.avoided) continue;
    rows.push({ packet: r.packet, direction: r.direction, time: r.time, now: r.kills ? 'reset-kills' : 'reset', would: 'not-sent' });
  }
  rows.sort((a, b) => a.time - b.time);
  return { rows: rows.slice(0, MAX_EVENTS), more: Math.max(0, rows.length - MAX_EVENTS) };
}
