import { expect, test } from 'vitest';
import { diagnoseExchange } from '../../testing/diagnoseExchange.ts';

const scan = (ports: number): string =>
  Array.from({ length: ports }, (_, i) => {
    const [from, to] = [`10.9.9.9:${40_000 + i}`, `10.1.0.1:${20 + 7 * i}`];
    const syn = `${10 * i}ms near:${from}>${to} far+0.1ms:${from}>${to} S seq=${5000 + 100 * i} ipid=${i + 1}`;
    if (i % 3 === 0) return `${syn}\n${10 * i + 1000}ms near:${from}>${to} far+0.1ms:${from}>${to} S seq=${5000 + 100 * i} ipid=${i + 100}`;
    return `${syn}\n${10 * i + 1}ms far:${to}>${from} near+0.1ms:${to}>${from} RA seq=0 ack=${5001 + 100 * i}`;
  }).join('\n');

test('a scan that is refused, or not answered, is no incident', async () => {
  const diagnosis = await diagnoseExchange(scan(15));
  expect(diagnosis.verdict.kind).toBe('nothing');
  expect(diagnosis.findings.map((f) => [f.kind, f.severity])).toEqual([['connection-refused', 'info']]);
  expect(diagnosis.findings[0]?.summary[1]).toMatchObject({ id: 'out.scanned', values: { client: '10.9.9.9', server: '10.1.0.1', n: 15 } });
});

test('a client that a few services refuse is one', async () => {
  const diagnosis = await diagnoseExchange(scan(5));
  expect(diagnosis.verdict.kind).toBe('undecided');
  expect(diagnosis.findings.map((f) => [f.kind, f.severity])).toEqual([['connection-refused', 'warning']]);
});
