// The same packet at several capture points, field by field: what NAT, routers and tunnels changed.
import { type Dissection, fieldsNamed } from '../model/dissection.ts';
import type { ComparedField } from '../model/packetDetail.ts';

/** What may change on the way, and what must not: a difference there says more than one here. Innermost header counts. */
const FIELDS: readonly (readonly [string, string])[] = [
  ['vlan.id', 'VLAN'],
  ['ip.src', 'Source'],
  ['ip.dst', 'Destination'],
  ['ipv6.src', 'Source'],
  ['ipv6.dst', 'Destination'],
  ['ip.ttl', 'TTL'],
  ['ipv6.hlim', 'Hop limit'],
  ['ip.id', 'IP ID'],
  ['ip.dsfield.dscp', 'DSCP'],
  ['ip.dsfield.ecn', 'ECN'],
  ['ipv6.tclass.dscp', 'DSCP'],
  ['ip.len', 'IP length'],
  ['ipv6.plen', 'IP length'],
  ['ip.checksum', 'IP checksum'],
  ['tcp.srcport', 'Source port'],
  ['tcp.dstport', 'Destination port'],
  ['tcp.seq_raw', 'Seq (raw)'],
  ['tcp.ack_raw', 'Ack (raw)'],
  ['tcp.len', 'Length'],
  ['tcp.flags', 'Flags'],
  ['tcp.window_size_value', 'Window'],
  ['tcp.options.timestamp.tsval', 'TSval'],
  ['tcp.options.timestamp.tsecr', 'TSecr'],
  ['tcp.checksum', 'TCP checksum'],
  ['eth.src', 'Source MAC'],
  ['eth.dst', 'Destination MAC'],
];

/** Rows that some sighting has, with layers (`encapsulation`) first where they differ. */
export function compareFields(sightings: readonly (Dissection | null)[]): readonly ComparedField[] {
  const layers = sightings.map((d) => d?.protocols.filter((p) => p !== 'ethertype').join(':') ?? '');
  const rows = FIELDS.map(([name, label]) =>
    compared(
      name,
      label,
      sightings.map((d) => (d ? innermost(d, name) : '')),
    ),
  );
  return [compared('frame.protocols', 'Layers', layers), ...rows].filter(
    (r) => r.values.some((v) => v !== '') && (r.name !== 'frame.protocols' || r.changed),
  );
}

function innermost(d: Dissection, name: string): string {
  const field = fieldsNamed(d.layers, name).at(-1);
  if (!field) return '';
  return name === 'tcp.flags' ? field.text : field.value;
}

const compared = (name: string, label: string, values: readonly string[]): ComparedField => {
  const present = values.filter((v) => v !== '');
  return { name, label, values, changed: present.some((v) => v !== present[0]) || present.length < values.length };
};
