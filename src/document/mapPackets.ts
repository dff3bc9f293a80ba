// One place knows where a document refers to packets.
import type { IncidentDocument, Pin, View } from './model.ts';

/** The same document with every packet reference replaced; a reference that `f` answers with null is dropped with what hangs on it alone. */
export function mapPackets<P, Q>(document: IncidentDocument<P>, f: (packet: P) => Q | null): IncidentDocument<Q> {
  const all = (packets: readonly P[]): Q[] => packets.map(f).filter((q) => q !== null);
  const pinned = <T extends { readonly pin: Pin<P> }>(records: readonly T[]): (Omit<T, 'pin'> & { readonly pin: Pin<Q> })[] =>
    records.map((record) => ({ ...record, pin: mapPin(record.pin, f) }));
  return {
    ...document,
    notes: pinned(document.notes),
    highlights: pinned(document.highlights),
    story: document.story.map((step) => ({ ...step, view: mapView(step.view, f) })),
    view: document.view && mapView(document.view, f),
    findings: document.findings.map((finding) => ({
      ...finding,
      steps: finding.steps.map((step) => ({ ...step, packets: all(step.packets) })),
    })),
  };
}

/** A pin whose packet is gone stays with the incident as a whole: the words are worth more than the place. */
function mapPin<P, Q>(pin: Pin<P>, f: (packet: P) => Q | null): Pin<Q> {
  if (pin.kind === 'packet') {
    const packet = f(pin.packet);
    return packet === null ? { kind: 'incident' } : { ...pin, packet };
  }
  return pin.kind === 'finding' ? { ...pin, packet: pin.packet === null ? null : f(pin.packet) } : pin;
}

export function mapView<P, Q>(view: View<P>, f: (packet: P) => Q | null): View<Q> {
  const map = (packet: P | null): Q | null => (packet === null ? null : f(packet));
  return { ...view, path: map(view.path), selected: map(view.selected) };
}

/** Every packet that the document refers to, in order of first mention. */
export function packetsOf<P>(document: IncidentDocument<P>): P[] {
  const found: P[] = [];
  mapPackets(document, (packet) => {
    found.push(packet);
    return packet;
  });
  return found;
}
