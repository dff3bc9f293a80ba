/**
 * An exchange seen at several capture points, written as text: one line a packet, each tap becomes a real capture that the real reader
 * opens. What a test says is what the wire said.
 *
 *   const taps = await tapExchange(`
 *     client = 10.148.74.37:48640           # names for endpoints
 *     svc    = 192.168.107.214:15010
 *     pod    = 10.148.74.34:15010
 *     0ms    envoy:client>svc   pilot+0.2ms:client>pod   S   seq=1000 win=64240 mss=1460 ws=7 sackok ts
 *     1ms    pilot:pod>client   envoy+0.2ms:svc>client   SA  seq=9000 ws=7 ts
 *     2ms    envoy:client>svc   pilot+0.2ms:client>pod   A
 *     3ms    pilot:pod>client   envoy+0.2ms:svc>client   PA  len=1448 *100/0.05ms
 *     90ms   envoy              pod>client               PA  seq=9001 len=1448          # seen at one tap only
 *     91ms   envoy:client>pod   pilot+0.2ms:client>pod   R   seq=1001 ipid=0 ttl=64
 *   `);
 *
 * A line: time (`ns us ms s`, from the start), then sightings, flags, fields.
 * - A sighting is `tap:src>dst` or `tap src>dst`; `tap+0.2ms:…` saw it that much later. Endpoints are names or `10.0.0.1:80`, `[fd00::1]:80`.
 * - Flags are letters `S A F R P U E C`, `-` for none; `ICMP3/4` is an ICMP error, quoting `of=src>dst seq=N`, with `mtu=N`.
 * - Fields: `seq=` `ack=` `len=` `win=` (16 bits, unscaled, default 502) `ttl=` `ipid=` `mss=` `ws=` `sackok` `sack=l-r,l-r` `ts=val/ecr` or `ts`
 *   (value from the time, echo of the last from the other side) `tfo` `tso` (IP length 0) `badsum` (wrong TCP checksum).
 * - `*100/0.05ms` repeats the line 100 times at that distance, the sequence number going on (not with `seq=`: with it every copy has it).
 * - Left out: `seq` goes on where that side stands, `ack` acknowledges what the other side sent so far (none on a bare S); all sightings
 *   of a line are one direction of one connection, so sides are known across NAT. `ttl` is 64 less one per further sighting, `ipid`
 *   counts up per source. Payload octets depend on the sequence number alone: equal data is equal everywhere.
 * Directives, one a line: `clock TAP +3.7s [40ppm]` (that tap's clock is ahead, and fast), `snap TAP 96` (captured length),
 * `link TAP any` (Linux cooked v2; default is Ethernet), `start 2024-05-01T00:00:00Z`.
 * Packets are written in order of time per tap (equal times: order of lines). Taps come in order of first mention, ids 0, 1, …
 */
import type { OpenedTap } from '../engine/capture/openCapture.ts';
import { tapId } from '../engine/model/units.ts';
import { encodePcap, openBytes, type RecordSpec } from './captureFiles.ts';
import { concat, encodeIcmpError, encodeIp, ethernet, u16, u32 } from './packets.ts';
import { type ExchangePacket, parseExchange, type TapSettings } from './tapExchangeText.ts';

/** Opens one tap per capture point of the text. */
export async function tapExchange(text: string): Promise<OpenedTap[]> {
  const files = tapExchangeFiles(text);
  return Promise.all([...files].map(([name, bytes], i) => openBytes(bytes, { tapName: name, tapId: tapId(i) })));
}

/** The capture files themselves, by tap name. */
export function tapExchangeFiles(text: string): Map<string, Uint8Array<ArrayBuffer>> {
  const { taps, packets } = parseExchange(text);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [name, settings] of taps) {
    const seen = packets.filter((p) => p.tap === name).sort((a, b) => a.time - b.time);
    const records = seen.map((p) => record(p, settings));
    files.set(name, encodePcap(records, { linkType: settings.cooked ? 276 : 1, snapLength: settings.snapLength }));
  }
  return files;
}

function record(packet: ExchangePacket, settings: TapSettings): RecordSpec {
  const ip = packet.icmp
    ? encodeIcmpError(
        packet.segment.src,
        packet.segment.dst,
        packet.icmp.type,
        packet.icmp.code,
        packet.icmp.mtu,
        encodeIp(packet.icmp.quoted),
      )
    : encodeIp(packet.segment);
  const bytes = settings.cooked ? cooked(ip) : ethernet(ip);
  const ownTime = packet.time * (1 + settings.ppm / 1e6) + settings.offset;
  return {
    time: settings.start + BigInt(Math.round(ownTime)),
    bytes: bytes.subarray(0, settings.snapLength),
    originalLength: bytes.length,
  };
}

const cooked = (ip: Uint8Array): Uint8Array =>
  concat(u16((ip[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800), u16(0), u32(2), u16(1), Uint8Array.of(0, 6), new Uint8Array(8), ip);
