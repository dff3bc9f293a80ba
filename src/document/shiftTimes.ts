// A document's times on the epoch of another analysis.
import type { IncidentDocument, PacketPlace, View } from './model.ts';

export function shiftTimes(document: IncidentDocument, epoch: bigint): IncidentDocument {
  const by = Number(BigInt(document.epoch) - epoch);
  // An epoch of 0 was never set: the document's times mean nothing absolute.
  if (by === 0 || document.epoch === '0') return document;
  const pinned = <T extends { readonly pin: IncidentDocument['notes'][number]['pin'] }>(records: readonly T[]): T[] =>
    records.map((r) => (r.pin.kind === 'span' ? { ...r, pin: { ...r.pin, from: r.pin.from + by, to: r.pin.to + by } } : r));
  const view = (v: View<PacketPlace>): View<PacketPlace> =>
    v.from !== null && v.to !== null ? { ...v, from: v.from + by, to: v.to + by } : v;
  return {
    ...document,
    epoch: epoch.toString(),
    notes: pinned(document.notes),
    highlights: pinned(document.highlights),
    story: document.story.map((step) => ({ ...step, view: view(step.view) })),
    view: document.view && view(document.view),
  };
}
