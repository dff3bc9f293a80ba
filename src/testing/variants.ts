// Captures like a recorded one, at another time and between other addresses: pcap with Ethernet and IPv4 in, the same out.

export interface Variant {
  /** Added to every record's time. */
  readonly seconds: number;
  /** Added to the second octet of every IPv4 address. */
  readonly network: number;
}

/** @returns a copy; header checksums stay right, as TCP's pseudo header and IP's header change by what the addresses change */
export function shiftCapture(pcap: Uint8Array, variant: Variant): Uint8Array {
  const out = pcap.slice();
  const view = new DataView(out.buffer, out.byteOffset, out.length);
  const little = view.getUint8(0) !== 0xa1;
  for (let at = 24; at + 16 <= out.length; ) {
    view.setUint32(at, view.getUint32(at, little) + variant.seconds, little);
    const length = view.getUint32(at + 8, little);
    moveAddresses(new DataView(out.buffer, out.byteOffset + at + 16, Math.min(length, out.length - at - 16)), variant.network);
    at += 16 + length;
  }
  return out;
}

function moveAddresses(frame: DataView, network: number): void {
  if (frame.byteLength < 34 || frame.getUint16(12) !== 0x0800) return;
  const before = [frame.getUint16(26), frame.getUint16(30)];
  for (const at of [27, 31]) frame.setUint8(at, (frame.getUint8(at) + network) & 255);
  const after = [frame.getUint16(26), frame.getUint16(30)];
  adjust(frame, 24, before, after);
  const tcp = 14 + (frame.getUint8(14) & 15) * 4;
  if (frame.getUint8(23) === 6 && tcp + 18 <= frame.byteLength) adjust(frame, tcp + 16, before, after);
}

/** Source: RFC 1624, equation 3. */
function adjust(frame: DataView, at: number, before: readonly number[], after: readonly number[]): void {
  let sum = ~frame.getUint16(at) & 0xffff;
  before.forEach((old, i) => {
    sum += (~old & 0xffff) + (after[i] as number);
  });
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  frame.setUint16(at, ~sum & 0xffff);
}
