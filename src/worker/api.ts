// What the page may ask of the engine worker: types only. Views know the engine by this file and by `engine/model`.
// Over 400 lines because it is the whole contract between page and worker in one place, without code.
//
// To add a query: its signature to `EngineQueries` (arguments and answer must survive structured cloning), its handler to
// `handlers.ts`. Views call it by `useQuery(name, …args)` of `views/shared/engine.ts`, or `engine.query(name, …args)`.
import type { Result } from '../base/result.ts';
import type { ContextRecord } from '../document/context.ts';
import type { IncidentError } from '../document/file/readIncidentFile.ts';
import type { IncidentDocument } from '../document/model.ts';
import type { RedactionChoices } from '../document/redact/choices.ts';
import type { OpenedIncident } from '../document/share/openIncident.ts';
import type { PacketChoice } from '../document/share/selectRows.ts';
import type { CaptureProblem } from '../engine/model/capture.ts';
import type { ClockDetail, ConnectionListAnswer, ConnectionListRequest, PathHeader } from '../engine/model/connectionList.ts';
import type { Clock, Confidence, CorrelationHints, Path, TapPosition } from '../engine/model/correlation.ts';
import type { FilterError, FilterHint, Suggestion } from '../engine/model/filter.ts';
import type { Severity, VerdictText } from '../engine/model/finding.ts';
import type { Ladder, LadderDensity, LadderPlace, LadderSelectionTotals, LadderSpan, LadderWindow } from '../engine/model/ladder.ts';
import type { PacketDetail } from '../engine/model/packetDetail.ts';
import type { PacketListAnswer, PacketListRequest, PacketTotals } from '../engine/model/packetList.ts';
import type { PlotAnswer, PlotRequest, PlotSource } from '../engine/model/plot.ts';
import type { PacketRef, PathId, TapId } from '../engine/model/units.ts';
import type { Profile, TrackerSettings } from '../engine/model/verdict.ts';
import type { Assumption, BandRequest, ReplaySummary, WhatIfAnswer, WhatIfRequest, WindowBand } from '../engine/model/whatIf.ts';
import type { ComparisonText } from '../engine/query/compareText.ts';
import type { PictureNote } from '../figure/ladderPicture.ts';

export type Language = 'en' | 'zh';

/** A file or a rotated set that becomes one capture point. `key` is the page's own name for it and never changes. */
export interface TapRequest {
  readonly key: string;
  readonly name: string;
  readonly files: readonly File[];
  /** Parallel to `files`: frame numbers that packets had in another file (parts of an opened incident). */
  readonly frames?: readonly (Uint32Array | null)[];
}

/** Octets are as stored in the files; `packets` have been indexed so far. */
export interface OpenProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly packets: number;
  /** Said once, of a large capture: its first packets can be analysed while the rest is read. The other figures are then of no account. */
  readonly showable?: boolean;
}

/** Why a file gave no capture point. Each kind is one sentence in the dictionaries of `views/taps`. */
export type OpenError =
  | { readonly kind: 'notACapture'; readonly file: string; readonly looksLike: string | null }
  | { readonly kind: 'empty'; readonly file: string }
  | { readonly kind: 'unsupported'; readonly file: string; readonly detail: string }
  | { readonly kind: 'damaged'; readonly file: string; readonly detail: string }
  /** The browser can't read the file any more: changed, removed, or no permission. */
  | { readonly kind: 'unreadable'; readonly file: string; readonly detail: string }
  | { readonly kind: 'noMemory'; readonly file: string }
  | { readonly kind: 'crashed'; readonly file: string; readonly detail: string }
  | { readonly kind: 'hung'; readonly file: string; readonly seconds: number }
  | { readonly kind: 'cancelled'; readonly file: string };

/** What a file is by its content. `context` names or configures things; `incident` is a file of ours. */
export type FileKind = 'capture' | 'context' | 'incident' | 'empty' | 'text' | 'image' | 'archive' | 'unknown';

/** Files of a drop, told apart. `groups` are indexes of captures that make one capture point, in the order they were written. */
export interface SortedFiles {
  readonly kinds: readonly (FileKind | { readonly unreadable: string })[];
  readonly groups: readonly (readonly number[])[];
}

/** One file of a capture point as the capture panel shows it. */
export interface FileSummary {
  readonly name: string;
  readonly size: number;
  readonly plainSize: number | null;
  readonly format: 'pcap' | 'pcapng';
  readonly compression: 'gzip' | 'zstd' | null;
  readonly byteOrder: 'little' | 'big';
  /** LINKTYPE_ numbers of tcpdump.org. */
  readonly linkTypes: readonly number[];
  readonly snapLength: number;
  readonly packets: number;
  readonly udp: number;
  readonly icmp: number;
  readonly other: number;
  readonly cutPackets: number;
  readonly dropped: number | null;
  readonly comments: readonly string[];
  readonly facts: readonly (readonly [string, string])[];
  readonly problems: readonly CaptureProblem[];
  /** SHA-256 hex, for telling whether a file dropped later is the same. Of the whole file up to 8 MB, of its size and samples beyond. */
  readonly digest: string;
}

/** What was understood of a capture point before anything is known across them. Times: nanoseconds since 1970, own clock. */
export interface TapSummary {
  readonly key: string;
  readonly name: string;
  readonly files: readonly FileSummary[];
  readonly packets: number;
  readonly tcp: number;
  readonly first: bigint | null;
  readonly last: bigint | null;
  readonly connections: number;
  /** Connections whose handshake was not captured. */
  readonly midstream: number;
  /** Largest packet, octets on the wire. */
  readonly largestPacket: number;
  /** The most octets captured of a packet that was cut; 0 where nothing was. */
  readonly cutAt: number;
  /** Packets per equal slice of `first … last`. */
  readonly activity: Uint32Array;
  /** Files of the set that could not be read at all. */
  readonly unread: readonly OpenError[];
  /** Equal for equal packets, however they are stored or compressed. */
  readonly packetDigest: string;
}

/** Which capture points to analyse, and what the user corrected. */
export interface AnalyzeRequest {
  readonly taps: readonly { readonly key: string; readonly name: string }[];
  readonly hints: CorrelationHints;
  readonly profile: Profile | null;
  readonly settings: TrackerSettings | null;
}

export type AnalysisStage = 'flows' | 'correlate' | 'replay' | 'diagnose';

export interface AnalyzeProgress {
  readonly stage: AnalysisStage;
  /** 0…1 of the whole. */
  readonly fraction: number;
}

export type AnalyzeError = { readonly kind: 'crashed'; readonly detail: string } | { readonly kind: 'hung'; readonly seconds: number };

/** What every view may know without asking: small, and replaced as a whole by each analysis. */
export interface AnalysisSummary {
  /** Counts analyses; queries answered for an older one are dropped. */
  readonly revision: number;
  /** Nanoseconds since 1970 that reference-clock times count from. */
  readonly epoch: bigint;
  readonly taps: readonly AnalyzedTap[];
  readonly paths: number;
  readonly leaks: number;
  readonly resets: number;
  readonly findings: number;
  readonly mainPath: PathId | null;
  /** Keys of the capture points that saw a connection, from client to server. */
  readonly fromClient: readonly string[];
  /** First and last packet, reference clock, Nanos since `epoch`. */
  readonly firstTime: number;
  readonly lastTime: number;
}

export interface AnalyzedTap {
  readonly tap: TapId;
  readonly key: string;
  readonly name: string;
  readonly position: TapPosition;
  readonly clock: Pick<Clock, 'reference' | 'offset' | 'uncertainty' | 'pinned' | 'violations'>;
  readonly packets: number;
  readonly tcp: number;
}

/** A rendered sentence: plain words and the packets it names, which the page makes into jumps. */
export type RichText = readonly (string | PacketMention)[];
export interface PacketMention {
  readonly packet: PacketRef;
  /** `envoy #1992`. */
  readonly label: string;
}

export interface VerdictStep {
  readonly says: RichText;
  readonly packets: readonly PacketMention[];
}

/** One finding in the words of one language. */
export interface VerdictFinding {
  readonly index: number;
  readonly kind: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly path: PathId | null;
  readonly title: string;
  readonly summary: RichText;
  /** Names of the capture points its evidence lies in. */
  readonly seenAt: readonly string[];
  readonly evidence: readonly VerdictStep[];
  readonly against: readonly VerdictStep[];
  readonly chain: readonly VerdictStep[];
  readonly rivals: readonly { readonly kind: string; readonly title: string; readonly because: string }[];
  readonly remedies: readonly VerdictRemedy[];
  readonly paths: readonly PathId[];
  readonly blast: VerdictBlast | null;
}

export interface VerdictRemedy {
  readonly id: string;
  readonly says: string;
  readonly caveats: readonly string[];
  readonly whatIf: Readonly<Record<string, string>> | null;
}

/** See `BlastRadius`. */
export interface VerdictBlast {
  readonly connections: number;
  readonly critical: number;
  readonly perService: readonly { readonly service: string; readonly connections: number }[];
  readonly perNode: readonly { readonly node: string; readonly connections: number }[];
  readonly perMinute: readonly { readonly minute: number; readonly connections: number }[];
  readonly first: number;
  readonly last: number;
}

export interface Verdict {
  readonly outcome: VerdictText['kind'] | 'noTcp';
  /** The answer on top, at most two sentences. */
  readonly says: RichText;
  readonly findings: readonly VerdictFinding[];
  readonly undecided: readonly { readonly kind: string; readonly missing: string }[];
  readonly captureNext: readonly { readonly where: string; readonly command: string; readonly decides: string }[];
  readonly contradictions: readonly string[];
  readonly lookedAt: LookedAt;
}

/** What was looked at, for the answers that rest on absence. */
export interface LookedAt {
  readonly paths: number;
  readonly packets: number;
  readonly tcp: number;
  readonly udp: number;
  readonly icmp: number;
  readonly other: number;
  readonly resets: number;
  readonly leaks: number;
}

/**
 * Questions about the analysis in force. A method's arguments and answer are plain data. Answers are viewport-sized:
 * never a whole column.
 */
export interface EngineQueries {
  /** The findings in words; null before the first analysis. */
  verdict(language: Language): Verdict | null;
  /** Paths by id, a window of them. */
  paths(from: number, count: number): readonly Path[];
  /** A window of the connections that pass a filter, in an order. */
  connections(request: ConnectionListRequest): ConnectionListAnswer;
  /** Where a path stands in that list; −1 where the filter leaves it out. */
  connectionPosition(request: ConnectionListRequest, path: PathId): number;
  /** Legs of a path and why they are one connection. `path` null: the main finding's. */
  pathHeader(path: PathId | null, language: Language): PathHeader | null;
  /** Every capture point's clock with the bounds behind it. */
  clocks(language: Language): readonly ClockDetail[];
  /** By capture point why its clock can't be compared with the reference; empty where it can. */
  clocksApart(language: Language): readonly string[];
  /** `pilot #1490`: the names of packets. */
  packetLabels(packets: readonly PacketRef[]): readonly string[];
  /**
   * Rows of one ladder; `path` null: the main finding's. Null: nothing to draw. The others ask about the ladder of the same `path`.
   * With an assumption its packets also say what would have become of them.
   */
  ladder(path: PathId | null, assumption?: Assumption | null): Ladder | null;
  /** Packets of an open fold, by ordinal. */
  ladderWindow(path: PathId | null, first: number, count: number, assumption?: Assumption | null): LadderWindow;
  /** Packets between two times, or only how many when they are more than `most`. */
  ladderSpan(path: PathId | null, from: number, to: number, most: number, assumption?: Assumption | null): LadderSpan;
  ladderDensity(path: PathId | null, from: number, to: number, bins: number): LadderDensity | null;
  ladderTotals(path: PathId | null, from: number, to: number): LadderSelectionTotals | null;
  /** Where a packet stands. Null: in no ladder. */
  ladderPlace(path: PathId | null, packet: PacketRef): LadderPlace | null;
  /** Where packets lie in their files, and back: what outlives an analysis. Null where there is no such packet. */
  framePlaces(packets: readonly PacketRef[]): readonly (FramePlace | null)[];
  packetsAt(places: readonly FramePlace[]): readonly (PacketRef | null)[];
  /** A packet that stands for a path when ids change, and the path of a packet. */
  pathPacket(path: PathId): PacketRef | null;
  pathOfPacket(packet: PacketRef): PathId | null;
  /** Reads a shared incident. Needs no analysis. */
  openIncident(file: File): Result<OpenedIncident, IncidentError>;
  /** The open incident beside another one, given as an incident file or captures. Null: nothing to compare. */
  compareWith(files: readonly File[], language: Language): ComparisonText | null;
  /** What would leave; null before the first analysis. */
  /** What the open context files say, as an incident keeps it. */
  contextRecord(): ContextRecord;
  sharePreview(request: ShareRequest): SharePreview | null;
  /** What leaves, redacted; null before the first analysis. */
  share(request: ShareRequest, kind: ShareKind): SharedFiles | null;
  /** The diagram of what leaves, and the document as redacted. */
  shareLadder(request: ShareRequest): SharedLadder | null;
  /** A window of the packets that pass a filter. A scan goes on behind it: ask again until `done`. */
  packetList(request: PacketListRequest): PacketListAnswer;
  /** Where a packet stands in that list; −1 where the filter leaves it out. */
  packetPosition(request: PacketListRequest, packet: PacketRef): number;
  packetAtPosition(request: PacketListRequest, position: number): PacketRef | null;
  /** The packets from one place in that list to another, both counted; never more than `MOST_SELECTED`. */
  packetsBetween(request: PacketListRequest, from: number, to: number): readonly PacketRef[];
  packetTotals(packets: readonly PacketRef[]): PacketTotals;
  checkFilter(text: string): { readonly error: FilterError | null; readonly hints: readonly FilterHint[] };
  filterSuggestions(text: string, cursor: number): readonly Suggestion[];
  /** Fields, bytes, sightings and causes of one packet; null where there is no such packet. */
  packetDetail(packet: PacketRef, language: Language): PacketDetail | null;
  /** Curves of a path; null: of the packet's, or of the main finding's. */
  plotSources(path: PathId | null, packet: PacketRef | null): readonly PlotSource[];
  plot(request: PlotRequest): PlotAnswer | null;
  /** How the replay of a path went; null where it crosses no NAT. */
  replaySummary(path: PathId): ReplaySummary | null;
  /** What would change under another kernel or other settings. */
  whatIf(request: WhatIfRequest): WhatIfAnswer | null;
  /** The window of one direction over time. */
  windowBand(request: BandRequest): WindowBand | null;
}

/** A packet by capture point, file of it, and frame number there. */
export interface FramePlace {
  readonly key: string;
  readonly file: number;
  readonly frame: number;
}

/** `incident`: the annotated pcapng; `pcapng`: one file per tap; `tables`: Parquet of packets and journeys; `document`: none but the document. */
export type ShareKind = 'incident' | 'pcapng' | 'tables' | 'document';

export interface ShareRequest {
  /** The reader's annotations; what the analysis knows is filled in. */
  readonly document: IncidentDocument;
  /** For each capture point the indexes of its files in `document.captures`. */
  readonly captures: readonly { readonly key: string; readonly captures: readonly number[] }[];
  readonly packets: PacketChoice;
  readonly choices: RedactionChoices;
  /** Made for this dialog and never written: the same for preview and file. */
  readonly redactionKey: Uint8Array;
  readonly language: Language;
  /** Pictures of the diagram also say what would have been under it, unless only the evidence travels: a replay needs whole connections. */
  readonly assumption?: Assumption | null;
}

/** Counts and lists of what would leave. Lists hold what the captures say, not the replacements. */
export interface SharePreview {
  /** Octets of the incident file. */
  readonly size: number;
  readonly packets: { readonly of: number; readonly kept: number };
  readonly payload: { readonly captured: number; readonly kept: number };
  readonly addresses: readonly string[];
  readonly hardwareAddresses: readonly string[];
  readonly names: readonly SharedName[];
  /** Of capture points, and those the reader gave to lanes. */
  readonly points: readonly SharedName[];
  readonly files: readonly SharedName[];
  /** Comments of the captures' own. */
  readonly comments: number;
  readonly notes: number;
  /** Context files, with what was taken from each that leaves. */
  readonly context: readonly { readonly name: string; readonly kind: string; readonly facts: number }[];
  readonly textReplacements: number;
  /** Words in the reader's own texts that may identify something and that nothing replaces. */
  readonly suspicious: readonly string[];
  /** Packets that could not be read again, and those of which nothing is understood: of these only time and length leave. */
  readonly unreadable: number;
  readonly notUnderstood: number;
}

/** A diagram as it leaves, with what the reader added. Times of `document` are the ladder's. */
export interface SharedLadder {
  /** null: nothing to draw. */
  readonly ladder: Ladder | null;
  readonly document: IncidentDocument;
  readonly notes: readonly PictureNote[];
  /** Ids of packets, `p:12`. */
  readonly highlighted: ReadonlySet<string>;
  /** Packets of the bands that are open in the document's view. */
  readonly open: ReadonlyMap<number, readonly LadderWindow[]>;
}

/** A name, and what it is in what leaves; empty: nothing. */
export interface SharedName {
  readonly was: string;
  readonly becomes: string;
}

export interface SharedFiles {
  /** As redacted. */
  readonly document: IncidentDocument;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }[];
}

/** How `EngineQueries` are answered: on the worker's side each gets the session first; on the page's side each is a promise. */
export type QueryName = keyof EngineQueries;
export type QueryArgs<K extends QueryName> = Parameters<EngineQueries[K]>;
export type QueryAnswer<K extends QueryName> = ReturnType<EngineQueries[K]>;

/** What views hold of the engine: see `views/shared/engine.ts`. */
export interface Engine {
  /** Rejects only with a broken invariant, or `EngineGone` when the worker died or a newer worker took over. */
  query<K extends QueryName>(name: K, ...args: QueryArgs<K>): Promise<QueryAnswer<K>>;
}

/** What the worker exposes through comlink. Parsing workers and the engine worker run the same script. */
export interface WorkerApi {
  /** Tells what each file is by its first octets, and which captures are one set in several pieces. `paths` decide which lie together. */
  sort(files: readonly File[], paths: readonly string[]): Promise<SortedFiles>;
  /** Parses one capture point and hands its tables over `port`, never to the page. Progress at least four times a second. */
  parse(request: TapRequest, port: MessagePort, onProgress: (progress: OpenProgress) => void): Promise<Result<TapSummary, OpenError>>;
  /** Takes over what a parsing worker sends through `port`. Settles once it has arrived. */
  adopt(key: string, port: MessagePort): Promise<void>;
  /** Forgets a capture point. */
  drop(key: string): Promise<void>;
  /** Adds naming or configuration evidence; answers with how many things it names, or null when it is no such file. */
  addContext(key: string, file: File): Promise<ContextSummary | null>;
  /** What an incident keeps of one of its context files. */
  adoptContext(key: string, record: ContextRecord, file: string): Promise<void>;
  dropContext(key: string): Promise<void>;
  analyze(request: AnalyzeRequest, onProgress: (progress: AnalyzeProgress) => void): Promise<AnalysisSummary>;
  query<K extends QueryName>(name: K, args: QueryArgs<K>): Promise<QueryAnswer<K>>;
}

/** What a context file was taken for: `kubectl`, `hosts`, `conntrack`, `sysctl`, `iptables-save` … */
export interface ContextSummary {
  readonly kind: string;
  readonly entries: number;
}
