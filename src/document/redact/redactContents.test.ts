import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { splitCaptures } from '../file/splitCaptures.ts';
import { contentsOf } from '../testing/readPcap.ts';
import { SAMPLE_CONTENTS } from '../testing/sampleContents.ts';
import { DEFAULT_CHOICES, type RedactionChoices, STRICT_CHOICES } from './choices.ts';
import { redactContents } from './redactContents.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i * 7 + 1);
const SHARED = join(process.cwd(), '../shared');

describe('what is removed', () => {
  test('payload, names, comments, filters and times go by default or on asking; what stays is exact', () => {
    const source = { ...SAMPLE_CONTENTS, interfaces: SAMPLE_CONTENTS.interfaces.map((i) => ({ ...i, filter: 'host 10.148.74.37' })) };
    const { contents, report } = redactContents(source, STRICT_CHOICES, KEY);
    expect(contents.packets.map((p) => p.data.length)).toEqual([54, 54, 54, 54, 54, 54]);
    expect(contents.packets.map((p) => p.originalLength)).toEqual(SAMPLE_CONTENTS.packets.map((p) => p.originalLength));
    expect(contents.packets.every((p) => p.comments.length === 0)).toBe(true);
    expect(contents.interfaces.map((i) => [i.name, i.filter])).toEqual([
      ['server', ''],
      ['client', ''],
    ]);
    // The other address with a name is in no packet: nothing is said of it.
    expect(contents.document.names.map(([, name]) => name)).toEqual([expect.stringMatching(/^host-\d+$/)]);
    expect(contents.document.taps.map((t) => t.name)).toEqual(['server', 'client']);
    expect(contents.document.captures.map((c) => c.name)).toEqual(['server.pcap', 'client.pcap']);
    expect(contents.packets.reduce((least, p) => (p.time < least ? p.time : least), 1n)).toBe(0n);
    expect(report.addresses.map((a) => a.join('.')).sort()).toEqual(['10.148.74.34', '10.148.74.37', '192.168.107.214']);
    expect(report.comments).toBe(2);
    expect(report.counts).toMatchObject({ payload: 6 * 17, payloadKept: 0, unreadable: 0 });
  });

  test('names go by default: points are called by their position, what the reader typed for a lane as well', () => {
    const [first, second] = SAMPLE_CONTENTS.document.taps;
    const taps = [first!, { ...second!, name: 'Any', position: 'node', captures: [1] }, { ...second!, name: 'node', captures: [] }];
    const lanes = [
      { key: 'tap:0', name: 'Cell twelve', hidden: false },
      { key: 'node', name: 'gke-7', hidden: false },
    ];
    const interfaces = SAMPLE_CONTENTS.interfaces.map((i) => ({ ...i, name: 'any' }));
    const summary = 'Cell twelve sent it through gke-7; not any server, the pilot';
    const document = { ...SAMPLE_CONTENTS.document, taps: [...taps, { ...first!, name: 'pilot b' }], lanes, summary };
    const left = redactContents({ ...SAMPLE_CONTENTS, document, interfaces }, DEFAULT_CHOICES, KEY).contents.document;
    expect(left.taps.map((t) => t.name)).toEqual(['server-1', 'node', 'client', 'server-2']);
    expect(left.lanes.map((l) => l.name)).toEqual(['', '']);
    expect(left.summary).toBe('server-1 sent it through node; not node server, the server-1');
    expect(left.captures[0]?.sha256).toBe(SAMPLE_CONTENTS.document.captures[0]?.sha256);
    expect(left.redaction?.names).toBe('replaced');
    // A position that no version of this program writes may be anything.
    const strange = { ...SAMPLE_CONTENTS.document, taps: taps.map((t) => ({ ...t, position: 'CANARY' })) };
    const away = redactContents({ ...SAMPLE_CONTENTS, document: strange }, DEFAULT_CHOICES, KEY).contents.document;
    expect(away.taps.map((t) => t.name)).toEqual(['tap-1', 'tap-2', 'tap-3']);
  });

  test('fields this version does not know do not leave: nobody could say what is in them', () => {
    const document = {
      ...SAMPLE_CONTENTS.document,
      strange: 'CANARY',
      notes: SAMPLE_CONTENTS.document.notes.map((n) => ({ ...n, odd: 'CANARY' })),
    };
    expect(JSON.stringify(redactContents({ ...SAMPLE_CONTENTS, document }, DEFAULT_CHOICES, KEY).contents.document)).not.toContain(
      'CANARY',
    );
  });

  test('the first octets of payload stay when asked for', () => {
    const { contents } = redactContents(SAMPLE_CONTENTS, { ...DEFAULT_CHOICES, payload: { keep: 'first', octets: 4 } }, KEY);
    expect(contents.packets.every((p) => new TextDecoder().decode(p.data.subarray(54)) === 'capt')).toBe(true);
  });

  test('suspicious words in the sharer’s own texts are pointed at', () => {
    const document = { ...SAMPLE_CONTENTS.document, summary: 'ask jane@example.com about pilot-0.prod.internal at 2023-11-14 09:14:02' };
    const { report } = redactContents({ ...SAMPLE_CONTENTS, document }, STRICT_CHOICES, KEY);
    expect(report.suspicious).toEqual(['jane@example.com', 'pilot-0.prod.internal', '2023-11-14 09:14:02']);
  });

  test('any octets are rewritten without a throw, and never grow', () => {
    let seed = 7;
    const random = (): number => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return seed >> 8;
    };
    for (let run = 0; run < 3_000; run++) {
      const base = SAMPLE_CONTENTS.packets[run % 6];
      const data = base!.data.slice(0, random() % 80);
      for (let i = 0; i < 4; i++) if (data.length > 0) data[random() % data.length] = random() & 255;
      const linkType = [1, 0, 101, 113, 276, 9, 104][random() % 7] as number;
      const interfaces = SAMPLE_CONTENTS.interfaces.map((i) => ({ ...i, linkType }));
      const { contents } = redactContents({ ...SAMPLE_CONTENTS, interfaces, packets: [{ ...base!, data }] }, STRICT_CHOICES, KEY);
      expect(contents.packets[0]!.data.length).toBeLessThanOrEqual(data.length);
    }
  });
});

const hasTshark = spawnSync('tshark', ['--version']).status === 0;
const dir = mkdtempSync(join(tmpdir(), 'hopscope-'));
afterAll(() => rmSync(dir, { recursive: true }));

const CHECKS = ['ip.checksum.status', 'tcp.checksum.status', 'udp.checksum.status', 'icmp.checksum.status', 'icmpv6.checksum.status'];
const NUMBERS = ['tcp.seq_raw', 'tcp.ack_raw', 'tcp.len', 'ip.ttl', 'ip.id', 'ipv6.hlim', 'tcp.srcport', 'vlan.id', 'tcp.analysis.flags'];
const FIELDS = ['ip.addr', 'ipv6.addr', 'frame.protocols', ...CHECKS, ...NUMBERS];

/** What lies around and behind TCP may be cut (trailers, protocols nobody here understands): layers are compared down to TCP. */
const withoutAddresses = (line: string): string => {
  const [, , protocols = '', ...rest] = line.split('\t');
  const at = protocols.lastIndexOf(':tcp');
  return [at < 0 ? '' : protocols.slice(0, at + 4), ...rest].join('\t');
};

const onlyAddresses = (line: string): string => line.split('\t').slice(0, 2).join();

function tshark(bytes: Uint8Array, fields: readonly string[]): string[] {
  const path = join(dir, 'x.pcapng');
  writeFileSync(path, bytes);
  const checks = ['ip', 'tcp', 'udp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);
  const args = ['-r', path, '-n', ...checks, '-T', 'fields', ...fields.flatMap((f) => ['-e', f])];
  const { stdout, status } = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  expect(status).toBe(0);
  return stdout.split('\n');
}

/** A capture of each kind: plain, tunnelled, IPv6, offloaded (unfinished checksums), cooked. */
const CAPTURES = ['ebay-leak-offload/pilot.pcap', 'geneve-taps/underlay.pcap', 'ipv6/envoy.pcap', 'node-any/node-any.pcap'];
const CORPUS = [
  '4in6',
  'gre-ip',
  'vxlan',
  'geneve',
  'mpls',
  'qinq',
  'vlan-mpls',
  'pppoe',
  'erspan',
  'sll',
  'sll2',
  'ip-in-ip',
  'null-ip46',
  'ipv6-ext',
  'rawip6',
  'llc-snap',
  'micro-be',
  'gre-eth-frag',
];

describe.runIf(hasTshark)('compared with tshark on recorded captures', () => {
  const paths = [
    ...CAPTURES.map((c) => join(SHARED, 'captures', c)),
    ...CORPUS.map((c) => join(process.cwd(), 'src/testing/captures/corpus', `${c}.pcap`)),
  ].filter((p) => p.endsWith('.pcap') && existsSync(p));
  const keepsAll: RedactionChoices = { ...STRICT_CHOICES, payload: { keep: 'all' }, names: 'keep' };

  test.each(paths)(
    '%s: right checksums stay right, wrong ones wrong, numbers and layers as they were',
    async (path) => {
      const source = contentsOf([{ name: 'a.pcap', path }]);
      const packets = source.packets.slice(0, 150);
      const before = splitCaptures({ ...source, packets })[0]!.bytes;
      const redacted = redactContents({ ...source, packets }, keepsAll, KEY);
      const after = splitCaptures(redacted.contents)[0]!.bytes;
      const [was, is] = [tshark(before, FIELDS), tshark(after, FIELDS)];
      expect(is.map(withoutAddresses)).toEqual(was.map(withoutAddresses));
      if (redacted.report.addresses.length > 0) expect(is.map(onlyAddresses)).not.toEqual(was.map(onlyAddresses));
    },
    60_000,
  );
});
