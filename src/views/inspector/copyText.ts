// A packet in other tools' languages. Pure.
import { type Field, fieldsNamed } from '../../engine/model/dissection.ts';
import type { PacketDetail } from '../../engine/model/packetDetail.ts';

interface End {
  readonly address: string;
  readonly port: string;
}

/** `10.0.0.1:80`, `[fd00::1]:80` */
function splitEndpoint(text: string): End {
  const at = text.lastIndexOf(':');
  return { address: text.slice(0, at).replace(/^\[|\]$/g, ''), port: text.slice(at + 1) };
}
const family = (address: string): string => (address.includes(':') ? 'ipv6' : 'ip');

/** Finds this packet, and no other transmission than this, in any capture of the same point. */
export function packetFilter(d: PacketDetail): string {
  const s = d.segment;
  if (!s) return `frame.number == ${d.row.frame}`;
  const [from, to] = [splitEndpoint(s.source), splitEndpoint(s.destination)];
  const ip = family(from.address);
  const parts = [
    `${ip}.src == ${from.address}`,
    `${ip}.dst == ${to.address}`,
    `tcp.srcport == ${from.port}`,
    `tcp.dstport == ${to.port}`,
    `tcp.seq_raw == ${s.seqRaw}`,
    `tcp.len == ${s.payload}`,
  ];
  if (!s.isIpv6) parts.push(`ip.id == 0x${s.ipId.toString(16).padStart(4, '0')}`);
  // Segments without data repeat their numbers, and IPv6 has no identification: what else the header says tells them apart.
  for (const name of SEGMENT_FIELDS) {
    const field = fieldsNamed(d.dissection?.layers ?? [], name).at(-1);
    if (field) parts.push(`${name} == ${field.value}`);
  }
  return parts.join(' && ');
}

const SEGMENT_FIELDS = ['tcp.flags', 'tcp.ack_raw', 'tcp.window_size_value', 'tcp.checksum', 'tcp.options.timestamp.tsval'] as const;

export function connectionFilter(d: PacketDetail): string {
  const s = d.segment;
  if (!s) return packetFilter(d);
  const [from, to] = [splitEndpoint(s.source), splitEndpoint(s.destination)];
  const ip = family(from.address);
  return `${ip}.addr == ${from.address} && ${ip}.addr == ${to.address} && tcp.port == ${from.port} && tcp.port == ${to.port}`;
}

/** A capture filter: every end that the packet's path has, so that a leak is not filtered away again. */
export function tcpdumpExpression(d: PacketDetail): string {
  const ends = [d.segment?.source, d.segment?.destination, d.connection?.client, d.connection?.service, d.connection?.server]
    .filter((e): e is string => typeof e === 'string' && e !== '')
    .map(splitEndpoint);
  const client = d.connection ? splitEndpoint(d.connection.client) : ends[0];
  if (!client) return '';
  const others = [...new Map(ends.filter((e) => e.address !== client.address).map((e) => [`${e.address} ${e.port}`, e])).values()];
  const hosts = [...new Set(others.map((e) => e.address))].map((a) => `host ${a}`).join(' or ');
  const ports = [...new Set(others.map((e) => e.port))].map((p) => `port ${p}`).join(' or ');
  const part = (text: string): string => (text.includes(' or ') ? `(${text})` : text);
  const plain = ['tcp', `host ${client.address}`, part(hosts), part(ports)].filter((x) => x !== '').join(' and ');
  const wrappings = (d.dissection?.protocols ?? []).flatMap((p) => WRAPPINGS[p] ?? []);
  return wrappings.length === 0 ? plain : `(${plain}) or (${[...wrappings, plain].join(' and ')})`;
}

/** libpcap looks behind these only when told; all that follows in the expression is then asked of what they carry. */
const WRAPPINGS: Readonly<Record<string, string>> = { vlan: 'vlan', ieee8021ad: 'vlan', mpls: 'mpls', pppoes: 'pppoes', geneve: 'geneve' };

/** This packet and no other: what its headers say, wherever tcpdump can name it, else octets at their places in the frame. */
export function tcpdumpPacket(d: PacketDetail): string {
  const layers = d.dissection?.layers ?? [];
  const at = layers.findLastIndex((l) => l.name === 'tcp');
  const tcp = layers[at];
  const ip = layers[at - 1];
  if (!d.segment || !tcp || !ip) return '';
  const isPlain =
    d.dissection?.protocols.every((p) => PLAIN.has(p)) === true && layers.filter((l) => l.name === 'ip' || l.name === 'ipv6').length === 1;
  const [from, to] = [splitEndpoint(d.segment.source), splitEndpoint(d.segment.destination)];
  const start = ip.name === 'ipv6' ? 8 : 12;
  const named = [`tcp and src host ${from.address} and dst host ${to.address} and src port ${from.port} and dst port ${to.port}`];
  const parts = isPlain
    ? named
    : [words(d.bytes, 'link', 0, ip.offset + start, (ip.name === 'ipv6' ? 32 : 8) / 4), words(d.bytes, 'link', 0, tcp.offset, 1)];
  const [unit, base] = isPlain ? [ip.name === 'ipv6' ? 'ip6' : 'ip', ip.offset] : ['link', 0];
  if (ip.name === 'ip') parts.push(words(d.bytes, unit, base, ip.offset + 4, 1));
  // Sequence and acknowledgment number, flags with window, checksum, then the options, where timestamps are.
  parts.push(words(d.bytes, unit, base, tcp.offset + 4, Math.max(4, Math.floor((tcp.length - 4) / 4))));
  return parts.filter((x) => x !== '').join(' and ');
}

const PLAIN: ReadonlySet<string> = new Set(['eth', 'ethertype', 'sll', 'raw', 'null', 'ip', 'ipv6', 'tcp', 'data']);

/** `count` words of four octets from `at` on, as far as captured; offsets count from `base`. */
function words(bytes: Uint8Array, unit: string, base: number, at: number, count: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let i = at; i < at + 4 * count && i + 4 <= bytes.length; i += 4) {
    parts.push(`${unit}[${i - base}:4] = 0x${view.getUint32(i).toString(16).padStart(8, '0')}`);
  }
  return parts.join(' and ');
}

type Json = string | { readonly [key: string]: Json | readonly Json[] };

/** As `tshark -T json` nests it: value under the name, parts under `name_tree`; repeated names become lists. */
export function fieldsJson(d: PacketDetail): string {
  const layers = (d.dissection?.layers ?? []).map((l) => ({ [l.name]: branch(l.children) }));
  const frame = {
    number: d.row.frame,
    file: d.file,
    capture_point: d.label.replace(/ #\d+$/, ''),
    time_epoch: epochSeconds(d.row.ownTime),
    len: d.originalLength,
    cap_len: d.bytes.length,
  };
  return JSON.stringify({ frame, protocols: d.dissection?.protocols.join(':') ?? '', layers }, null, 2);
}

function branch(fields: readonly Field[]): Json {
  const out = new Map<string, Json | Json[]>();
  const put = (key: string, value: Json): void => {
    const known = out.get(key);
    if (known === undefined) out.set(key, value);
    else if (Array.isArray(known)) known.push(value);
    else out.set(key, [known, value]);
  };
  for (const f of fields) {
    if (f.name === '') continue;
    put(f.name, f.value);
    if (f.children.length > 0) put(`${f.name}_tree`, branch(f.children));
  }
  return Object.fromEntries(out);
}

export function epochSeconds(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const ns = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  return `${sign}${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, '0')}`;
}

/** Characters that Markdown would take for its own. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]<>|]/g, '\\$&');

export function packetMarkdown(d: PacketDetail, facts: readonly (readonly [string, string])[]): string {
  const rows = facts.map(([name, value]) => `| ${plain(name)} | ${plain(value)} |`);
  const elsewhere = d.sightings.length > 1 ? ['', ...d.sightings.map((s) => `- ${plain(s.label)}`)] : [];
  return [`**${plain(d.label)}** ${plain(d.row.info)}`, '', '| | |', '|---|---|', ...rows, ...elsewhere].join('\n');
}
