// Two incidents side by side: what appeared, what went away, what is in both. Matched by what they are, never by addresses of clients;
// services are matched by address, else by port and by what happened there: the same incident redacted is the same incident.

import { formatEndpoint } from '../model/address.ts';
import type { Analysis } from '../model/analysis.ts';
import type { Confidence, Leak, ResetCauseKind, ResetOrigin } from '../model/correlation.ts';
import type { Sentence, Severity } from '../model/finding.ts';

export type CountedGroup = 'finding' | 'leak' | 'reset';

/** A thing that both sides may have, with how often. */
export interface Counted {
  /** What it is matched by, once services are. */
  readonly key: string;
  readonly group: CountedGroup;
  readonly kind: string;
  /** Service, where it concerns one; empty else. */
  readonly service: string;
  readonly severity: Severity | null;
  readonly count: number;
  /** What it is called. */
  readonly title: Sentence;
}

export interface Side {
  readonly packets: number;
  readonly paths: number;
  /** Names of the capture points. */
  readonly taps: readonly string[];
  /** The main finding; null: nothing is wrong. */
  readonly main: {
    readonly kind: string;
    readonly severity: Severity;
    readonly confidence: Confidence;
    readonly title: Sentence;
    readonly summary: readonly Sentence[];
  } | null;
  readonly findings: readonly Counted[];
  readonly leaks: readonly Counted[];
  readonly resets: readonly Counted[];
}

export interface Change extends Omit<Counted, 'count'> {
  /** The service as the other side calls it; the same where it is. */
  readonly serviceBefore: string;
  readonly before: number;
  readonly after: number;
}

export interface Comparison {
  readonly a: Side;
  readonly b: Side;
  /** In `b` and not in `a`; in `a` and not in `b`; in both. Findings, then leaks, then RSTs. */
  readonly appeared: readonly Change[];
  readonly gone: readonly Change[];
  readonly stayed: readonly Change[];
}

const leakTitle = (kind: Leak['kind']): Sentence => ({ id: `cmp.leak.${kind}`, values: {} });
const resetTitle = (origin: ResetOrigin, cause: ResetCauseKind, effect: 'kills' | 'ignored'): Sentence => ({
  id: `cmp.reset.${effect}.${cause}`,
  values: { origin },
});

export function sideOf({ workspace, correlation, diagnosis }: Analysis): Side {
  const service = (path: number | null): string => {
    const p = path === null ? undefined : correlation.paths[path];
    return p ? formatEndpoint(p.service ?? p.server) : '';
  };
  const [main] = diagnosis.findings;
  return {
    packets: workspace.taps.reduce((sum, tap) => sum + tap.packets.length, 0),
    paths: correlation.paths.length,
    taps: workspace.taps.map((tap) => tap.name),
    main: main ? { kind: main.kind, severity: main.severity, confidence: main.confidence, title: main.title, summary: main.summary } : null,
    findings: count(
      'finding',
      diagnosis.findings.map((f) => ({
        kind: f.kind,
        service: service(f.path),
        severity: f.severity,
        n: Math.max(1, f.paths.length),
        title: f.title,
      })),
    ),
    leaks: count(
      'leak',
      correlation.leaks.map((leak) => ({
        kind: `leak-${leak.kind}`,
        service: service(leak.path),
        severity: null,
        n: 1,
        title: leakTitle(leak.kind),
      })),
    ),
    resets: count(
      'reset',
      correlation.resets.map((r) => ({
        kind: `rst-${r.origin}-${r.cause.kind}-${r.effect}`,
        service: service(r.path),
        severity: null,
        n: 1,
        title: resetTitle(r.origin, r.cause.kind, r.effect),
      })),
    ),
  };
}

type Item = Pick<Counted, 'kind' | 'service' | 'severity' | 'title'> & { readonly n: number };

function count(group: CountedGroup, items: readonly Item[]): Counted[] {
  const found = new Map<string, Counted>();
  for (const { n, ...item } of items) {
    const key = `${item.kind} ${item.service}`;
    found.set(key, { ...item, key, group, count: (found.get(key)?.count ?? 0) + n });
  }
  return [...found.values()].sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0));
}

const allOf = (side: Side): readonly Counted[] => [...side.findings, ...side.leaks, ...side.resets];

export function compareSides(a: Side, b: Side): Comparison {
  const before = serviceNames(a, b);
  const changes = [
    ...changesOf(a.findings, b.findings, before),
    ...changesOf(a.leaks, b.leaks, before),
    ...changesOf(a.resets, b.resets, before),
  ];
  return {
    a,
    b,
    appeared: changes.filter((c) => c.before === 0),
    gone: changes.filter((c) => c.after === 0),
    stayed: changes.filter((c) => c.before > 0 && c.after > 0),
  };
}

/** For services of `b`, what `a` calls them. */
function serviceNames(a: Side, b: Side): ReadonlyMap<string, string> {
  const [of, at] = [profiles(a), profiles(b)];
  const names = new Map<string, string>();
  for (const service of at.keys()) if (of.has(service)) names.set(service, service);
  const taken = new Set(names.values());
  const portOf = (service: string): string => service.slice(service.lastIndexOf(':'));
  const pairs = [...at].flatMap(([mine, profile]) =>
    names.has(mine)
      ? []
      : [...of].flatMap(([other, was]) =>
          !taken.has(other) && portOf(other) === portOf(mine) ? [{ mine, other, alike: likeness(profile, was) }] : [],
        ),
  );
  for (const { mine, other } of pairs.sort((x, y) => y.alike - x.alike)) {
    if (names.has(mine) || taken.has(other)) continue;
    names.set(mine, other);
    taken.add(other);
  }
  return names;
}

/** What happened at each service, by kind. */
function profiles(side: Side): Map<string, Map<string, number>> {
  const found = new Map<string, Map<string, number>>();
  for (const { service, kind, count: n } of allOf(side)) {
    if (service === '') continue;
    const profile = found.get(service) ?? new Map<string, number>();
    found.set(service, profile.set(kind, n));
  }
  return found;
}

/** How much of what happened at two services is the same: counts in common, less what only one has. */
function likeness(x: ReadonlyMap<string, number>, y: ReadonlyMap<string, number>): number {
  let alike = 0;
  for (const kind of new Set([...x.keys(), ...y.keys()])) {
    const [p, q] = [x.get(kind) ?? 0, y.get(kind) ?? 0];
    alike += 2 * Math.min(p, q) - Math.max(p, q);
  }
  return alike;
}

function changesOf(a: readonly Counted[], b: readonly Counted[], names: ReadonlyMap<string, string>): Change[] {
  const keyOf = (item: Counted, service: string): string => `${item.kind} ${service}`;
  const before = new Map(a.map((item) => [keyOf(item, item.service), item]));
  const after = new Map(b.map((item) => [keyOf(item, names.get(item.service) ?? item.service), item]));
  return [...new Set([...before.keys(), ...after.keys()])].map((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    const { count: _, ...item } = (is ?? was) as Counted;
    return { ...item, key, serviceBefore: (was ?? item).service, before: was?.count ?? 0, after: is?.count ?? 0 };
  });
}
