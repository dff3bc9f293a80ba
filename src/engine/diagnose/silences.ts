// When nothing of a path was captured for a while, and how long that was by the clocks of its ends.
import { HAS_TS, type PacketTable } from '../model/packetTable.ts';
import type { PacketRef, TapId } from '../model/units.ts';

/** A silence: nothing of the path from `start` to the packet of journey `before`. Nanos. */
export interface Silence {
  readonly before: number;
  readonly length: number;
  readonly start: number;
}

/** What is asked of a path: its journeys `from` … `to` − 1. */
interface Journeys {
  readonly from: number;
  readonly to: number;
  time(j: number): number;
  lastTime(j: number): number;
  direction(j: number): number;
  firstSighting(j: number): PacketRef;
  table(tap: TapId): PacketTable;
}

/** Shorter ones are the rhythm of traffic. Nanos. */
const SILENCE = 50e6;
/** Shorter ones need no second clock. Nanos. */
const LONG = 1e9;
/** By so long, at least, a clock of timestamps is measured. Nanos. */
const MEASURED = 50e6;
/** Of a silence, what the timestamps must tell at least, or the capture's clock was set meanwhile. */
const TOLD = 0.5;

/** Silences that are worth a word: a twentieth of a second or more, or longer than every one before. In order of time. */
export function silencesOf(view: Journeys): readonly Silence[] {
  const silences: Silence[] = [];
  let last = Number.NaN;
  let longest = 0;
  for (let j = view.from; j < view.to; j++) {
    let length = view.time(j) - last;
    if (length >= LONG) length = Math.min(length, toldLength(view, j, length));
    if (length > longest || length >= SILENCE) silences.push({ before: j, length, start: last });
    if (length > longest) longest = length;
    last = Number.isNaN(last) ? view.lastTime(j) : Math.max(last, view.lastTime(j));
  }
  return silences;
}

/**
 * How long a silence before a packet was by the timestamps of its sender, whose clock nobody sets (RFC 7323 §5.4): shorter than by the captures'
 * where these were set forward meanwhile. Infinite where they tell nothing else.
 */
function toldLength(view: Journeys, before: number, length: number): number {
  const end = stampOf(view, before);
  const since = end && stampAt(view, before, -1);
  const first = since && stampAt(view, before, 1);
  if (!first || first.time + MEASURED > since.time) return Infinity;
  const ticks = (since.value - first.value) | 0;
  if (ticks <= 0) return Infinity;
  const told = (((end.value - since.value) | 0) * (since.time - first.time)) / ticks;
  return told >= 0 && told < (end.time - since.time) * TOLD ? Math.min(told, length) : Infinity;
}

interface Stamp {
  readonly value: number;
  readonly time: number;
}

/** Of what the sender of a packet sent before it: the first that has a timestamp, or the last. */
function stampAt(view: Journeys, before: number, step: 1 | -1): Stamp | null {
  const direction = view.direction(before);
  for (let j = step > 0 ? view.from : before - 1; j >= view.from && j < before; j += step) {
    const stamp = view.direction(j) === direction ? stampOf(view, j) : null;
    if (stamp) return stamp;
  }
  return null;
}

function stampOf(view: Journeys, j: number): Stamp | null {
  const { tap, row } = view.firstSighting(j);
  const { flags, tsval } = view.table(tap);
  return (flags[row] & HAS_TS) === 0 ? null : { value: tsval[row], time: view.time(j) };
}
