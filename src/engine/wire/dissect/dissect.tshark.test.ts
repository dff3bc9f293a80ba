// Every field of every packet of the public captures, against what tshark says: name, value, offset, length.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodePcap } from '../../../testing/captureFiles.ts';
import { WRAPPINGS } from '../../../testing/wrappings.ts';
import type { Field } from '../../model/dissection.ts';
import { dissect } from './dissect.ts';

const CORPUS = '../shared/corpus';
const hasTshark = spawnSync('tshark', ['-v']).status === 0;

interface Record {
  readonly bytes: Uint8Array;
  readonly originalLength: number;
}

function readPcap(bytes: Uint8Array): { readonly linkType: number; readonly records: readonly Record[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = view.getUint8(0) === 0xd4 || view.getUint8(0) === 0x4d;
  const records: Record[] = [];
  for (let at = 24; at + 16 <= bytes.length; ) {
    const captured = view.getUint32(at + 8, little);
    records.push({ bytes: bytes.subarray(at + 16, at + 16 + captured), originalLength: view.getUint32(at + 12, little) });
    at += 16 + captured;
  }
  return { linkType: view.getUint32(20, little) & 0xffff, records };
}

/** What is known from other packets of the connection only, or says again what a field of ours says: not compared. */
const NOT_OURS =
  /^(tcp\.(stream|completeness|connection\.|time_|analysis|window_size$|window_size_scalefactor|pdu|segment|reassembled|checksum_calculated|flags\.str|options\.sack\.|reset_cause|fin_retrans|nxtseq|len$|seq_raw|ack_raw)|(tcp|udp)\..*expert|udp\.(stream|time_|checksum_calc)|ip\.(checksum_calc|fragment)|ip(v6)?\.(addr|host|src_host|dst_host)|icmp\.(resp|data_time|no_resp)|ipv6\.fragment|eth\.(addr|lg|ig|fcs)|ipv6\.(src|dst)_|ipv6\.(hopopts|dstopts|routing|fraghdr)$|icmpv6\.(nd|opt)|llc\..*pid|radiotap\.present\.(?!word)|wlan\.qos\.(ps_|buf_|bit4|txop|queue)|nflog\.tlv(_value)?$|ieee8021ah\.(?!etype)|radiotap\.(mactime|flags)|wlan\.(da|sa)_amsdu|pflog\.(ifname|ruleset|uid|pid|rule_|pad)|l2tp\.offset_padding|gtp\.(spare|ext_hdr$|ext_hdr\.pdu_ses)|.*\.expert$)/;

const PROTOCOLS =
  /^(eth|vlan|ieee8021ad|llc|sll|null|ppp|pppoe|mpls|ip|ipv6|tcp|udp|icmp|icmpv6|gre|erspan|vxlan|geneve|gtp|arp|ah|nsh|l2tp|teredo|etherip|chdlc|ppi|nflog|pflog|radiotap|wlan)\./;
const compared = (name: string): boolean => PROTOCOLS.test(name) && !NOT_OURS.test(name);
const line = (name: string, value: string, at: number, length: number): string =>
  `${name}=${/^([0-9a-f]{2}:)+[0-9a-f]{2}$/.test(value) ? value.replaceAll(':', '') : value}${length > 0 ? ` @${at}+${length}` : ''}`;

/** Name, value and place of each field. */
function tsharkFields(path: string): string[][] {
  const options = ['tcp.check_checksum', 'ip.check_checksum', 'udp.check_checksum'].flatMap((o) => ['-o', `${o}:TRUE`]);
  const off = [
    'tcp.desegment_tcp_streams',
    'ip.defragment',
    'ipv6.defragment',
    'tcp.analyze_sequence_numbers',
    'tcp.relative_sequence_numbers',
    'tcp.try_heuristic_first',
  ];
  const args = ['-r', path, '-n', '-T', 'pdml', ...options, ...off.flatMap((o) => ['-o', `${o}:FALSE`])];
  const run = spawnSync('tshark', args, { maxBuffer: 1 << 29, encoding: 'utf8' });
  return run.stdout
    .split('<packet>')
    .slice(1)
    .map((packet) => {
      const found: string[] = [];
      for (const m of packet.matchAll(/<field name="([^"]*)"([^>]*?)\/?>/g)) {
        const [, name = '', rest = ''] = m;
        const attribute = (key: string): string => new RegExp(` ${key}="([^"]*)"`).exec(rest)?.[1] ?? '';
        // Expert information has neither octets nor value.
        if (attribute('hide') === 'yes' || !compared(name) || (attribute('size') === '0' && attribute('show') === '')) continue;
        found.push(line(name, attribute('show'), Number(attribute('pos')), Number(attribute('size'))));
      }
      return found;
    });
}

function ours(fields: readonly Field[]): string[] {
  return fields.flatMap((f) => [...(compared(f.name) ? [line(f.name, f.value, f.offset, f.length)] : []), ...ours(f.children)]);
}

/** Differences we stand by. */
function standBy(mine: string | null, theirs: string | null): boolean {
  // A checksum left to offload is unfinished, and tshark of this version calls it bad.
  if (/^(tcp|udp)\.checksum\.status=(2|0)$/.test(mine ?? theirs ?? '')) return mine === null || mine.endsWith('=2');
  // A first fragment that ends inside the TCP header: we show the part that is there.
  if (theirs === null && mine?.startsWith('tcp.seq=')) return true;
  // Zeros that fill an Ethernet frame to its shortest length are padding also inside a tunnel, and behind MPLS.
  return /^eth\.(trailer|padding)=/.test(mine ?? theirs ?? '');
}

const nameOf = (text: string): string => text.slice(0, text.indexOf('='));

/** What differs in any packet of a capture: the last difference of each field. */
function differences(path: string): string[] {
  const { linkType, records } = readPcap(readFileSync(path));
  const theirs = tsharkFields(path);
  const wrong = new Map<string, string>();
  records.slice(0, theirs.length).forEach((r, i) => {
    const mine = ours(dissect(r.bytes, linkType, r.originalLength).layers);
    const missing = subtract(theirs[i] ?? [], mine);
    for (const extra of subtract(mine, theirs[i] ?? [])) {
      const same = missing.filter((m) => nameOf(m) === nameOf(extra));
      if (same.some((m) => standBy(extra, m)) || standBy(extra, null)) continue;
      wrong.set(nameOf(extra), `frame ${i + 1}: ${extra}; tshark: ${same.join(' | ') || 'no such field'}`);
    }
    for (const m of missing) if (!wrong.has(nameOf(m)) && !standBy(null, m)) wrong.set(nameOf(m), `frame ${i + 1}: tshark alone has ${m}`);
  });
  return [...wrong.values()];
}

describe.runIf(hasTshark && existsSync(CORPUS))('fields agree with tshark', () => {
  const files = readdirSync(CORPUS).filter((f) => f.endsWith('.pcap') && f !== 'modified.pcap');
  test.each(files)('%s', (file) => {
    expect(differences(`${CORPUS}/${file}`)).toEqual([]);
  });
});

/** tshark doesn't look inside these: see testing/tsharkDifferences.ts. */
const UNSEEN = ['Ethernet over MPLS', 'Ethernet over MPLS without a control word', 'VXLAN on the port of Linux'];
/** tshark counts offsets from the inner packet's start here, or names the outer frame only. */
const MOVED = ['Sun ATM', 'PPP, several links, one fragment', 'FabricPath', '802.1ah'];

const wrappings = WRAPPINGS.filter((w) => !UNSEEN.includes(w.name) && !MOVED.includes(w.name));

describe.runIf(hasTshark)('fields of every wrapping agree with tshark', () => {
  test.each([...new Set(wrappings.map((w) => w.linkType))])('link type %i', (linkType) => {
    const folder = mkdtempSync(join(tmpdir(), 'wrapping-'));
    const records = wrappings.filter((w) => w.linkType === linkType).map(({ bytes }) => ({ time: 1n, bytes }));
    writeFileSync(join(folder, 'x.pcap'), encodePcap(records, { linkType }));
    expect(differences(join(folder, 'x.pcap'))).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

function subtract(from: readonly string[], what: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const w of what) left.set(w, (left.get(w) ?? 0) + 1);
  return from.filter((f) => {
    const count = left.get(f) ?? 0;
    left.set(f, count - 1);
    return count <= 0;
  });
}
