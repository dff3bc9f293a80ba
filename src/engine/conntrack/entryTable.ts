// All live entries, found by either of their two tuples.
import type { Entry } from './entry.ts';
import { CLOSE, FIN_WAIT } from './states.ts';

const NONE = -1;
const FIRST_CAPACITY = 16;
/** Rows looked at for one that may go, from where the last search ended. */
const SEARCHED_ROWS = 512;

const hash = (a: number, b: number, c: number, d: number): number => {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + c * 65_599, 0x85ebca6b) ^ Math.imul(d + 0x27d4, 0xc2b2ae35);
  h ^= h >>> 15;
  return Math.imul(h, 0x2c1b3c6d) >>> 8;
};

/** Hash table with chains. A node is `row * 2 + direction`: each entry hangs in the chains of both its tuples. */
export class EntryTable {
  private entries: (Entry | null)[] = [];
  private readonly free: number[] = [];
  private next = new Int32Array(FIRST_CAPACITY * 2);
  private heads = new Int32Array(FIRST_CAPACITY * 2).fill(NONE);
  private cursor = 0;

  /** Entries in it, also those whose time has run out and that nobody has asked for since. */
  get size(): number {
    return this.entries.length - this.free.length;
  }

  /**
   * Takes one entry out of a full table: one that ran out, was never assured, or is closing.
   * Source: nf_conntrack_core.c early_drop(), gc_worker(). @returns false where none may go
   */
  makeRoom(now: number): boolean {
    const { length } = this.entries;
    for (let tries = Math.min(SEARCHED_ROWS, length); tries > 0; tries--) {
      const entry = this.entries[this.cursor++ % length];
      if (!entry) continue;
      const isClosing = entry.state >= FIN_WAIT && entry.state <= CLOSE;
      if (entry.deadline > now && entry.isAssured && !isClosing) continue;
      this.remove(entry);
      return true;
    }
    return false;
  }

  /** @returns the node of the entry whose tuple this is, −1 where none lives at `now`; entries that ran out are removed on the way */
  find(source: number, sourcePort: number, destination: number, destinationPort: number, now: number): number {
    let node = this.heads[this.bucket(source, sourcePort, destination, destinationPort)];
    while (node !== NONE) {
      const following = this.next[node];
      const entry = this.entries[node >> 1] as Entry;
      const t = entry.tuples;
      const at = (node & 1) * 4;
      if (t[at] === source && t[at + 1] === sourcePort && t[at + 2] === destination && t[at + 3] === destinationPort) {
        if (entry.deadline > now) return node;
        this.remove(entry);
        return NONE;
      }
      node = following;
    }
    return NONE;
  }

  entryOf(node: number): Entry {
    return this.entries[node >> 1] as Entry;
  }

  insert(entry: Entry): void {
    const row = this.free.pop() ?? this.entries.length;
    if (row * 2 + 1 >= this.next.length) this.grow();
    entry.row = row;
    this.entries[row] = entry;
    this.link(row * 2);
    this.link(row * 2 + 1);
  }

  remove(entry: Entry): void {
    if (entry.row < 0) return;
    this.unlink(entry.row * 2);
    this.unlink(entry.row * 2 + 1);
    this.entries[entry.row] = null;
    this.free.push(entry.row);
    entry.row = -1;
  }

  private bucket(a: number, b: number, c: number, d: number): number {
    return hash(a, b, c, d) & (this.heads.length - 1);
  }

  private bucketOf(node: number): number {
    const t = this.entryOf(node).tuples;
    const at = (node & 1) * 4;
    return this.bucket(t[at], t[at + 1], t[at + 2], t[at + 3]);
  }

  private link(node: number): void {
    const bucket = this.bucketOf(node);
    this.next[node] = this.heads[bucket];
    this.heads[bucket] = node;
  }

  private unlink(node: number): void {
    const bucket = this.bucketOf(node);
    let at = this.heads[bucket];
    if (at === node) {
      this.heads[bucket] = this.next[node];
      return;
    }
    while (this.next[at] !== node) at = this.next[at];
    this.next[at] = this.next[node];
  }

  private grow(): void {
    const size = this.next.length * 2;
    this.next = new Int32Array(size);
    this.heads = new Int32Array(size).fill(NONE);
    for (const entry of this.entries) {
      if (entry === null || entry.row < 0) continue;
      this.link(entry.row * 2);
      this.link(entry.row * 2 + 1);
    }
  }
}
