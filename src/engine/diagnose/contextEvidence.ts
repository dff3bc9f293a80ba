// What context files add to a finding: settings in force, counters, entries, and what the applications logged.
import { formatEndpoint } from '../model/address.ts';
import type { LogMark } from '../model/context.ts';
import type { ChainStep, Evidence, NonEmpty } from '../model/finding.ts';
import type { PacketRef } from '../model/units.ts';
import { evidence } from './kit.ts';
import type { Match } from './rank.ts';
import type { Case } from './rule.ts';
import type { Scene } from './scene.ts';
import { say } from './wording/render.ts';

/** Sysctls that a kind of finding turns on, where a file states them. */
const SYSCTLS: Readonly<Record<string, readonly string[]>> = {
  leak: ['net.netfilter.nf_conntrack_tcp_be_liberal'],
  entry: ['net.netfilter.nf_conntrack_tcp_loose', 'net.netfilter.nf_conntrack_tcp_timeout_established'],
  ipvs: ['net.ipv4.vs.conntrack', 'net.ipv4.vs.expire_nodest_conn', 'net.ipv4.vs.conn_reuse_mode'],
};
/** An application logs what happened within this time. Nanos. */
const LOG_DELAY = 5_000_000_000n;
/** A log of a host whose clock differs a little may be early. Nanos. */
const LOG_EARLY = 500_000_000n;
const LONGEST_QUOTE = 160;

/** Evidence from files, each item bound to the packet that it explains. */
export function contextEvidence(scene: Scene, { rule, path }: Match, c: Case): readonly Evidence[] {
  const { facts } = scene;
  if (facts.files.length === 0) return [];
  const { packet } = c.evidence[0];
  const list: Evidence[] = [];
  const family = rule.slug.startsWith('ipvs')
    ? 'ipvs'
    : /entry|expired/.test(rule.slug)
      ? 'entry'
      : /^leak|invalid|node/.test(rule.slug)
        ? 'leak'
        : '';
  for (const name of SYSCTLS[family] ?? []) {
    const fact = facts.sysctl.get(name);
    if (fact) list.push(evidence(packet, say('ev.file.sysctl', { file: fact.file, name, value: fact.value })));
  }
  if (family === 'leak') {
    const [kernel] = facts.kernels;
    if (kernel) list.push(evidence(packet, say('ev.file.kernel', { file: kernel.file, release: kernel.release })));
    if (facts.hasRules && facts.invalidRules.length === 0) list.push(evidence(packet, say('ev.file.noRule')));
    const counter = facts.counters.reduce((most, x) => Math.max(most, x.values.get('invalid') ?? 0), 0);
    const file = facts.counters.find((x) => x.values.get('invalid') === counter)?.file;
    if (file && counter > 0) list.push(evidence(packet, say('ev.file.counter', { file, count: counter })));
  }
  const [client, service, server] = [path.client, path.service, path.server].map((e) => (e ? formatEndpoint(e) : ''));
  const entry = facts.conntrack.find(
    (e) => e.original.source === client && (e.original.destination === service || e.original.destination === server),
  );
  if (entry) list.push(evidence(packet, say('ev.file.entry', { file: entry.file, state: entry.state, reply: entry.reply.source })));
  if (rule.slug === 'ipvs-idle-expired' && facts.ipvsTimeouts) {
    list.push(evidence(packet, say('ev.file.ipvsTimeout', { file: facts.ipvsTimeouts.file, limit: facts.ipvsTimeouts.tcp })));
  }
  return list;
}

/** What the applications logged just after a finding struck, as last steps of its chain. */
export function loggedSteps(scene: Scene, { path }: Match, c: Case): readonly ChainStep[] {
  const from = scene.workspace.epoch + BigInt(Math.round(c.at));
  const own = new Set([path.client, path.service, path.server].flatMap((e) => (e ? [formatEndpoint(e)] : [])));
  const last: PacketRef = c.chain.flatMap((s) => s.packets).at(-1) ?? c.evidence[0].packet;
  const seen = new Set<string>();
  const steps: ChainStep[] = [];
  for (const mark of scene.facts.marks) {
    const at = BigInt(mark.time);
    if (mark.kind === 'closed' || at < from - LOG_EARLY || at > from + LOG_DELAY || seen.has(mark.file)) continue;
    if (mark.endpoints.length > 0 ? !mark.endpoints.some((e) => own.has(e)) : scene.correlation.paths.length > 50) continue;
    seen.add(mark.file);
    steps.push({ says: say('step.logged', { file: mark.file, line: String(mark.line), text: quote(mark) }), packets: [last] });
  }
  return steps.slice(0, 4);
}

const quote = (mark: LogMark): string => (mark.text.length > LONGEST_QUOTE ? `…${mark.text.slice(-LONGEST_QUOTE)}` : mark.text);

/** Evidence with what files add. */
export const withContext = (scene: Scene, match: Match, c: Case): NonEmpty<Evidence> => [
  c.evidence[0],
  ...c.evidence.slice(1),
  ...contextEvidence(scene, match, c),
];
