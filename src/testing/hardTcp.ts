// Made-up TCP of every hard kind, as one capture: odd handshakes, numbers that wrap, repairs with other boundaries, SACK and D-SACK, closed
// windows and their probes, keep-alives, ports used again, RSTs with data. Two ends that need not be sane: what is compared is how it is judged.
import { encodePcap, type RecordSpec } from './captureFiles.ts';
import { Random } from './mutate.ts';
import { encodeFrame, type SegmentSpec } from './packets.ts';

/** How often each thing happens, against the others. */
const USUAL = {
  data: 640,
  ack: 500,
  repeatedAck: 160,
  /** Octets that were sent and not captured. */
  lost: 80,
  again: 160,
  againOtherwise: 80,
  zeroWindow: 40,
  otherWindow: 60,
  fillWindow: 20,
  probe: 40,
  keepAlive: 40,
  fin: 20,
  finAgain: 10,
  reset: 14,
  synAgain: 6,
  synAckAgain: 4,
  newSyn: 3,
  offloaded: 60,
  /** Acknowledges more than was captured. */
  ackOfUnseen: 20,
};
export type HardKind = keyof typeof USUAL;
const KINDS = Object.keys(USUAL) as HardKind[];

export interface HardTcp {
  readonly seed: number;
  readonly connections: number;
  /** Things that happen on each, beside its handshake. */
  readonly steps: number;
  /** What does not happen here. `oddOpening`: handshakes are whole, or not there. */
  readonly without?: readonly (HardKind | 'sack' | 'oddOpening')[];
  readonly snapLength?: number;
}

interface Side {
  readonly end: string;
  readonly scale: number;
  next: number;
  /** What it acknowledges of the other. */
  acks: number;
  window: number;
  /** First octet and length of what it sent lately. */
  sent: (readonly [number, number])[];
}

/** @returns a capture file with microseconds */
export function hardTcp(options: HardTcp): Uint8Array<ArrayBuffer> {
  const records: RecordSpec[] = [];
  const random = new Random(options.seed);
  let now = 1_700_000_000_000_000n;
  const put = (segment: SegmentSpec): void => {
    // From a microsecond to a second.
    now += BigInt(Math.round(10 ** (random.below(6001) / 1000)));
    const bytes = encodeFrame(segment);
    records.push({ time: now * 1000n, bytes: bytes.subarray(0, options.snapLength), originalLength: bytes.length });
  };
  for (let c = 0; c < options.connections; c++) new Exchange(c, options.without ?? [], random, put).run(options.steps);
  return encodePcap(records, { snapLength: options.snapLength ?? 65535 });
}

class Exchange {
  readonly #random: Random;
  readonly #put: (segment: SegmentSpec) => void;
  readonly #hasTimestamps: boolean;
  readonly #hasSack: boolean;
  readonly #hasScale: boolean;
  readonly #opensOddly: boolean;
  readonly #kinds: readonly HardKind[];
  readonly #sides: readonly [Side, Side];
  #first: readonly [number, number];
  #sentFin = false;
  #packets = 0;

  constructor(number: number, without: HardTcp['without'] & object, random: Random, put: (segment: SegmentSpec) => void) {
    this.#random = random;
    this.#put = put;
    this.#kinds = KINDS.filter((kind) => !without.includes(kind));
    this.#hasTimestamps = this.#chance(50);
    this.#hasSack = this.#chance(60) && !without.includes('sack');
    this.#hasScale = this.#chance(80);
    this.#opensOddly = !without.includes('oddOpening');
    const side = (end: string): Side => ({ end, scale: random.below(10), next: 0, acks: 0, window: 1 + random.below(65535), sent: [] });
    this.#sides = [side(`10.0.${number >> 8}.${number & 255}:${1024 + random.below(60_000)}`), side('10.1.0.1:80')];
    this.#first = this.#begin();
  }

  run(steps: number): void {
    this.#open();
    for (let i = 0; i < steps; i++) this.#happen(this.#kind(), this.#random.below(2) as 0 | 1);
  }

  /** New first numbers for both, some of them about to wrap. */
  #begin(): readonly [number, number] {
    const below = (limit: number): number => this.#random.below(limit);
    const first = (): number => [below(2 ** 32), 2 ** 32 - 1 - below(5000), 1 + below(1000)][below(3)] as number;
    const isns = [first(), first()] as const;
    const [a, b] = this.#sides;
    a.next = b.acks = (isns[0] + 1) >>> 0;
    b.next = a.acks = (isns[1] + 1) >>> 0;
    a.sent = [];
    b.sent = [];
    return isns;
  }

  /** Handshakes of all kinds, and none. */
  #open(): void {
    const kind = this.#random.below(20);
    if (kind < 10) this.#handshake();
    else if (!this.#opensOddly) return;
    else if (kind === 10) {
      this.#syn(0);
      this.#handshake();
    } else if (kind === 11) {
      this.#syn(0);
      this.#synAck(1);
      this.#synAck(1);
      this.#bare(0);
    } else if (kind === 12) {
      for (const side of [0, 1] as const) this.#syn(side);
      for (const side of [0, 1] as const) this.#synAck(side);
      this.#bare(0);
    } else if (kind === 13) {
      this.#syn(0);
      this.#bare(0);
    } else if (kind === 14) {
      this.#synAck(1);
      this.#bare(0);
    } else if (kind === 15) {
      const [client, server] = this.#sides;
      this.#segment(0, 'S', this.#first[0], 100, { ...this.#offer(client), fastOpen: true });
      client.next = server.acks = (client.next + 100) >>> 0;
      this.#synAck(1);
      this.#bare(0);
    }
  }

  #handshake(): void {
    this.#syn(0);
    this.#synAck(1);
    this.#bare(0);
  }

  #chance(percent: number): boolean {
    return this.#random.below(100) < percent;
  }

  #kind(): HardKind {
    let left = this.#random.below(this.#kinds.reduce((sum, kind) => sum + USUAL[kind], 0));
    return this.#kinds.find((kind) => {
      left -= USUAL[kind];
      return left < 0;
    }) as HardKind;
  }

  /** A table of what happens, hence its length. */
  #happen(kind: HardKind, from: 0 | 1): void {
    const below = (limit: number): number => (limit < 1 ? 0 : this.#random.below(limit));
    const chance = (percent: number): boolean => this.#chance(percent);
    const to = (1 - from) as 0 | 1;
    const [own, other] = [this.#sides[from], this.#sides[to]];
    switch (kind) {
      case 'data':
        this.#data(from, chance(10) ? 1 : 1 + below(1448));
        break;
      case 'offloaded':
        this.#data(from, 1448 * (2 + below(40)));
        break;
      case 'fillWindow': {
        const room = (other.acks + other.window * 2 ** (this.#hasScale ? other.scale : 0) - own.next) | 0;
        if (room > 0 && room < 60_000) this.#data(from, room);
        break;
      }
      case 'lost':
        this.#sent(own, 1 + below(3000));
        break;
      case 'again': {
        const [seq, length] = this.#any(own);
        if (length > 0) this.#segment(from, 'A', seq, length);
        break;
      }
      case 'againOtherwise': {
        const [seq, length] = this.#any(own);
        const start = (seq + below(length)) >>> 0;
        const octets = 1 + below(1 + 2 * length);
        this.#segment(from, 'A', start, octets);
        if (((start + octets - own.next) | 0) > 0) own.next = (start + octets) >>> 0;
        break;
      }
      case 'ack': {
        const open = Math.max(0, (other.next - own.acks) | 0);
        const part = chance(50) ? (this.#any(other)[0] - own.acks) | 0 : below(1 + open);
        own.acks = (own.acks + (chance(70) ? open : Math.max(0, Math.min(open, part)))) >>> 0;
        this.#bare(from);
        break;
      }
      case 'repeatedAck': {
        const blocks = Array.from({ length: 1 + below(3) }, () => this.#any(other)).map(([s, n]) => [s, (s + n) >>> 0] as const);
        for (let n = 1 + below(4); n > 0; n--) this.#segment(from, 'A', own.next, 0, this.#hasSack ? { sack: blocks } : {});
        break;
      }
      case 'ackOfUnseen':
        own.acks = (other.next + 1 + below(2000)) >>> 0;
        if (chance(70)) other.next = own.acks;
        this.#bare(from);
        break;
      case 'zeroWindow': {
        const { window } = own;
        own.window = 0;
        this.#bare(from);
        if (chance(50)) own.window = window;
        break;
      }
      case 'otherWindow':
        own.window = 1 + below(65535);
        this.#bare(from);
        break;
      case 'probe':
        this.#segment(from, 'A', own.next, 1);
        if (chance(30)) own.next = other.acks = (own.next + 1) >>> 0;
        this.#bare(to);
        break;
      case 'keepAlive':
        this.#segment(from, 'A', own.next - 1, below(2));
        if (chance(80)) this.#bare(to);
        break;
      case 'fin': {
        const octets = chance(50) ? 0 : below(1000);
        this.#segment(from, 'FA', own.next, octets);
        this.#sentFin = true;
        this.#sent(own, octets + 1);
        break;
      }
      case 'finAgain':
        if (this.#sentFin) this.#segment(from, 'FA', own.next - 1);
        break;
      case 'reset':
        this.#segment(from, chance(50) ? 'R' : 'RA', own.next - (chance(30) ? below(1000) : 0), chance(20) ? 1 + below(50) : 0);
        break;
      case 'synAgain':
        this.#syn(0);
        break;
      case 'synAckAgain':
        this.#synAck(1);
        break;
      case 'newSyn':
        this.#first = this.#begin();
        this.#handshake();
        break;
    }
  }

  #any(side: Side): readonly [number, number] {
    return side.sent.length === 0 ? [side.next, 0] : (side.sent[this.#random.below(side.sent.length)] as readonly [number, number]);
  }

  #sent(side: Side, octets: number): void {
    side.sent = [...side.sent.slice(-11), [side.next, octets]];
    side.next = (side.next + octets) >>> 0;
  }

  #data(from: 0 | 1, octets: number): void {
    this.#segment(from, this.#chance(30) ? 'PA' : 'A', this.#sides[from].next, octets);
    this.#sent(this.#sides[from], octets);
  }

  #bare(from: 0 | 1): void {
    this.#segment(from, 'A', this.#sides[from].next);
  }

  #syn(from: 0 | 1): void {
    this.#segment(from, 'S', this.#first[from], 0, this.#offer(this.#sides[from]));
  }

  #synAck(from: 0 | 1): void {
    this.#segment(from, 'SA', this.#first[from], 0, this.#offer(this.#sides[from]));
  }

  #offer({ scale }: Side): Partial<SegmentSpec> {
    return { mss: 1460, sackPermitted: this.#hasSack, ...(this.#hasScale ? { scale } : {}) };
  }

  #segment(from: 0 | 1, flags: string, seq: number, payload = 0, more: Partial<SegmentSpec> = {}): void {
    const [own, other] = [this.#sides[from], this.#sides[1 - from] as Side];
    const ts = this.#hasTimestamps ? { ts: [1_000_000 + this.#packets, 1] as const } : {};
    const ack = flags.includes('A') ? own.acks : 0;
    this.#put({
      src: own.end,
      dst: other.end,
      flags,
      seq: seq >>> 0,
      ack,
      payload,
      win: own.window,
      ipId: 1 + this.#packets++,
      ...ts,
      ...more,
    });
  }
}
