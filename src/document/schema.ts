// What a stored document must look like. Unknown fields pass through (loose objects); every count and length is bounded.
import * as v from 'valibot';
import { CONTEXT_KINDS } from '../engine/model/context.ts';
import { TAP_POSITIONS } from '../engine/model/correlation.ts';
import { PROFILES } from '../engine/model/verdict.ts';
import { MAX_CAPTURES, MAX_CONTEXT, MAX_FINDINGS, MAX_NAME, MAX_NAMES, MAX_NOTES, MAX_PACKETS, MAX_STEPS, MAX_TEXT } from './limits.ts';
import { DOCUMENT_VERSION } from './model.ts';

const name = v.pipe(v.string(), v.maxLength(MAX_NAME));
const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const nanos = v.pipe(v.number(), v.finite(), v.minValue(-Number.MAX_SAFE_INTEGER), v.maxValue(Number.MAX_SAFE_INTEGER));
const list = <T extends v.GenericSchema>(item: T, most: number) =>
  v.pipe(
    v.array(v.unknown()),
    v.maxLength(most),
    v.transform((items): unknown => items),
    v.array(item),
  );

/** Columns of small integers: checked in one loop, as there are as many as packets. */
const integers = (most: number) =>
  v.custom<readonly number[]>((value) => {
    if (!Array.isArray(value) || value.length > most) return false;
    for (const item of value) if (typeof item !== 'number' || !Number.isSafeInteger(item) || item < 0) return false;
    return true;
  }, `expected up to ${most} whole numbers from 0`);

const packet = count;
const pin = v.variant('kind', [
  v.looseObject({ kind: v.literal('incident') }),
  v.looseObject({ kind: v.literal('packet'), packet }),
  v.looseObject({ kind: v.literal('span'), from: nanos, to: nanos }),
  v.looseObject({ kind: v.literal('lane'), lane: name }),
  v.looseObject({ kind: v.literal('finding'), finding: name, packet: v.nullable(packet) }),
]);
const view = v.looseObject({
  path: v.nullable(packet),
  selected: v.nullable(packet),
  from: v.nullable(nanos),
  to: v.nullable(nanos),
  scale: v.picklist(['time', 'rows']),
  folds: list(name, MAX_STEPS),
  flipped: v.boolean(),
  filter: text,
  finding: v.nullable(name),
});
const capture = v.looseObject({
  name,
  size: count,
  packets: count,
  sha256: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
});
const clock = v.looseObject({ offset: nanos, uncertainty: v.nullable(nanos), skewPpm: v.pipe(v.number(), v.finite()) });
const tap = v.looseObject({ name, captures: integers(MAX_CAPTURES), position: name, clock: v.nullable(clock) });
const finding = v.looseObject({
  kind: name,
  rule: name,
  severity: v.picklist(['critical', 'warning', 'info']),
  confidence: v.picklist(['certain', 'likely', 'possible']),
  title: text,
  summary: text,
  path: text,
  steps: list(v.looseObject({ text, packets: integers(10_000) }), MAX_STEPS),
  rivals: list(v.looseObject({ kind: name, because: text }), MAX_STEPS),
  remedies: list(text, MAX_STEPS),
});
const settings = v.looseObject({
  be_liberal: v.exactOptional(v.boolean()),
  loose: v.exactOptional(v.boolean()),
  ignore_invalid_rst: v.exactOptional(v.boolean()),
  checksum: v.exactOptional(v.boolean()),
  max_retrans: v.exactOptional(count),
  timeouts: v.exactOptional(v.record(name, v.pipe(v.number(), v.finite(), v.minValue(0)))),
  dropInvalid: v.exactOptional(v.boolean()),
  masquerade: v.exactOptional(v.boolean()),
});
const redaction = v.looseObject({
  payload: v.picklist(['kept', 'dropped', 'first']),
  payloadOctets: count,
  addresses: v.picklist(['kept', 'replaced']),
  hardwareAddresses: v.picklist(['kept', 'replaced']),
  names: v.picklist(['kept', 'replaced']),
  comments: v.picklist(['kept', 'dropped']),
  // Shared before context travelled.
  context: v.optional(v.picklist(['words', 'facts', 'dropped']), 'dropped'),
  notes: v.picklist(['kept', 'dropped']),
  times: v.picklist(['kept', 'shifted']),
  packets: v.looseObject({ of: count, kept: count }),
});

const of = <T extends v.ObjectEntries>(entries: T) => list(v.looseObject({ ...entries, file: name }), MAX_CONTEXT);
const tuple = v.looseObject({ source: name, destination: name });
const port = v.pipe(count, v.maxValue(65_535));
const context = v.looseObject({
  files: list(v.looseObject({ name, kind: v.nullable(v.picklist(CONTEXT_KINDS)), facts: count, problem: v.nullable(text) }), MAX_CONTEXT),
  names: of({
    address: name,
    port: v.nullable(port),
    name,
    kind: v.picklist(['pod', 'service', 'node', 'host']),
    node: v.nullable(name),
  }),
  services: of({
    name,
    address: name,
    port,
    backends: list(v.looseObject({ address: name, port }), MAX_CONTEXT),
    via: v.picklist(['kubectl', 'iptables', 'nftables', 'ipvs']),
  }),
  conntrack: of({ state: name, secondsLeft: count, original: tuple, reply: tuple, unreplied: v.boolean(), assured: v.boolean() }),
  counters: list(
    v.looseObject({ file: name, values: list(v.strictTuple([name, v.pipe(v.number(), v.finite())]), MAX_CONTEXT) }),
    MAX_CONTEXT,
  ),
  sysctl: of({ name, value: name }),
  kernels: of({ release: name, node: v.nullable(name) }),
  invalidRules: of({
    chain: name,
    action: v.picklist(['drop', 'reject', 'accept', 'other']),
    packets: v.nullable(count),
    text,
  }),
  hasRules: v.boolean(),
  ipvsTimeouts: v.nullable(v.looseObject({ tcp: count, tcpfin: count, file: name })),
  proxyMode: v.nullable(v.looseObject({ mode: v.picklist(['ipvs', 'iptables', 'nftables']), file: name })),
  marks: list(
    v.looseObject({
      time: v.pipe(v.string(), v.regex(/^-?\d{1,30}$/)),
      text,
      kind: v.picklist(['reset', 'timeout', 'refused', 'closed', 'other']),
      endpoints: list(name, 64),
      file: name,
      line: count,
    }),
    MAX_CONTEXT,
  ),
});

/** A stored document of the current version; `packets` is the table that packet references count into: first the `inFile` ones that travel. */
export const storedDocument = v.looseObject({
  version: v.literal(DOCUMENT_VERSION),
  title: text,
  summary: text,
  epoch: v.pipe(v.string(), v.regex(/^-?\d{1,30}$/)),
  captures: list(capture, MAX_CAPTURES),
  taps: list(tap, MAX_CAPTURES),
  lanes: list(v.looseObject({ key: name, name, hidden: v.boolean() }), MAX_CAPTURES),
  laneOrder: v.nullable(list(name, MAX_CAPTURES)),
  hints: v.nullable(
    v.looseObject({
      orderPinned: v.boolean(),
      pinnedOffsets: list(v.nullable(nanos), MAX_CAPTURES),
      order: v.optional(v.nullable(list(count, MAX_CAPTURES))),
      positions: v.optional(v.nullable(list(v.nullable(v.picklist(TAP_POSITIONS)), MAX_CAPTURES))),
    }),
  ),
  names: list(v.strictTuple([name, name]), MAX_NAMES),
  notes: list(v.looseObject({ id: name, pin, text, changed: count }), MAX_NOTES),
  highlights: list(v.looseObject({ id: name, pin }), MAX_NOTES),
  story: list(v.looseObject({ id: name, text, view }), MAX_STEPS),
  view: v.nullable(view),
  context,
  replay: v.nullable(v.looseObject({ profile: v.nullable(v.picklist(PROFILES)), settings })),
  findings: list(finding, MAX_FINDINGS),
  redaction: v.nullable(redaction),
  packets: v.looseObject({ capture: integers(MAX_PACKETS), frame: integers(MAX_PACKETS), inFile: count }),
});
export type StoredDocument = v.InferOutput<typeof storedDocument>;
