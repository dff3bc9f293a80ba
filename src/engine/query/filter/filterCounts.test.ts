// How many packets each filter passes, against what tshark -Y said (src/dev/filter-counts.mjs): columns, packets read again, tunnels.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openView, passing } from '../../../testing/filterCount.ts';

const CAPTURES = 'src/testing/captures';
interface Wanted {
  readonly filters: readonly string[];
  readonly counts: Readonly<Record<string, readonly number[]>>;
}
const read = (name: string): Wanted => JSON.parse(readFileSync(`${CAPTURES}/${name}`, 'utf8'));
/** Many captures and their wrappings; then what people type when a connection was reset. */
const SETS = [read('filter-counts.json'), read('filter-counts-sre.json')];

/** Differences we stand by; tcp.analysis is compared where it is made, in engine/flow. */
const STAND_BY: Readonly<Record<string, readonly string[]>> = {
  // Times of the year 586,524: tshark's comparison overflows.
  'corpus/ng-many-links.pcapng': ['frame.time_relative > 0.5'],
  // Without a handshake our numbers count from the lowest one seen, tshark's from the first; a scale is used if both SYNs had it.
  'corpus/raw-ip46.pcap': ['tcp.window_size > 60000', 'tcp.ack > 1000 && tcp.seq > 1000'],
  'app-close/envoy.pcap': ['tcp.seq == 1', 'tcp.nxtseq == 1', 'tcp.nxtseq > 1000', 'tcp.analysis.initial_rtt'],
  // iRTT: Wireshark shows it on segments that it has something else to say of; we on all of the connection.
  'corpus/vlan-rst.pcap': ['tcp.analysis.initial_rtt'],
  'corpus/qinq.pcap': ['tcp.analysis.initial_rtt'],
};

describe('filters pass as many packets as in tshark', () => {
  test.each(SETS.flatMap(({ filters, counts }) => Object.entries(counts).map(([file, of]) => [file, of, filters] as const)))(
    '%s',
    async (file, counts, all) => {
      const opened = await openView(`${CAPTURES}/${file}`);
      const found: string[] = [];
      const filters = all.filter((f) => !STAND_BY[file]?.includes(f));
      for (const filter of filters) found.push(`${(await passing(opened, filter)).length} ${filter}`);
      expect(found).toEqual(filters.map((filter) => `${counts[all.indexOf(filter)]} ${filter}`));
    },
  );
});
