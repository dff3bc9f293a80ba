// TCP options, every kind that Linux sends or IANA names, the rest as octets.
import { seqBefore, seqDistance } from '../../model/units.ts';
import { MPTCP_SUBTYPES, TCP_OPTIONS } from './names.ts';
import type { FieldTree } from './tree.ts';

const EOL = 0;
const NOP = 1;

/** @param ackBase raw number that SACK edges are relative to, or null */
export function tcpOptions(tree: FieldTree, from: number, to: number, flags: number, ackBase: number | null): void {
  tree.open('tcp.options', 'TCP Options', from, to - from, tree.hexOf(from, to - from), { text: `${to - from} bytes` });
  let at = from;
  while (at < to && !tree.stop) {
    const kind = tree.u8(at);
    const length = kind === EOL || kind === NOP ? 1 : tree.u8(at + 1);
    if (!tree.has(at, 1) || (kind > NOP && !tree.has(at + 1, 1))) {
      tree.halt('cut', at, 2);
    } else if (length === 0 || (kind > NOP && length < 2) || at + length > to) {
      tree.halt('malformed', at, Math.max(2, length));
    } else if (!tree.has(at, length)) {
      tree.halt('cut', at, length);
    } else {
      oneOption(tree, kind, at, length, flags, ackBase);
    }
    // Behind the end only zeros may follow: Wireshark lists each as another end.
    if (kind === EOL && tree.u8(at + 1) !== 0) break;
    at += length;
  }
  tree.close();
}

function oneOption(tree: FieldTree, kind: number, at: number, length: number, flags: number, ackBase: number | null): void {
  tree.open(
    OPTION_NAMES[kind] ?? 'tcp.options.unknown',
    `TCP Option - ${TCP_OPTIONS[kind] ?? `Unknown (${kind})`}`,
    at,
    length,
    tree.hexOf(at, length),
  );
  tree.num('tcp.option_kind', 'Kind', at, 1, { text: `${TCP_OPTIONS[kind] ?? 'Unknown'} (${kind})` });
  if (kind > NOP) tree.num('tcp.option_len', 'Length', at + 1, 1);
  const body = at + 2;
  if (kind === 2 && length === 4) tree.num('tcp.options.mss_val', 'MSS Value', body, 2);
  else if (kind === 3 && length === 3) windowScale(tree, body);
  else if (kind === 5) sack(tree, body, at + length, ackBase);
  else if ((kind === 6 || kind === 7) && length === 6) tree.num('tcp.options.echo_value', 'TCP Echo Option', body, 4);
  else if (kind === 8 && length === 10) timestamps(tree, body);
  else if (kind >= 11 && kind <= 13 && length === 6) tree.num('tcp.options.cc_value', 'TCP CC Option', body, 4);
  else if (kind === 19 && length === 18) tree.raw('tcp.options.md5.digest', 'MD5 digest', body, 16);
  else if (kind === 28 && length === 4) userTimeout(tree, body);
  else if (kind === 29 && length >= 4) authentication(tree, body, length);
  else if (kind === 30 && length >= 3) mptcp(tree, body, length);
  else if (kind === 34) fastOpen(tree, body, length - 2, flags);
  else if (kind === 172 || kind === 174) accurateEcn(tree, kind, body, at + length);
  else if ((kind === 253 || kind === 254) && length >= 4) experiment(tree, body, length - 2, flags);
  else if (length > 2) tree.raw('tcp.options.unknown.payload', 'Payload', body, length - 2);
  tree.close();
}

const OPTION_NAMES: Readonly<Record<number, string>> = {
  0: 'tcp.options.eol',
  1: 'tcp.options.nop',
  2: 'tcp.options.mss',
  3: 'tcp.options.wscale',
  4: 'tcp.options.sack_perm',
  5: 'tcp.options.sack',
  6: 'tcp.options.echo',
  7: 'tcp.options.echo_reply',
  8: 'tcp.options.timestamp',
  11: 'tcp.options.cc',
  12: 'tcp.options.ccnew',
  13: 'tcp.options.ccecho',
  19: 'tcp.options.md5',
  27: 'tcp.options.qs',
  28: 'tcp.options.user_to',
  29: 'tcp.options.ao',
  30: 'tcp.options.mptcp',
  34: 'tcp.options.tfo',
  172: 'tcp.options.acc_ecn',
  174: 'tcp.options.acc_ecn',
  253: 'tcp.options.experimental',
  254: 'tcp.options.experimental',
};

/** Above 14 the shift counts as 14. Source: RFC 7323 §2.3. */
function windowScale(tree: FieldTree, at: number): void {
  const shift = tree.u8(at);
  tree.num('tcp.options.wscale.shift', 'Shift count', at, 1, shift > 14 ? { text: `${shift} (exceeds 14)`, judgement: 'note' } : {});
  tree.add('tcp.options.wscale.multiplier', 'Multiplier', at, 1, String(2 ** Math.min(14, shift)));
}

/** The first block repeats data already acknowledged, or lies inside the second: a duplicate SACK. Source: RFC 2883 §4. */
function sack(tree: FieldTree, from: number, to: number, ackBase: number | null): void {
  const edge = (value: number): number => (ackBase === null ? value : seqDistance(value, ackBase) >>> 0);
  for (let at = from; at + 8 <= to; at += 8) {
    const [left, right] = [tree.u32(at), tree.u32(at + 4)];
    const covered = at === from && at + 16 <= to && !seqBefore(left, tree.u32(at + 8)) && !seqBefore(tree.u32(at + 12), right);
    tree.add('tcp.options.sack_le', 'TCP SACK Left Edge', at, 4, String(edge(left)), {
      text: `${edge(left)}, raw ${left}`,
      judgement: covered ? 'note' : null,
    });
    tree.add('tcp.options.sack_re', 'TCP SACK Right Edge', at + 4, 4, String(edge(right)), { text: `${edge(right)}, raw ${right}` });
  }
  tree.derived('tcp.options.sack.count', 'TCP SACK Count', String(Math.floor((to - from) / 8)));
}

function timestamps(tree: FieldTree, at: number): void {
  tree.num('tcp.options.timestamp.tsval', 'Timestamp value', at, 4);
  tree.num('tcp.options.timestamp.tsecr', 'Timestamp echo reply', at + 4, 4);
}

function userTimeout(tree: FieldTree, at: number): void {
  const minutes = tree.flag('tcp.options.user_to_granularity', 'Granularity', at, 2, 0x8000, ['Seconds', 'Minutes']);
  const value = tree.u16(at) & 0x7fff;
  tree.bits('tcp.options.user_to_val', 'User Timeout', at, 2, 0x7fff, `${value} ${minutes ? 'min' : 's'}`);
}

function authentication(tree: FieldTree, at: number, length: number): void {
  tree.num('tcp.options.ao.keyid', 'AO KeyID', at, 1);
  tree.num('tcp.options.ao.rnextkeyid', 'AO RNextKeyID', at + 1, 1);
  if (length > 4) tree.raw('tcp.options.ao.mac', 'AO MAC', at + 2, length - 4);
}

function mptcp(tree: FieldTree, at: number, length: number): void {
  const subtype = tree.u8(at) >> 4;
  tree.bits('tcp.options.mptcp.subtype', 'Multipath TCP subtype', at, 1, 0xf0, `${MPTCP_SUBTYPES[subtype] ?? 'Unknown'} (${subtype})`);
  if (length > 3) tree.raw('tcp.options.unknown.payload', 'Payload', at + 1, length - 3);
}

function fastOpen(tree: FieldTree, at: number, length: number, flags: number): void {
  if (length === 0) tree.derived('tcp.options.tfo.request', 'Fast Open Cookie Request', flags & 2 ? '1' : '');
  else tree.raw('tcp.options.tfo.cookie', 'Fast Open Cookie', at, length);
}

/** Source: RFC 9768 §3.2.3. The order of the counters is in the kind. */
function accurateEcn(tree: FieldTree, kind: number, from: number, to: number): void {
  const counters = [
    ['tcp.options.acc_ecn.ee0b', 'Accurate ECN Echo ECT(0) Byte Counter'],
    ['tcp.options.acc_ecn.eceb', 'Accurate ECN Echo CE Byte Counter'],
    ['tcp.options.acc_ecn.ee1b', 'Accurate ECN Echo ECT(1) Byte Counter'],
  ] as const;
  const order = kind === 172 ? counters : [...counters].reverse();
  order.forEach(([name, label], i) => {
    if (from + i * 3 + 3 <= to) tree.num(name, label, from + i * 3, 3);
  });
}

/** Source: RFC 6994: two octets of experiment id; 0xf989 is Fast Open before it had a kind of its own. */
function experiment(tree: FieldTree, at: number, length: number, flags: number): void {
  const id = tree.hex('tcp.options.experimental.exid', 'Experiment Identifier', at, 2);
  if (id === 0xf989) fastOpen(tree, at + 2, length - 2, flags);
  else if (length > 2) tree.raw('tcp.options.experimental.data', 'Data', at + 2, length - 2);
}
