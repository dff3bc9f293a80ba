// All that rules may look at: the workspace and what was concluded from it, indexed by path.
import { groupBy } from '../../base/groupBy.ts';
import { type Endpoint, formatEndpoint } from '../model/address.ts';
import { frameOf } from '../model/capture.ts';
import { clockAhead } from '../model/clockTime.ts';
import type { ContextFacts } from '../model/context.ts';
import type { Clock, ClockStep, Correlation, Leak, Path, Reset, Workspace } from '../model/correlation.ts';
import { IS_TCP, type PacketTable, SYN } from '../model/packetTable.ts';
import type { Nanos, PacketRef, TapId } from '../model/units.ts';
import { nanos } from '../model/units.ts';
import type { PathReplay } from '../model/verdict.ts';
import { spanOf, type TapTime, tapTimes } from '../replay/time.ts';
import { ByEndpoint } from './byEndpoint.ts';
import { PathView } from './pathView.ts';
import { Scans } from './scans.ts';

/** Lets the rules look at something that is not in the tables: whether the checksum of a packet as captured is right. */
export type ChecksumOf = (packet: PacketRef) => 'right' | 'wrong' | 'unknown';

const NO_LEAKS: readonly Leak[] = [];
const NO_RESETS: readonly Reset[] = [];

export class Scene {
  readonly workspace: Workspace;
  readonly correlation: Correlation;
  readonly replays: readonly (PathReplay | null)[];
  readonly facts: ContextFacts;
  readonly checksumOf: ChecksumOf;
  readonly #leaks: Map<number, Leak[]>;
  readonly #resets: Map<number, Reset[]>;
  readonly #views: (PathView | undefined)[];
  #passing: PathView | null = null;
  #times: readonly TapTime[] | null = null;
  #byService: ByEndpoint | null = null;
  #byClient: ByEndpoint | null = null;
  #scans: Scans | undefined;

  constructor(
    workspace: Workspace,
    correlation: Correlation,
    replays: readonly (PathReplay | null)[],
    facts: ContextFacts,
    checksumOf: ChecksumOf,
  ) {
    this.workspace = workspace;
    this.correlation = correlation;
    this.replays = replays;
    this.facts = facts;
    this.checksumOf = checksumOf;
    this.#views = new Array<PathView | undefined>(correlation.paths.length).fill(undefined);
    this.#leaks = groupBy(correlation.leaks, (l) => l.path);
    this.#resets = groupBy(correlation.resets, (r) => r.path ?? -1);
  }

  /**
   * The view of a path that is looked at once, as there are many: kept with what was computed of it only until the next one is asked for,
   * unless somebody asked for it to stay.
   */
  passing(path: Path): PathView {
    const known = this.#views[path.id] ?? (this.#passing?.path === path ? this.#passing : null);
    if (known) return known;
    this.#passing = new PathView(this, path, true);
    return this.#passing;
  }

  view(path: Path): PathView {
    const known = this.#views[path.id];
    if (known) return known;
    const view = new PathView(this, path);
    this.#views[path.id] = view;
    return view;
  }

  leaksOf(path: Path): readonly Leak[] {
    return this.#leaks.get(path.id) ?? NO_LEAKS;
  }

  resetsOf(path: Path): readonly Reset[] {
    return this.#resets.get(path.id) ?? NO_RESETS;
  }

  packets(tap: TapId): PacketTable {
    return this.workspace.taps[tap].packets;
  }

  tapName(tap: TapId): string {
    return this.workspace.taps[tap].name;
  }

  frame(ref: PacketRef): number {
    return frameOf(this.workspace.taps[ref.tap], ref.row).frame;
  }

  /** Time of a packet on the reference clock, Nanos since `Workspace.epoch`. */
  time(ref: PacketRef): Nanos {
    return this.#time(ref.tap, this.packets(ref.tap).time[ref.row], (step) => ref.row >= step.row);
  }

  /** The same for a moment on a tap's own clock, Nanos since its epoch. */
  ownTime(tap: TapId, own: number): Nanos {
    return this.#time(tap, own, (step) => own >= step.time);
  }

  #time(tap: TapId, own: number, isPast: (step: ClockStep) => boolean): Nanos {
    const packets = this.packets(tap);
    const clock: Clock | undefined = this.correlation.clocks[tap];
    const base = Number(packets.epoch - this.workspace.epoch) + own;
    return nanos(clock ? base - clockAhead(clock, own, isPast) : base);
  }

  /** When a capture point saw its first and its last packet, reference clock: before and after, its silence proves nothing. */
  spanOf(tap: TapId): readonly [first: number, last: number] {
    this.#times ??= tapTimes(this.workspace, this.correlation.clocks);
    return spanOf(this.#times[tap]);
  }

  /** When a capture point saw its last packet, reference clock: later on its silence proves nothing. */
  lastTime(tap: TapId): number {
    return this.spanOf(tap)[1];
  }

  /** Did a capture begin after this (reference clock), and in the midst of a connection? Where it begins with a SYN there may just have been none. */
  beganAfter(tap: TapId, time: number): boolean {
    if (this.spanOf(tap)[0] <= time) return false;
    const { flags } = this.packets(tap);
    const first = flags.findIndex((f) => (f & IS_TCP) !== 0);
    return first >= 0 && (flags[first] & SYN) === 0;
  }

  /** By time of their first packet: paths to the same service address, or to the same server where there is no service. */
  siblings(path: Path): readonly Path[] {
    this.#byService ??= new ByEndpoint(this.correlation.paths, serviceOf);
    return this.#byService.of(serviceOf(path));
  }

  /** By time of their first packet: paths of the same client endpoint, the same port used again. */
  sameClient(path: Path): readonly Path[] {
    this.#byClient ??= new ByEndpoint(this.correlation.paths, (p) => p.client);
    return this.#byClient.of(path.client);
  }

  /** How many ports of the host this path's client tried, where it was looking for open ones (a scan); else null. */
  portsScanned(path: Path): number | null {
    this.#scans ??= new Scans(this.correlation.paths);
    return this.#scans.portsTriedWith(path);
  }

  /** Were two paths captured at points whose clocks the packets relate? Captures that have nothing in common may be of another day. */
  areRelated(a: Path, b: Path): boolean {
    const of = ({ legs }: Path): TapId | undefined => legs[0] && this.correlation.clocks[legs[0].tap]?.related;
    return of(a) === of(b);
  }
}

/** What the client connected to, as text. */
export const serviceKey = (path: Path): string => formatEndpoint(serviceOf(path));

const serviceOf = (path: Path): Endpoint => path.service ?? path.server;

/** Index of the first path that began after a time, in a list by time. */
export function firstAfter(paths: readonly Path[], time: number): number {
  let [low, high] = [0, paths.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (paths[middle].firstTime > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
