// 802.11 and the header that most captures put before it. Both are little endian.
import { type Cursor, LLC, STOP, WLAN } from './cursor.ts';
import * as L from './layers.ts';

/** Of radiotap's first word of what is present: a time of eight octets, then a flag octet, of which one says that the data is padded. */
const HAS_TIME = 1;
const HAS_FLAGS = 2;
const MORE_WORDS = 0x80000000;
const DATA_PADDED = 0x20;

/** radiotap.org: words of what is present, then the fields in order, each aligned to its size. */
export function radiotap(c: Cursor): void {
  if (!c.has(8)) return;
  const length = c.view.getUint16(c.at + 2, true);
  if (length < 8) return;
  c.isPadded = isPadded(c.view, c.at, Math.min(c.at + length, c.end));
  c.enter(L.L_RADIOTAP, length, WLAN);
}

/** Is the 802.11 header behind the radiotap header from `at` to `end` padded? Its first eight octets are there. */
export function isPadded(view: DataView, at: number, end: number): boolean {
  if (at + 8 > end) return false;
  const present = view.getUint32(at + 4, true);
  if ((present & HAS_FLAGS) === 0) return false;
  let octets = 8;
  for (let word = present; word >= MORE_WORDS && at + octets + 4 <= end; octets += 4) word = view.getUint32(at + octets, true);
  if ((present & HAS_TIME) !== 0) octets = ((octets + 7) & ~7) + 8;
  return at + octets < end && (view.getUint8(at + octets) & DATA_PADDED) !== 0;
}

/** Bit of the QoS control that says so, where a frame comes from a mesh station. */
const MESH_CONTROL = 0x0100;

/** Octets of the mesh control at `at` (IEEE 802.11-2020 §9.2.4.8.3): flags, time to live, sequence number, up to two more addresses. */
export function meshControl(view: DataView, at: number, end: number, control: number, qos: number): number {
  if ((control & 0x0200) === 0 || (qos & MESH_CONTROL) === 0 || at >= end) return 0;
  const flags = view.getUint8(at);
  return flags < 3 ? 6 + 6 * flags : 0;
}

/** Destination, source and length of the first of several frames in one (IEEE 802.11-2020 §9.3.2.2). */
const SUBFRAME_HEADER = 14;

/** Data frames in clear text: the LLC header behind addresses, QoS and padding. Of an A-MSDU the first frame. */
export function wlan(c: Cursor): void {
  c.next = STOP;
  if (!c.has(24)) return;
  const control = c.view.getUint16(c.at, true);
  const isData = (control & 0x0c) === 0x08;
  const isNull = (control & 0x40) !== 0;
  const isProtected = (control & 0x4000) !== 0;
  if (!isData || isNull || isProtected) return;
  const fourAddresses = (control & 0x0300) === 0x0300;
  const hasQos = (control & 0x80) !== 0;
  const hasHt = hasQos && (control & 0x8000) !== 0;
  const qosAt = c.at + 24 + (fourAddresses ? 6 : 0);
  const header = qosAt - c.at + (hasQos ? 2 : 0) + (hasHt ? 4 : 0);
  const padded = c.isPadded ? (header + 3) & ~3 : header;
  const qos = hasQos && qosAt + 2 <= c.end ? c.view.getUint16(qosAt, true) : 0;
  const inner = padded + ((qos & 0x80) !== 0 ? SUBFRAME_HEADER : meshControl(c.view, c.at + padded, c.end, control, qos));
  c.enter(L.L_WLAN, inner, LLC);
}
