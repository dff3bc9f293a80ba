// What was to be removed is in no byte of any form that leaves: planted words are looked for plain, inflated, as base64, hex and UTF-16.
import { inflateRawSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { IncidentContents } from '../document/file/contents.ts';
import { embedIncident, extractIncident } from '../document/file/html.ts';
import { writeLink } from '../document/file/link.ts';
import { splitCaptures } from '../document/file/splitCaptures.ts';
import { writeIncidentFile } from '../document/file/writeIncidentFile.ts';
import { EMPTY_DOCUMENT, type IncidentDocument } from '../document/model.ts';
import { STRICT_CHOICES } from '../document/redact/choices.ts';
import { countCaptures } from '../document/share/places.ts';
import { prepareShare } from '../document/share/prepareShare.ts';
import { reopen } from '../document/share/reopen.ts';
import { journeyColumns, packetColumns } from '../document/table/columns.ts';
import { writeParquet } from '../document/table/parquet.ts';
import { TICKET_WORDS, ticketMarkdown } from '../document/ticket/markdown.ts';
import { mermaidDiagram } from '../document/ticket/mermaid.ts';
import { openCapture } from '../engine/capture/openCapture.ts';
import { concat, interfaceBlock, nameBlock, packetBlock, sectionBlock, writeBlock } from '../engine/capture/pcapngWriter.ts';
import { bytesSource } from '../engine/capture/source.ts';
import { readContext } from '../engine/diagnose/context/readContext.ts';
import { renderSentence } from '../engine/diagnose/wording/render.ts';
import { analyze } from '../engine/query/analyze.ts';
import { renderText } from '../engine/query/textReport.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import { encodeFrame } from '../testing/packets.ts';
import { drawIncident } from './drawIncident.ts';
import { rasterize } from './rasterize.ts';

const CLIENT = '203.0.113.77';
const SERVER = '198.51.100.44';
const CLIENT_MAC = '0a:ca:0a:1a:2a:3a';
/** Each is planted somewhere and must be nowhere afterwards. */
const WORDS = {
  payload: 'CANARYPAYLOAD',
  hostName: 'canaryhost',
  section: 'CANARYSECTION',
  hardware: 'CANARYHARDWARE',
  system: 'CANARYSYSTEM',
  packetComment: 'CANARYCOMMENT',
  secret: 'CANARYSECRET',
  filter: 'CANARYFILTER',
  interfaceName: 'canaryeth7',
  fileName: 'canaryfile',
  folder: 'canaryfolder',
  tapName: 'canarytap',
  lane: 'canarylane',
  trailer: 'CANARYTRAILER',
  unknownField: 'CANARYUNKNOWN',
  pod: 'canarypod',
  namespace: 'canaryspace',
  node: 'canarynode',
  service: 'canaryservice',
  logFile: 'canarylog',
  logLine: 'CANARYLOGGED',
  rule: 'CANARYRULE',
  hostsName: 'canaryname',
  device: 'canarydevice',
};
const text = new TextEncoder();

function plantedCapture(): Uint8Array<ArrayBuffer> {
  const segment = (fromClient: boolean, flags: string, seq: number, ack: number, payload: string): Uint8Array => {
    const frame = encodeFrame({
      src: fromClient ? `${CLIENT}:40000` : `${SERVER}:15010`,
      dst: fromClient ? `${SERVER}:15010` : `${CLIENT}:40000`,
      flags,
      seq,
      ack,
      payload: text.encode(payload),
    });
    const mac = CLIENT_MAC.split(':').map((o) => Number.parseInt(o, 16));
    frame.set(mac, fromClient ? 6 : 0);
    return concat([frame, text.encode(WORDS.trailer)]);
  };
  const frames = [
    segment(true, 'S', 1000, 0, ''),
    segment(false, 'SA', 9000, 1001, ''),
    segment(true, 'A', 1001, 9001, ''),
    segment(true, 'PA', 1001, 9001, `GET ${WORDS.payload}`),
    segment(false, 'PA', 9001, 1001 + 4 + WORDS.payload.length, WORDS.payload),
    segment(false, 'R', 9001 + WORDS.payload.length, 0, ''),
  ];
  return concat([
    sectionBlock({ application: WORDS.system, comments: [WORDS.section], hardware: WORDS.hardware, system: WORDS.system }),
    interfaceBlock({
      name: WORDS.interfaceName,
      description: WORDS.interfaceName,
      linkType: 1,
      snapLength: 0,
      filter: `host ${WORDS.filter}`,
    }),
    nameBlock([[Uint8Array.of(203, 0, 113, 77), WORDS.hostName]]),
    writeBlock(0x0a, concat([new Uint8Array([0x4c, 0x4b, 0x53, 0x54, WORDS.secret.length, 0, 0, 0]), text.encode(WORDS.secret)]), []),
    ...frames.map((data, i) =>
      packetBlock({
        interfaceId: 0,
        time: 1_700_000_000_000_000_000n + BigInt(i) * 1_000_000n,
        originalLength: data.length,
        data,
        comments: [WORDS.packetComment],
      }),
    ),
  ]);
}

/** What lies beside the captures: `kubectl get`, a log, rules, hosts, settings. */
const CONTEXT = [
  {
    name: `/home/${WORDS.folder}/pods.json`,
    text: JSON.stringify({
      kind: 'List',
      apiVersion: 'v1',
      items: [
        {
          kind: 'Pod',
          metadata: { namespace: WORDS.namespace, name: WORDS.pod },
          spec: { nodeName: WORDS.node },
          status: { phase: 'Running', podIP: CLIENT },
        },
        {
          kind: 'Service',
          metadata: { namespace: WORDS.namespace, name: WORDS.service },
          spec: { clusterIP: SERVER, ports: [{ name: 'grpc', port: 15010, protocol: 'TCP' }] },
        },
        { kind: 'Pod', metadata: { namespace: WORDS.namespace, name: `${WORDS.pod}-elsewhere` }, status: { podIP: '192.0.2.9' } },
      ],
    }),
  },
  {
    name: `${WORDS.logFile}.log`,
    text: `2023-11-14T22:13:20.006Z error ${WORDS.logLine} ${WORDS.pod}.${WORDS.namespace} read tcp ${CLIENT}:40000->${SERVER}:15010: connection reset by peer\n`,
  },
  {
    name: 'rules.txt',
    text: `*filter\n[5:1660] -A KUBE-FORWARD -m comment --comment "${WORDS.rule}" -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n`,
  },
  { name: 'hosts', text: `127.0.0.1 localhost\n${CLIENT} ${WORDS.hostsName}\n` },
  { name: 'sysctl.txt', text: `net.netfilter.nf_conntrack_tcp_be_liberal = 0\nnet.ipv6.conf.${WORDS.device}.forwarding = 1\n` },
];

async function redacted(): Promise<IncidentContents> {
  const source = bytesSource(`/home/${WORDS.folder}/${WORDS.fileName}.pcapng`, plantedCapture());
  const opened = await openCapture([source], { tapName: WORDS.tapName });
  if (!opened.ok) throw new Error(opened.error.kind);
  const analysis = analyze(buildWorkspace([opened.value]), { context: readContext(CONTEXT, parse) });
  const note = `${WORDS.pod} of ${WORDS.namespace}/${WORDS.service} on ${WORDS.node} (${WORDS.hostsName}); ${WORDS.hostName} (${CLIENT}, ${CLIENT_MAC}) asked ${SERVER}:15010; see ${WORDS.tapName} #4 in ${WORDS.fileName}.pcapng, lane ${WORDS.lane}`;
  const document = {
    ...EMPTY_DOCUMENT,
    title: note,
    summary: note,
    captures: [{ name: source.name, size: source.size, packets: 6, sha256: 'ca'.repeat(32) }],
    lanes: [{ key: 'tap:0', name: WORDS.lane, hidden: false }],
    notes: [{ id: 'n', pin: { kind: 'packet', packet: { capture: 0, frame: 4 } }, text: note, changed: 1_700_000_000_123 }],
    view: {
      path: null,
      selected: null,
      from: 0,
      to: 4_000_000,
      scale: 'rows',
      folds: [],
      flipped: false,
      filter: `ip.addr == ${CLIENT}`,
      finding: null,
    },
    story: [],
    [WORDS.unknownField]: WORDS.unknownField,
  } satisfies IncidentDocument & Record<string, unknown>;
  const { redacted } = await prepareShare({
    analysis,
    document,
    captures: countCaptures([opened.value]),
    sources: [[source]],
    packets: 'all',
    choices: STRICT_CHOICES,
    key: Uint8Array.from({ length: 32 }, (_, i) => i * 5 + 9),
    render: (says) => renderSentence(says, 'en'),
  });
  return redacted.contents;
}

/** Everything that can be got out of these octets: themselves, and what raw deflate streams in them inflate to. */
function unpacked(bytes: Uint8Array): Buffer[] {
  const found = [Buffer.from(bytes)];
  for (let at = 0; at < bytes.length; at++) {
    try {
      const inner = inflateRawSync(bytes.subarray(at), { maxOutputLength: 1 << 22 });
      if (inner.length > 32) found.push(inner);
    } catch {
      // No stream starts here.
    }
  }
  return found;
}

/** How a planted thing could look. */
function spellings(): [string, Buffer][] {
  const octets = [
    ...Object.entries(WORDS).map(([name, word]): [string, Buffer] => [name, Buffer.from(word)]),
    ['client', Buffer.from(CLIENT)] as [string, Buffer],
    ['server', Buffer.from(SERVER)] as [string, Buffer],
    ['mac', Buffer.from(CLIENT_MAC)] as [string, Buffer],
    ['sha256', Buffer.from('ca'.repeat(32))] as [string, Buffer],
    ['moment', Buffer.from('1700000000')] as [string, Buffer],
  ];
  const binary: [string, Buffer][] = [
    ['client octets', Buffer.from(CLIENT.split('.').map(Number))],
    ['server octets', Buffer.from(SERVER.split('.').map(Number))],
    ['mac octets', Buffer.from(CLIENT_MAC.replaceAll(':', ''), 'hex')],
  ];
  return [...octets, ...binary].flatMap(([name, b]): [string, Buffer][] => {
    const inBase64 = [0, 1, 2].map((shift): [string, Buffer] => {
      const padded = Buffer.concat([Buffer.alloc(shift), b]).toString('base64');
      return [`${name} base64+${shift}`, Buffer.from(padded.slice(shift === 0 ? 0 : shift + 1, -4))];
    });
    const utf16 = Buffer.from(b.toString('latin1'), 'utf16le');
    const plain: [string, Buffer][] = [
      [name, b],
      [`${name} hex`, Buffer.from(b.toString('hex'))],
      [`${name} UTF-16LE`, utf16],
      [`${name} UTF-16BE`, Buffer.from(utf16).swap16()],
    ];
    return [...plain, ...inBase64.filter(([, s]) => s.length >= 8)];
  });
}

function leaksIn(name: string, bytes: Uint8Array): string[] {
  return unpacked(bytes).flatMap((buffer, i) => {
    const lower = Buffer.from(buffer.toString('latin1').toLowerCase(), 'latin1');
    return spellings()
      .filter(([, s]) => buffer.includes(s) || lower.includes(Buffer.from(s.toString('latin1').toLowerCase(), 'latin1')))
      .map(([what]) => `${name}${i > 0 ? ' (inflated)' : ''}: ${what}`);
  });
}

describe('nothing that was removed is anywhere', () => {
  test('the planted words are really in what was captured', () => {
    const found = leaksIn('source', plantedCapture()).join();
    for (const word of ['payload', 'hostName', 'section', 'packetComment', 'secret', 'filter', 'trailer', 'client octets', 'mac octets'])
      expect(found).toContain(word);
  });

  test('in no form', async () => {
    const contents = await redacted();
    expect(contents.packets).toHaveLength(6);
    expect(contents.document.context.files).toHaveLength(CONTEXT.length);
    expect(contents.document.context.marks).toHaveLength(1);
    expect(contents.document.context.names.map((n) => n.kind).sort()).toEqual(['host', 'pod', 'service', 'service']);
    const file = await writeIncidentFile(contents);
    const link = await writeLink(file);
    const page = embedIncident('<html><head><title>x</title></head><body><div id="root"></div></body></html>', file, contents.document);
    const reopened = await reopen(contents);
    const analysis = analyze(buildWorkspace(reopened.taps), { context: reopened.context });
    const drawn = (part: 'whole' | 'view', scale: 'rows' | 'time') =>
      drawIncident(contents.document, analysis, reopened, {
        language: 'en',
        part,
        scale,
        theme: 'dark',
        width: 1200,
        density: 1,
        assumption: null,
      });
    const whole = drawn('whole', 'rows');
    const png = whole && (await rasterize(whole.svg(), 1));
    if (!link.ok || !whole) throw new Error('a form is missing');
    expect(whole.svg()).toContain('asked');
    const tables = [
      writeParquet(packetColumns(analysis.workspace)),
      writeParquet(journeyColumns(analysis.workspace, analysis.correlation)),
    ];
    const rows = await Promise.all(
      tables.map(async (t) => JSON.stringify(await parquetReadObjects({ file: t.buffer }), (_, v) => (typeof v === 'bigint' ? `${v}` : v))),
    );
    const forms: readonly (readonly [string, Uint8Array | string])[] = [
      ['incident', file],
      ['page', page],
      ['page, decoded', extractIncident(/id="incident">([^<]*)</.exec(page)?.[1] ?? '') ?? ''],
      ['link', Buffer.from(link.value.slice('incident='.length), 'base64url')],
      ['ticket', ticketMarkdown(contents.document, TICKET_WORDS.en)],
      ['Mermaid', mermaidDiagram(whole.steps())],
      ['SVG', whole.svg()],
      ['SVG in true time', drawn('whole', 'time')?.svg() ?? ''],
      ['SVG of a part', drawn('view', 'rows')?.svg() ?? ''],
      ['PNG', png ?? ''],
      ['text report', renderText(analysis, 'en')],
      ...splitCaptures(contents).map((c): [string, Uint8Array] => [`pcapng ${c.name}`, c.bytes]),
      ...splitCaptures(contents).map((c): [string, string] => ['name of a file', c.name]),
      ...tables.map((t, i): [string, Uint8Array] => [`table ${i}`, t]),
      ...rows.map((r, i): [string, string] => [`rows of table ${i}`, r]),
    ];
    expect(forms.flatMap(([name, form]) => leaksIn(name, typeof form === 'string' ? text.encode(form) : form))).toEqual([]);
  }, 60_000);

  test('a fresh key makes another file, and the key is in none', async () => {
    const key = Uint8Array.from({ length: 32 }, (_, i) => i * 5 + 9);
    const file = Buffer.from(await writeIncidentFile(await redacted()));
    for (let i = 0; i + 8 <= key.length; i++) expect(file.includes(Buffer.from(key.subarray(i, i + 8)))).toBe(false);
  });
});
