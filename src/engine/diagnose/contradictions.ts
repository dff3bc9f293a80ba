// What context files say against what was observed: shown, never silently believed.
import { formatEndpoint } from '../model/address.ts';
import type { Finding, Sentence } from '../model/finding.ts';
import { leakReadings } from './leakReading.ts';
import type { Scene } from './scene.ts';
import { serviceKey } from './scene.ts';
import { say } from './wording/render.ts';

export function contradictionsOf(scene: Scene, findings: readonly Finding[]): readonly Sentence[] {
  const { facts } = scene;
  if (facts.files.length === 0) return [];
  const leaks =
    scene.correlation.leaks.length > 0
      ? scene.correlation.paths.flatMap((p) => (scene.leaksOf(p).length > 0 ? leakReadings(scene.view(p)) : []))
      : [];
  const outOfWindow = leaks.filter(
    (r) => r.kind === 'old-segment' || r.kind === 'late-ack' || r.kind === 'beyond-window' || r.kind === 'unseen-ack',
  );
  const old = leaks.filter((r) => r.kind === 'old-segment' || r.kind === 'late-ack');
  const list: Sentence[] = [];
  const liberal = facts.sysctl.get('net.netfilter.nf_conntrack_tcp_be_liberal');
  if (liberal?.value === '1' && outOfWindow.length > 0) list.push(say('clash.liberal', { file: liberal.file, n: outOfWindow.length }));
  const kernel = facts.kernels.find((k) => isFrom61(k.release));
  if (kernel && old.length > 0) list.push(say('clash.kernel', { file: kernel.file, release: kernel.release }));
  const drop = facts.invalidRules.find((r) => r.action === 'drop' && /FORWARD/i.test(r.chain));
  if (drop && outOfWindow.length > 0) list.push(say('clash.dropRule', { file: drop.file, chain: drop.chain }));
  list.push(...counters(scene, leaks.filter((r) => r.kind !== 'bypass' && r.kind !== 'after-silence').length));
  list.push(...timeouts(scene, findings));
  list.push(...backends(scene, findings));
  list.push(...names(scene));
  return list;
}

/** 6.1 brought the three-valued window test (conntrack.md §13). */
function isFrom61(release: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  return major !== undefined && (Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 1));
}

/** A file that counts fewer INVALID packets than escaped; the highest count of all files is the one that matters. */
function counters(scene: Scene, escaped: number): Sentence[] {
  const counts = scene.facts.counters.flatMap((c) =>
    c.values.has('invalid') ? [{ file: c.file, count: c.values.get('invalid') ?? 0 }] : [],
  );
  const best = counts.reduce<(typeof counts)[number] | null>((a, b) => (a === null || b.count > a.count ? b : a), null);
  return best && best.count < escaped ? [say('clash.invalidCounter', { file: best.file, count: best.count, n: escaped })] : [];
}

function timeouts(scene: Scene, findings: readonly Finding[]): Sentence[] {
  const list: Sentence[] = [];
  for (const finding of findings) {
    const gap = finding.summary[0]?.values.gap;
    if (typeof gap !== 'number') continue;
    const established = scene.facts.sysctl.get('net.netfilter.nf_conntrack_tcp_timeout_established');
    const limit = Number(established?.value ?? Number.NaN);
    if (
      (finding.kind === 'leak-entry-gone' || finding.kind === 'rebalanced-entry-gone' || finding.kind === 'stall-entry-gone') &&
      established &&
      limit > gap / 1e9
    ) {
      list.push(say('clash.established', { file: established.file, limit, gap }));
    }
    const ipvs = scene.facts.ipvsTimeouts;
    if (finding.kind === 'ipvs-idle-expired' && ipvs && ipvs.tcp > gap / 1e9)
      list.push(say('clash.ipvsTimeout', { file: ipvs.file, limit: ipvs.tcp, gap }));
  }
  return list;
}

function backends(scene: Scene, findings: readonly Finding[]): Sentence[] {
  const seen = new Set<string>();
  return findings.flatMap((finding) => {
    const path = finding.path === null ? undefined : scene.correlation.paths[finding.path];
    if (!path?.service || finding.kind === 'ipvs-backend-removed-reset' || finding.kind === 'ipvs-backend-removed-silent') return [];
    const key = serviceKey(path);
    const facts = scene.facts.services.filter((s) => formatEndpoint({ address: s.address, port: s.port }) === key && s.backends.length > 0);
    const [fact] = facts;
    if (!fact || seen.has(key) || facts.some((s) => s.backends.some((b) => b.address === path.server.address))) return [];
    seen.add(key);
    return [say('clash.backend', { file: fact.file, server: formatEndpoint(path.server), service: key })];
  });
}

/** One address, two names of the same kind from two files. */
function names(scene: Scene): Sentence[] {
  const first = new Map<string, { name: string; file: string }>();
  const list: Sentence[] = [];
  for (const n of scene.facts.names) {
    if (n.kind === 'host') continue;
    const key = `${n.kind} ${n.address} ${n.port ?? ''}`;
    const known = first.get(key);
    if (!known) first.set(key, n);
    else if (known.name !== n.name && known.file !== n.file)
      list.push(say('clash.name', { file: known.file, file2: n.file, address: n.address, name: known.name, other: n.name }));
  }
  return list.slice(0, 10);
}
