// Is there memory for an analysis? It keeps objects of every connection, and a process whose heap is full ends without a word.
import { getHeapStatistics } from 'node:v8';
import { err, ok, type Result } from '../base/result.ts';
import type { Workspace } from '../engine/model/correlation.ts';

/** Octets of the heap for each connection of each capture point: 1.2 to 1.4 kB by measurement. */
const PER_CONNECTION = 1500;

/** @param limit of the heap, octets @returns the sentence for the user where there is not */
export function roomFor({ flows }: Pick<Workspace, 'flows'>, limit = getHeapStatistics().heap_size_limit): Result<null, string> {
  const connections = flows.reduce((n, flow) => n + flow.connections.length, 0);
  const needed = connections * PER_CONNECTION;
  if (needed <= limit) return ok(null);
  const megabytes = (octets: number): string => (octets / 2 ** 20).toFixed(0);
  return err(
    `${connections} connections: their analysis takes about ${megabytes(needed)} MB of heap, and this process may use ${megabytes(limit)} MB. ` +
      `Let it use more (NODE_OPTIONS=--max-old-space-size=${megabytes(needed * 1.2)}), or analyse a part: hopscope extract, or tcpdump -r with a filter.`,
  );
}
