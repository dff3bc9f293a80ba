// Redaction of an incident as a whole: packets, names, texts, times, all by one map, before anything is written.
import { assertNever } from '../../base/result.ts';
import type { IncidentContents, IncidentPacket } from '../file/contents.ts';
import type { IncidentDocument, PacketPlace, Pin, RedactionRecord, View } from '../model.ts';
import { type AddressMap, keepAddresses, replaceAddresses, replaceHardwareAddresses } from './addressMap.ts';
import type { RedactionChoices, RedactionKey } from './choices.ts';
import { baseName, createNameMap } from './nameMap.ts';
import type { RewriteCounts, Rewriter } from './packetRewriter.ts';
import { redactContext } from './redactContext.ts';
import { rewriteFrame } from './rewriteLink.ts';
import { addressText, createTextRedactor, mapText, suspiciousWords, type TextRedactor } from './textRedactor.ts';

export interface Redacted {
  readonly contents: IncidentContents;
  readonly report: RedactionReport;
}

/** What leaves, and what was found on the way. */
export interface RedactionReport {
  readonly packets: { readonly of: number; readonly kept: number };
  readonly counts: RewriteCounts;
  /** Addresses as they were, octets: of packets, and in texts and context that leave. */
  readonly addresses: readonly Uint8Array[];
  readonly hardwareAddresses: readonly Uint8Array[];
  /** Comments of the captures' own. */
  readonly comments: number;
  /** Replacements made in texts. */
  readonly textReplacements: number;
  /** Words in the sharer's own texts that may identify something and that nothing replaces. */
  readonly suspicious: readonly string[];
}

/** @param key 32 random octets; the caller forgets them */
export function redactContents(
  contents: IncidentContents,
  choices: RedactionChoices,
  key: RedactionKey,
  ofPackets = contents.packets.length,
): Redacted {
  const replacesHardware = choices.hardwareAddresses === 'replace';
  const hardware = replacesHardware ? replaceHardwareAddresses(key) : keepAddresses();
  const addressMap = (): AddressMap =>
    choices.addresses === 'replace' ? replaceAddresses(key) : keepAddresses(replacesHardware ? hardware : null);
  const addresses = addressMap();
  const counts: RewriteCounts = { payload: 0, payloadKept: 0, unreadable: 0, unknownOctets: 0 };
  const run: Rewriter = { choices, addresses, hardware, counts };
  const shift = choices.times === 'shift' ? earliest(contents.packets) : 0n;
  const rewritten = contents.packets.map((packet) =>
    rewritePacket(packet, contents.interfaces[packet.interfaceId]?.linkType ?? -1, run, shift),
  );
  // Before any text is looked at: what only texts mention is in no packet.
  const inPackets = new Set([...addresses.seen.values()].map(addressText));
  // A map of its own: most names are of hosts of which nothing leaves.
  const others = addressMap();
  const names = createNameMap(contents, (address) => mapText(address, others));
  const text = createTextRedactor(addresses, hardware, choices.names === 'replace' ? names.texts : new Map());
  const comments = (own: readonly string[]): readonly string[] => (choices.comments === 'drop' ? [] : own.map(text.redact));
  const packets = rewritten.map((packet) => (packet.comments.length === 0 ? packet : { ...packet, comments: comments(packet.comments) }));
  const suspicious = textsOf(contents.document, choices).flatMap(suspiciousWords);
  const context = redactContext(contents.document.context, {
    choices,
    text,
    mapAddress: (address) => mapText(address, addresses),
    isThere: (address) => inPackets.has(address),
    shift,
  });
  // Of hosts that no packet is about nothing is said.
  const named = { ...contents.document, names: contents.document.names.filter(([address]) => inPackets.has(address)), context };
  const document = redactDocument(named, choices, text, addresses, names, shift, { of: ofPackets, kept: packets.length });
  const interfaces = contents.interfaces.map((spec) => ({
    ...spec,
    name: choices.names === 'replace' ? (names.taps[spec.tap] ?? '') : spec.name,
    description: text.redact(spec.description),
    filter: choices.comments === 'drop' ? '' : text.redact(spec.filter),
  }));
  return {
    contents: { document, interfaces, packets },
    report: {
      packets: { of: ofPackets, kept: packets.length },
      counts,
      addresses: [...addresses.seen.values()],
      hardwareAddresses: [...hardware.seen.values()],
      comments: contents.packets.reduce((sum, p) => sum + p.comments.length, 0),
      textReplacements: text.replaced(),
      suspicious: [...new Set(suspicious)],
    },
  };
}

function rewritePacket(packet: IncidentPacket, linkType: number, run: Rewriter, shift: bigint): IncidentPacket {
  const bytes = packet.data.slice();
  const view = new DataView(bytes.buffer);
  const kept = rewriteFrame({ run, bytes, view, depth: 0 }, linkType);
  if (kept === null) run.counts.unreadable++;
  const keepsAll = run.choices.payload.keep === 'all' && run.choices.addresses === 'keep' && run.choices.hardwareAddresses === 'keep';
  return {
    ...packet,
    time: packet.time - shift,
    // With nothing to take out, what can't be read may stay as well, padding included.
    data: keepsAll ? packet.data : bytes.subarray(0, kept ?? 0),
  };
}

const earliest = (packets: readonly IncidentPacket[]): bigint =>
  packets.reduce<bigint | null>((least, { time }) => (least === null || time < least ? time : least), null) ?? 0n;

/** The sharer's own words, as far as they travel. */
function textsOf(document: IncidentDocument, choices: RedactionChoices): string[] {
  const notes = choices.notes === 'drop' ? [] : [...document.notes.map((n) => n.text), ...document.story.map((s) => s.text)];
  return [document.title, document.summary, ...notes];
}

function redactDocument(
  document: IncidentDocument,
  choices: RedactionChoices,
  text: TextRedactor,
  addresses: AddressMap,
  names: { readonly taps: readonly string[]; readonly captures: readonly string[] },
  shift: bigint,
  packets: RedactionRecord['packets'],
): IncidentDocument {
  const replacesNames = choices.names === 'replace';
  const hidesTimes = choices.times === 'shift';
  const keepsNotes = choices.notes === 'keep';
  const view = (v: View<PacketPlace>): View<PacketPlace> => ({
    path: v.path,
    selected: v.selected,
    from: v.from,
    to: v.to,
    scale: v.scale,
    folds: v.folds,
    flipped: v.flipped,
    filter: text.redact(v.filter),
    finding: v.finding,
  });
  // Field by field: a field this version does not know can't be redacted, so it does not leave.
  return {
    version: document.version,
    title: text.redact(document.title),
    summary: text.redact(document.summary),
    epoch: (BigInt(document.epoch) - shift).toString(),
    captures: document.captures.map((c, i) => ({
      // Folders of whoever captured never leave.
      name: replacesNames ? (names.captures[i] ?? '') : text.redact(baseName(c.name)),
      size: c.size,
      packets: c.packets,
      // The hash of a capture that somebody else holds tells which one it is: as its addresses do, where they stay.
      sha256: choices.addresses === 'keep' ? c.sha256 : null,
    })),
    taps: document.taps.map((t, i) => ({
      name: replacesNames ? (names.taps[i] ?? '') : text.redact(t.name),
      captures: t.captures,
      position: t.position,
      clock: t.clock && { offset: t.clock.offset, uncertainty: t.clock.uncertainty, skewPpm: t.clock.skewPpm },
    })),
    lanes: document.lanes.map((l) => ({ key: l.key, name: replacesNames ? '' : text.redact(l.name), hidden: l.hidden })),
    laneOrder: document.laneOrder,
    hints: document.hints && {
      orderPinned: document.hints.orderPinned,
      pinnedOffsets: document.hints.pinnedOffsets,
      order: document.hints.order ?? null,
      positions: document.hints.positions ?? null,
    },
    names: document.names.map(([address, name]) => [mapText(address, addresses), text.redact(name)] as const),
    notes: keepsNotes
      ? document.notes.map((n) => ({ id: n.id, pin: barePin(n.pin), text: text.redact(n.text), changed: hidesTimes ? 0 : n.changed }))
      : [],
    highlights: keepsNotes ? document.highlights.map((h) => ({ id: h.id, pin: barePin(h.pin) })) : [],
    story: keepsNotes ? document.story.map((s) => ({ id: s.id, text: text.redact(s.text), view: view(s.view) })) : [],
    view: document.view && view(document.view),
    context: document.context,
    replay: document.replay,
    findings: document.findings.map((f) => ({
      kind: f.kind,
      rule: f.rule,
      severity: f.severity,
      confidence: f.confidence,
      title: text.redact(f.title),
      summary: text.redact(f.summary),
      path: text.redact(f.path),
      steps: f.steps.map((s) => ({ text: text.redact(s.text), packets: s.packets })),
      rivals: f.rivals.map((r) => ({ kind: r.kind, because: text.redact(r.because) })),
      remedies: f.remedies.map(text.redact),
    })),
    redaction: {
      payload: choices.payload.keep === 'all' ? 'kept' : choices.payload.keep === 'none' ? 'dropped' : 'first',
      payloadOctets: choices.payload.keep === 'first' ? choices.payload.octets : 0,
      addresses: choices.addresses === 'replace' ? 'replaced' : 'kept',
      hardwareAddresses: choices.hardwareAddresses === 'replace' ? 'replaced' : 'kept',
      names: replacesNames ? 'replaced' : 'kept',
      comments: choices.comments === 'drop' ? 'dropped' : 'kept',
      context: choices.context === 'drop' ? 'dropped' : choices.context,
      notes: keepsNotes ? 'kept' : 'dropped',
      times: hidesTimes ? 'shifted' : 'kept',
      packets,
    },
  };
}

/** The pin without fields that this version does not know. */
function barePin(pin: Pin<PacketPlace>): Pin<PacketPlace> {
  switch (pin.kind) {
    case 'incident':
      return { kind: 'incident' };
    case 'packet':
      return { kind: 'packet', packet: pin.packet };
    case 'span':
      return { kind: 'span', from: pin.from, to: pin.to };
    case 'lane':
      return { kind: 'lane', lane: pin.lane };
    case 'finding':
      return { kind: 'finding', finding: pin.finding, packet: pin.packet };
    default:
      return assertNever(pin);
  }
}
