// 802.11 data frames, and the radiotap header that captures put before them. Both are little endian.
import { isPadded, meshControl } from '../wireless.ts';
import type { FieldTree, Next } from './tree.ts';

const DATA = 2;
const TO_DS = 1;
const FROM_DS = 2;
const PROTECTED = 0x40;
const ORDER = 0x80;
const QOS = 8;
const NULL_DATA = 4;

const TYPES: readonly string[] = ['Management frame', 'Control frame', 'Data frame', 'Extension frame'];

const little16 = (tree: FieldTree, at: number): number => tree.u8(at) | (tree.u8(at + 1) << 8);
const hex = (value: number, digits: number): string => `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;

/** Source: radiotap.org. What is present is told by a word of flags; the values themselves stay octets. */
export function radiotap(tree: FieldTree, at: number, end: number): Next | null {
  const length = little16(tree, at + 2);
  tree.open('radiotap', `Radiotap Header v${tree.u8(at)}, Length ${length}`, at, length);
  tree.num('radiotap.version', 'Header revision', at, 1);
  tree.num('radiotap.pad', 'Header pad', at + 1, 1);
  tree.add('radiotap.length', 'Header length', at + 2, 2, String(length));
  tree.open('radiotap.present', 'Present flags', at + 4, 4);
  const present = little16(tree, at + 4) | (little16(tree, at + 6) << 16);
  tree.add('radiotap.present.word', 'Present flags word', at + 4, 4, hex(present, 8));
  tree.close();
  if (length < 8) {
    tree.halt('malformed', at + 2, 8);
    return null;
  }
  tree.isPadded = isPadded(tree.view, at, Math.min(at + length, tree.limit));
  return { protocol: 'wlan', at: at + length, end };
}

/** Source: IEEE 802.11-2020 §9.2, §9.3.2. Frames without clear data end here. */
export function wlan(tree: FieldTree, at: number, end: number): Next | null {
  const control = tree.u8(at);
  const flags = tree.u8(at + 1);
  const type = (control >> 2) & 3;
  const subtype = control >> 4;
  const isQos = type === DATA && (subtype & QOS) !== 0;
  const direction = flags & (TO_DS | FROM_DS);
  const isBridge = direction === (TO_DS | FROM_DS);
  const length = 24 + (isBridge ? 6 : 0) + (isQos ? 2 : 0) + (isQos && (flags & ORDER) !== 0 ? 4 : 0);
  tree.open('wlan', `IEEE 802.11 ${isQos ? 'QoS Data' : (TYPES[type] ?? '')}`, at, type === DATA ? length : 10);
  tree.add('wlan.fc.type_subtype', 'Type/Subtype', at, 1, hex((type << 4) | subtype, 4));
  frameControl(tree, at, type);
  tree.add('wlan.duration', 'Duration', at + 2, 2, String(little16(tree, at + 2) & 0x7fff), { mask: 0x7fff });
  tree.mac('wlan.ra', 'Receiver address', at + 4);
  if (type !== DATA) return { protocol: 'data', at: at + 10, end };
  const qosAt = at + (isBridge ? 30 : 24);
  const isAggregate = isQos && (tree.u8(qosAt) & 0x80) !== 0;
  addresses(tree, at, direction, isAggregate);
  const sequence = little16(tree, at + 22);
  tree.add('wlan.frag', 'Fragment number', at + 22, 2, String(sequence & 15), { mask: 15 });
  tree.add('wlan.seq', 'Sequence number', at + 22, 2, String(sequence >> 4), { mask: 0xfff0 });
  const isClear = (flags & PROTECTED) === 0 && (subtype & NULL_DATA) === 0;
  const inner = at + (tree.isPadded ? (length + 3) & ~3 : length);
  const meshOctets = isQos && !isAggregate ? meshControl(tree.view, inner, tree.limit, flags << 8, little16(tree, qosAt)) : 0;
  if (isQos) qosControl(tree, qosAt, (flags & FROM_DS) !== 0, meshOctets > 0);
  if (!isClear) return { protocol: 'data', at: inner, end };
  if (isAggregate) return { protocol: 'llc', at: subframe(tree, inner), end };
  return { protocol: 'llc', at: mesh(tree, inner, meshOctets), end };
}

/** Source: IEEE 802.11-2020 §9.2.4.8.3. @returns where the frame goes on */
function mesh(tree: FieldTree, at: number, length: number): number {
  if (length === 0) return at;
  tree.open('wlan.mesh.control_field', 'Mesh Control Field', at, length);
  tree.hex('wlan.fixed.mesh_flags', 'Mesh Flags', at, 1);
  tree.hex('wlan.fixed.mesh_ttl', 'Mesh TTL', at + 1, 1);
  tree.add('wlan.fixed.mesh_sequence', 'Sequence Number', at + 2, 4, hex(little16(tree, at + 2) + little16(tree, at + 4) * 65_536, 8));
  if (length === 12) tree.mac('wlan.fixed.mesh_addr4', 'Mesh Extended Address 4', at + 6);
  if (length === 18) {
    tree.mac('wlan.fixed.mesh_addr5', 'Mesh Extended Address 5', at + 6);
    tree.mac('wlan.fixed.mesh_addr6', 'Mesh Extended Address 6', at + 12);
  }
  tree.close();
  return at + length;
}

/** The first of several frames in one. Source: IEEE 802.11-2020 §9.3.2.2. */
function subframe(tree: FieldTree, at: number): number {
  tree.open('wlan_aggregate.a_mdsu.subframe', 'A-MSDU Subframe #1', at, 14);
  tree.mac('wlan.da', 'Destination address', at);
  tree.mac('wlan.sa', 'Source address', at + 6);
  tree.num('wlan_aggregate.a_mdsu.length', 'A-MSDU Length', at + 12, 2);
  tree.close();
  return at + 14;
}

function frameControl(tree: FieldTree, at: number, type: number): void {
  tree.open('wlan.fc', 'Frame Control Field', at, 2, hex(tree.u16(at), 4));
  tree.bits('wlan.fc.version', 'Version', at, 1, 0x03);
  tree.bits('wlan.fc.type', 'Type', at, 1, 0x0c, `${TYPES[type]} (${type})`);
  tree.bits('wlan.fc.subtype', 'Subtype', at, 1, 0xf0);
  const flags = tree.u8(at + 1);
  tree.open('wlan.flags', 'Flags', at + 1, 1, hex(flags, 2));
  tree.add('wlan.fc.ds', 'DS status', at + 1, 1, hex(flags & 3, 2), { mask: 3 });
  tree.flag('wlan.fc.frag', 'More Fragments', at + 1, 1, 0x04);
  tree.flag('wlan.fc.retry', 'Retry', at + 1, 1, 0x08);
  tree.flag('wlan.fc.pwrmgt', 'PWR MGT', at + 1, 1, 0x10);
  tree.flag('wlan.fc.moredata', 'More Data', at + 1, 1, 0x20);
  tree.flag('wlan.fc.protected', 'Protected flag', at + 1, 1, PROTECTED);
  tree.flag('wlan.fc.order', '+HTC/Order flag', at + 1, 1, ORDER);
  tree.close();
  tree.close();
}

/** What the four addresses mean depends on who sends to whom. Source: IEEE 802.11-2020 table 9-30. */
function addresses(tree: FieldTree, at: number, direction: number, isAggregate: boolean): void {
  const [first, second, third, fourth] = [at + 4, at + 10, at + 16, at + 24];
  tree.mac('wlan.ta', 'Transmitter address', second);
  const destination = (direction & TO_DS) !== 0 ? third : first;
  const source = direction === (TO_DS | FROM_DS) ? fourth : (direction & FROM_DS) !== 0 ? third : second;
  if (!isAggregate) tree.mac('wlan.da', 'Destination address', destination);
  tree.mac('wlan.sa', 'Source address', source);
  if (direction === (TO_DS | FROM_DS)) return;
  tree.mac('wlan.bssid', 'BSS Id', direction === TO_DS ? first : direction === FROM_DS ? second : third);
  if (direction !== 0) tree.mac('wlan.staa', 'STA address', direction === TO_DS ? second : first);
}

function qosControl(tree: FieldTree, at: number, isFromAccessPoint: boolean, isMesh: boolean): void {
  const value = little16(tree, at);
  tree.open('wlan.qos', 'Qos Control', at, 2, hex(value, 4));
  tree.add('wlan.qos.tid', 'TID', at, 2, String(value & 15), { mask: 15 });
  tree.add('wlan.qos.priority', 'Priority', at, 2, String(value & 7), { mask: 7 });
  if (isFromAccessPoint) tree.add('wlan.qos.eosp', 'EOSP', at, 2, (value & 0x10) === 0 ? '0' : '1', { mask: 0x10 });
  tree.add('wlan.qos.ack', 'Ack Policy', at, 2, hex((value >> 5) & 3, 4), { mask: 0x60 });
  tree.add('wlan.qos.amsdupresent', 'Payload Type', at, 2, (value & 0x80) === 0 ? '0' : '1', { mask: 0x80 });
  if (isMesh) {
    tree.add('wlan.qos.mesh_ctl_present', 'Mesh Control Present', at, 2, '1', { mask: 0x100 });
    tree.add('wlan.qos.mesh_ps.reserved', 'Mesh Power Save Level (reserved)', at, 2, String((value >> 9) & 1), { mask: 0x200 });
    tree.add('wlan.qos.mesh_rspi', 'Receiver Service Period Initiated (RSPI)', at, 2, String((value >> 10) & 1), { mask: 0x400 });
  }
  tree.close();
}
