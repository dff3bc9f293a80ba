// The text of an exchange (tapExchange.ts explains it) as packets with every field filled in.
import type { SegmentSpec } from './packets.ts';

export interface TapSettings {
  start: bigint;
  /** Nanoseconds that this tap's clock is ahead, and how much faster it runs. */
  offset: number;
  ppm: number;
  snapLength: number;
  cooked: boolean;
}

/** One packet at one tap. `time` in nanoseconds from the start. */
export interface ExchangePacket {
  readonly tap: string;
  readonly time: number;
  readonly segment: SegmentSpec;
  readonly icmp: { readonly type: number; readonly code: number; readonly mtu: number; readonly quoted: SegmentSpec } | null;
}

interface Sighting {
  readonly tap: string;
  readonly delay: number;
  readonly src: string;
  readonly dst: string;
}

/** One side of one connection, whatever its tuple is at each tap. */
interface Side {
  next: number;
  lastTsval: number;
}

const DEFAULT_START = '2024-05-01T08:00:00Z';
const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 };

export function parseExchange(text: string): { taps: Map<string, TapSettings>; packets: ExchangePacket[] } {
  const parser = new Parser();
  for (const [number, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\s#.*$|^#.*$/, '').trim();
    if (line === '') continue;
    try {
      parser.line(line);
    } catch (error) {
      throw new Error(`exchange, line ${number + 1} "${line}": ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { taps: parser.taps, packets: parser.packets };
}

class Parser {
  /** In order of the first packet seen there; directives alone make no tap. */
  readonly taps = new Map<string, TapSettings>();
  #settings = new Map<string, TapSettings>();
  readonly packets: ExchangePacket[] = [];
  #start = BigInt(Date.parse(DEFAULT_START)) * 1_000_000n;
  #names = new Map<string, string>();
  #sides = new Map<string, Side>();
  #ipIds = new Map<string, number>();

  line(line: string): void {
    const name = /^([\w-]+)\s*=\s*(\S+)$/.exec(line);
    if (name) {
      this.#names.set(name[1] as string, name[2] as string);
      return;
    }
    const words = line.split(/\s+/);
    switch (words[0]) {
      case 'clock':
        this.#tap(words[1] as string).offset = parseTime(words[2] as string);
        this.#tap(words[1] as string).ppm = Number.parseFloat(words[3] ?? '0');
        return;
      case 'snap':
        this.#tap(words[1] as string).snapLength = Number(words[2]);
        return;
      case 'link':
        this.#tap(words[1] as string).cooked = words[2] === 'any';
        return;
      case 'start':
        this.#start = BigInt(Date.parse(words[1] as string)) * 1_000_000n;
        for (const settings of this.#settings.values()) settings.start = this.#start;
        return;
      default:
        this.#packet(words);
    }
  }

  #packet(words: readonly string[]): void {
    const time = parseTime(words[0] as string);
    const sightings: Sighting[] = [];
    let at = 1;
    for (; at < words.length; at++) {
      const word = words[at] as string;
      const joined = /^([A-Za-z_][\w-]*?)([+]\d[\w.]*)?:(.+)>(.+)$/.exec(word);
      const tapOnly = /^([A-Za-z_][\w-]*?)([+]\d[\w.]*)?$/.exec(word);
      const tuple = /^(.+)>(.+)$/.exec(words[at + 1] ?? '');
      if (joined) sightings.push(this.#sighting(joined[1], joined[2], joined[3], joined[4]));
      else if (tapOnly && tuple && !/=/.test(words[at + 1] as string)) {
        sightings.push(this.#sighting(tapOnly[1], tapOnly[2], tuple[1], tuple[2]));
        at++;
      } else break;
    }
    if (sightings.length === 0) throw new Error('no sighting (tap:src>dst)');
    const flags = words[at] ?? '';
    const fields = new Map(words.slice(at + 1).map((w) => [w.split('=')[0] as string, w.includes('=') ? w.slice(w.indexOf('=') + 1) : '']));
    const repeat = words.map((w) => /^\*(\d+)\/(.+)$/.exec(w)).find((m) => m !== null);
    const copies = repeat ? Number(repeat[1]) : 1;
    for (let i = 0; i < copies; i++) this.#emit(time + i * (repeat ? parseTime(repeat[2] as string) : 0), sightings, flags, fields);
  }

  #emit(time: number, sightings: readonly Sighting[], flags: string, fields: ReadonlyMap<string, string>): void {
    const icmp = /^ICMP(\d+)\/(\d+)$/.exec(flags);
    const first = sightings[0] as Sighting;
    const ipId = fields.has('ipid') ? Number(fields.get('ipid')) : this.#nextIpId(first.src);
    const segment = icmp ? {} : this.#segment(time, sightings, flags, fields);
    for (const [hop, s] of sightings.entries()) {
      const ttl = fields.has('ttl') ? Number(fields.get('ttl')) : 64 - hop;
      const packet = { tap: s.tap, time: time + s.delay, segment: { ...segment, src: s.src, dst: s.dst, ipId, ttl } };
      this.packets.push({ ...packet, icmp: icmp ? this.#icmp(icmp, fields) : null });
    }
  }

  #segment(
    time: number,
    sightings: readonly Sighting[],
    flags: string,
    fields: ReadonlyMap<string, string>,
  ): Omit<SegmentSpec, 'src' | 'dst'> {
    const own = this.#side(sightings.map((s) => `${s.src}>${s.dst}`));
    const other = this.#side(sightings.map((s) => `${s.dst}>${s.src}`));
    const number = (key: string): number | undefined => (fields.has(key) ? Number(fields.get(key)) : undefined);
    const seq = (number('seq') ?? own.next) >>> 0;
    const length = number('len') ?? 0;
    const hasAck = /[A.]/.test(flags);
    const end = (seq + length + (flags.includes('S') ? 1 : 0) + (flags.includes('F') ? 1 : 0)) >>> 0;
    if (((end - own.next) | 0) > 0 || own.next === 0) own.next = end;
    const mss = number('mss');
    const scale = number('ws');
    const tsText = fields.get('ts');
    const tsval = tsText ? Number(tsText.split('/')[0]) : 1_000_000 + Math.floor(time / 1e6);
    const tsecr = tsText ? Number(tsText.split('/')[1]) : other.lastTsval;
    if (tsText !== undefined) own.lastTsval = tsval;
    const sack = fields
      .get('sack')
      ?.split(',')
      .map((b) => b.split('-').map(Number) as [number, number]);
    return {
      flags: flags === '-' ? '' : flags,
      seq,
      ack: number('ack') ?? (hasAck ? other.next : 0),
      win: number('win') ?? 502,
      payload: length,
      ...(mss === undefined ? {} : { mss }),
      ...(scale === undefined ? {} : { scale }),
      ...(tsText === undefined ? {} : { ts: [tsval, tsecr] as const }),
      ...(sack === undefined ? {} : { sack }),
      sackPermitted: fields.has('sackok'),
      fastOpen: fields.has('tfo'),
      zeroLength: fields.has('tso'),
      badChecksum: fields.has('badsum'),
    };
  }

  #icmp(match: RegExpExecArray, fields: ReadonlyMap<string, string>): NonNullable<ExchangePacket['icmp']> {
    const [src, dst] = (fields.get('of') ?? '').split('>');
    if (!src || !dst) throw new Error('an ICMP error needs of=src>dst');
    const quoted = { src: this.#endpoint(src), dst: this.#endpoint(dst), seq: Number(fields.get('seq') ?? 0) };
    return { type: Number(match[1]), code: Number(match[2]), mtu: Number(fields.get('mtu') ?? 0), quoted };
  }

  /** One side's state, shared by all its names: sightings of one line are the same side. */
  #side(keys: readonly string[]): Side {
    const known = keys.map((k) => this.#sides.get(k)).find((s) => s !== undefined);
    const side = known ?? { next: 0, lastTsval: 0 };
    for (const key of keys) if (!this.#sides.has(key)) this.#sides.set(key, side);
    return side;
  }

  #sighting(tap: string | undefined, delay: string | undefined, src: string | undefined, dst: string | undefined): Sighting {
    this.taps.set(tap as string, this.#tap(tap as string));
    return {
      tap: tap as string,
      delay: delay ? parseTime(delay) : 0,
      src: this.#endpoint(src as string),
      dst: this.#endpoint(dst as string),
    };
  }

  #endpoint(text: string): string {
    return this.#names.get(text) ?? text;
  }

  #tap(name: string): TapSettings {
    const known = this.#settings.get(name);
    if (known) return known;
    const fresh = { start: this.#start, offset: 0, ppm: 0, snapLength: 262144, cooked: false };
    this.#settings.set(name, fresh);
    return fresh;
  }

  #nextIpId(source: string): number {
    const id = ((this.#ipIds.get(source) ?? 0) + 1) & 0xffff;
    this.#ipIds.set(source, id);
    return id;
  }
}

/** `1.5ms` in nanoseconds. */
export function parseTime(text: string): number {
  const match = /^([+-]?[\d.]+)(ns|us|ms|s)$/.exec(text);
  if (!match) throw new Error(`not a time: ${text}`);
  return Math.round(Number(match[1]) * (UNITS[match[2] as string] as number));
}
