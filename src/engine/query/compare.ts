// Two incidents side by side: what appeared, what went away, what is in both. Matched by what they are, never by addresses of clients.

import { formatEndpoint } from '../model/address.ts';
import type { Analysis } from '../model/analysis.ts';
import type { Severity } from '../model/finding.ts';

/** A thing that both sides may have, with how often. */
export interface Counted {
  /** What it is matched by. */
  readonly key: string;
  readonly kind: string;
  /** Service, where it concerns one; empty else. */
  readonly service: string;
  readonly severity: Severity | null;
  readonly count: number;
}

export interface Side {
  readonly packets: number;
  readonly paths: number;
  readonly findings: readonly Counted[];
  readonly leaks: readonly Counted[];
  readonly resets: readonly Counted[];
}

export interface Change extends Omit<Counted, 'count'> {
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

export function sideOf({ workspace, correlation, diagnosis }: Analysis): Side {
  const service = (path: number | null): string => {
    const p = path === null ? undefined : correlation.paths[path];
    return p ? formatEndpoint(p.service ?? p.server) : '';
  };
  return {
    packets: workspace.taps.reduce((sum, tap) => sum + tap.packets.length, 0),
    paths: correlation.paths.length,
    findings: count(
      diagnosis.findings.map((f) => ({ kind: f.kind, service: service(f.path), severity: f.severity, n: Math.max(1, f.paths.length) })),
    ),
    leaks: count(correlation.leaks.map((leak) => ({ kind: `leak-${leak.kind}`, service: service(leak.path), severity: null, n: 1 }))),
    resets: count(
      correlation.resets.map((r) => ({
        kind: `rst-${r.origin}-${r.cause.kind}-${r.effect}`,
        service: service(r.path),
        severity: null,
        n: 1,
      })),
    ),
  };
}

function count(
  items: readonly { readonly kind: string; readonly service: string; readonly severity: Severity | null; readonly n: number }[],
): Counted[] {
  const found = new Map<string, Counted>();
  for (const { kind, service, severity, n } of items) {
    const key = `${kind} ${service}`;
    found.set(key, { key, kind, service, severity, count: (found.get(key)?.count ?? 0) + n });
  }
  return [...found.values()].sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0));
}

export function compareSides(a: Side, b: Side): Comparison {
  const changes = [...changesOf(a.findings, b.findings), ...changesOf(a.leaks, b.leaks), ...changesOf(a.resets, b.resets)];
  return {
    a,
    b,
    appeared: changes.filter((c) => c.before === 0),
    gone: changes.filter((c) => c.after === 0),
    stayed: changes.filter((c) => c.before > 0 && c.after > 0),
  };
}

function changesOf(a: readonly Counted[], b: readonly Counted[]): Change[] {
  const before = new Map(a.map((item) => [item.key, item]));
  const after = new Map(b.map((item) => [item.key, item]));
  return [...new Set([...before.keys(), ...after.keys()])].map((key) => {
    const { count: _, ...item } = (after.get(key) ?? before.get(key)) as Counted;
    return { ...item, before: before.get(key)?.count ?? 0, after: after.get(key)?.count ?? 0 };
  });
}
