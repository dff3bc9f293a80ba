// Which packets travel: rows per tap, ascending.
import type { Analysis } from '../../engine/model/analysis.ts';
import type { Finding } from '../../engine/model/finding.ts';
import { IS_TCP, SYN } from '../../engine/model/packetTable.ts';
import type { PacketRef, PathId } from '../../engine/model/units.ts';

/**
 * `findings`: every packet of the paths with findings, and of those that findings take their evidence from, strays and ICMP errors about them
 * included. `evidence`: the packets that findings
 * name, those of leaks and resets, and each such path's handshake. `all`: everything that was captured.
 */
export type PacketChoice = 'findings' | 'evidence' | 'all';

/** @param also packets that notes, highlights and steps are pinned to: they travel in any case */
export function selectRows(analysis: Analysis, choice: PacketChoice, also: readonly PacketRef[]): Uint32Array[] {
  const { workspace } = analysis;
  const chosen = workspace.taps.map((tap) => new Uint8Array(tap.packets.length));
  const mark = (packet: PacketRef | null): void => {
    const rows = packet && chosen[packet.tap];
    if (rows && packet.row < rows.length) rows[packet.row] = 1;
  };
  also.forEach(mark);
  if (choice === 'all') for (const rows of chosen) rows.fill(1);
  else markPaths(analysis, choice, chosen, mark);
  return chosen.map(rowsOf);
}

function rowsOf(chosen: Uint8Array): Uint32Array {
  const rows = new Uint32Array(chosen.reduce((sum, one) => sum + one, 0));
  let at = 0;
  for (let r = 0; r < chosen.length; r++) if (chosen[r] === 1) rows[at++] = r;
  return rows;
}

function markPaths(
  analysis: Analysis,
  choice: 'findings' | 'evidence',
  chosen: readonly Uint8Array[],
  mark: (p: PacketRef | null) => void,
): void {
  const { diagnosis, correlation, workspace } = analysis;
  const paths = new Set<PathId>(diagnosis.findings.flatMap((f) => [...f.paths, ...(f.path === null ? [] : [f.path])]));
  // A later connection that went elsewhere may be why a finding is this one and not another.
  for (const packet of diagnosis.findings.flatMap(mentioned)) {
    const path = packet && pathOf(analysis, packet);
    if (path !== null) paths.add(path);
  }
  // Nothing is wrong: what there is to show are the connections themselves.
  if (paths.size === 0) for (const path of correlation.paths) paths.add(path.id);
  const wanted = wantedTuples(analysis, paths);
  for (const [t, tap] of workspace.taps.entries()) {
    const { tuple, flags } = tap.packets;
    const rows = chosen[t] as Uint8Array;
    for (let r = 0; r < tap.packets.length; r++) {
      if (!wanted[t]?.has(tuple[r]! >>> 1) || tuple[r]! >>> 1 === 0) continue;
      if (choice === 'findings' || (flags[r]! & (IS_TCP | SYN)) === (IS_TCP | SYN)) rows[r] = 1;
    }
  }
  if (choice === 'findings') return;
  diagnosis.findings.flatMap(mentioned).forEach(mark);
  for (const leak of correlation.leaks) for (const p of [...leak.packets, leak.sentAs, leak.twin]) mark(p);
  for (const reset of correlation.resets) for (const p of [...reset.packets, reset.cause.packet]) mark(p);
}

const mentioned = (f: Finding): (PacketRef | null)[] => [
  ...[...f.evidence, ...f.against].map((e) => e.packet),
  ...f.chain.flatMap((step) => step.packets),
];

function pathOf({ workspace, correlation }: Analysis, { tap, row }: PacketRef): PathId | null {
  const connection = (workspace.flows[tap]?.segments.connection[row] ?? 0) - 1;
  return connection < 0 ? null : (correlation.paths[correlation.pathOf[tap]?.[connection] ?? -1]?.id ?? null);
}

/** Tuple ids of the paths' legs and strays, by tap. */
function wantedTuples({ correlation, workspace }: Analysis, paths: ReadonlySet<PathId>): readonly Set<number>[] {
  const wanted = workspace.taps.map(() => new Set<number>());
  for (const path of correlation.paths) {
    if (!paths.has(path.id)) continue;
    for (const { tap, connection } of [...path.legs, ...path.strays]) {
      const tuple = workspace.flows[tap]?.connections.tuple[connection];
      if (tuple !== undefined) wanted[tap]?.add(tuple);
    }
  }
  return wanted;
}
