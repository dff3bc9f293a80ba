// Very many connections through NAT that a RST ends, or one connection with very many segments, at two capture points: written octet by
// octet, as building each segment from words takes longer than analysing it.
import type { OpenedTap } from '../engine/capture/openCapture.ts';
import { tapId } from '../engine/model/units.ts';
import { openBytes } from './captureFiles.ts';

const RECORD = 16 + 54;
const DATA = 10;
const SERVICE = 0x0a600005;
const POD = 0x0a000209;

class Pcap {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #at = 24;

  constructor(segments: number) {
    this.bytes = new Uint8Array(24 + segments * (RECORD + DATA));
    this.#view = new DataView(this.bytes.buffer);
    this.#view.setUint32(0, 0xa1b23c4d, true);
    this.#view.setUint16(4, 2, true);
    this.#view.setUint16(6, 4, true);
    this.#view.setUint32(16, 262_144, true);
    this.#view.setUint32(20, 1, true);
  }

  /** Endpoints as [address, port]. */
  add(
    micros: number,
    from: readonly number[],
    to: readonly number[],
    seq: number,
    ack: number,
    flags: number,
    ttl: number,
    id: number,
  ): void {
    const view = this.#view;
    const length = flags === 0x18 ? DATA : 0;
    const at = this.#at;
    view.setUint32(at, 1_700_000_000 + Math.floor(micros / 1e6), true);
    view.setUint32(at + 4, Math.round((micros % 1e6) * 1000), true);
    view.setUint32(at + 8, 54 + length, true);
    view.setUint32(at + 12, 54 + length, true);
    const ip = at + 16 + 14;
    view.setUint16(ip - 2, 0x0800);
    view.setUint16(ip, 0x4500);
    view.setUint16(ip + 2, 40 + length);
    view.setUint16(ip + 4, id);
    view.setUint8(ip + 8, ttl);
    view.setUint8(ip + 9, 6);
    view.setUint32(ip + 12, from[0] ?? 0);
    view.setUint32(ip + 16, to[0] ?? 0);
    view.setUint16(ip + 20, from[1] ?? 0);
    view.setUint16(ip + 22, to[1] ?? 0);
    view.setUint32(ip + 24, seq);
    view.setUint32(ip + 28, ack);
    view.setUint16(ip + 32, 0x5000 | flags);
    view.setUint16(ip + 34, (flags & 4) !== 0 ? 0 : 500);
    this.#at = at + RECORD + length;
  }

  get written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.#at);
  }
}

/** Each: handshake, one request, and a RST or a FIN of the server's; `mixed`: a RST ends every seventh. 100 µs from one to the next. */
export async function manyConnections(count: number, end: 'reset' | 'closed' | 'mixed' = 'reset'): Promise<readonly OpenedTap[]> {
  return opened(...manyConnectionFiles(count, end));
}

/** The same as two files. */
export function manyConnectionFiles(
  count: number,
  end: 'reset' | 'closed' | 'mixed',
): [near: Uint8Array<ArrayBuffer>, far: Uint8Array<ArrayBuffer>] {
  const [near, far] = [new Pcap(5 * count), new Pcap(5 * count)];
  for (let i = 0; i < count; i++) {
    const client = [0x0a010001 + Math.floor(i / 50_000), 10_000 + (i % 50_000)];
    const [mine, theirs] = [Math.imul(i + 1, 0x9e3779b1) >>> 0, Math.imul(i + 1, 0x85ebca6b) >>> 0];
    const id = (5 * i) % 60_000;
    const request = (after: number, seq: number, ack: number, flags: number): void => {
      near.add(i * 100 + after, client, [SERVICE, 80], seq, ack, flags, 64, id + after);
      far.add(i * 100 + after + 0.2, client, [POD, 8080], seq, ack, flags, 63, id + after);
    };
    const answer = (after: number, seq: number, ack: number, flags: number): void => {
      far.add(i * 100 + after, [POD, 8080], client, seq, ack, flags, 64, flags === 4 ? 0 : id + after);
      near.add(i * 100 + after + 0.2, [SERVICE, 80], client, seq, ack, flags, 63, flags === 4 ? 0 : id + after);
    };
    request(1, mine, 0, 0x02);
    answer(10, theirs, mine + 1, 0x12);
    request(20, mine + 1, theirs + 1, 0x10);
    request(30, mine + 1, theirs + 1, 0x18);
    if (end === 'reset' || (end === 'mixed' && i % 7 === 3)) answer(40, theirs + 1, 0, 0x04);
    else answer(40, theirs + 1, mine + 1 + DATA, 0x11);
  }
  return [near.written, far.written];
}

/** RSTs that have nothing to do with each other, as a scan brings them about: of each connection one is all that was captured. */
export async function loneResets(count: number): Promise<readonly OpenedTap[]> {
  const [near, far] = [new Pcap(count), new Pcap(count)];
  for (let i = 0; i < count; i++) {
    const client = [0x0a010001 + Math.floor(i / 50_000), 10_000 + (i % 50_000)];
    near.add(i * 100, client, [POD, 8080], Math.imul(i + 1, 0x9e3779b1) >>> 0, 0, 0x04, 64, i % 60_000);
    far.add(i * 100 + 0.2, client, [POD, 8080], Math.imul(i + 1, 0x9e3779b1) >>> 0, 0, 0x04, 63, i % 60_000);
  }
  return opened(near.written, far.written);
}

const opened = async (near: Uint8Array<ArrayBuffer>, far: Uint8Array<ArrayBuffer>): Promise<readonly OpenedTap[]> => [
  await openBytes(near, { tapName: 'near', tapId: tapId(0) }),
  await openBytes(far, { tapName: 'far', tapId: tapId(1) }),
];

/**
 * After the handshake, 100 µs apart: requests that nobody acknowledges, requests that the node lost and that are sent again, or answers
 * that leave the node untranslated.
 */
export async function oneConnection(count: number, what: 'unanswered' | 'sentAgain' | 'leaked'): Promise<readonly OpenedTap[]> {
  const [near, far] = [new Pcap(2 * count + 3), new Pcap(2 * count + 3)];
  const client = [0x0a010001, 40_000];
  const [service, pod] = [
    [SERVICE, 80],
    [POD, 8080],
  ];
  near.add(0, client, service, 999, 0, 0x02, 64, 1);
  far.add(0.2, client, pod, 999, 0, 0x02, 63, 1);
  far.add(10, pod, client, 8999, 1000, 0x12, 64, 2);
  near.add(10.2, service, client, 8999, 1000, 0x12, 63, 2);
  near.add(20, client, service, 1000, 9000, 0x10, 64, 3);
  far.add(20.2, client, pod, 1000, 9000, 0x10, 63, 3);
  for (let i = 0; i < count; i++) {
    const [at, id, seq] = [100 * (i + 1), (i % 60_000) + 4, (DATA * i) >>> 0];
    if (what === 'leaked') {
      far.add(at, pod, client, 9000 + seq, 1000, 0x18, 64, id);
      near.add(at + 0.2, pod, client, 9000 + seq, 1000, 0x18, 63, id);
    } else {
      near.add(at, client, service, 1000 + seq, 9000, 0x18, 64, id);
      if (what === 'sentAgain') near.add(at + 50, client, service, 1000 + seq, 9000, 0x18, 64, id + 1);
      far.add(at + (what === 'sentAgain' ? 50.2 : 0.2), client, pod, 1000 + seq, 9000, 0x18, 63, what === 'sentAgain' ? id + 1 : id);
    }
  }
  return opened(near.written, far.written);
}
