// What context files say, without what must not leave: the same maps as for the packets, and no words unless asked for.
import { type ContextRecord, concerning, hostOf, NO_CONTEXT_RECORD } from '../context.ts';
import type { RedactionChoices } from './choices.ts';
import type { TextRedactor } from './textRedactor.ts';

export interface ContextRedaction {
  readonly choices: RedactionChoices;
  readonly text: TextRedactor;
  /** An address as text. */
  readonly mapAddress: (address: string) => string;
  /** Addresses of the packets that leave, before they were replaced: of others nothing is said. */
  readonly isThere: (address: string) => boolean;
  readonly shift: bigint;
}

/** What a log line told, where its words stay behind. */
export const PLAIN_WORDS: Readonly<Record<ContextRecord['marks'][number]['kind'], string>> = {
  reset: 'connection reset',
  timeout: 'timed out',
  refused: 'connection refused',
  closed: 'closed',
  other: 'logged',
};

export function redactContext(record: ContextRecord, run: ContextRedaction): ContextRecord {
  const { choices, text, mapAddress, shift } = run;
  if (choices.context === 'drop') return NO_CONTEXT_RECORD;
  const { redact } = text;
  const hasWords = choices.context === 'words';
  const endpoint = (e: string): string => {
    const address = mapAddress(hostOf(e));
    return `${address.includes(':') ? `[${address}]` : address}:${e.slice(e.lastIndexOf(':') + 1)}`;
  };
  const ends = (tuple: { readonly source: string; readonly destination: string }) => ({
    source: endpoint(tuple.source),
    destination: endpoint(tuple.destination),
  });
  const here = concerning(record, run.isThere);
  // Field by field: a field this version does not know can't be redacted, so it does not leave.
  return {
    // A parser's complaint quotes what it could not read.
    files: here.files.map((f) => ({ name: redact(f.name), kind: f.kind, facts: f.facts, problem: f.problem && 'It was read in part.' })),
    names: here.names.map((n) => ({
      address: mapAddress(n.address),
      port: n.port,
      name: redact(n.name),
      kind: n.kind,
      node: n.node && redact(n.node),
      file: redact(n.file),
    })),
    services: here.services.map((s) => ({
      name: redact(s.name),
      address: mapAddress(s.address),
      port: s.port,
      backends: s.backends.map((b) => ({ address: mapAddress(b.address), port: b.port })),
      via: s.via,
      file: redact(s.file),
    })),
    conntrack: here.conntrack.map((e) => ({
      state: e.state,
      secondsLeft: e.secondsLeft,
      original: ends(e.original),
      reply: ends(e.reply),
      unreplied: e.unreplied,
      assured: e.assured,
      file: redact(e.file),
    })),
    counters: here.counters.map((c) => ({ file: redact(c.file), values: c.values })),
    sysctl: here.sysctl.map((s) => ({ name: s.name, value: s.value, file: redact(s.file) })),
    kernels: here.kernels.map((k) => ({ release: k.release, node: k.node && redact(k.node), file: redact(k.file) })),
    invalidRules: here.invalidRules.map((r) => ({
      chain: redact(r.chain),
      action: r.action,
      packets: r.packets,
      text: hasWords ? redact(r.text) : '',
      file: redact(r.file),
    })),
    hasRules: here.hasRules,
    ipvsTimeouts: here.ipvsTimeouts && {
      tcp: here.ipvsTimeouts.tcp,
      tcpfin: here.ipvsTimeouts.tcpfin,
      file: redact(here.ipvsTimeouts.file),
    },
    proxyMode: here.proxyMode && { mode: here.proxyMode.mode, file: redact(here.proxyMode.file) },
    marks: here.marks.map((m) => ({
      time: (BigInt(m.time) - shift).toString(),
      text: hasWords ? redact(m.text) : PLAIN_WORDS[m.kind],
      kind: m.kind,
      endpoints: m.endpoints.map(endpoint),
      file: redact(m.file),
      line: m.line,
    })),
  };
}
