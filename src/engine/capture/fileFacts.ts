// What a file says of itself, gathered while it is read.
import type { CaptureFile, CaptureProblem } from '../model/capture.ts';

/** Kept per kind of text, so that a file made of comments cannot fill the memory. */
const MOST_TEXTS = 10_000;
const MOST_PROBLEMS = 100;
/** Characters of comments kept in all. */
const MOST_COMMENTED = 4_000_000;

export class FileFacts {
  format: CaptureFile['format'] = 'pcap';
  byteOrder: CaptureFile['byteOrder'] = 'little';
  snapLength = 0;
  readonly linkTypes = new Set<number>();
  readonly skippedFrames: number[] = [];
  readonly comments: string[] = [];
  readonly names = new Map<string, string>();
  readonly facts = new Map<string, string>();
  readonly problems: CaptureProblem[] = [];
  readonly losses: { readonly time: number; readonly packets: number }[] = [];

  farTimes: NonNullable<CaptureFile['farTimes']> | null = null;
  #commented = 0;
  readonly #passedOver = new Set<string>();
  readonly #drops = new Map<number, number>();

  /** Packets dropped as the file states them; null where it states nothing. */
  get dropped(): number | null {
    return this.#drops.size === 0 ? null : [...this.#drops.values()].reduce((a, b) => a + b, 0);
  }

  /** @param time of the record before which they were lost, Nanos since the table's epoch */
  lost(time: number, packets: number): void {
    if (packets > 0 && this.losses.length < MOST_TEXTS) this.losses.push({ time, packets });
  }

  drops(interfaceId: number, count: number): void {
    if (this.#drops.size < MOST_TEXTS) this.#drops.set(interfaceId, count);
  }

  /** A record whose distance to the epoch a double can't hold: its exact time. */
  farTime(time: bigint): void {
    const before = this.farTimes;
    const min = before && before.min < time ? before.min : time;
    const max = before && before.max > time ? before.max : time;
    this.farTimes = { last: time, min, max };
  }

  /** A number that later blocks replace. */
  count(key: string, value: number): void {
    if (this.facts.size < MOST_TEXTS) this.facts.set(key, String(value));
  }

  problem(kind: string, at: number, message: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ kind, at, message });
  }

  /** A block that carries no packet and contradicts itself: said once per kind of block, as nothing ends with it. */
  passedOver(block: string, at: number): void {
    if (this.#passedOver.has(block)) return;
    this.#passedOver.add(block);
    this.problem('passedOver', at, `The ${block} block here is damaged: what it says was left out; packets are not affected.`);
  }

  /** Once false, comments need not be read any more. */
  get hasRoomForComments(): boolean {
    return this.comments.length < MOST_TEXTS && this.#commented < MOST_COMMENTED;
  }

  comment(text: string): void {
    if (text === '' || !this.hasRoomForComments) return;
    this.#commented += text.length;
    this.comments.push(text);
  }

  /** Once false, names need not be put into words any more. */
  get hasRoomForNames(): boolean {
    return this.names.size < MOST_TEXTS;
  }

  name(address: string, name: string): void {
    if (name !== '' && !this.names.has(address) && this.hasRoomForNames) this.names.set(address, name);
  }

  fact(key: string, text: string): void {
    if (text !== '' && !this.facts.has(key) && this.facts.size < MOST_TEXTS) this.facts.set(key, text);
  }

  sawInterface(linkType: number, snapLength: number): void {
    this.linkTypes.add(linkType);
    // 0 is "unlimited" and outweighs every number.
    if (this.linkTypes.size === 1 && this.snapLength === 0) this.snapLength = snapLength;
    else this.snapLength = snapLength === 0 ? 0 : Math.max(this.snapLength, snapLength);
  }
}
