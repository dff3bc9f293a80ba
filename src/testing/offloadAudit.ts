// What correlation says of a download whose truth is known, held against that truth.
import { J_DUPLICATED, J_INJECTED, J_LOST, type JourneyTable } from '../engine/model/correlation.ts';
import type { TrueDownload } from './offloadTruth.ts';

/** In stretches of octets between two neighbouring ends of packets or journeys. */
export interface Audit {
  /** Of all sends: did not reach the client, and are said to be lost. */
  readonly lost: number;
  readonly falselyLost: number;
  readonly missedLosses: number;
  /** In another number of journeys than one, of a record. */
  readonly notOnce: number;
  /** In a journey together with another send. */
  readonly mixed: number;
  /** Of one send, in several journeys that are no duplicates. */
  readonly apart: number;
  readonly injected: number;
  readonly copies: number;
  readonly falseCopies: number;
  readonly unmarkedCopies: number;
}

interface Seen {
  readonly sends: Set<number>;
  readonly flags: number;
}

export function audit({ taps }: TrueDownload, journeys: JourneyTable): Audit {
  const { length, flags, seq, payloadLength, start, sightingTap, sightingRow } = journeys;
  const ends = new Set<number>();
  for (const { parts } of taps.flat()) for (const { from, to } of parts) ends.add(from).add(to);
  for (let j = 0; j < length; j++) {
    if (payloadLength[j] === 0) continue;
    ends.add(seq[j] ?? 0).add((seq[j] ?? 0) + (payloadLength[j] ?? 0));
  }
  const cuts = [...ends].sort((a, b) => a - b);
  const place = new Map(cuts.map((octet, i) => [octet, i]));
  const stretches = (from: number, to: number): number[] => {
    const first = place.get(from) ?? 0;
    return Array.from({ length: (place.get(to) ?? first) - first }, (_, i) => first + i);
  };
  const key = (send: number, stretch: number): string => `${send} ${stretch}`;
  const found = {
    lost: 0,
    falselyLost: 0,
    missedLosses: 0,
    notOnce: 0,
    mixed: 0,
    apart: 0,
    injected: 0,
    copies: 0,
    falseCopies: 0,
    unmarkedCopies: 0,
  };
  /** By send and stretch: how often it passed each capture point, and as which copies. */
  const passed = new Map<string, { readonly counts: number[]; readonly copies: Set<number> }>();
  const recordOf = taps.map((rows) => rows.map(() => new Map<number, number>()));
  for (const [tap, rows] of taps.entries()) {
    for (const { parts } of rows) {
      for (const part of parts) {
        for (const stretch of stretches(part.from, part.to)) {
          const k = key(part.send, stretch);
          const known = passed.get(k) ?? { counts: taps.map(() => 0), copies: new Set<number>() };
          known.counts[tap] = (known.counts[tap] ?? 0) + 1;
          known.copies.add(part.copy);
          passed.set(k, known);
        }
      }
    }
  }
  const of = new Map<string, Seen[]>();
  for (let j = 0; j < length; j++) {
    const [from, to] = [seq[j] ?? 0, (seq[j] ?? 0) + (payloadLength[j] ?? 0)];
    if (from === to) continue;
    for (const stretch of stretches(from, to)) {
      const sends = new Set<number>();
      for (let k = start[j] ?? 0; k < (start[j + 1] ?? 0); k++) {
        const [tap, row] = [sightingTap[k] ?? 0, sightingRow[k] ?? 0];
        const octet = cuts[stretch] ?? 0;
        for (const part of taps[tap]?.[row]?.parts ?? []) if (part.from <= octet && part.to > octet) sends.add(part.send);
        const record = recordOf[tap]?.[row];
        record?.set(stretch, (record.get(stretch) ?? 0) + 1);
      }
      if (sends.size > 1) found.mixed++;
      if (((flags[j] ?? 0) & J_INJECTED) !== 0) found.injected++;
      for (const send of sends) {
        const k = key(send, stretch);
        const seen = of.get(k);
        const own = { sends, flags: flags[j] ?? 0 };
        if (seen === undefined) of.set(k, [own]);
        else seen.push(own);
      }
    }
  }
  for (const [tap, rows] of taps.entries()) {
    for (const [row, { parts }] of rows.entries()) {
      for (const { from, to } of parts) for (const s of stretches(from, to)) if (recordOf[tap]?.[row]?.get(s) !== 1) found.notOnce++;
    }
  }
  for (const [k, { counts, copies }] of passed) {
    const seen = of.get(k) ?? [];
    const isLost = counts[0] === 0;
    const saysLost = seen.some((s) => (s.flags & J_LOST) !== 0);
    if (isLost) found.lost++;
    if (saysLost && !isLost) found.falselyLost++;
    if (isLost && !saysLost) found.missedLosses++;
    // Copies that were lost before others were made of the same packet may be told as one copy, or as several.
    const least = Math.max(...counts) - 1;
    const marked = seen.filter((s) => (s.flags & J_DUPLICATED) !== 0).length;
    found.copies += least;
    found.falseCopies += Math.max(0, marked - (copies.size - 1));
    found.unmarkedCopies += Math.max(0, least - marked);
    if (seen.length - marked > 1) found.apart++;
  }
  return found;
}
