// A recorded scenario (`truth.json` beside captures) against the replay: what the real kernel said of each packet.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesSource } from '../engine/capture/source.ts';
import { profileOfKernel } from '../engine/conntrack/profiles.ts';
import { analyzeFlows } from '../engine/flow/analyzeFlows.ts';
import { rowOfFrame, type Tap } from '../engine/model/capture.ts';
import type { Correlation, Workspace } from '../engine/model/correlation.ts';
import { type JourneyId, journeyId, tapId } from '../engine/model/units.ts';
import { type PathReplay, type Profile, type TrackerSettings, V_DROPPED, V_INVALID } from '../engine/model/verdict.ts';
import { judgeJourneys, judgeLeaks } from '../engine/replay/judge.ts';
import { openSources } from './captureFiles.ts';

interface Sighting {
  readonly file: string;
  readonly frame: number;
  readonly role?: string;
}
interface KernelVerdict {
  readonly invalid?: boolean;
  readonly reason?: string | null;
}
interface RecordedPacket {
  readonly id: string;
  readonly kind: string;
  readonly fate?: string;
  readonly kernel?: KernelVerdict;
  readonly bytes_below_window?: number | null;
  readonly sightings: readonly Sighting[];
}
export interface Truth {
  readonly scenario: string;
  readonly kernel: string;
  readonly captures: readonly { readonly point: string; readonly files: readonly { readonly file: string }[] }[];
  readonly nat: { readonly kind: string };
  readonly settings: {
    readonly nf_conntrack_tcp_be_liberal: number;
    readonly nf_conntrack_tcp_loose: number;
    readonly drop_invalid_rule: boolean;
    readonly sysctl?: Readonly<Record<string, string>>;
    readonly ipvs?: { readonly timeouts: string };
  };
  readonly leaked_packets: readonly RecordedPacket[];
  readonly invalid_not_forwarded: readonly RecordedPacket[];
  readonly resets: readonly RecordedPacket[];
  readonly kernel_evidence: Readonly<Record<string, unknown>>;
}

export const readTruth = (folder: string): Truth => JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8'));

/** Opens all capture points of a scenario. */
export async function openScenario(folder: string, truth: Truth): Promise<Workspace> {
  const taps: Tap[] = [];
  for (const { point, files } of truth.captures) {
    const opened = await openSources(files.map(({ file }) => bytesSource(file, readFileSync(join(folder, file)))));
    taps.push({ ...opened, id: tapId(taps.length), name: point });
  }
  return { epoch: taps[0]?.packets.epoch ?? 0n, taps, flows: taps.map((tap) => analyzeFlows(tap.packets)) };
}

export interface Evidence {
  /** Packets that the kernel called INVALID, and those of them that the replay calls so. */
  readonly invalid: number;
  readonly invalidFound: number;
  /** Packets of the replay that are INVALID, each counted once at the node. */
  readonly predicted: number;
  /** What the kernel counted. */
  readonly counted: number;
  /** The very last packet of the recording is INVALID in the replay: it may have come after the counters were read. */
  readonly isLastInvalid: boolean;
  readonly complaints: readonly string[];
}

export function compareWithKernel(
  workspace: Workspace,
  correlation: Correlation,
  replays: readonly (PathReplay | null)[],
  truth: Truth,
): Evidence {
  const find = journeyFinder(workspace, correlation);
  const complaints: string[] = [];
  let [invalid, invalidFound] = [0, 0];
  const packets: [string, RecordedPacket, readonly Sighting[]][] = [
    ...truth.leaked_packets.map((p): [string, RecordedPacket, Sighting[]] => ['leak', p, p.sightings.filter((s) => s.role === 'leaked')]),
    ...truth.invalid_not_forwarded.map((p): [string, RecordedPacket, Sighting[]] => [
      'not forwarded',
      p,
      p.sightings.filter((s) => s.role === 'late' || s.role === 'original'),
    ]),
    ...truth.resets.map((p): [string, RecordedPacket, readonly Sighting[]] => ['reset', p, p.sightings]),
  ];
  const expected = new Set<number>();
  for (const [what, packet, sightings] of packets) {
    const journeys = new Set(sightings.map(find).filter((j) => j >= 0));
    for (const j of journeys) {
      const replay = replays[correlation.journeys.path[j]];
      const at = j - correlation.journeys.pathStart[correlation.journeys.path[j]];
      const verdict = replay?.verdicts.verdict[at] ?? 0;
      const isInvalid = verdict === V_INVALID || verdict === V_DROPPED;
      if (packet.kernel?.invalid) {
        if (!expected.has(j)) {
          expected.add(j);
          invalid++;
          if (isInvalid) invalidFound++;
          else complaints.push(`${what} ${packet.id} ${packet.kind ?? ''} is INVALID (${packet.kernel.reason}), replay says ${verdict}`);
        }
      } else if (packet.kernel?.invalid === false && isInvalid) complaints.push(`${what} ${packet.id} was accepted, replay says INVALID`);
    }
    if (journeys.size === 0 && sightings.length > 0) complaints.push(`${what} ${packet.id}: no journey`);
  }
  compareReasons(workspace, correlation, replays, truth, find, complaints);
  const predicted = countInvalid(workspace, correlation, replays);
  return { invalid, invalidFound, predicted, counted: countedBy(truth), isLastInvalid: isLastInvalid(correlation, replays), complaints };
}

/** INVALID packets by the node's own counters. */
export const countedBy = (truth: Truth): number => Number(truth.kernel_evidence.packets_matched_by_ctstate_INVALID ?? 0);

function isLastInvalid({ journeys }: Correlation, replays: readonly (PathReplay | null)[]): boolean {
  let last = 0;
  for (let j = 1; j < journeys.length; j++) if (journeys.firstTime[j] > journeys.firstTime[last]) last = j;
  const path = journeys.path[last];
  const verdict = replays[path]?.verdicts.verdict[last - journeys.pathStart[path]];
  return verdict === V_INVALID || verdict === V_DROPPED;
}

function compareReasons(
  workspace: Workspace,
  correlation: Correlation,
  replays: readonly (PathReplay | null)[],
  truth: Truth,
  find: (s: Sighting) => number,
  complaints: string[],
): void {
  const reasons = new Map<number, { reason: string | null; below: number | null }>();
  for (const replay of replays) {
    if (!replay || !correlation.leaks.some((l) => l.path === replay.path)) continue;
    for (const leak of judgeLeaks(workspace, correlation, replay))
      reasons.set(leak.journey, { reason: leak.reason, below: leak.bytesBelowWindow });
  }
  for (const leak of truth.leaked_packets) {
    if (!leak.kernel?.invalid) continue;
    const j = leak.sightings.filter((s) => s.role === 'leaked').map(find)[0] ?? -1;
    const said = reasons.get(j);
    if (said === undefined) continue;
    const reason = leak.kernel.reason?.replace(/^[^:]*: /, '') ?? null;
    if (reason !== null && said.reason !== reason) complaints.push(`leak ${leak.id}: kernel says '${reason}', replay '${said.reason}'`);
    const below = leak.bytes_below_window;
    if (typeof below === 'number' && said.below !== below)
      complaints.push(`leak ${leak.id}: ${below} below the window, replay ${said.below}`);
  }
}

/** INVALID packets of the replay; parts of one large packet at the node count once, as the kernel judged it once. */
function countInvalid(workspace: Workspace, correlation: Correlation, replays: readonly (PathReplay | null)[]): number {
  let count = 0;
  for (const replay of replays) {
    if (!replay) continue;
    const first = correlation.journeys.pathStart[replay.path];
    const invalid: JourneyId[] = [];
    replay.verdicts.verdict.forEach((v, i) => {
      if ((v === V_INVALID || v === V_DROPPED) && replay.verdicts.arrived[i] === 1) invalid.push(journeyId(first + i));
    });
    if (invalid.length === 0) continue;
    // A part shares its packet's judgement: only packets that were fed are judged.
    count += judgeJourneys(workspace, correlation, replay, new Set(invalid)).size;
  }
  return count;
}

/** Journey of a frame: the one that has it among its sightings; −1 none. */
function journeyFinder(workspace: Workspace, { journeys }: Correlation): (s: Sighting) => number {
  const byRow = new Map<number, number>();
  for (let j = 0; j < journeys.length; j++) {
    for (let s = journeys.start[j]; s < journeys.start[j + 1]; s++) {
      byRow.set(journeys.sightingTap[s] * 2 ** 32 + journeys.sightingRow[s], j);
    }
  }
  return ({ file, frame }) => {
    for (const tap of workspace.taps) {
      const found = tap.files.find((f) => f.name === file);
      if (found) return byRow.get(tap.id * 2 ** 32 + rowOfFrame(found, frame)) ?? -1;
    }
    return -1;
  };
}

/** Profile and settings as the scenario's node had them. */
export function kernelOf(truth: Truth): { profile: Profile; settings: TrackerSettings } {
  const { settings, nat } = truth;
  const timeouts: Record<string, number> = {};
  for (const [name, value] of Object.entries(settings.sysctl ?? {})) {
    const found = /^nf_conntrack_tcp_timeout_(\w+)$/.exec(name);
    if (found?.[1]) timeouts[found[1]] = Number(value);
  }
  const ipvs = /tcp udp\): (\d+)|: (\d+) \d+ \d+$/.exec(settings.ipvs?.timeouts ?? '');
  if (ipvs) timeouts.ipvs_tcp = Number(ipvs[1] ?? ipvs[2]);
  return {
    profile: profileOfKernel(truth.kernel.replace(/^Linux /, '')) ?? '5.10',
    settings: {
      be_liberal: settings.nf_conntrack_tcp_be_liberal === 1,
      loose: settings.nf_conntrack_tcp_loose !== 0,
      dropInvalid: settings.drop_invalid_rule,
      ipvs: nat.kind.startsWith('IPVS'),
      timeouts,
    },
  };
}
