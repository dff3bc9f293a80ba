// Files beside captures → facts. Nothing in them is believed blindly, and nothing in them can stop the analysis.
import type { ContextFacts, ContextKind } from '../../model/context.ts';
import { readConntrackList, readConntrackStats } from './conntrack.ts';
import { Draft } from './draft.ts';
import { readIpvs, readIpvsConnections } from './ipvs.ts';
import { readKubectl } from './kubectl.ts';
import { headOf } from './lines.ts';
import { readLog } from './logs.ts';
import { HEAD_LINES, recognise } from './recognise.ts';
import { readIptables, readNftables } from './rules.ts';
import { readHosts, readSysctl, readUname } from './settings.ts';

export interface ContextText {
  readonly name: string;
  readonly text: string;
}

/** Turns YAML text into plain values; throws on what it can't read. Handed in, so that only who needs YAML loads it. */
export type ParseYaml = (text: string) => unknown;

/** Larger files are not read: the tools' output for ten thousand pods stays below. Characters. */
export const LARGEST_CONTEXT = 64 * 1024 * 1024;

type Reader = (text: string, file: string, draft: Draft) => void;
const READERS: Readonly<Record<Exclude<ContextKind, 'kubectl'>, Reader>> = {
  hosts: readHosts,
  'conntrack-list': readConntrackList,
  'conntrack-stats': readConntrackStats,
  sysctl: readSysctl,
  uname: readUname,
  iptables: readIptables,
  nftables: readNftables,
  'ipvs-services': readIpvs,
  'ipvs-connections': readIpvsConnections,
  log: readLog,
};

/** Reads all files; one that is not understood is listed with the reason. */
export function readContext(files: readonly ContextText[], parseYaml: ParseYaml): ContextFacts {
  const draft = new Draft();
  for (const { name, text } of files) {
    const before = draft.size;
    const { kind, problem } = readOne(name, text, draft, parseYaml);
    const facts = draft.size - before;
    draft.files.push({
      name,
      kind,
      facts,
      problem: problem ?? (draft.isFull ? 'It holds more than can be kept; the rest is left out.' : null),
    });
  }
  return draft.finish();
}

function readOne(name: string, text: string, draft: Draft, parseYaml: ParseYaml): { kind: ContextKind | null; problem: string | null } {
  if (text.length > LARGEST_CONTEXT) return { kind: null, problem: 'It is larger than 64 MB; give only what concerns these captures.' };
  const kind = recognise(headOf(text, HEAD_LINES));
  if (kind === null) return { kind, problem: 'It is of no kind that is understood.' };
  if (kind !== 'kubectl') {
    READERS[kind](text, name, draft);
    return { kind, problem: null };
  }
  try {
    readKubectl(/^\s*\{/.test(text) ? JSON.parse(text) : parseYaml(text), name, draft);
    return { kind, problem: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0]?.slice(0, 200) : '';
    return { kind, problem: `It can't be read to its end: ${reason}` };
  }
}
