// Are the segments of one connection those of another, under other addresses? Told where no handshake was captured.
import { ACK, HAS_TS, PAYLOAD_CUT, type PacketTable, RST } from '../model/packetTable.ts';

/** Segments of the smaller that are looked for in the other. */
const SAMPLES = 64;
/** So many found make it certain; fewer may be equal by chance. */
export const ENOUGH_SAME = 3;

/** @returns pairs of rows, of the first connection and of the second, that are one segment; empty where these are fewer than `least` */
export function sameSegments(
  packets: PacketTable,
  a: Uint32Array,
  b: Uint32Array,
  least = ENOUGH_SAME,
): readonly (readonly [number, number])[] {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  const wanted = new Map<number, number>();
  const step = Math.max(1, few.length / SAMPLES);
  for (let k = 0; k < few.length; k += step) {
    const row = few[Math.floor(k)];
    const says = (packets.flags[row] & (RST | ACK)) === ACK && (packets.payloadLength[row] > 0 || packets.ipId[row] !== 0);
    if (says) wanted.set(packets.seq[row], row);
  }
  const found: [number, number][] = [];
  for (const row of many) {
    const like = wanted.get(packets.seq[row]);
    if (like === undefined || packets.ipId[like] !== packets.ipId[row] || !isSameContent(packets, like, packets, row)) continue;
    wanted.delete(packets.seq[row]);
    found.push(few === a ? [like, row] : [row, like]);
  }
  return found.length >= least ? found : [];
}

/** Is it the same content, as far as both captures hold it? Lengths may differ where offload merged segments and timestamps agree. */
export function isSameContent(a: PacketTable, rowA: number, b: PacketTable, rowB: number): boolean {
  if (a.seq[rowA] !== b.seq[rowB] || a.ack[rowA] !== b.ack[rowB]) return false;
  const timestamps = a.flags[rowA] & HAS_TS;
  if (timestamps !== (b.flags[rowB] & HAS_TS)) return false;
  const sameLength = a.payloadLength[rowA] === b.payloadLength[rowB];
  if (timestamps !== 0 ? a.tsval[rowA] !== b.tsval[rowB] : !sameLength) return false;
  const whole = ((a.flags[rowA] | b.flags[rowB]) & PAYLOAD_CUT) === 0;
  return !(sameLength && whole) || a.fingerprint[rowA] === b.fingerprint[rowB];
}
