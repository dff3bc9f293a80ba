// RSTs whose sender, cause and effect are known, over one TCP connection through a chain of four places: client, both sides of a NAT node, server.
//
//   client ──1 box 1── in ──[node: NAT]── out ──1 box 1── server          taps 0 … 3, 1 ms and one hop apart
//
// A sender between taps stands at a half: boxes at 0.5 and 2.5, the node at 1.5. Every RST and what provoked it have a window of their own, which names them.
import type { OpenedTap } from '../engine/capture/openCapture.ts';
import { tapId } from '../engine/model/units.ts';
import { encodePcap, openBytes, type RecordSpec } from './captureFiles.ts';
import { encodeIp, ethernet, type SegmentSpec } from './packets.ts';

const PLACES = ['client', 'in', 'out', 'server'] as const;
export const CLIENT_ISN = 1000;
export const SERVER_ISN = 900_000;
const START = 1_714_550_400_000_000_000n;
const SCALE = 7;

export type Family = 4 | 6;
/** What senders put into IPv4 identification: nothing, one more each time, anything. */
export type IpIds = 'zero' | 'counter' | 'random';

export interface Style {
  readonly family: Family;
  readonly ipIds: IpIds;
  /** Initial TTLs of client and server. */
  readonly ttl: readonly [number, number];
  readonly nat: boolean;
  /** Added to all numbers: they wrap. */
  readonly shift: number;
}

export interface KnownReset {
  readonly win: number;
  readonly origin: 'client' | 'server' | 'node' | 'middlebox';
  readonly effect: 'kills' | 'ignored';
  /** Where it was sent. */
  readonly from: number;
  /** Window of the segment that it answers; null: none, or what it answers is not to be named. */
  readonly provoker: number | null;
}

type SegmentFields = Omit<SegmentSpec, 'src' | 'dst' | 'seq' | 'flags'>;

/** What is sent, and between which places; leaked: as the server's address has it everywhere. */
interface Fields extends SegmentFields {
  readonly seq: number;
  readonly flags: string;
  readonly from?: number;
  readonly to?: number;
  readonly leaked?: boolean;
}

export class Scene {
  readonly resets: KnownReset[] = [];
  readonly #style: Style;
  readonly #records: RecordSpec[][] = PLACES.map(() => []);
  readonly #ids = [100, 7000, 40_000];
  #random = 12_345;

  constructor(style: Style) {
    this.#style = style;
  }

  /** A segment towards the server (0) or the client (1), at `ms` where it is sent. Sent by the host it claims unless `from` says otherwise. */
  send(ms: number, reply: 0 | 1, { from, to, leaked, ...fields }: Fields): void {
    const { nat, shift, family } = this.#style;
    const start = from ?? (reply === 0 ? 0 : 3);
    const end = to ?? (reply === 0 ? 3 : 0);
    const initial = fields.ttl ?? (Number.isInteger(start) ? this.#style.ttl[reply] : 64);
    const ipId = fields.ipId ?? this.#ipId(Number.isInteger(start) ? reply : 2);
    const shifted = {
      ...fields,
      seq: (fields.seq + shift) >>> 0,
      ...(fields.ack === undefined ? {} : { ack: (fields.ack + shift) >>> 0 }),
    };
    for (let tap = 0; tap < PLACES.length; tap++) {
      if (reply === 0 ? tap < start || tap > end : tap > start || tap < end) continue;
      const client = family === 4 ? '10.1.0.5:40000' : '[fd00::5]:40000';
      const service = family === 4 ? '10.96.0.9:80' : '[fd00:96::9]:80';
      const pod = family === 4 ? '10.2.0.7:8080' : '[fd00:2::7]:8080';
      const server = nat && tap < 2 && leaked !== true ? service : pod;
      const distance = Math.abs(tap - start);
      this.#records[tap].push({
        time: START + BigInt(Math.round((ms + distance) * 1e6)),
        bytes: ethernet(
          encodeIp({
            win: 500,
            ...shifted,
            src: reply === 0 ? client : server,
            dst: reply === 0 ? server : client,
            ttl: initial - Math.floor(distance),
            ipId,
          }),
        ),
      });
    }
  }

  /** A RST of which everything is known. */
  reset(ms: number, reply: 0 | 1, known: Omit<KnownReset, 'win' | 'from'>, fields: Fields): void {
    const win = 3000 + this.resets.length;
    this.resets.push({ ...known, win, from: fields.from ?? (reply === 0 ? 0 : 3) });
    this.send(ms, reply, { win, ...fields });
  }

  /** TTL at the first tap after `from` as the host's own packets have it there. */
  copiedTtl(reply: 0 | 1, from: number): number {
    const first = reply === 0 ? Math.ceil(from) : Math.floor(from);
    return this.#style.ttl[reply] - Math.abs(first - (reply === 0 ? 0 : 3));
  }

  async taps(which: readonly number[]): Promise<OpenedTap[]> {
    return Promise.all(
      which.map((place, i) => {
        const records = this.#records[place].toSorted((a, b) => Number(a.time - b.time));
        return openBytes(encodePcap(records), { tapName: PLACES[place], tapId: tapId(i) });
      }),
    );
  }

  /** Handshake from 0 ms, a request of 100 octets at 10 ms, an answer of 3 × 1000 at 20 ms, acknowledged at 26 ms. */
  open(from = 0, isn = CLIENT_ISN, answerIsn = SERVER_ISN): void {
    const syn = { mss: 1460, scale: SCALE, sackPermitted: true };
    this.send(from, 0, { flags: 'S', seq: isn, ...syn });
    this.send(from + 3.1, 1, { flags: 'SA', seq: answerIsn, ack: isn + 1, ...syn });
    this.send(from + 6.2, 0, { flags: 'A', seq: isn + 1, ack: answerIsn + 1 });
    this.send(from + 10, 0, { flags: 'PA', seq: isn + 1, ack: answerIsn + 1, payload: 100 });
    this.send(from + 13.1, 1, { flags: 'A', seq: answerIsn + 1, ack: isn + 101 });
    for (let i = 0; i < 3; i++) this.data(from + 20 + 0.2 * i, i, {}, isn, answerIsn);
    this.send(from + 26, 0, { flags: 'A', seq: isn + 101, ack: answerIsn + 3001 });
  }

  /** The server's data, 1000 octets each. */
  data(ms: number, index: number, fields: Partial<Fields> = {}, isn = CLIENT_ISN, answerIsn = SERVER_ISN): void {
    this.send(ms, 1, { flags: 'PA', seq: answerIsn + 1 + 1000 * index, ack: isn + 101, payload: 1000, ...fields });
  }

  #ipId(sender: number): number {
    if (this.#style.ipIds === 'zero') return 0;
    if (this.#style.ipIds === 'counter') return ++this.#ids[sender] & 0xffff;
    this.#random = (Math.imul(this.#random, 1_103_515_245) + 12_345) >>> 0;
    return this.#random >>> 16;
  }
}
